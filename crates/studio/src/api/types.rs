//! The shapes that cross to every host: window, browser and command line speak exactly these.

use rushes_providers::schema::{Field, MediaKind};
use rushes_providers::types::{Licence, Modality, Price};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::job::{AttemptState, JobState};

/// What went wrong, for a person: a sentence, what to do next, and the chain behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// A word that hosts may branch on: `invalid`, `not_found`, `no_key`, `budget`, `unreadable`,
    /// `provider`, `network`, `library`, `locked`, `internal`.
    pub code: String,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do next, in one sentence; may be empty.
    pub hint: String,
    /// The technical chain, for a bug report; may be empty.
    pub detail: String,
}

/// What a host needs to draw its first frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AppState {
    /// Version of Rushes.
    pub version: String,
    /// The media folder, absolute.
    pub library: String,
    /// Where the job book and settings live, absolute.
    pub data: String,
    /// Prefix of media URLs, ending in `/`: `{media_base}{asset id}/original|thumb`. Thumb of a clip is its poster.
    pub media_base: String,
    /// The keychain's state.
    pub vault: VaultState,
    /// True until the user has chosen a key or the sandbox.
    pub first_run: bool,
    /// Something the user should know at the top of the window, worst first.
    pub notices: Vec<Notice>,
}

/// Where keys are kept, and whether that place answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultState {
    /// The store's name for a person, e.g. "your system keychain (Secret Service)".
    pub name: String,
    /// Whether a written secret could be read back at start.
    pub works: bool,
    /// Why not, and what to do; empty when it works.
    pub message: String,
}

/// A line under the top bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// `fail`, `block` or `wait`: which ground it stands on.
    pub tone: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// One model at one provider, ready for a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Endpoint {
    /// `provider:remote model id`.
    pub id: String,
    /// The family slug; endpoints with the same slug are the same model.
    pub model: String,
    /// Readable name.
    pub name: String,
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
    /// Whether it can run now (a key is there or none is needed).
    pub usable: bool,
    /// How long it usually takes; None before the first run.
    pub estimate: Option<Estimate>,
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

/// A reference in a draft or a job: which asset stands in which field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reference {
    /// The field's name.
    pub field: String,
    /// The asset's id.
    pub asset: String,
}

/// What a render would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quote {
    /// Price of one run; None when not listed.
    pub each: Option<Price>,
    /// Price of all runs asked for.
    pub total: Option<Price>,
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
    /// All inputs by field name, without references.
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
}

/// One output in the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Print {
    /// The asset's id, `ast_…`.
    pub id: String,
    /// Its job.
    pub job: String,
    /// Edge print, e.g. `152-1·2`.
    pub code: String,
    /// The thread's number.
    pub shot_number: u32,
    /// Which run.
    pub take: u32,
    /// Place in the take, from 1.
    pub number: u32,
    /// Picture or clip.
    pub media: MediaKind,
    /// e.g. `image/png`.
    pub media_type: String,
    /// Pixels; 0 when it could not be read.
    pub width: u32,
    /// Pixels; 0 when it could not be read.
    pub height: u32,
    /// Length of a clip in ms.
    #[ts(type = "number | null")]
    pub duration_ms: Option<i64>,
    /// Size of the file.
    #[ts(type = "number")]
    pub bytes: i64,
    /// When it was saved, ms UTC.
    #[ts(type = "number")]
    pub created_at: i64,
    /// The day it belongs to, `2026-11-22`, in the user's zone when made.
    pub day: String,
    /// Absolute path of the file.
    pub path: String,
    /// The words it was made from.
    pub prompt: String,
    /// Model's name.
    pub model_name: String,
    /// Provider's name.
    pub provider_name: String,
    /// True for the sandbox.
    pub sandbox: bool,
    /// Marked as a pick.
    pub circled: bool,
    /// False when the file is not where it was.
    pub present: bool,
}

/// A page of prints, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PrintPage {
    /// At most `limit`.
    pub prints: Vec<Print>,
    /// Pass as `before` for the next page; None at the end.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// Everything the viewer says about a print.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PrintBook {
    /// The print.
    pub print: Print,
    /// The job that made it.
    pub job: Job,
    /// The references it was made from, in order.
    pub references: Vec<Asset>,
    /// Time before the provider accepted it, ms.
    #[ts(type = "number")]
    pub waited_ms: i64,
    /// Time at the provider, ms.
    #[ts(type = "number")]
    pub rendered_ms: i64,
    /// Time to fetch, check and save, ms.
    #[ts(type = "number")]
    pub saved_ms: i64,
}

