//! Copies of the job book, and what going back to one of them would mean.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a copy was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// The one of its day.
    Day,
    /// The user asked for it.
    Asked,
    /// Before a newer Rushes changed the format.
    Format,
    /// The book that a restore has replaced.
    Replaced,
}

/// A copy that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookCopy {
    /// Its file's name, by which commands take it.
    pub name: String,
    /// Why it was made.
    pub kind: CopyKind,
    /// When it was made, ms UTC.
    #[ts(type = "number")]
    pub made_at: i64,
    /// Size of its file.
    #[ts(type = "number")]
    pub bytes: i64,
    /// What is wrong with it, in the reader's words; null when it is whole.
    pub fault: Option<String>,
    /// Jobs in it; 0 where it cannot be read.
    pub jobs: u32,
    /// Prints in it; 0 where it cannot be read.
    pub prints: u32,
}

/// A restore that is done, or waits for the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Restore {
    /// Name of the copy.
    pub name: String,
    /// When the copy was made, ms UTC.
    #[ts(type = "number")]
    pub made_at: i64,
    /// When the restore was asked for, ms UTC.
    #[ts(type = "number")]
    pub asked_at: i64,
    /// Jobs that waited in the copy and were stopped, because they may have been sent since.
    pub stopped: u32,
}

/// All copies, and where a restore stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookCopies {
    /// Where they are kept, absolute.
    pub folder: String,
    /// Newest first.
    pub copies: Vec<BookCopy>,
    /// What takes the book's place at the next start.
    pub waiting: Option<Restore>,
    /// Why it did not take it at this start; empty when there is nothing to say.
    pub trouble: String,
    /// What the book was made from when it was last restored.
    pub restored: Option<Restore>,
}

/// What a restore would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestorePreview {
    /// Name of the copy.
    pub name: String,
    /// When it was made, ms UTC.
    #[ts(type = "number")]
    pub made_at: i64,
    /// Jobs in the copy.
    pub jobs: u32,
    /// Prints in the copy.
    pub prints: u32,
    /// Jobs that wait to be sent in the copy: they would be stopped.
    pub waiting: u32,
    /// Jobs in the book now.
    pub jobs_now: u32,
    /// Prints in the book now.
    pub prints_now: u32,
    /// Jobs that are under way now and that the copy may not know of.
    pub under_way_now: u32,
}
