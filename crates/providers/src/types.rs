//! The vocabulary of a call: what goes to a provider and what comes back, in our words.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::schema::Field;

/// The input that brings a file of the user's own along ([`crate::Provider::workflow`]).
pub const WORKFLOW: &str = "workflow";

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
    /// Inputs by the provider's field names. References stand as what an upload answered, or, at a
    /// provider that takes them inside the request, as names of `attached`.
    pub inputs: Map<String, Value>,
    /// Our own id of this attempt; sent along where a manifest names a header for it.
    pub client_ref: String,
    /// The files that travel inside this request, by the name that stands for each in `inputs`.
    pub attached: BTreeMap<String, Upload>,
    /// Where to tell that it has ended, at a provider that takes such an address.
    pub webhook: Option<Webhook>,
}

/// Where a provider may tell of the end of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// An address out on the internet that leads here.
    pub url: String,
    /// What to sign with, where the provider lets the submit choose.
    pub secret: String,
}

impl Request {
    /// The file that an input stands for, where it stands for one.
    pub fn file(&self, input: &Value) -> Option<&Upload> {
        self.attached.get(input.as_str()?)
    }
}

/// A submit the provider accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// The provider's handle for the work.
    pub remote_id: String,
    /// Where to ask for the state, when the answer said so. Only a hint.
    pub poll_url: Option<String>,
    /// The answer's body, redacted, for the record.
    pub raw: String,
    /// How it ended, at a provider that answers a submit with the result itself. There is nothing to
    /// poll then.
    pub at_once: Option<Poll>,
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
    /// What a person may read meanwhile: the place in the queue, the last line of the log.
    pub note: Option<String>,
    /// What the work cost in the end, when told.
    pub cost: Option<Price>,
    /// The answer's body, redacted, for the record.
    pub raw: String,
}

impl Poll {
    /// An answer that tells no more than where the work stands.
    pub fn new(state: PollState, status_word: impl Into<String>, raw: impl Into<String>) -> Self {
        Self {
            state,
            status_word: status_word.into(),
            render_time: None,
            note: None,
            cost: None,
            raw: raw.into(),
        }
    }
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
    /// Delivered in the answer itself, and put into the call's tray while it came.
    Kept {
        /// The name that the tray gave it.
        id: String,
    },
    /// A text result (captions and the like).
    Text {
        /// As given.
        text: String,
    },
}

/// A local file on its way to the provider: before a submit, or inside one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// A harmless file name of ours, e.g. `reference-1.png`.
    pub name: String,
    /// Sniffed media type, e.g. `image/png`.
    pub content_type: String,
    /// The file's bytes.
    pub bytes: bytes::Bytes,
}

impl Upload {
    /// Its bytes as base64.
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// Its bytes as a `data:` URI.
    pub fn data_uri(&self) -> String {
        format!("data:{};base64,{}", self.content_type, self.base64())
    }
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
    /// Its licence, when told.
    #[serde(default)]
    pub licence: Option<Licence>,
    /// The page to read about it, when told.
    #[serde(default)]
    pub docs: Option<String>,
    /// The day it stops, `2026-10-23`, when told.
    #[serde(default)]
    pub ends_on: Option<String>,
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
    /// Our own id of the attempt, for a provider where work may bear a name of our choice.
    pub client_ref: String,
    /// Inputs as submitted (the fresh seed makes them unique).
    pub inputs: Map<String, Value>,
    /// Not made before.
    pub since: Timestamp,
    /// Not made after.
    pub until: Timestamp,
}

impl Lookup {
    /// Whether listed work had exactly our inputs. The provider may add defaults that we did not send, so
    /// every input of ours must be there and equal; 5 and 5.0 are.
    pub(crate) fn has_inputs_of(&self, theirs: &Value) -> bool {
        let same = |a: &Value, b: &Value| match (a, b) {
            (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
            (a, b) => a == b,
        };
        theirs.as_object().is_some_and(|theirs| {
            !self.inputs.is_empty()
                && self
                    .inputs
                    .iter()
                    .all(|(name, ours)| theirs.get(name).is_some_and(|other| same(ours, other)))
        })
    }
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

/// A model that its maker has switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// The day it stopped, `2026-09-24`.
    pub on: String,
    /// One sentence: why, as far as it was told.
    pub reason: String,
    /// Family slugs of what may serve in its place; may be empty.
    #[serde(default)]
    pub successors: Vec<String>,
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
