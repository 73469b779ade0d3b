//! Endpoints as forms need them, and what a render would cost.

use rushes_providers::schema::Field;
use rushes_providers::types::{Licence, Modality, Price, Retired};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One model at one provider, ready for a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Endpoint {
    /// `provider:remote model id`.
    pub id: String,
    /// The family slug; endpoints with the same slug are the same model.
    pub model: String,
    /// Readable name.
    pub name: String,
    /// What people call the model and its kin by, e.g. `Seedream`, spelled alike for all of them.
    pub family: String,
    /// One line; may be empty.
    pub description: String,
    /// Provider id.
    pub provider: String,
    /// Provider's name as it spells it.
    pub provider_name: String,
    /// Two or three letters for a small tile.
    pub monogram: String,
    /// What it makes.
    pub modality: Modality,
    /// The provider's own kind, e.g. `text-to-image`.
    pub task: String,
    /// Its inputs, in order.
    pub fields: Vec<Field>,
    /// Whether it is a workflow of the user's own, which can be replaced and removed.
    pub own: bool,
    /// List price of one run; None when not listed.
    pub price: Option<Price>,
    /// Licence of what it makes.
    pub licence: Licence,
    /// Where its documentation is.
    pub docs: Option<String>,
    /// Date of this knowledge, `2026-11-22`.
    pub as_of: String,
    /// True when it came from the provider's live list, false when bundled.
    pub live: bool,
    /// True for the built-in sandbox: no AI, free.
    pub sandbox: bool,
    /// True at a server of the user's own, which takes the place of a key once it has answered.
    pub own_server: bool,
    /// Whether it can run now: there is a key or its server is there, its inputs are known, and it was not
    /// switched off.
    pub usable: bool,
    /// Whether there is a key; at a server of the user's own, whether it has answered once.
    pub keyed: bool,
    /// How long it usually takes; None before the first run.
    pub estimate: Option<Estimate>,
    /// What the provider's own terms say about outputs, beside the model's licence.
    pub output_terms: Licence,
    /// The day it stops, where that was announced, `2026-10-23`.
    pub ends_on: Option<String>,
    /// Set when its maker has switched it off.
    pub retired: Option<Retired>,
    /// Endpoint ids of the same model at the same provider that make the same from other inputs, this
    /// one included, the one that needs the fewest references first. One entry where it stands alone.
    pub variants: Vec<String>,
}

/// A workflow file of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkflowFile {
    /// Id of the provider that runs it.
    pub provider: String,
    /// What the user calls it, or the file's name.
    pub name: String,
    /// The file's text, JSON.
    pub file: String,
}

/// A workflow that was taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ImportedWorkflow {
    /// The model that it is now.
    pub endpoint: Endpoint,
    /// The one of the same name whose place it took, as it was.
    pub before: Option<WorkflowFile>,
}

/// Learned from this endpoint's own history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Estimate {
    /// Middle of the run times, in ms.
    #[ts(type = "number")]
    pub median_ms: i64,
    /// Nine of ten runs were faster, in ms.
    #[ts(type = "number")]
    pub slow_ms: i64,
    /// How many runs this rests on.
    pub runs: u32,
}

/// What a render would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quote {
    /// Price of one run; None when not listed.
    pub each: Option<Price>,
    /// Price of all runs asked for.
    pub total: Option<Price>,
    /// With a route: the most that all runs may cost when other steps take over; None when a step
    /// may cost what nobody can tell.
    pub most: Option<Price>,
    /// A line about it: why it is unknown, or that it is an estimate. May be empty.
    pub note: String,
}

/// One thing to fix in the inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// The field's name; empty when it is about the whole.
    pub field: String,
    /// One sentence: what, and what to do.
    pub message: String,
}

/// What a live catalogue refresh brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncReport {
    /// Provider id.
    pub provider: String,
    /// Models known now.
    pub models: u32,
    /// One line for a person.
    pub message: String,
}
