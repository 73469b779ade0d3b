//! What went wrong in one call, in words that the engine can act on.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The reaction an error asks for. A kind exists only where the reaction differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The key is missing, wrong or revoked: the user must mend it.
    Auth,
    /// The account has no credit left.
    Credit,
    /// Too many requests: wait and ask again.
    RateLimited,
    /// The provider declined the content (policy).
    Refused,
    /// The provider declined an input; `field` names it where the answer did.
    Invalid {
        /// The input's name in the provider's words, when it was told.
        field: Option<String>,
    },
    /// The model, task or file does not exist (any more).
    NotFound,
    /// The provider is broken or busy (5xx, maintenance).
    Unavailable,
    /// The line is broken: DNS, TLS, refused, reset, timed out.
    Network,
    /// An answer came that this dialect cannot read (HTML, truncated JSON, no id).
    Protocol,
}

/// What is known about the request's way over the wire. This, not the kind, decides whether a
/// submit may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wire", content = "status", rename_all = "snake_case")]
pub enum Wire {
    /// Provably no byte of the request left this computer.
    NotSent,
    /// The request was (perhaps partly) sent and no complete answer came back.
    Unanswered,
    /// A complete HTTP answer with this status came back.
    Answered(u16),
}

/// A failed call.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The reaction it asks for.
    pub kind: Kind,
    /// How far the request got.
    pub wire: Wire,
    /// One sentence for a person: what happened.
    pub message: String,
    /// One sentence for a person: what to do next.
    pub hint: Option<String>,
    /// How long the provider asked us to wait.
    pub retry_after: Option<Duration>,
    /// The provider's own words, redacted and cut to 4 KiB, for the job's record.
    pub raw: Option<String>,
}
