//! How a command ends: its code and, when it ends badly, its words.

use rushes_studio::api::types::ApiError;
use serde_json::{Value, json};

/// The exit codes that scripts lean on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    InDoubt = 3,
    Budget = 4,
    NoKey = 5,
    /// Stopped by Ctrl+C, as shells say it.
    Interrupted = 130,
}

/// A command that could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: ApiError,
}

impl Failure {
    /// Something typed that cannot be done as typed.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Usage, "invalid", message, hint)
    }

    /// Something that did not work.
    pub(crate) fn failed(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::said(Exit::Failed, "internal", message, hint)
    }

    fn said(exit: Exit, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let error = ApiError {
            code: code.into(),
            message: message.into(),
            hint: hint.into(),
            detail: String::new(),
        };
        Self { exit, error }
    }

    /// The same failure with the chain behind it.
    pub(crate) fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.error.detail = cause.to_string();
        self
    }

    /// The line that `--json` prints.
    pub(crate) fn json(&self) -> Value {
        json!({ "error": self.error })
    }

    /// The lines for a person.
    pub(crate) fn words(&self) -> String {
        let ApiError { message, hint, detail, .. } = &self.error;
        let mut lines = vec![message.as_str()];
        lines.extend([hint.as_str()].into_iter().filter(|hint| !hint.is_empty()));
        let cause = format!("({detail})");
        if !detail.is_empty() {
            lines.push(&cause);
        }
        lines.join("\n")
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let exit = match error.code.as_str() {
            "invalid" | "query" | "unreadable" | "not_found" => Exit::Usage,
            "budget" | "unpriced" => Exit::Budget,
            "no_key" => Exit::NoKey,
            _ => Exit::Failed,
        };
        Self { exit, error }
    }
}
