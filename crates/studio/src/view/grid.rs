//! Variations: what one would make, and the grid that it made.

use rushes_providers::types::Price;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::job::Job;
use crate::job::stored_words;

/// What becomes of alternatives in a prompt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaryMode {
    /// Every combination of them.
    #[default]
    Every,
    /// One of them, by chance, for each job anew.
    Chance,
    /// They are words like others.
    Written,
}

/// What an axis is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AxisKind {
    /// Alternatives of the prompt.
    Prompt,
    /// Values of a field.
    Field,
    /// Models.
    Model,
}

/// One axis of a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Axis {
    /// What it is asked for by: `prompt:1`, `field:steps`, `models`.
    pub key: String,
    /// What it is made of.
    pub kind: AxisKind,
    /// What it is called: the field's label, the list's name, the alternatives.
    pub title: String,
    /// What stands at each place of it.
    pub labels: Vec<String>,
}

/// What cannot be read of what is to vary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaryFault {
    /// The field's name; empty for the models and for the whole.
    pub field: String,
    /// Where in it, in UTF-16 units; None where no place can be named.
    pub at: Option<u32>,
    /// What is wrong, for a person.
    pub message: String,
}

/// A cell that cannot run, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CellTrouble {
    /// Its place on each axis, from 0.
    pub at: Vec<u32>,
    /// The same in words.
    pub label: String,
    /// Why.
    pub message: String,
}

/// What a model of a variation does not take of what does not vary. It runs with its own defaults there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotTaken {
    /// What the model is called on its axis.
    pub model: String,
    /// Labels of the fields.
    pub labels: Vec<String>,
}

/// What a variation would make and cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Plan {
    /// Whether there is anything to vary or to read in it; if not, it is an ordinary job.
    pub varies: bool,
    /// How many jobs.
    #[ts(type = "number")]
    pub jobs: u64,
    /// One sum for each currency, of the jobs whose price is known.
    pub totals: Vec<Price>,
    /// How many jobs have no known price.
    pub unpriced: u32,
    /// The axes, in the order they are written.
    pub axes: Vec<Axis>,
    /// What cannot be read. With any of these nothing can be sent.
    pub faults: Vec<VaryFault>,
    /// Cells that cannot run; the first ones, where there are many.
    pub troubles: Vec<CellTrouble>,
    /// How many such cells there are in all.
    pub unable: u32,
    /// What models leave to their own defaults.
    pub not_taken: Vec<NotTaken>,
    /// One of the prompts that it comes to.
    pub example: String,
}

/// What a variation made, written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Grid {
    /// `grid_…`.
    pub id: String,
    /// `shot_…`: the thread its jobs belong to.
    pub shot: String,
    /// As on the slate.
    pub shot_number: u32,
    /// Which run of the thread.
    pub take: u32,
    /// The prompt as it was written.
    pub written: String,
    /// What became of its alternatives.
    pub mode: VaryMode,
    /// Its axes.
    pub axes: Vec<Axis>,
    /// Key of the axis that runs across, where one was chosen.
    pub across: Option<String>,
    /// Key of the axis that runs down, where one was chosen.
    pub down: Option<String>,
    /// Cells that were left out, and why.
    pub left_out: Vec<CellTrouble>,
    /// ms UTC.
    #[ts(type = "number")]
    pub created_at: i64,
}

/// A grid with its jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GridBook {
    /// The grid.
    pub grid: Grid,
    /// Its jobs, in the order of its cells.
    pub jobs: Vec<Job>,
}

/// What became of a variation: a grid with its jobs, or what is to be fixed and no job at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Varied {
    /// None when nothing was written down.
    pub made: Option<GridBook>,
    /// What cannot be read.
    pub faults: Vec<VaryFault>,
    /// Cells that cannot run.
    pub troubles: Vec<CellTrouble>,
}

/// What stands at a job's place of one axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CellValue {
    /// The axis' key.
    pub key: String,
    /// What the axis is called.
    pub title: String,
    /// What stands there.
    pub label: String,
}

/// Where a job stands in a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InGrid {
    /// `grid_…`.
    pub id: String,
    /// The prompt as it was written; the job's own is what it came to.
    pub written: String,
    /// What became of its alternatives.
    pub mode: VaryMode,
    /// Its place on each axis, from 0.
    pub at: Vec<u32>,
    /// The same in words.
    pub values: Vec<CellValue>,
}

/// A list of the user's own for prompts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WordList {
    /// What it is called in prompts, between double underscores.
    pub name: String,
    /// Its file, as it is.
    pub text: String,
    /// How many of its lines count.
    pub entries: u32,
}

impl AxisKind {
    /// What an axis of this key is made of.
    pub fn of(key: &str) -> Self {
        match key.split_once(':') {
            Some(("field", _)) => Self::Field,
            Some(_) => Self::Prompt,
            None => Self::Model,
        }
    }
}

stored_words!(VaryMode { Every = "every", Chance = "chance", Written = "written" });
