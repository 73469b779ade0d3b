//! The one door of the studio: every command with its shapes. Hosts call `dispatch` and listen to
//! changes; nothing else of the core is theirs.

pub mod types;
