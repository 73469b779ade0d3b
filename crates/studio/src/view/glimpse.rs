//! What is seen of a job only while it runs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A running job between two of its states. Lost with no harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Glimpse {
    /// The job.
    pub job: String,
    /// Part done, 0..=1, where the provider tells it.
    pub part: Option<f32>,
    /// The provider's last words: the place in its queue, a line of its log. May be empty.
    pub note: String,
    /// The number of the newest picture of it half made, which the door serves as
    /// `glimpse/JOB/NUMBER`; None before the first.
    pub picture: Option<u32>,
}
