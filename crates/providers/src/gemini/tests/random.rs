//! Answers with parts exchanged for anything.

use proptest::prelude::*;
use serde_json::Value;

use super::{GEMINI, body, wire};
use crate::Provider;
use crate::fuzz::mutated;
use crate::types::PollState;

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "id",
    "status",
    "completed",
    "failed",
    "cancelled",
    "in_progress",
    "steps",
    "model_output",
    "type",
    "content",
    "video",
    "uri",
    "data",
    "YWJj",
    "error",
    "errors",
    "code",
    "message",
    "candidates",
    "parts",
    "inlineData",
    "thought",
    "text",
    "finishReason",
    "STOP",
    "promptFeedback",
    "blockReason",
    "name",
    "done",
    "response",
    "generateVideoResponse",
    "generatedSamples",
    "models/veo/operations/a",
    "models",
    "nextPageToken",
];

fn answers() -> Vec<Value> {
    vec![
        body!("blocked"),
        body!("cancelled"),
        body!("error_400_key"),
        body!("failed"),
        body!("image_blocked_prompt"),
        body!("image_success"),
        body!("image_text_only"),
        body!("queued"),
        body!("running"),
        body!("success"),
        body!("veo_blocked"),
        body!("veo_failed"),
        body!("veo_running"),
        body!("veo_success"),
    ]
}

fn ended(state: &PollState) -> bool {
    !matches!(state, PollState::Queued | PollState::Running { .. })
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        wire::is_about_key(&answer);
        wire::interaction::parse_id(&answer);
        wire::models::parse(&answer, GEMINI.manifest());
        if let Some(told) = wire::interaction::parse(&answer, "G") {
            let ends = ["completed", "failed", "cancelled", "incomplete", "budget_exceeded"];
            prop_assert_eq!(ended(&told.state), ends.contains(&told.word.as_str()));
        }
        if let Some((state, _)) = wire::operation::parse(&answer, "G") {
            prop_assert_eq!(ended(&state), answer["done"] == true);
        }
        if let Some(told) = wire::content::parse(&answer, "G") {
            let candidate = &answer["candidates"][0];
            let says = candidate["finishReason"].is_string()
                || answer["promptFeedback"]["blockReason"].is_string();
            let brings = matches!(&told.state, PollState::Done { outputs } if !outputs.is_empty());
            prop_assert!(says || brings, "{:?}", told);
        }
    }
}
