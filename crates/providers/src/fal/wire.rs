//! The JSON of fal's queue and what it means. Pure.

mod catalog;
mod history;
mod outcome;

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::schema;
use crate::types::Upload;

pub(super) use catalog::{parse_balance, parse_page, parse_price, price_of};
pub(super) use history::{parse_found, to_find_path};
pub(super) use outcome::{Outcome, parse_outcome};

/// How long outputs are asked to stay, in seconds: long enough for a computer that was off for days.
pub(super) const OUTPUT_LIFE: &str = r#"{"expiration_duration_seconds":604800}"#;

/// How long references are asked to stay, in seconds.
pub(super) const UPLOAD_LIFE: &str = r#"{"expiration_duration_seconds":86400}"#;

/// First parts of endpoint names that stand before the owner.
const NAMESPACES: [&str; 2] = ["workflows", "comfy"];

/// The part of an endpoint's name that its requests are told by: without what follows the alias.
pub(super) fn app(endpoint: &str) -> String {
    let parts: Vec<&str> = endpoint.split('/').collect();
    let most = if parts.first().is_some_and(|first| NAMESPACES.contains(first)) { 3 } else { 2 };
    parts.into_iter().take(most).collect::<Vec<_>>().join("/")
}

/// A submit's body: the inputs, with a size in pixels as the object that fal wants for it.
pub(super) fn to_body(inputs: &Map<String, Value>) -> Map<String, Value> {
    let one = |(name, value): (&String, &Value)| {
        let sides = value.as_str().filter(|_| name.ends_with("size")).and_then(schema::sides);
        let sent = sides.map(|(width, height)| json!({"width": width, "height": height}));
        (name.clone(), sent.unwrap_or_else(|| value.clone()))
    };
    inputs.iter().map(one).collect()
}

/// The answer to a submit.
#[derive(Debug, Deserialize)]
pub(super) struct Ticket {
    pub(super) request_id: String,
    pub(super) status_url: Option<String>,
}

/// Reads it; None without an id.
pub(super) fn parse_ticket(answer: &Value) -> Option<Ticket> {
    Ticket::deserialize(answer).ok().filter(|ticket| !ticket.request_id.is_empty())
}

/// The answer to the question how a request stands.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) status: String,
    #[serde(default)]
    queue_position: Value,
    #[serde(default)]
    logs: Value,
    #[serde(default)]
    metrics: Value,
    #[serde(default)]
    pub(super) error: Value,
    #[serde(default)]
    pub(super) error_type: Value,
    #[serde(default)]
    pub(super) response_url: Value,
}

/// Reads it; None without a status.
pub(super) fn parse_status(answer: &Value) -> Option<Told> {
    Told::deserialize(answer).ok().filter(|told| !told.status.is_empty())
}

impl Told {
    /// Whether there is a result to ask for, good or bad.
    pub(super) fn is_completed(&self) -> bool {
        self.status == "COMPLETED"
    }

    /// Whether it waits for its turn.
    pub(super) fn is_queued(&self) -> bool {
        self.status == "IN_QUEUE"
    }

    /// fal's own time for it.
    pub(super) fn render_time(&self) -> Option<Duration> {
        let seconds = self.metrics["inference_time"].as_f64().filter(|seconds| *seconds > 0.0)?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// What a person may read meanwhile: the place in the queue, or the last line of the log.
    pub(super) fn note(&self) -> Option<String> {
        if self.is_queued() {
            return Some(match self.queue_position.as_u64()? {
                0 => t!("Next in the queue.").to_owned(),
                before => t!("{before} in the queue before it.", before),
            });
        }
        let lines = self.logs.as_array()?.iter().rev().filter_map(|line| line["message"].as_str());
        let last =
            lines.flat_map(|text| text.lines().rev()).map(str::trim).find(|l| !l.is_empty())?;
        Some(last.chars().take(120).collect())
    }
}

/// What a wish to cancel was answered with.
pub(super) fn was_heard(answer: &Value) -> bool {
    // The docs name two words for yes.
    matches!(answer["status"].as_str(), Some("CANCELLATION_REQUESTED" | "OK"))
}

/// A pass to the store for files.
pub(super) fn parse_pass(answer: &Value) -> Option<String> {
    let token = answer["token"].as_str().filter(|token| !token.is_empty())?;
    Some(format!("{} {token}", answer["token_type"].as_str().unwrap_or("Bearer")))
}

/// Where the store put a file.
pub(super) fn parse_stored(answer: &Value) -> Option<String> {
    link(&answer["access_url"])
}

/// The question for a place to put a file, the older way.
pub(super) fn to_upload_body(upload: &Upload) -> Value {
    json!({"file_name": upload.name, "content_type": upload.content_type})
}

/// Such a place, and the URL that the file will have.
pub(super) fn parse_place(answer: &Value) -> Option<(String, String)> {
    Some((link(&answer["upload_url"])?, link(&answer["file_url"])?))
}

fn link(value: &Value) -> Option<String> {
    value.as_str().filter(|url| is_link(url)).map(ToOwned::to_owned)
}

fn is_link(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
