//! How a request ended: the model's output as it is, or the error that it ended with.

use serde_json::Value;

use super::{Told, is_link};
use crate::error::Kind;
use crate::failure;
use crate::schema::MediaKind;
use crate::sift::media;
use crate::types::{PollState, RemoteOutput};

/// Types of a model's error that are about what was asked for and how.
const ABOUT_INPUT: [&str; 22] = [
    "missing",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "one_of",
    "literal_error",
    "value_error",
    "sequence_too_short",
    "sequence_too_long",
    "image_too_small",
    "image_too_large",
    "image_load_error",
    "file_download_error",
    "file_too_large",
    "face_detection_error",
    "audio_duration_too_long",
    "audio_duration_too_short",
    "video_duration_too_long",
    "video_duration_too_short",
    "no_media_generated",
];

/// What the answer to the question for a result means.
#[derive(Debug)]
pub(in crate::fal) enum Outcome {
    /// It has ended.
    Ended {
        state: PollState,
        /// What a person should know about it.
        note: Option<String>,
    },
    /// There is no result yet.
    NotYet,
    /// Someone else's answer: the line's, or the queue's own trouble. To be asked again.
    Strange,
}

impl Told {
    /// The end that the status itself tells: work that never got to the model.
    pub(in crate::fal) fn failed(&self, provider: &str) -> Option<PollState> {
        let kind = self.error_type.as_str();
        let words = self.error.as_str().map(str::trim).filter(|words| !words.is_empty());
        if !self.is_completed() || kind.is_none() && words.is_none() {
            return None;
        }
        Some(broken(provider, kind, words))
    }
}

/// Reads the answer to the question for a result. `from_model` is whether its headers show that it is
/// the model's own.
pub(in crate::fal) fn parse_outcome(
    provider: &str,
    status: u16,
    from_model: bool,
    answer: &Value,
) -> Outcome {
    let ended = |state| Outcome::Ended { state, note: None };
    let error_type = answer["error_type"].as_str();
    let waits = answer["detail"].as_str().is_some_and(|words| words.contains("in progress"));
    match status {
        202 => Outcome::NotYet,
        200..=299 => good(provider, answer),
        400 if waits => Outcome::NotYet,
        499 => ended(PollState::Cancelled),
        // The key, the address, the number of questions: not about the work.
        401..=404 | 408..=410 | 425 | 429 => Outcome::Strange,
        _ if answer["detail"].is_array() => ended(declined(provider, &answer["detail"])),
        400..=499 => {
            let said = said(failure::words(answer).as_deref());
            ended(failed(
                Kind::Invalid { field: None },
                t!("{provider} did not accept the settings.{said}", provider, said),
            ))
        }
        _ if error_type.is_some() || from_model => {
            ended(broken(provider, error_type, failure::words(answer).as_deref()))
        }
        _ => Outcome::Strange,
    }
}

/// Work that ended without the model's word.
fn broken(provider: &str, error_type: Option<&str>, words: Option<&str>) -> PollState {
    if matches!(error_type, Some("client_cancelled" | "client_disconnected")) {
        return PollState::Cancelled;
    }
    let said = said(words);
    match error_type {
        Some("bad_request") => failed(
            Kind::Invalid { field: words.and_then(failure::named_field) },
            t!("{provider} did not accept the settings.{said}", provider, said),
        ),
        Some("content_policy_violation") => {
            failed(Kind::Refused, t!("{provider}'s filter declined this.{said}", provider, said))
        }
        _ => {
            failed(Kind::Unavailable, t!("{provider} could not finish this.{said}", provider, said))
        }
    }
}

