//! What no answer may make the readers do, whatever stands in it.

use serde_json::{Map, Value};

use super::{COMFYUI, frame, wire, workflow};
use crate::types::PollState;
use crate::{Call, Provider};

/// The name that we gave the work.
const ID: &str = "7d9d5f2e-0a53-4d6f-9e0f-2f7b2d6f1c11";

/// Reads it in every way, as a file of the user's own as well. Panics where work ends without a word
/// that says so, or a form can't be filled.
pub(crate) fn probe(answer: &Value, _status: u16) {
    wire::parse_id(answer);
    wire::parse_upload(answer);
    wire::is_queue(answer);
    let text = answer.to_string();
    frame::of_text(&text, ID);
    frame::of_bytes(text.as_bytes(), ID);
    let base = "http://127.0.0.1:8188".parse().ok();
    let call = base.and_then(|base| Call::new(COMFYUI.manifest(), base, None).ok());
    if let Some(told) = call.and_then(|call| wire::told(answer, ID, &call)) {
        let ended = !matches!(told.state, PollState::Queued | PollState::Running { .. });
        assert_eq!(ended, matches!(told.word.as_str(), "success" | "error"));
    }
    if workflow::check(answer).is_err() {
        return;
    }
    for field in workflow::fields(answer, &Map::new()) {
        let inputs = Map::from_iter([(field.name.clone(), Value::from("put"))]);
        let filled = workflow::filled(answer, &inputs);
        assert!(filled.is_ok_and(|filled| workflow::check(&filled).is_ok()), "{}", field.name);
    }
}
