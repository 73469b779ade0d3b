//! The models: the real ones' names, each painted by the sandbox.

use axum::Json;
use axum::extract::{Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Refusal;

/// Id and readable name of those that answer with a picture.
const PICTURES: [(&str, &str); 5] = [
    ("gemini-nano-banana-2.1", "Nano Banana 2.1"),
    ("gemini-3-pro-image", "Nano Banana Pro"),
    ("gemini-3.1-flash-image", "Nano Banana 2"),
    ("gemini-3.1-flash-lite-image", "Nano Banana 2 Lite"),
    ("gemini-2.5-flash-image", "Nano Banana"),
];

/// The same of those that interactions ask for clips.
const CLIPS: [(&str, &str); 2] = [
    ("gemini-omni-1.2-flash", "Gemini Omni 1.2 Flash"),
    ("gemini-omni-1.1-flash", "Gemini Omni 1.1 Flash"),
];

/// Models on a page when nobody asks for a number (docs: 50).
const PAGE: usize = 50;

pub(super) fn is_picture(model: &str) -> bool {
    PICTURES.iter().any(|(id, _)| *id == model)
}

pub(super) fn is_clip(model: &str) -> bool {
    CLIPS.iter().any(|(id, _)| *id == model)
}

fn all() -> impl Iterator<Item = Value> {
    let shown = |methods: &'static [&'static str]| {
        move |(id, name): (&str, &str)| {
            json!({
                "name": format!("models/{id}"),
                "version": "sandbox",
                "displayName": name,
                "description": "Painted by the sandbox. No AI in it.",
                "inputTokenLimit": 65_536,
                "outputTokenLimit": 32_768,
                "supportedGenerationMethods": methods,
            })
        }
    };
    let pictures = PICTURES.into_iter().map(shown(&["generateContent", "countTokens"]));
    pictures.chain(CLIPS.into_iter().map(shown(&["createInteraction"])))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    page_size: Option<usize>,
    page_token: Option<String>,
}

/// `GET /models`.
pub(super) async fn list(Query(asked): Query<Asked>) -> Result<Json<Value>, Refusal> {
    let wrong = |_| Refusal::invalid("pageToken is wrong");
    let from: usize = asked.page_token.map_or(Ok(0), |token| token.parse()).map_err(wrong)?;
    let size = asked.page_size.unwrap_or(PAGE).clamp(1, 1000);
    let models: Vec<Value> = all().skip(from).take(size).collect();
    let next = from + models.len();
    let mut page = json!({"models": models});
    if next < all().count() {
        page["nextPageToken"] = next.to_string().into();
    }
    Ok(Json(page))
}

/// `GET /models/{model}`.
pub(super) async fn one(Path(name): Path<String>) -> Result<Json<Value>, Refusal> {
    let name = format!("models/{name}");
    all().find(|model| model["name"] == name).map(Json).ok_or_else(|| Refusal::not_found(&name))
}
