//! The vocabulary of a call: what goes to a provider and what comes back, in our words.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::schema::Field;

/// What a model makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Still pictures.
    Image,
    /// Moving pictures.
    Video,
}

/// One submit: the endpoint's remote id and its inputs under the provider's own field names.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The provider's name for the model, e.g. `google/nano-banana-2.1/edit`.
    pub remote_model: String,
    /// Inputs by the provider's field names. References are already uploaded and stand as URLs.
    pub inputs: Map<String, Value>,
    /// Our own id of this attempt; sent along where a manifest names a header for it.
    pub client_ref: String,
}

/// A submit the provider accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// The provider's handle for the work.
    pub remote_id: String,
    /// Where to ask for the state, when the answer said so. Only a hint.
    pub poll_url: Option<String>,
    /// The answer's body, redacted, for the record.
    pub raw: String,
}

/// Work that was accepted, as needed to ask about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The provider's handle for the work.
    pub remote_id: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// What the submit's answer said about where to ask.
    pub poll_url: Option<String>,
}

/// The answer to one poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Poll {
    /// Where the work stands.
    pub state: PollState,
    /// The provider's own status word, for the record. Unknown words read as running.
    pub status_word: String,
    /// The provider's own time spent rendering, when told.
    pub render_time: Option<Duration>,
    /// The answer's body, redacted, for the record.
    pub raw: String,
}

/// Where remote work stands.
#[derive(Debug, Clone, PartialEq)]
pub enum PollState {
    /// Accepted and not begun.
    Queued,
    /// Being made. `progress` is 0..=1 where the provider tells it.
    Running {
        /// Part done, 0..=1.
        progress: Option<f32>,
    },
    /// Finished; the outputs may be empty, which is not success.
    Done {
        /// In the provider's order.
        outputs: Vec<RemoteOutput>,
    },
    /// Ended without outputs.
    Failed {
        /// Refused, Invalid or Unavailable.
        kind: crate::error::Kind,
        /// The provider's reason, one sentence.
        message: String,
        /// Whether the provider says that it gives the money back.
        refunded: bool,
    },
    /// Ended at someone's wish, or removed at the provider.
    Cancelled,
}

/// One output as the provider holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteOutput {
    /// To be fetched from here, soon.
    Link {
        /// Absolute URL. Treat as a secret: it may be signed.
        url: String,
    },
    /// Delivered in the answer itself.
    Inline {
        /// Decoded bytes.
        bytes: bytes::Bytes,
    },
    /// A text result (captions and the like).
    Text {
        /// As given.
        text: String,
    },
}

/// A local file to be handed to the provider before a submit.
#[derive(Debug, Clone)]
pub struct Upload {
    /// A harmless file name of ours, e.g. `reference-1.png`.
    pub name: String,
    /// Sniffed media type, e.g. `image/png`.
    pub content_type: String,
    /// The file's bytes.
    pub bytes: bytes::Bytes,
}

/// A model as the provider's live catalogue describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveModel {
    /// The provider's name for the model, the path of a submit.
    pub remote_model: String,
    /// A readable name.
    pub name: String,
    /// One line about it; may be empty.
    pub description: String,
    /// The provider's own kind, e.g. `text-to-image`.
    pub task: String,
    /// What it makes; None for kinds we do not show (audio, text, training).
    pub modality: Option<Modality>,
    /// Its inputs, in the provider's order.
    pub fields: Vec<Field>,
    /// Its list price, when told.
    pub price: Option<Price>,
}

/// A price in millionths of the currency's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Price {
    /// Amount in micros: $0.04 is 40 000.
    pub micros: i64,
    /// ISO 4217, e.g. `USD`.
    pub currency: String,
    /// True when this is what the given inputs cost; false when it is a starting price.
    pub exact: bool,
}

/// What to look for in a provider's own list of recent work, when an answer was lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// The provider's name for the model.
    pub remote_model: String,
    /// Inputs as submitted (the fresh seed makes them unique).
    pub inputs: Map<String, Value>,
    /// Not made before.
    pub since: Timestamp,
    /// Not made after.
    pub until: Timestamp,
}

/// A piece of work found in the provider's list.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The provider's handle.
    pub remote_id: String,
    /// When the provider says it was made.
    pub created_at: Option<Timestamp>,
    /// Whether the inputs in the list are exactly ours.
    pub same_inputs: bool,
}

/// What became of a wish to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// The provider stopped it.
    Stopped,
    /// The provider has no way to stop work; it goes on and may be charged.
    CannotStop,
}

/// Whether work may be sold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Commercial {
    /// The terms allow it.
    Yes,
    /// The terms forbid it.
    No,
    /// The terms allow it under conditions.
    Conditions,
    /// Nobody has read it anywhere yet.
    #[default]
    Unknown,
}

/// The terms under which outputs may be used, as far as someone has read them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Whether the outputs may be sold.
    #[serde(default)]
    pub commercial: Commercial,
    /// The licence's own name, e.g. `Apache-2.0`.
    pub name: Option<String>,
    /// Where the terms stand.
    pub url: Option<String>,
    /// The day someone read them, `2026-11-22`.
    pub read_on: Option<String>,
}
