//! The JSON of API v1 and what it means. Pure.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Kind;
use crate::failure;
use crate::types::{PollState, Price, RemoteOutput, Request};

/// Micros of a US dollar in one credit (docs: a credit is $0.01).
const CREDIT: f64 = 10_000.0;

/// A submit's body: the inputs, with attached pictures as plain base64.
pub(super) fn to_body(request: &Request) -> Value {
    let mut body: Map<String, Value> = request
        .inputs
        .iter()
        .map(|(name, value)| {
            let sent = request.file(value).map_or_else(|| value.clone(), |f| f.base64().into());
            (name.clone(), sent)
        })
        .collect();
    if let Some(webhook) = &request.webhook {
        body.insert("webhook_url".into(), webhook.url.clone().into());
        body.insert("webhook_secret".into(), webhook.secret.clone().into());
    }
    Value::Object(body)
}

/// The answer to a submit.
#[derive(Debug, Deserialize)]
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) polling_url: Option<String>,
}

/// Reads it; None without an id.
pub(super) fn parse_ticket(answer: &Value) -> Option<Ticket> {
    Ticket::deserialize(answer).ok().filter(|ticket| !ticket.id.is_empty())
}

/// The answer to a poll.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) status: String,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    progress: Value,
    #[serde(default)]
    details: Value,
}

/// Reads it; None without a status.
pub(super) fn parse_result(answer: &Value) -> Option<Told> {
    Told::deserialize(answer).ok().filter(|told| !told.status.is_empty())
}

impl Told {
    /// Whether it says that there is no such task.
    pub(super) fn is_unknown(&self) -> bool {
        self.status == "Task not found"
    }

    /// Its own time, when told.
    pub(super) fn render_time(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.result["duration"].as_f64()?).ok()
    }

    /// Where the work stands. Words that nobody has documented read as running.
    pub(super) fn state(&self, provider: &str) -> PollState {
        match self.status.as_str() {
            "Ready" => PollState::Done { outputs: self.outputs() },
            // The first two look at what was sent, the third at what was painted.
            "Request Moderated" | "Content Moderated" => {
                let reasons = &self.details["Moderation Reasons"];
                let reasons: Vec<&str> =
                    reasons.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let said = if reasons.is_empty() {
                    String::new()
                } else {
                    t!(" It names: {words}", words = failure::quote(&reasons.join(", ")))
                };
                PollState::Failed {
                    kind: Kind::Refused,
                    message: if self.status.starts_with("Request") {
                        t!("{provider}'s filter declined this.{said}", provider, said)
                    } else {
                        t!("{provider}'s filter declined what came out.{said}", provider, said)
                    },
                    refunded: false,
                }
            }
            "Error" | "Failed" => {
                let words = failure::words(&self.details);
                let said =
                    words.map(|words| t!(" It says: {words}", words = failure::quote(&words)));
                PollState::Failed {
                    kind: Kind::Unavailable,
                    message: t!(
                        "{provider} could not finish it.{said}",
                        provider,
                        said = said.unwrap_or_default()
                    ),
                    refunded: false,
                }
            }
            "Pending" | "Queued" if self.progress.is_null() => PollState::Queued,
            _ => PollState::Running {
                progress: self.progress.as_f64().map(|part| part.clamp(0.0, 1.0) as f32),
            },
        }
    }

    fn outputs(&self) -> Vec<RemoteOutput> {
        let samples = &self.result["samples"];
        let one = self.result["sample"].as_str();
        one.into_iter()
            .chain(samples.as_array().into_iter().flatten().filter_map(Value::as_str))
            .map(|url| RemoteOutput::Link { url: url.to_owned() })
            .collect()
    }
}

/// The account's credits in US dollars.
pub(super) fn parse_credits(answer: &Value) -> Option<Price> {
    let credits = answer["credits"].as_f64().filter(|credits| credits.is_finite())?;
    Some(Price { micros: (credits * CREDIT).round() as i64, currency: "USD".into(), exact: true })
}
