//! What no answer may make the readers do, whatever stands in it.

use serde_json::Value;

use super::{OPENAI, wire};
use crate::Provider;
use crate::types::PollState;

/// Reads it in every way. Panics where a picture or an end comes without words that say so.
pub(crate) fn probe(answer: &Value, _status: u16) {
    let pictures = wire::parse_pictures(answer);
    let held = answer["data"].as_array().map_or(0, Vec::len);
    assert!(pictures.len() <= held);
    assert!([400, 402, 451].contains(&crate::failure::meant(400, answer)));
    wire::parse_models(answer, OPENAI.manifest().bundled());
    if let Some(cost) = wire::parse_cost("gpt-image-2", &answer["usage"]) {
        assert!(cost.micros >= 0);
    }
    let kind = answer["type"].as_str().unwrap_or_default();
    match wire::read_event("OpenAI", "", answer) {
        wire::Heard::Picture(_) => assert!(kind.ends_with(".completed")),
        wire::Heard::Preview(_) => assert!(kind.ends_with(".partial_image")),
        wire::Heard::Failure(state) => {
            assert!(matches!(state, PollState::Failed { .. }), "{state:?}");
            assert!(answer["error"].is_object());
        }
        wire::Heard::Nothing => {}
    }
}
