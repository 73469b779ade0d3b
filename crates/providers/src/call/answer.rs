//! An answer that came whole.

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::Patience;

/// A complete answer that is JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// What was asked.
    pub patience: Patience,
    /// The body.
    pub json: Value,
    /// The body as text, redacted and cut, for the record.
    pub raw: String,
}

impl Answer {
    /// Whether its status says yes.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
