//! Shared footing for tests that drive Rushes from outside.

#[cfg(target_os = "linux")]
pub mod calls;
#[cfg(target_os = "linux")]
pub mod disk;
pub mod judge;
pub mod peer;
pub mod rushes;
pub mod simulation;
#[cfg(target_os = "linux")]
pub mod trace;
