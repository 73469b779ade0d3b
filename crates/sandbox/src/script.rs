use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;

/// Faults to play: a list of rules, the first that matches a request plays. Read from JSON or TOML.
///
/// ```
/// let script: rushes_sandbox::Script = serde_json::from_str(
///     r#"{"rules": [{"on": "submit", "times": 1, "answer": {"status": 429, "headers": {"retry-after": "7"}}}]}"#,
/// ).expect("a script");
/// assert_eq!(script.rules.len(), 1);
/// ```
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Script {
    /// Base price of every model in US dollars; wins over the configuration.
    pub base_price: Option<f64>,
    /// Balance before the first charge in US dollars; wins over the configuration.
    pub balance: Option<f64>,
    /// The faults.
    pub rules: Vec<Rule>,
}

/// One fault: where it plays, how often, and what happens.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// The kind of request it plays on.
    pub on: On,
    /// Only for this model (`*` stands for any characters). Requests that belong to no model never match it.
    pub model: Option<String>,
    /// Let this many matching requests pass first.
    pub after: u64,
    /// Play at most this often; for ever when absent.
    pub times: Option<u64>,
    /// Answer this in place of the true answer.
    pub answer: Option<Answer>,
    /// Wait this long first, in milliseconds.
    pub delay_ms: u64,
    /// Keep the answer back this long once the request has taken effect, in milliseconds.
    pub hold_ms: u64,
    /// End the connection after this many bytes of the answer's body.
    pub cut_after: Option<u64>,
    /// Reset the connection without an answer.
    pub drop: Option<DropAt>,
    /// Put this word in the place of the status that a task is told with.
    pub status_word: Option<String>,
    /// Whether the request takes effect all the same (for a submit: whether the task is created).
    /// When absent: yes for `after_read`, for a cut and for a 5xx answer, no for other answers and `before_read`.
    pub create: Option<bool>,
}

/// The kinds of request that a rule can name.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Creating a task.
    Submit,
    /// Asking after a task.
    Poll,
    /// Asking for an upload ticket, or the older multipart upload.
    Upload,
    /// Putting the bytes of an upload.
    Put,
    /// Listing tasks.
    List,
    /// Fetching an output or an upload.
    Download,
    /// The model catalogue.
    Models,
    /// The price of a call.
    Price,
    /// The balance.
    Balance,
    /// Everything but the sandbox's own `/sandbox` paths.
    #[default]
    Any,
}

/// An answer that a rule gives.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The HTTP status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Extra headers.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
    /// A string is sent as it stands; any other value as JSON; absent gives the usual envelope.
    #[serde(default)]
    pub body: Option<Value>,
}

fn ok() -> u16 {
    200
}

/// When a connection is reset.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DropAt {
    /// After the request's head, before its body is read.
    BeforeRead,
    /// After the whole request was read.
    AfterRead,
}

impl Script {
    /// Reads a script: TOML when the file's name ends in `.toml`, otherwise JSON.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
        let wrong = |reason: String| Error::Script { path: path.to_owned(), reason };
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
            toml::from_str(&text).map_err(|e| wrong(e.to_string()))
        } else {
            serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))
        }
    }
}
