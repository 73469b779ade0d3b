//! What no answer may make the readers do, whatever stands in it.

use serde_json::Value;

use super::wire;
use crate::types::PollState;

/// Reads it in every way. Panics where work ends without a word that says so.
pub(crate) fn probe(answer: &Value, _status: u16) {
    wire::parse_ticket(answer);
    wire::parse_credits(answer);
    if let Some(told) = wire::parse_result(answer) {
        let known = ["Ready", "Request Moderated", "Content Moderated", "Error", "Failed"];
        let ended = !matches!(told.state("BFL"), PollState::Queued | PollState::Running { .. });
        assert_eq!(ended, known.contains(&told.status.as_str()));
        told.render_time();
        told.is_unknown();
    }
}
