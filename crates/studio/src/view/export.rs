//! What leaves the library, in which form.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The form that prints leave in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    /// The files as they are, with their sidecars, into a folder.
    Originals,
    /// The same pixels without prompt, notes and paths, under names that tell none of them, into a folder.
    Share,
    /// The files as they are, with their sidecars, as one archive.
    Zip,
    /// One picture with all of them in rows.
    Sheet,
}

/// What becomes of Content Credentials (C2PA) in a share copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShareCredentials {
    /// They stay, unless the prompt stands in them: they are the maker's own word for where a picture
    /// comes from, and a copy without them passes for something else.
    #[default]
    Keep,
    /// They are taken out.
    Remove,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// Absolute paths of what was written, sidecars left out.
    pub files: Vec<String>,
    /// Prints that could not be taken along, each with why.
    pub skipped: Vec<SkippedPrint>,
    /// Bytes written.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Share copies whose credentials stayed though other words were taken out: a checker will say, truly, that
    /// the file was changed since it was signed.
    pub credentials_changed: u32,
    /// Share copies whose credentials were taken out, as asked or because the prompt stood in them.
    pub credentials_removed: u32,
    /// True when it was stopped before the end.
    pub stopped: bool,
}

/// A print that was left out of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SkippedPrint {
    /// The print's id.
    pub id: String,
    /// Why, in one sentence.
    pub message: String,
    /// What to do, in one sentence; may be empty.
    pub hint: String,
}
