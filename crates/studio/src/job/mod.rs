//! Jobs and attempts: their states and the pure rules between them.

mod state;

pub use state::{AttemptState, JobState};
