//! What no answer may make the readers do, whatever stands in it.

use serde_json::Value;

use super::wire;
use crate::types::PollState;

/// Reads it in every way. Panics where work ends without a word that says so, or where it is paid back
/// without a cost that says so.
pub(crate) fn probe(answer: &Value, _status: u16) {
    wire::parse_id(answer);
    wire::parse_ticket(answer);
    wire::parse_issue(answer);
    wire::parse_balance(answer);
    if let Some(told) = wire::parse_task(answer) {
        let state = told.state("Runway");
        let ended = !matches!(state, PollState::Queued | PollState::Running { .. });
        let known = ["SUCCEEDED", "FAILED", "CANCELLED"];
        assert_eq!(ended, known.contains(&told.status.as_str()));
        if let PollState::Failed { refunded: true, .. } = state {
            assert_eq!(told.cost().map(|cost| cost.micros), Some(0));
        }
        told.note("Runway");
    }
    if let Some(inputs) = answer.as_object() {
        assert_eq!(wire::to_body("gen4_image", inputs)["model"], "gen4_image");
    }
}
