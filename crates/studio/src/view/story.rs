//! What stands beside a print so that the job book can be made again from the library folder alone:
//! its job, the try that made it, the money it took, what it was made from, the collections it is in.
//! Who reads a sidecar of an older version finds less of it, never something else.

use rushes_providers::types::Modality;
use serde::{Deserialize, Serialize};

use super::grid::InGrid;
use super::job::Charge;
use crate::job::{AttemptState, JobState};

/// The job that made a print. The words, the inputs, the price and the licences stand in the sidecar itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobStory {
    /// `job_…`.
    pub id: String,
    /// The thread that it belongs to.
    pub shot: ShotStory,
    /// Which run of the thread.
    pub take: u32,
    /// Place in the take, from 1.
    pub place: u32,
    /// Where it stood when this was written.
    pub state: JobState,
    /// Provider id.
    pub provider: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// What it makes.
    pub modality: Modality,
    /// True for the sandbox.
    pub sandbox: bool,
    /// The seed that the user wanted kept; None for a fresh one.
    #[serde(default)]
    pub seed: Option<i64>,
    /// The field a seed goes into.
    #[serde(default)]
    pub seed_field: Option<String>,
    /// What became of the money.
    pub charge: Charge,
    /// The route it was asked for by.
    #[serde(default)]
    pub route: Option<String>,
    /// How many of the route's steps were left behind.
    #[serde(default)]
    pub step: u32,
    /// A word for what happened; empty for nothing.
    #[serde(default)]
    pub cause: String,
    /// What happened, for a person.
    #[serde(default)]
    pub message: String,
    /// And what to do next.
    #[serde(default)]
    pub hint: String,
    /// ms UTC.
    pub created_at: i64,
    /// When it was first sent, ms UTC.
    #[serde(default)]
    pub started_at: Option<i64>,
    /// ms UTC; None while it runs.
    #[serde(default)]
    pub finished_at: Option<i64>,
    /// The try that made the print.
    #[serde(default)]
    pub attempt: Option<AttemptStory>,
    /// Of a job that was made as one of a grid: the prompt as it was written, and what stood at its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<InGrid>,
}

/// A thread of one prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShotStory {
    /// `shot_…`.
    pub id: String,
    /// As on the slate.
    pub number: u32,
    /// ms UTC.
    pub created_at: i64,
}

/// The try that made a print. Its seed and the provider's handle stand in the sidecar itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptStory {
    /// `att_…`.
    pub id: String,
    /// From 1.
    pub n: u32,
    /// Where it stood when this was written.
    pub state: AttemptState,
    /// ms UTC.
    pub submit_started_at: i64,
    /// ms UTC.
    #[serde(default)]
    pub accepted_at: Option<i64>,
    /// When the provider said that it is done, ms UTC.
    #[serde(default)]
    pub done_at: Option<i64>,
    /// ms UTC; None while it runs.
    #[serde(default)]
    pub finished_at: Option<i64>,
    /// Time at the provider, ms.
    #[serde(default)]
    pub rendered_ms: Option<i64>,
    /// How often the provider was asked how it stands.
    #[serde(default)]
    pub polls: u32,
    /// Who found it after its answer was lost.
    #[serde(default)]
    pub resolved_by: Option<String>,
    /// What happened.
    #[serde(default)]
    pub message: String,
    /// `out_…` of this print.
    #[serde(default)]
    pub output: Option<String>,
    /// Place of this print among what the try gave, from 1.
    #[serde(default)]
    pub place: Option<u32>,
    /// What the money book says of it, oldest first.
    #[serde(default)]
    pub ledger: Vec<LedgerStory>,
}

/// A line of the money book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerStory {
    /// `reserved`, `confirmed`, `released` or `unknown`.
    pub kind: String,
    /// Millionths; None where the price is not listed.
    pub micros: Option<i64>,
    /// e.g. `USD`.
    pub currency: Option<String>,
    /// Who said so.
    pub source: String,
    /// ms UTC.
    pub at: i64,
}

/// A picture or clip that a print was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OriginStory {
    /// The field that it stood in: its role. Empty for what was only kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Whether that field's wire form is a list.
    #[serde(default)]
    pub list: bool,
    /// `ast_…`.
    pub asset: String,
    /// Below the library folder.
    pub path: String,
    /// Hex.
    pub blake3: String,
    /// `image`, `video` or `audio`.
    pub media: String,
    /// e.g. `image/png`.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// ms.
    #[serde(default)]
    pub duration_ms: Option<i64>,
    /// File size.
    pub bytes: i64,
    /// The day it came, in the user's zone then.
    pub day: String,
    /// ms UTC.
    pub created_at: i64,
}

/// A collection that a print is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// `col_…`.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// When it was made, ms UTC.
    pub created_at: i64,
    /// When the print joined it, ms UTC.
    pub added_at: i64,
}
