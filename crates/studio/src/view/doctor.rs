//! What a look over the whole studio found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// All is well.
    Fine,
    /// Good to know; nothing has to be done.
    Note,
    /// It was mended just now.
    Repaired,
    /// A repair would mend it.
    Repairable,
    /// Only the user can mend it.
    Yours,
}

impl FindingState {
    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Repairable | Self::Yours)
    }
}

/// One line of a look over the studio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Finding {
    /// What was looked at: `database`, `copies`, `disk`, `search`, `library`, `sidecars`, `thumbnails`, `keychain`
    /// or `jobs`.
    pub check: String,
    /// How it stands.
    pub state: FindingState,
    /// What was found, or mended, in one sentence.
    pub message: String,
    /// What to do, or what a repair would do, in one sentence; may be empty.
    pub hint: String,
    /// The files or jobs it is about.
    pub items: Vec<String>,
}

impl Finding {
    /// A finding about nothing in particular.
    pub(crate) fn new(
        check: &str,
        state: FindingState,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            check: check.into(),
            state,
            message: message.into(),
            hint: hint.into(),
            items: Vec::new(),
        }
    }

    /// All is well.
    pub(crate) fn fine(check: &str, message: impl Into<String>) -> Self {
        Self::new(check, FindingState::Fine, message, "")
    }

    /// The same about these files or jobs.
    pub(crate) fn about(mut self, items: Vec<String>) -> Self {
        self.items = items;
        self
    }
}

/// A look over the whole studio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagnosis {
    /// One or more for each check, in the order they were made.
    pub findings: Vec<Finding>,
}
