//! Caps on spending, and what was spent.

use std::collections::BTreeMap;

use rushes_providers::types::Price;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What may be spent, in micros by currency word (`USD`). A currency that is not named has no cap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Caps {
    /// From midnight to midnight where the user is.
    #[ts(type = "Record<string, number>")]
    pub day: BTreeMap<String, i64>,
    /// From the first of a month to the first of the next.
    #[ts(type = "Record<string, number>")]
    pub month: BTreeMap<String, i64>,
    /// In one press of Generate.
    #[ts(type = "Record<string, number>")]
    pub batch: BTreeMap<String, i64>,
}

impl Caps {
    /// Whether nothing is capped.
    pub fn is_empty(&self) -> bool {
        self.day.is_empty() && self.month.is_empty() && self.batch.is_empty()
    }
}

/// What was spent today, or is on its way to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Spending {
    /// One sum for each currency. The sandbox is left out.
    pub today: Vec<Price>,
    /// What may be spent.
    pub caps: Caps,
}
