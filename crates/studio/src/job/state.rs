//! The states of a job and of an attempt, and who writes them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn or for a time.
    Queued,
    /// An attempt is alive.
    Running,
    /// Its outputs are in the library.
    Completed,
    /// Ended without outputs.
    Failed,
    /// Ended at the user's wish.
    Cancelled,
}

/// Where one try stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Written before the first byte leaves; at start it becomes in doubt.
    Submitting,
    /// The provider has it and we have its remote id; polled until it ends.
    Accepted,
    /// The provider is done; outputs are being fetched.
    Downloading,
    /// May have been charged and we have no remote id. Never sent again by itself.
    InDoubt,
    /// All outputs are in the library.
    Succeeded,
    /// Some outputs are in the library, the others cannot be had.
    Partial,
    /// The provider tried and gave up.
    Failed,
    /// The provider declined the content.
    Blocked,
    /// The provider declined the request; nothing was made.
    Refused,
    /// Provably never sent, or told to come back later; the job waits.
    NotSent,
    /// Stopped at the user's wish.
    Cancelled,
    /// Paid and made, and gone before it could be fetched.
    Expired,
    /// The provider knows it no longer.
    Lost,
}
