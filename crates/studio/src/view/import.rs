//! What is taken into the library as prints, and what such files say about themselves.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// Ids of the new prints, in order.
    pub added: Vec<String>,
    /// How many files were in the library already, by their very bytes.
    pub known: u32,
    /// What was left out, each with why.
    pub skipped: Vec<SkippedFile>,
    /// True when it was stopped before the end, by the user or a full disk; what is added stays.
    pub stopped: bool,
}

/// A file that was left out of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SkippedFile {
    /// Absolute path, or the name of a file that was sent.
    pub path: String,
    /// Why, in one sentence.
    pub message: String,
    /// What to do, in one sentence; may be empty.
    pub hint: String,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Importing {
    /// Files that were looked at.
    pub done: u32,
    /// Files that were found.
    pub total: u32,
    /// True once it has ended.
    pub over: bool,
}

/// What is known of an import beside its file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct ImportRecord {
    /// The file's name where it came from.
    pub name: String,
    /// When the file was last changed there, ms UTC.
    #[ts(type = "number | null")]
    pub made_at: Option<i64>,
    /// The program that wrote down what follows; empty where nothing was found.
    pub program: String,
    /// The words for what was not wanted.
    pub negative: Option<String>,
    /// The seed. As text: several programs use more bits than a window's numbers have.
    pub seed: Option<String>,
    /// Steps of the sampler.
    pub steps: Option<u32>,
    /// The sampler, as the program names it.
    pub sampler: Option<String>,
    /// Guidance scale (CFG).
    pub guidance: Option<f64>,
    /// All the rest, by the program's own names.
    #[ts(type = "Record<string, unknown>")]
    pub inputs: Map<String, Value>,
}
