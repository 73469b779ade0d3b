//! Prints and other media of the library.

use rushes_providers::schema::MediaKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::import::ImportRecord;
use super::job::Job;

/// One output in the library, or a file that was taken in as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Print {
    /// The asset's id, `ast_…`.
    pub id: String,
    /// Its number in views; it never changes.
    #[ts(type = "number")]
    pub seq: i64,
    /// Its job; None for an import, which no job made.
    pub job: Option<String>,
    /// Edge print, e.g. `152-1·2`; of an import `i-7`.
    pub code: String,
    /// The thread's number; 0 for an import.
    pub shot_number: u32,
    /// Which run; 0 for an import.
    pub take: u32,
    /// Place in the take, from 1; of an import its number among them.
    pub number: u32,
    /// Picture or clip.
    pub media: MediaKind,
    /// e.g. `image/png`.
    pub media_type: String,
    /// Pixels; 0 when it could not be read.
    pub width: u32,
    /// Pixels; 0 when it could not be read.
    pub height: u32,
    /// Length of a clip in ms.
    #[ts(type = "number | null")]
    pub duration_ms: Option<i64>,
    /// Size of the file.
    #[ts(type = "number")]
    pub bytes: i64,
    /// When it was saved, ms UTC.
    #[ts(type = "number")]
    pub created_at: i64,
    /// The day it belongs to, `2026-11-22`, in the user's zone when made.
    pub day: String,
    /// Absolute path of the file.
    pub path: String,
    /// The words it was made from; empty where an import does not tell them.
    pub prompt: String,
    /// Model's name; of an import as its program names it, or empty.
    pub model_name: String,
    /// Provider's name; empty for an import.
    pub provider_name: String,
    /// True for the sandbox.
    pub sandbox: bool,
    /// Marked as a pick.
    pub circled: bool,
    /// False when the file is not where it was.
    pub present: bool,
    /// Stars, 1 to 5; 0 for none.
    pub rating: u8,
    /// By name, in the order of the alphabet.
    pub tags: Vec<String>,
    /// The user's own words about it; may be empty.
    pub note: String,
    /// When it was put into the trash, ms UTC; it is removed for good 30 days later.
    #[ts(type = "number | null")]
    pub trashed_at: Option<i64>,
    /// What it looks like at a glance (ThumbHash, base64), once a thumbnail was made.
    pub thumb_hash: Option<String>,
}

/// A page of prints, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PrintPage {
    /// At most `limit`.
    pub prints: Vec<Print>,
    /// Pass as `before` for the next page; None at the end.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// Everything the viewer says about a print.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PrintBook {
    /// The print.
    pub print: Print,
    /// The job that made it; None for an import.
    pub job: Option<Job>,
    /// What its file says; None for what a job made.
    pub import: Option<ImportRecord>,
    /// The references it was made from, in order.
    pub references: Vec<Asset>,
    /// Time before the provider accepted it, ms.
    #[ts(type = "number")]
    pub waited_ms: i64,
    /// Time at the provider, ms.
    #[ts(type = "number")]
    pub rendered_ms: i64,
    /// Time to fetch, check and save, ms.
    #[ts(type = "number")]
    pub saved_ms: i64,
}

/// A media file the library owns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Asset {
    /// `ast_…`.
    pub id: String,
    /// Picture or clip.
    pub media: MediaKind,
    /// e.g. `image/png`.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length of a clip in ms.
    #[ts(type = "number | null")]
    pub duration_ms: Option<i64>,
    /// Size of the file.
    #[ts(type = "number")]
    pub bytes: i64,
    /// Absolute path of the file.
    pub path: String,
}

/// What a check of the library found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    /// Files whose bytes are what was saved.
    pub sound: u32,
    /// Paths that are gone.
    pub missing: Vec<String>,
    /// Paths whose bytes changed.
    pub changed: Vec<String>,
    /// Half-written files that were found and are no output.
    pub partial: Vec<String>,
    /// Files in the folder that the job book does not know. They are left alone.
    #[serde(default)]
    pub strangers: Vec<String>,
    /// The edge prints of those that are missing or changed, by path; a reference has none.
    #[serde(default)]
    pub codes: std::collections::BTreeMap<String, String>,
    /// How many files there are to check in all.
    #[serde(default)]
    pub total: u32,
    /// Pass as `after` for the next part; None at the end. Half-written and unknown files are told at the
    /// end only.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// What became of a rebuild: a new job book from the library folder alone. Paths are below that folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebuildReport {
    /// Prints that are in the new book.
    pub prints: u32,
    /// References that are in it.
    pub references: u32,
    /// Prints whose file is not there; the book has them as missing.
    pub missing: Vec<String>,
    /// Prints without a file beside them that tells their story: of them only what the file itself tells
    /// is known.
    pub bare: Vec<String>,
    /// Files beside prints that cannot be read. They are kept.
    pub damaged: Vec<String>,
    /// Prints that are copies of another with the same story; they have ids of their own now.
    pub copies: Vec<String>,
    /// Files that are no pictures, clips or sounds. They are left alone.
    pub strangers: Vec<String>,
    /// Where the job book is that was there before.
    pub aside: Option<String>,
}
