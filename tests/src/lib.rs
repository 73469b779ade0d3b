//! Shared footing for tests that drive Rushes from outside.