/// A model's own errors: the first that tells what to do leads.
fn declined(provider: &str, detail: &Value) -> PollState {
    let errors = detail.as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |kind: &str| errors.iter().find(|error| error["type"] == kind);
    if let Some(refused) = of("content_policy_violation") {
        let said = said(refused["msg"].as_str());
        return failed(
            Kind::Refused,
            t!("{provider}'s filter declined this.{said}", provider, said),
        );
    }
    let first = errors.first().unwrap_or(&Value::Null);
    let said = said(first["msg"].as_str());
    let kind = first["type"].as_str().unwrap_or_default();
    let mut place = first["loc"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let field = place.next_back().filter(|name| *name != "body").map(ToOwned::to_owned);
    let theirs = kind.ends_with("_timeout")
        || kind.starts_with("downstream_")
        || kind.starts_with("internal_");
    if theirs {
        return failed(
            Kind::Unavailable,
            t!("{provider} could not finish this.{said}", provider, said),
        );
    }
    if ABOUT_INPUT.contains(&kind) || kind.starts_with("unsupported_") || field.is_some() {
        let message = t!("{provider} did not accept the settings.{said}", provider, said);
        return failed(Kind::Invalid { field }, message);
    }
    failed(Kind::Unavailable, t!("{provider} could not finish this.{said}", provider, said))
}

fn failed(kind: Kind, message: String) -> PollState {
    PollState::Failed { kind, message, refunded: false }
}

fn said(words: Option<&str>) -> String {
    words.map(|words| t!(" It says: {words}", words = failure::quote(words))).unwrap_or_default()
}

/// A model's output. Pictures that the filter has blanked are no pictures.
fn good(provider: &str, answer: &Value) -> Outcome {
    let flags: Vec<bool> = answer["has_nsfw_concepts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|flag| flag == true)
        .collect();
    let outputs = outputs_of(answer);
    let blanked = flags.iter().filter(|flag| **flag).count();
    if blanked == 0 {
        return Outcome::Ended { state: PollState::Done { outputs }, note: None };
    }
    if blanked == flags.len() {
        let message = t!("{provider}'s filter blanked what came out. It may be charged.", provider);
        return Outcome::Ended { state: failed(Kind::Refused, message), note: None };
    }
    let all = outputs.len();
    let flagged = |at: usize| flags.get(at).copied().unwrap_or(false);
    let outputs: Vec<_> = outputs
        .into_iter()
        .enumerate()
        .filter(|(at, _)| !flagged(*at))
        .map(|(_, output)| output)
        .collect();
    let note = Some(t!("{provider}'s filter blanked {blanked} of {all}.", provider, blanked, all));
    Outcome::Ended { state: PollState::Done { outputs }, note }
}

/// Names of outputs, the chief ones first; what else holds a file follows.
const CHIEF: [&str; 7] = ["images", "image", "video", "videos", "audio", "gif", "animation"];

fn outputs_of(answer: &Value) -> Vec<RemoteOutput> {
    let mut found = Vec::new();
    if let Value::Object(map) = answer {
        let chief = CHIEF.iter().filter_map(|name| map.get(*name));
        chief.for_each(|value| files(value, &mut found));
        if found.is_empty() {
            map.values().for_each(|value| files(value, &mut found));
        }
        if found.is_empty() {
            let words = ["output", "text", "caption", "results", "result"];
            let text = words.iter().find_map(|name| map.get(*name)?.as_str());
            let text = text.map(str::trim).filter(|text| !text.is_empty());
            found.extend(text.map(|text| RemoteOutput::Text { text: text.to_owned() }));
        }
    }
    found
}

/// Every file in a value: an object with a URL, or a list of them, or the URL of one.
fn files(value: &Value, found: &mut Vec<RemoteOutput>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| files(item, found)),
        Value::Object(map) => {
            if let Some(url) = map.get("url").and_then(Value::as_str) {
                found.extend(file(url));
            } else {
                let inner = map.values().filter(|v| v.is_object() || v.is_array());
                inner.for_each(|value| files(value, found));
            }
        }
        Value::String(url) if MediaKind::of_name(url).is_some() => found.extend(file(url)),
        _ => {}
    }
}

fn file(url: &str) -> Option<RemoteOutput> {
    if is_link(url) {
        return Some(RemoteOutput::Link { url: url.to_owned() });
    }
    // With `sync_mode` files come inside.
    if url.starts_with("data:") || url.starts_with("kept:") { media(url) } else { None }
}
