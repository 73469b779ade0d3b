//! What no answer may make the readers do, whatever stands in it.

use serde_json::Value;

use super::{GEMINI, wire};
use crate::Provider;
use crate::types::PollState;

fn ended(state: &PollState) -> bool {
    !matches!(state, PollState::Queued | PollState::Running { .. })
}

/// Reads it in every way. Panics where work ends without a word that says so.
pub(crate) fn probe(answer: &Value, _status: u16) {
    wire::is_about_key(answer);
    wire::is_file_unready(answer);
    wire::files::parse(answer);
    wire::interaction::parse_id(answer);
    wire::models::parse(answer, GEMINI.manifest());
    if let Some(told) = wire::interaction::parse(answer, "G") {
        let ends = ["completed", "failed", "cancelled", "incomplete", "budget_exceeded"];
        assert_eq!(ended(&told.state), ends.contains(&told.word.as_str()));
    }
    if let Some((state, _)) = wire::operation::parse(answer, "G") {
        assert_eq!(ended(&state), answer["done"] == true);
    }
    if let Some(told) = wire::content::parse(answer, "G") {
        let candidate = &answer["candidates"][0];
        let says = candidate["finishReason"].is_string()
            || answer["promptFeedback"]["blockReason"].is_string();
        let brings = matches!(&told.state, PollState::Done { outputs } if !outputs.is_empty());
        assert!(says || brings, "{told:?}");
    }
}