/// A media file the library owns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Asset {
    /// `ast_…`.
    pub id: String,
    /// Picture or clip.
    pub media: MediaKind,
    /// e.g. `image/png`.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length of a clip in ms.
    #[ts(type = "number | null")]
    pub duration_ms: Option<i64>,
    /// Size of the file.
    #[ts(type = "number")]
    pub bytes: i64,
    /// Absolute path of the file.
    pub path: String,
}

/// One try of a job, for its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Attempt {
    /// `att_…`.
    pub id: String,
    /// From 1.
    pub n: u32,
    /// Where it stands.
    pub state: AttemptState,
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
    /// ms UTC.
    #[ts(type = "number | null")]
    pub finished_at: Option<i64>,
    /// What happened, when it ended badly or is in doubt.
    pub message: String,
}

/// One line of a job's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Event {
    /// ms UTC.
    #[ts(type = "number")]
    pub at: i64,
    /// State left, may be empty.
    pub from: String,
    /// State entered.
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

/// A provider's key as the window may know it: never the key itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct KeyRow {
    /// Provider id.
    pub provider: String,
    /// Provider's name.
    pub provider_name: String,
    /// Two or three letters.
    pub monogram: String,
    /// False for the sandbox.
    pub needs_key: bool,
    /// Where the key is: `keychain`, `session`, `environment`, or None.
    pub place: Option<String>,
    /// When it was saved, ms UTC.
    #[ts(type = "number | null")]
    pub saved_at: Option<i64>,
    /// Where to get one.
    pub key_url: Option<String>,
    /// Name of the environment variable that is read when nothing is saved.
    pub key_env: Option<String>,
    /// What the last test said.
    pub test: Option<KeyTest>,
    /// Address the provider is called at.
    pub base_url: String,
    /// Whether the address is the provider's own.
    pub base_url_is_default: bool,
    /// How many live models are known, and since when (`as_of`, ms UTC).
    pub models: u32,
    /// ms UTC of the last live list.
    #[ts(type = "number | null")]
    pub models_at: Option<i64>,
}

/// What a free call with the key said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyTest {
    /// Whether it works.
    pub works: bool,
    /// One line: "Answered in 212 ms. Balance $41.80."
    pub message: String,
    /// ms UTC.
    #[ts(type = "number")]
    pub at: i64,
}

/// Where to keep a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The system keychain.
    #[default]
    Keychain,
    /// Only until Rushes closes.
    Session,
}

/// The user's choices. Unknown words in the file are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// `system`, `dark` or `light`.
    pub theme: String,
    /// Tell of finished clips when the window is not in front.
    pub notify: bool,
    /// Set once the user has chosen a key or the sandbox.
    pub welcomed: bool,
    /// Height of a gallery row in pixels, 96 to 420.
    pub row_height: u32,
    /// Last endpoint used for each modality, by `image` and `video`.
    pub last_endpoint: std::collections::BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "system".into(),
            notify: true,
            welcomed: false,
            row_height: 220,
            last_endpoint: std::collections::BTreeMap::new(),
        }
    }
}

/// What a check of the library found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    /// Files whose bytes are what was saved.
    pub sound: u32,
    /// Paths that are gone.
    pub missing: Vec<String>,
    /// Paths whose bytes changed.
    pub changed: Vec<String>,
    /// Half-written files that were found and are no output.
    pub partial: Vec<String>,
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

/// One committed change, as the hosts hear of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A job was made or changed.
    Job {
        /// As it is now.
        job: Job,
    },
    /// A print was saved or changed.
    Print {
        /// As it is now.
        print: Print,
    },
    /// A provider's models, key or address changed: list the endpoints and keys again.
    Catalog {
        /// Provider id.
        provider: String,
    },
    /// The user's choices changed.
    Settings {
        /// As they are now.
        settings: Settings,
    },
    /// Something to say at the top of the window changed.
    Notices {
        /// All of them now.
        notices: Vec<Notice>,
    },
}
