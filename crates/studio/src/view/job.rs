//! Jobs and their records as a person sees them.

use rushes_providers::types::{Licence, Modality, Price};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::endpoint::{Estimate, Problem};
use super::grid::InGrid;
use super::print::Print;
use crate::job::{AttemptState, JobState, stored_words};

/// A reference in a draft or a job: which asset stands in which field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reference {
    /// The field's name.
    pub field: String,
    /// The asset's id.
    pub asset: String,
}

/// What became of a submit: jobs, or problems and no job at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Submission {
    /// The jobs that were written down; empty when there are problems.
    pub jobs: Vec<Job>,
    /// What to fix first.
    pub problems: Vec<Problem>,
}

/// What happened to the money of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Nothing left this computer, or the provider said no.
    None,
    /// Accepted and not finished.
    Reserved,
    /// The provider took it.
    Charged,
    /// The provider gives it back.
    Released,
    /// We cannot know yet.
    Unknown,
}

/// A job as a person sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Job {
    /// `job_…`.
    pub id: String,
    /// `shot_…`: the prompt's thread.
    pub shot: String,
    /// The thread's number, as on the slate.
    pub shot_number: u32,
    /// Which run of the thread.
    pub take: u32,
    /// Place in the take, from 1, when a take is several jobs.
    pub index: u32,
    /// Person's state.
    pub state: JobState,
    /// State of the newest attempt, when there is one.
    pub phase: Option<AttemptState>,
    /// Endpoint id.
    pub endpoint: String,
    /// Model's readable name, frozen.
    pub model_name: String,
    /// Provider id.
    pub provider: String,
    /// Provider's name, frozen.
    pub provider_name: String,
    /// What it makes.
    pub modality: Modality,
    /// True for the sandbox.
    pub sandbox: bool,
    /// The words.
    pub prompt: String,
    /// All inputs by field name, without references and without the workflow that it runs with.
    #[ts(type = "Record<string, unknown>")]
    pub inputs: Map<String, Value>,
    /// References by field.
    pub references: Vec<Reference>,
    /// Seed of the newest attempt.
    #[ts(type = "number | null")]
    pub seed: Option<i64>,
    /// Quote for this job when it was made; None when unknown.
    pub price: Option<Price>,
    /// What happened to the money.
    pub charge: Charge,
    /// Licence, frozen when made.
    pub licence: Licence,
    /// What the provider's own terms said about outputs, frozen when made.
    pub output_terms: Licence,
    /// The provider's handle, once accepted.
    pub remote_id: Option<String>,
    /// ms UTC.
    #[ts(type = "number")]
    pub created_at: i64,
    /// When it was first sent, ms UTC.
    #[ts(type = "number | null")]
    pub started_at: Option<i64>,
    /// When the provider accepted it, ms UTC.
    #[ts(type = "number | null")]
    pub accepted_at: Option<i64>,
    /// ms UTC.
    #[ts(type = "number | null")]
    pub finished_at: Option<i64>,
    /// While waiting: until when, ms UTC.
    #[ts(type = "number | null")]
    pub wait_until: Option<i64>,
    /// While waiting, in doubt or ended badly: what happened.
    pub message: String,
    /// And what to do next.
    pub hint: String,
    /// A word for what happened: `rate_limited`, `auth`, `credit`, `refused`, `invalid`, `network`, …; empty when nothing did.
    pub cause: String,
    /// Ids of the prints it made, in order.
    pub prints: Vec<String>,
    /// How long this endpoint usually takes.
    pub estimate: Option<Estimate>,
    /// The route it runs on, when it was asked for by one.
    pub route: Option<String>,
    /// How many of the route's steps were left behind.
    pub step: u32,
    /// How many tries it took so far.
    pub tries: u32,
    /// Who found the newest try after its answer was lost: `history` or `webhook`; None when it was never lost.
    pub resolved_by: Option<String>,
    /// Nothing more happens by itself before the user does something.
    pub needs_you: bool,
    /// Where it stands in a grid, when it was made with others as a variation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub grid: Option<InGrid>,
}

impl Job {
    /// Whether it is for the user to do something: it stopped, is in doubt, or ended badly.
    pub fn needs_someone(&self) -> bool {
        match self.state {
            JobState::Failed => self.cause != "dismissed",
            JobState::Queued | JobState::Running => {
                self.needs_you || self.phase == Some(AttemptState::InDoubt)
            }
            JobState::Completed | JobState::Cancelled => false,
        }
    }
}

/// One try of a job, for its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Attempt {
    /// `att_…`.
    pub id: String,
    /// From 1.
    pub n: u32,
    /// Model's readable name.
    pub model_name: String,
    /// Provider's name.
    pub provider_name: String,
    /// Where it stands.
    pub state: AttemptState,
    /// How often the provider was asked how it stands.
    pub polls: u32,
    /// Seed it was sent with.
    #[ts(type = "number | null")]
    pub seed: Option<i64>,
    /// The provider's handle.
    pub remote_id: Option<String>,
    /// ms UTC.
    #[ts(type = "number")]
    pub started_at: i64,
    /// ms UTC.
    #[ts(type = "number | null")]
    pub accepted_at: Option<i64>,
    /// When the provider said that it is done, ms UTC.
    #[ts(type = "number | null")]
    pub done_at: Option<i64>,
    /// ms UTC.
    #[ts(type = "number | null")]
    pub finished_at: Option<i64>,
    /// Who found it after its answer was lost: `history` or `webhook`; None when it was never lost.
    pub resolved_by: Option<String>,
    /// What happened, when it ended badly or is in doubt.
    pub message: String,
}

/// One line of a job's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Event {
    /// ms UTC.
    #[ts(type = "number")]
    pub at: i64,
    /// Id of the attempt it is about, when it is about one.
    pub attempt: Option<String>,
    /// State left, may be empty.
    pub from: String,
    /// State entered; `fell_back` when the job moved to the next step of its route, `left_out` for a
    /// step that the route had and the job cannot take.
    pub to: String,
    /// Why, one sentence.
    pub cause: String,
}

/// A job with its whole record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct JobBook {
    /// The job.
    pub job: Job,
    /// Its tries, oldest first.
    pub attempts: Vec<Attempt>,
    /// Its log, oldest first.
    pub events: Vec<Event>,
    /// What it made.
    pub prints: Vec<Print>,
}

/// What the user wants done about a job in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DoubtChoice {
    /// Look for it at the provider now.
    Look,
    /// Close it; it may have been charged.
    Dismiss,
    /// Send it again, knowing it may be paid twice.
    Again,
}

stored_words!(Charge {
    None = "none",
    Reserved = "reserved",
    Charged = "charged",
    Released = "released",
    Unknown = "unknown",
});
