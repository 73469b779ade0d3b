//! Shared footing for tests that drive Rushes from outside.

pub mod rushes;
