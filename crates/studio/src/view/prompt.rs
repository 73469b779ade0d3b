//! What is written again and again: past prompts, presets and snippets.

use rushes_providers::types::Modality;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// A prompt that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PastPrompt {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// What it made.
    pub modality: Modality,
    /// The words as they were sent.
    pub text: String,
    /// How many takes were made of it.
    pub runs: u32,
    /// When it was last run, ms UTC.
    #[ts(type = "number")]
    pub used_at: i64,
    /// Id of its newest job.
    pub job: String,
    /// Id of the best print it made: the circled one, else the best rated, else the newest.
    pub best: Option<String>,
}

/// A page of past prompts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PromptPage {
    /// The one used last first.
    pub prompts: Vec<PastPrompt>,
    /// For `before` of the next page; None on the last.
    pub next: Option<String>,
}

/// Where the words of a preset go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WordsPlace {
    /// In place of what is written.
    #[default]
    Replace,
    /// Before what is written.
    Before,
    /// After what is written.
    After,
}

/// Settings of the composer under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Preset {
    /// What the user calls it.
    pub name: String,
    /// What it makes.
    pub modality: Modality,
    /// Endpoint id.
    pub endpoint: String,
    /// The model's name when it was kept, for when it is gone.
    pub model_name: String,
    /// The route it runs on, by name, whose step the endpoint is; None where a model was chosen.
    #[serde(default)]
    pub route: Option<String>,
    /// Values by field name, without words and references.
    #[ts(type = "Record<string, unknown>")]
    pub inputs: Map<String, Value>,
    /// How many to make; what is set stays when left out.
    pub count: Option<u32>,
    /// Words that come along; empty for none.
    #[serde(default)]
    pub words: String,
    /// Where they go.
    #[serde(default)]
    pub place: WordsPlace,
}

/// A piece of text under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Snippet {
    /// What the user calls it.
    pub name: String,
    /// What is put in at the caret.
    pub text: String,
}
