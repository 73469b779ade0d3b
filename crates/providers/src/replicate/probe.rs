//! What no answer may make the readers do, whatever stands in it.

use jiff::Timestamp;
use serde_json::Value;

use super::wire;
use crate::types::{Lookup, PollState};

/// Reads it in every way. Panics where work ends without a word that says so.
pub(crate) fn probe(answer: &Value, _status: u16) {
    let lookup = Lookup {
        remote_model: "black-forest-labs/flux-schnell".into(),
        client_ref: String::new(),
        inputs: answer["input"].as_object().cloned().unwrap_or_default(),
        since: Timestamp::MIN,
        until: Timestamp::MAX,
    };
    wire::parse_file(answer);
    wire::parse_model(answer);
    wire::parse_found_models(answer);
    wire::parse_found(answer, &lookup);
    wire::parse_outputs(answer);
    if let Some(told) = wire::parse_prediction(answer) {
        told.note();
        let state = told.state("Replicate");
        let ended = !matches!(state, PollState::Queued | PollState::Running { .. });
        let known = ["succeeded", "failed", "aborted", "canceled"];
        assert_eq!(ended, known.contains(&told.status_word().as_str()));
    }
}
