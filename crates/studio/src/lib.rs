//! The core of Rushes.
#![warn(missing_docs)]

pub mod api;
pub mod job;
pub mod store;
pub mod view;
