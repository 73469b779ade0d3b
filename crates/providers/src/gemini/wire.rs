//! The JSON of the Gemini API and what it means: what all its ways of making media share. Pure.

pub(super) mod content;
pub(super) mod files;
pub(super) mod interaction;
pub(super) mod models;
pub(super) mod operation;

use serde_json::Value;

use crate::error::Kind;
use crate::failure;
use crate::types::{PollState, Request, Upload};

/// The most bytes of files that a request may hold: 100 MB in base64 (changelog of 2026-01-08), with
/// room for the words.
const MOST_ATTACHED: usize = 74_000_000;

/// Whether a model's work is accepted and polled. The others answer with the picture itself; an Omni
/// model asked that way answers 404.
pub(super) fn is_polled(model: &str) -> bool {
    model.starts_with("gemini-omni")
}

/// Whether the files of a request are more than it can hold.
pub(super) fn holds_too_much(request: &Request) -> bool {
    request.attached.values().map(|file| file.bytes.len()).sum::<usize>() > MOST_ATTACHED
}

/// Whether a refusal is about the key, though its status says that an argument is wrong.
pub(super) fn is_about_key(refusal: &Value) -> bool {
    let details = refusal["error"]["details"].as_array().into_iter().flatten();
    details.filter_map(|detail| detail["reason"].as_str()).any(|reason| reason == "API_KEY_INVALID")
}

/// Whether a refusal only says that a file is still being looked at.
pub(super) fn is_file_unready(refusal: &Value) -> bool {
    let words = refusal["error"]["message"].as_str();
    words.is_some_and(|words| words.contains("is not in an ACTIVE state"))
}

/// What stands in an input: one value, or each of a list.
fn each(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// A file as both dialects send it: its media type and base64.
fn encoded(file: &Upload) -> (&str, String) {
    (&file.content_type, file.base64())
}

/// An end without outputs, in the provider's words where it has some.
fn failed(kind: Kind, what: String, words: Option<&str>) -> PollState {
    let said = words.map(str::trim).filter(|words| !words.is_empty());
    let said = said.map(|words| t!(" It says: {words}", words = failure::quote(words)));
    PollState::Failed { kind, message: what + &said.unwrap_or_default(), refunded: false }
}

/// `IMAGE_SAFETY` reads "image safety".
fn spoken(code: &str) -> String {
    code.replace('_', " ").to_lowercase()
}
