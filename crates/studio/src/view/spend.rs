//! What a month came to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::money::Caps;

/// Sums in micros, apart by how sure they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendAmounts {
    /// Set aside for what is under way and in line.
    #[ts(type = "number")]
    pub reserved: i64,
    /// Charged.
    #[ts(type = "number")]
    pub settled: i64,
    /// Perhaps charged: in doubt, or ended without a word about money.
    #[ts(type = "number")]
    pub unknown: i64,
}

impl SpendAmounts {
    /// All of it, as a cap counts it.
    pub fn total(&self) -> i64 {
        self.reserved.saturating_add(self.settled).saturating_add(self.unknown)
    }
}

/// A day of the month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendDay {
    /// `2026-11-22`, where the user is.
    pub day: String,
    /// What was sent on it, and what waits to be sent today.
    pub amounts: SpendAmounts,
    /// Prints that came of it.
    pub prints: u32,
}

/// One provider, model or route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendRow {
    /// What tells it from the others; empty for what ran without a route.
    pub key: String,
    /// As a person reads it.
    pub name: String,
    /// In the month.
    pub amounts: SpendAmounts,
    /// Prints that came of it, the ones removed since too.
    pub prints: u32,
    /// Renders that ended badly and were not charged.
    pub failed: u32,
    /// Renders that ended badly and were charged.
    pub failed_charged: u32,
    /// Renders of which nobody knows whether they were charged.
    pub doubts: u32,
    /// Micros of each day, in order.
    #[ts(type = "Array<number>")]
    pub days: Vec<i64>,
}

/// A month in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendSum {
    /// Currency word (`USD`).
    pub currency: String,
    /// Micros of today, whichever month is shown: what a cap of a day counts.
    #[ts(type = "number")]
    pub today: i64,
    /// Micros of the month that today is in: what a cap of a month counts.
    #[ts(type = "number")]
    pub this_month: i64,
    /// Micros of the month before that one.
    #[ts(type = "number")]
    pub last_month: i64,
    /// The month that is shown.
    pub amounts: SpendAmounts,
    /// Prints that came of it.
    pub prints: u32,
    /// Micros charged for a print; None where none was charged.
    #[ts(type = "number | null")]
    pub average: Option<i64>,
    /// Renders that were charged once and would have been paid again by sending them again: found after
    /// their answer was lost, fetched by a fresh link, or gone on with after Rushes was closed or crashed.
    pub recovered: u32,
    /// Micros that these cost.
    #[ts(type = "number")]
    pub recovered_micros: i64,
    /// Every day of the month.
    pub days: Vec<SpendDay>,
    /// By provider, the dearest first.
    pub providers: Vec<SpendRow>,
    /// By model.
    pub models: Vec<SpendRow>,
    /// By route.
    pub routes: Vec<SpendRow>,
}

/// What no sum holds, because its price is not listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendUnlisted {
    /// Renders that were or may be charged.
    pub renders: u32,
    /// Prints that came of them.
    pub prints: u32,
}

/// What a month came to. The sandbox is left out, and no sum mixes currencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendReport {
    /// `2026-11`.
    pub month: String,
    /// The day it is where the user is.
    pub today: String,
    /// Months in which anything was sent, oldest first; the one that today is in always.
    pub months: Vec<String>,
    /// One for each currency.
    pub sums: Vec<SpendSum>,
    /// What none of them holds.
    pub unlisted: SpendUnlisted,
    /// What may be spent.
    pub caps: Caps,
}

/// A month as a file of comma-separated values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendFile {
    /// What to call it.
    pub name: String,
    /// Its text (RFC 4180).
    pub csv: String,
}
