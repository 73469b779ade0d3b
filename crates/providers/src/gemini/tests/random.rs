//! Answers with parts exchanged for anything.

use proptest::prelude::*;
use serde_json::Value;

use super::body;
use crate::fuzz::mutated;
use crate::gemini::probe::probe;

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

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }
}
