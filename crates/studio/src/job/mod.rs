//! Jobs and attempts: their states and the pure rules between them.

mod state;

pub(crate) use state::words;
pub use state::{AttemptState, JobState};
