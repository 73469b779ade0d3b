//! One task: what was asked, and how it ended.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A task as it is kept on disk.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) model: String,
    /// The inputs as the caller sent them.
    pub(crate) inputs: Value,
    /// The seed it is painted with: the caller's, or a drawn one.
    pub(crate) seed: u32,
    pub(crate) created_at: Timestamp,
    /// The least time to completion, in milliseconds.
    pub(crate) render_ms: u64,
    pub(crate) client_reference: Option<String>,
    pub(crate) webhook: Option<String>,
    /// What the webhook is signed with, where the caller brought it.
    #[serde(default)]
    pub(crate) webhook_secret: Option<String>,
    pub(crate) charge_micros: i64,
    /// The unguessable part of its result URL.
    pub(crate) token: String,
    pub(crate) end: Option<End>,
    /// The dialect it came in; empty for the sandbox's own.
    #[serde(default)]
    pub(crate) dialect: String,
    /// The model as the caller named it, where that is another service's.
    #[serde(default)]
    pub(crate) named: Option<String>,
    /// The caller's body, for dialects that echo it.
    #[serde(default)]
    pub(crate) echo: Value,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    Completed {
        at: Timestamp,
        inference_ms: u64,
        /// The output's file name, such as `1.png`.
        name: String,
    },
    Failed {
        at: Timestamp,
        code: u16,
        error: String,
    },
}

/// Why a task failed: a task code (WaveSpeed docs/error-codes, read 2026-11-22) and a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: u16,
    pub(crate) error: &'static str,
}

impl Failure {
    pub(crate) const BLOCKED: Self =
        Self { code: 1200, error: "The content contains sensitive information." };
    pub(crate) const UNREADABLE: Self =
        Self { code: 1401, error: "The image could not be read as PNG, JPEG or WebP." };
    pub(crate) const UNREACHABLE: Self =
        Self { code: 1402, error: "Failed to download image from the provided URL." };
    pub(crate) const FAILED: Self = Self { code: 1405, error: "The task execution failed." };
    /// Not one of WaveSpeed's codes: other dialects can wish a task away.
    pub(crate) const CANCELLED: Self = Self { code: 499, error: "The task was cancelled." };
    pub(crate) const INTERNAL: Self = Self { code: 5000, error: "Internal error." };
}

impl Task {
    /// The model by the caller's name for it.
    pub(crate) fn name(&self) -> &str {
        self.named.as_deref().unwrap_or(&self.model)
    }

    /// How much of its time is over, 0..=1.
    pub(crate) fn progress(&self, now: Timestamp) -> f64 {
        if self.end.is_some() {
            return 1.0;
        }
        let passed = (now.as_millisecond() - self.created_at.as_millisecond()).max(0) as f64;
        (passed / self.render_ms.max(1) as f64).min(0.99)
    }

    /// When it is due to be completed.
    pub(crate) fn due_at(&self) -> Timestamp {
        later(self.created_at, self.render_ms)
    }

    /// When it is due to fail, if it is to fail.
    pub(crate) fn fails_at(&self) -> Timestamp {
        later(self.created_at, self.render_ms / 2)
    }

    pub(crate) fn status(&self, now: Timestamp) -> &'static str {
        match self.end {
            Some(End::Completed { .. }) => "completed",
            Some(End::Failed { .. }) => "failed",
            None if now < later(self.created_at, self.render_ms / 8) => "created",
            None => "processing",
        }
    }

    /// The failure that a word in the prompt asks for.
    pub(crate) fn asked_failure(&self) -> Option<Failure> {
        let prompt = self.inputs["prompt"].as_str().unwrap_or_default();
        if prompt.contains("[blocked]") {
            Some(Failure::BLOCKED)
        } else if prompt.contains("[fails]")
            || prompt.contains(&format!("[fails on {}]", self.name()))
        {
            Some(Failure::FAILED)
        } else {
            None
        }
    }

    /// The path of its output, once completed.
    pub(crate) fn output_path(&self) -> Option<String> {
        match &self.end {
            Some(End::Completed { name, .. }) => Some(format!("/media/{}/{name}", self.token)),
            _ => None,
        }
    }

    /// Whether its result URL still answers.
    pub(crate) fn is_url_alive(&self, now: Timestamp, url_life: Duration) -> bool {
        match &self.end {
            Some(End::Completed { at, .. }) => now < later(*at, url_life.as_millis() as u64),
            _ => false,
        }
    }

    /// The prediction object of the wire, with these outputs.
    pub(crate) fn prediction(&self, base_url: &str, outputs: &[Value], now: Timestamp) -> Value {
        let (error, code, inference) = match &self.end {
            Some(End::Failed { code, error, .. }) => (error.as_str(), Some(*code), 0),
            Some(End::Completed { inference_ms, .. }) => ("", None, *inference_ms),
            None => ("", None, 0),
        };
        let mut prediction = json!({
            "id": self.id,
            "model": self.model,
            "outputs": outputs,
            "urls": {"get": format!("{base_url}/api/v3/predictions/{}/result", self.id)},
            "has_nsfw_contents": vec![false; outputs.len()],
            "status": self.status(now),
            "created_at": wire_time(self.created_at),
            "error": error,
            "timings": {"inference": inference},
        });
        if let Some(code) = code {
            prediction["code"] = code.into();
        }
        prediction
    }
}

/// A time as the wire writes it, such as `2026-11-22T06:00:00.000Z`.
pub(crate) fn wire_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A time so many milliseconds later; the end of time when there is no such.
pub(crate) fn later(at: Timestamp, ms: u64) -> Timestamp {
    at.saturating_add(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)))
        .unwrap_or(Timestamp::MAX)
}
