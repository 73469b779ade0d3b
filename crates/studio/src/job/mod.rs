//! Jobs and attempts: their states and the pure rules between them.

pub mod backoff;
pub mod budget;
pub mod calendar;
mod classify;
mod disposition;
pub mod spend;
mod state;
#[cfg(test)]
mod testkit;
mod transition;
#[cfg(test)]
mod walk;
pub mod words;

pub use classify::{Class, classify};
pub use disposition::{Disposition, disposition};
pub(crate) use state::stored_words;
pub use state::{AttemptState, JobState};
pub use transition::{Again, Next, Outcome, next};
