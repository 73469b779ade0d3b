//! What a host is told when a command could not be done.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, for a person: a sentence, what to do next, and the chain behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// A word that hosts may branch on: `invalid`, `not_found`, `no_key`, `budget`, `unpriced`, `unreadable`,
    /// `provider`, `network`, `library`, `locked`, `internal`.
    pub code: String,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do next, in one sentence; may be empty.
    pub hint: String,
    /// The technical chain, for a bug report; may be empty.
    pub detail: String,
}
