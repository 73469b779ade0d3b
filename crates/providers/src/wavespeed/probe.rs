//! What no answer may make the readers do, whatever stands in it.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::wire::{self, Letter};
use crate::schema::{Field, validate};
use crate::types::{Lookup, PollState};

/// Words that say that work is over (docs, and the three that official clients stop at).
const ENDS: [&str; 6] = ["completed", "failed", "timeout", "cancelled", "canceled", "deleted"];

/// Reads it in every way. Panics where work ends without a word that says so.
pub(crate) fn probe(answer: &Value, _status: u16) {
    let inside = match wire::open(answer) {
        Letter::Data(data) => data,
        Letter::Declined(_) | Letter::Unknown => &answer["data"],
    };
    for data in [answer, inside] {
        if let Some(told) = wire::parse_prediction(data) {
            let (state, word) = (told.state("WaveSpeed"), told.status_word());
            let ended = !matches!(state, PollState::Queued | PollState::Running { .. });
            assert_eq!(ended, ENDS.contains(&word.as_str()), "{state:?} at {word:?}");
            let _ = (told.render_time(), told.poll_url());
        }
        let _ = (wire::parse_ticket(data), wire::parse_webhook_secret(data));
        let _ = (wire::parse_models(data), wire::parse_price(data), wire::parse_balance(data));
        let inputs: Map<String, Value> = data["inputs"].as_object().cloned().unwrap_or_default();
        let lookup = Lookup {
            remote_model: "a/b".into(),
            client_ref: String::new(),
            inputs: inputs.clone(),
            since: Timestamp::MIN,
            until: Timestamp::MAX,
        };
        let _ = wire::parse_found(data, &lookup, 1);
        let _ = crate::failure::words(data);
        let _ = validate(&Field::from_json_schema(data), &inputs);
    }
}
