//! The list of models: what makes pictures, and one that does not.

use serde_json::{Value, json};

/// Id, and the day it stops where that is told (the day is the sandbox's own).
const MODELS: [(&str, Option<&str>); 9] = [
    ("gpt-image-2.6-sunburst", None),
    ("gpt-image-2.6-flare", None),
    ("gpt-image-2.5-sunburst", None),
    ("gpt-image-2.5-flare", None),
    ("gpt-image-2", None),
    ("gpt-image-1.5", Some("2027-01-01")),
    ("gpt-image-1-mini", None),
    ("chatgpt-image-latest", None),
    ("gpt-words", None),
];

/// `GET /v1/models`.
pub(super) fn list() -> Value {
    let row = |(id, ends): (&str, Option<&str>)| {
        json!({
            "id": id,
            "object": "model",
            "created": 1_790_000_000,
            "owned_by": "openai",
            "shutdown_date": ends,
        })
    };
    json!({"object": "list", "data": MODELS.map(row)})
}

/// Whether this one makes pictures.
pub(super) fn paints(id: &str) -> bool {
    MODELS.iter().any(|(known, _)| *known == id && id.contains("image"))
}
