//! The one door of the studio: every command with its shapes. Hosts call `dispatch` and listen to
//! changes; nothing else of the core is theirs.

pub mod camera;
mod catalogue;
pub mod commands;
pub mod copies;
mod doctor;
mod errors;
pub mod export;
mod exported;
mod gallery;
pub mod grids;
pub mod imports;
mod jobs;
mod keys;
mod library;
pub mod lineage;
pub mod lists;
pub mod prompts;
mod routes;
mod saving;
pub mod settings;
pub mod spend;
mod spread;
mod steps;
pub mod types;
pub mod vary;
mod words;
mod workflows;

pub(crate) use catalogue::refresh_lists;
pub use commands::{COMMANDS, dispatch};
pub(crate) use gallery::view_bytes;
pub(crate) use imports::take_upload;
pub(crate) use workflows::own_entries;
