//! How far a move of the library is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a move of the library stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MovePhase {
    /// Files are copied and compared; the library is where it was.
    Copying,
    /// The library is at the new place, and the old files are removed.
    Removing,
    /// The same, and files on their way in still lie at the old place. They are taken along when they have arrived,
    /// or at the next start.
    Waiting,
    /// Done.
    Over,
}

/// What a part of a move came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Moved {
    /// The old folder.
    pub from: String,
    /// The new one.
    pub to: String,
    /// Ask again until it is over, or waits.
    pub phase: MovePhase,
    /// Files that are done in this phase.
    pub done: u32,
    /// Files that there are in it; 0 where the folder was renamed.
    pub total: u32,
    /// Files that stay in the old folder, because they are not what was copied or can't be removed; at most 100.
    pub left: Vec<String>,
}
