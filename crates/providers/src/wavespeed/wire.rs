//! WaveSpeed's API v3 in both directions: bodies out, answers in. Pure functions; facts from
//! WaveSpeed's docs and its official clients (Python 2.0.5, JavaScript 0.3.2, MCP 1.0.7), read
//! 2026-11-22.

mod catalog;
mod history;

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Kind;
use crate::failure;
use crate::sift::media;
use crate::types::{PollState, RemoteOutput, Request, Upload};

pub(super) use catalog::{parse_balance, parse_models, parse_price, to_price_body};
pub(super) use history::{parse_found, to_find_body};

/// What an answer says, once its envelope is off.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Letter<'a> {
    /// `data` of a successful answer.
    Data(&'a Value),
    /// HTTP said yes and the envelope says no, with this status.
    Declined(u16),
    /// No envelope that we know.
    Unknown,
}

/// Takes the envelope `{code, message, data}` off. `code` repeats the HTTP status.
pub(super) fn open(body: &Value) -> Letter<'_> {
    match body["code"].as_u64() {
        Some(200) => {
            body.get("data").filter(|data| !data.is_null()).map_or(Letter::Unknown, Letter::Data)
        }
        Some(code @ 400..=599) => Letter::Declined(code as u16),
        // Webhooks carry the task bare; an answer that does so is as good.
        None if body["id"].is_string() => Letter::Data(body),
        _ => Letter::Unknown,
    }
}

/// The body of a submit: the inputs, without what would make the answer wait for the render.
pub(super) fn to_body(request: &Request) -> Value {
    let mut inputs = request.inputs.clone();
    for ours in ["enable_sync_mode", "enable_base64_output"] {
        inputs.remove(ours);
    }
    Value::Object(inputs)
}

/// A task as the API gives it: the answer to a submit and to a poll, and an entry of the history.
/// Everything but the id may be missing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Prediction {
    pub(super) id: String,
    pub(super) model: Value,
    pub(super) status: Value,
    pub(super) outputs: Value,
    pub(super) error: Value,
    pub(super) code: Value,
    pub(super) timings: Value,
    pub(super) urls: Value,
    pub(super) created_at: Value,
    pub(super) input: Value,
    pub(super) inputs: Value,
}

/// Reads a task; None without an id.
pub(super) fn parse_prediction(data: &Value) -> Option<Prediction> {
    let prediction = Prediction::deserialize(data).ok()?;
    (!prediction.id.is_empty()).then_some(prediction)
}

impl Prediction {
    /// Where the answer says to ask for the state.
    pub(super) fn poll_url(&self) -> Option<String> {
        self.urls["get"].as_str().filter(|url| !url.is_empty()).map(ToOwned::to_owned)
    }

    /// The status as written.
    pub(super) fn status_word(&self) -> String {
        self.status.as_str().unwrap_or_default().to_owned()
    }

    /// WaveSpeed's own time for the render, told in milliseconds.
    pub(super) fn render_time(&self) -> Option<Duration> {
        let ms = self.timings["inference"].as_f64().filter(|ms| *ms > 0.0)?;
        Duration::try_from_secs_f64(ms / 1000.0).ok()
    }

    /// Where the work stands. A word that nobody has documented reads as running.
    pub(super) fn state(&self, provider: &str) -> PollState {
        match self.status.as_str().unwrap_or_default() {
            "created" | "pending" => PollState::Queued,
            "completed" => PollState::Done { outputs: parse_outputs(&self.outputs) },
            "failed" => self.failed(provider),
            "timeout" => PollState::Failed {
                kind: Kind::Unavailable,
                message: t!("{provider} gave up after too long a time.", provider),
                refunded: true,
            },
            "cancelled" | "canceled" | "deleted" => PollState::Cancelled,
            _ => PollState::Running { progress: None },
        }
    }

    /// Task codes as in WaveSpeed's docs/error-codes. Failed tasks are refunded within 3 hours.
    fn failed(&self, provider: &str) -> PollState {
        let words = self.error.as_str().map(str::trim).filter(|words| !words.is_empty());
        let said = words
            .map(|words| t!(" It says: {words}", words = failure::quote(words)))
            .unwrap_or_default();
        let (kind, message) = match self.code.as_u64() {
            Some(1200) => {
                (Kind::Refused, t!("{provider}'s filter declined this.{said}", provider, said))
            }
            Some(1400 | 1401) => (
                Kind::Invalid { field: words.and_then(failure::named_field) },
                t!("{provider} did not accept the settings.{said}", provider, said),
            ),
            Some(1402) => (
                Kind::Invalid { field: words.and_then(failure::named_field) },
                t!("{provider} could not open a reference.{said}", provider, said),
            ),
            _ => (Kind::Unavailable, t!("{provider} could not finish this.{said}", provider, said)),
        };
        PollState::Failed { kind, message, refunded: true }
    }
}

/// The secret that deliveries are signed with; the field's name is not documented.
pub(super) fn parse_webhook_secret(data: &Value) -> Option<String> {
    let secret = data.as_str().or_else(|| data["secret"].as_str());
    secret.filter(|secret| !secret.is_empty()).map(ToOwned::to_owned)
}

/// Outputs: URLs, base64 without `data:` before it, or objects for some models.
fn parse_outputs(outputs: &Value) -> Vec<RemoteOutput> {
    match outputs {
        Value::Array(outputs) => outputs.iter().filter_map(parse_output).collect(),
        Value::Null => Vec::new(),
        single => parse_output(single).into_iter().collect(),
    }
}

fn parse_output(output: &Value) -> Option<RemoteOutput> {
    match output {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(parse_text_output(text.trim())),
        Value::Object(object) => {
            let link = ["url", "download_url", "output", "image", "video"]
                .iter()
                .find_map(|key| object.get(*key)?.as_str().filter(|url| is_link(url)));
            Some(match (link, object.get("text").and_then(Value::as_str)) {
                (Some(url), _) => RemoteOutput::Link { url: url.to_owned() },
                (None, Some(text)) => RemoteOutput::Text { text: text.to_owned() },
                (None, None) => RemoteOutput::Text { text: output.to_string() },
            })
        }
        Value::Null => None,
        other => Some(RemoteOutput::Text { text: other.to_string() }),
    }
}

fn parse_text_output(text: &str) -> RemoteOutput {
    if is_link(text) {
        return RemoteOutput::Link { url: text.to_owned() };
    }
    match media(text) {
        // Short words can be base64 by chance; no picture is that small.
        Some(RemoteOutput::Inline { bytes }) if bytes.len() < 32 => {
            RemoteOutput::Text { text: text.to_owned() }
        }
        Some(media) => media,
        None => RemoteOutput::Text { text: text.to_owned() },
    }
}

fn is_link(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The question for a place to put a file.
pub(super) fn to_upload_body(upload: &Upload) -> Value {
    json!({"filename": upload.name, "size": upload.bytes.len(), "content_type": upload.content_type})
}

/// A place to put a file, and the URL it will have there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticket {
    pub(super) put_url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) download_url: String,
}

/// Reads an upload ticket; None where a part is missing or the method is not PUT.
pub(super) fn parse_ticket(data: &Value) -> Option<Ticket> {
    let upload = &data["upload"];
    if !upload["method"].as_str().unwrap_or("PUT").eq_ignore_ascii_case("put") {
        return None;
    }
    let headers = upload["headers"].as_object().into_iter().flatten();
    Some(Ticket {
        put_url: upload["url"].as_str()?.to_owned(),
        headers: headers
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        download_url: data["download_url"].as_str()?.to_owned(),
    })
}
