//! The JSON of API v1 and what it means. Pure.

mod catalog;
mod history;

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Kind;
use crate::failure;
use crate::schema::MediaKind;
use crate::sift::media;
use crate::types::{PollState, RemoteOutput, Request};

pub(super) use catalog::{parse_found_models, parse_model};
pub(super) use history::parse_found;

/// How a model is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// `owner/name`: the latest version of an official model.
    Official,
    /// `owner/name:version`, or a version alone.
    Version,
}

/// Tells by a model's name how it is asked.
pub(super) fn asked(model: &str) -> Asked {
    if model.contains(':') || !model.contains('/') { Asked::Version } else { Asked::Official }
}

/// A submit's body.
pub(super) fn to_body(request: &Request) -> Value {
    let mut body = match asked(&request.remote_model) {
        Asked::Official => json!({"input": request.inputs}),
        Asked::Version => json!({"version": request.remote_model, "input": request.inputs}),
    };
    if let Some(webhook) = &request.webhook {
        body["webhook"] = webhook.url.clone().into();
        body["webhook_events_filter"] = json!(["completed"]);
    }
    body
}

/// A prediction.
#[derive(Debug, Deserialize)]
pub(super) struct Prediction {
    pub(super) id: String,
    #[serde(default)]
    model: Value,
    #[serde(default)]
    version: Value,
    #[serde(default)]
    input: Value,
    #[serde(default)]
    status: Value,
    #[serde(default)]
    output: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    logs: Value,
    #[serde(default)]
    metrics: Value,
    #[serde(default)]
    urls: Value,
    #[serde(default)]
    created_at: Value,
    #[serde(default)]
    started_at: Value,
    #[serde(default)]
    data_removed: Value,
}

/// Reads a prediction; None without an id.
pub(super) fn parse_prediction(answer: &Value) -> Option<Prediction> {
    Prediction::deserialize(answer).ok().filter(|prediction| !prediction.id.is_empty())
}

/// Words of an error that mean the filter, wherever they stand in it. There is no code for it.
const FILTER_WORDS: [&str; 9] = [
    "nsfw",
    "(e005)",
    "flagged as sensitive",
    "sensitive content",
    "content policy",
    "content moderation",
    "safety checker",
    "safety filter",
    "prohibited content",
];

impl Prediction {
    /// Where the answer says to ask for the state.
    pub(super) fn poll_url(&self) -> Option<String> {
        self.urls["get"].as_str().filter(|url| !url.is_empty()).map(ToOwned::to_owned)
    }

    /// The status as written.
    pub(super) fn status_word(&self) -> String {
        self.status.as_str().unwrap_or_default().to_owned()
    }

    /// Its time on the machine.
    pub(super) fn render_time(&self) -> Option<Duration> {
        let seconds = self.metrics["predict_time"].as_f64().filter(|seconds| *seconds > 0.0)?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Whether it ended by a wish before it began, which costs nothing.
    pub(super) fn never_began(&self) -> bool {
        matches!(self.status.as_str(), Some("canceled" | "aborted")) && self.started_at.is_null()
    }

    /// The last line of its log, while it runs.
    pub(super) fn note(&self) -> Option<String> {
        let line = self.last_line()?;
        (self.status == "processing").then(|| line.chars().take(120).collect())
    }

    fn last_line(&self) -> Option<&str> {
        // Progress bars rewrite their line.
        let lines = self.logs.as_str()?.rsplit(['\n', '\r']);
        lines.map(str::trim).find(|line| !line.is_empty())
    }

    /// Where the work stands. A word that nobody has documented reads as running.
    pub(super) fn state(&self, provider: &str) -> PollState {
        match self.status.as_str().unwrap_or_default() {
            "starting" => PollState::Queued,
            "succeeded" if self.data_removed == true && self.output.is_null() => {
                PollState::Failed {
                    kind: Kind::NotFound,
                    message: t!(
                        "{provider} has removed what it made, an hour after the end.",
                        provider
                    ),
                    refunded: false,
                }
            }
            "succeeded" => PollState::Done { outputs: parse_outputs(&self.output) },
            "failed" => self.failed(provider),
            // Its deadline passed before it began.
            "aborted" => PollState::Failed {
                kind: Kind::Unavailable,
                message: t!("{provider} had no machine free in time.", provider),
                refunded: true,
            },
            "canceled" => PollState::Cancelled,
            "processing" => PollState::Running { progress: self.progress() },
            _ => PollState::Running { progress: None },
        }
    }

    /// Part done, from the percentage that many models write into their log last.
    fn progress(&self) -> Option<f32> {
        let line = self.last_line()?;
        let (before, _) = line.split_once('%')?;
        let from = before.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| at + 1);
        let percent: f32 = before[from..].parse().ok()?;
        (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
    }

    fn failed(&self, provider: &str) -> PollState {
        let words = self.error.as_str().map(str::trim).filter(|words| !words.is_empty());
        let said = words
            .map(|words| t!(" It says: {words}", words = failure::quote(words)))
            .unwrap_or_default();
        let lower = words.unwrap_or_default().to_lowercase();
        let (kind, message) = if FILTER_WORDS.iter().any(|word| lower.contains(word)) {
            (Kind::Refused, t!("{provider}'s filter declined this.{said}", provider, said))
        } else {
            (Kind::Unavailable, t!("{provider} could not finish this.{said}", provider, said))
        };
        PollState::Failed { kind, message, refunded: false }
    }
}

/// Outputs: whatever JSON a model answers with. Files first, wherever they stand; without any, its
/// words.
pub(super) fn parse_outputs(output: &Value) -> Vec<RemoteOutput> {
    let mut files = Vec::new();
    gather(output, &mut files);
    if files.is_empty() { words_of(output).into_iter().collect() } else { files }
}

fn gather(value: &Value, files: &mut Vec<RemoteOutput>) {
    match value {
        Value::String(text) => files.extend(file(text.trim())),
        Value::Array(items) => items.iter().for_each(|item| gather(item, files)),
        Value::Object(map) => map.values().for_each(|item| gather(item, files)),
        _ => {}
    }
}

fn file(text: &str) -> Option<RemoteOutput> {
    if text.starts_with("https://") || text.starts_with("http://") {
        let whole = !text.contains(char::is_whitespace);
        // A page that a text speaks of is no file: results come from one host, or end like one.
        let looks = text.contains("replicate.delivery/")
            || text.contains("/media/")
            || MediaKind::of_name(text).is_some();
        return (whole && looks).then(|| RemoteOutput::Link { url: text.to_owned() });
    }
    let inside =
        text.starts_with("data:") && text.contains(";base64,") || text.starts_with("kept:");
    if inside { media(text) } else { None }
}

/// A text, or its pieces as they were streamed.
fn words_of(output: &Value) -> Option<RemoteOutput> {
    let text = match output {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect()
        }
        Value::Array(items) if items.is_empty() => return None,
        other => other.to_string(),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| RemoteOutput::Text { text: text.to_owned() })
}

/// Where an uploaded file can be named.
pub(super) fn parse_file(answer: &Value) -> Option<String> {
    let url = answer["urls"]["get"].as_str()?;
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
