//! What was spent, added up: by day, provider, model and route, and never across currencies. Pure.

pub mod table;

use std::collections::BTreeMap;

use rushes_providers::types::Price;

use super::AttemptState;
use super::calendar::Days;
use crate::view::{SpendAmounts, SpendDay, SpendRow, SpendSum, SpendUnlisted};

/// What is known about the money of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendKind {
    /// Set aside.
    Reserved,
    /// Charged.
    Settled,
    /// Perhaps charged.
    Unknown,
    /// Not charged.
    Released,
}

/// One try of a job as the money book has it, or what a job that waits may come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendLine {
    /// When it was sent, ms UTC; None while it waits.
    pub at: Option<i64>,
    /// The print's code, `152-1·3`.
    pub code: String,
    /// Provider id.
    pub provider: String,
    /// Provider's name.
    pub provider_name: String,
    /// Model's readable name.
    pub model: String,
    /// The route it ran on.
    pub route: Option<String>,
    /// Where the try stands; None while it waits.
    pub state: Option<AttemptState>,
    /// What is known about its money.
    pub kind: SpendKind,
    /// What it cost or may cost; None where the price is not listed.
    pub price: Option<Price>,
    /// Prints that came of it.
    pub prints: u32,
    /// Whether it was saved from being sent a second time.
    pub recovered: bool,
    /// The provider's handle.
    pub remote_id: Option<String>,
}

impl SpendKind {
    /// What the book's newest word about an attempt means where that attempt stands.
    pub fn of(ledger: &str, state: AttemptState) -> Self {
        match ledger {
            "released" => Self::Released,
            "confirmed" => Self::Settled,
            // An end that nobody settled may have been charged.
            _ if state == AttemptState::InDoubt || !state.live() => Self::Unknown,
            _ => Self::Reserved,
        }
    }

    /// As it stands in a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Settled => "settled",
            Self::Unknown => "unknown",
            Self::Released => "released",
        }
    }
}

impl SpendLine {
    /// Micros that a cap counts.
    fn micros(&self) -> i64 {
        match self.kind {
            SpendKind::Released => 0,
            _ => self.price.as_ref().map_or(0, |price| price.micros),
        }
    }

    fn ended_badly(&self) -> bool {
        use AttemptState as A;
        self.prints == 0
            && matches!(
                self.state,
                Some(A::Failed | A::Blocked | A::Refused | A::Expired | A::Lost)
            )
    }
}

/// Adds the lines of a month up, a sum for each currency. `now`: what waits is of its day.
pub fn sums(lines: &[SpendLine], days: &Days, now: i64) -> (Vec<SpendSum>, SpendUnlisted) {
    let mut books: BTreeMap<&str, Book> = BTreeMap::new();
    let mut unlisted = SpendUnlisted::default();
    for line in lines {
        let Some(price) = &line.price else {
            if line.kind != SpendKind::Released {
                unlisted.renders += 1;
                unlisted.prints += line.prints;
            }
            continue;
        };
        books
            .entry(&price.currency)
            .or_insert_with(|| Book::of(&price.currency, days))
            // A clock that was set back must not hide what a cap counts today.
            .add(line, days.place(line.at.unwrap_or(now).min(now)));
    }
    (books.into_values().map(Book::sum).collect(), unlisted)
}

/// A month in which nothing happened in this currency.
pub fn nothing(currency: &str, days: &Days) -> SpendSum {
    Book::of(currency, days).sum()
}

/// A sum while it is added up.
struct Book {
    sum: SpendSum,
    /// What was charged for prints, and how many these are.
    made: (i64, u32),
    splits: [BTreeMap<String, SpendRow>; 3],
}

impl Book {
    fn of(currency: &str, days: &Days) -> Self {
        let day = |name: &String| SpendDay { day: name.clone(), ..SpendDay::default() };
        let sum = SpendSum {
            currency: currency.to_owned(),
            days: days.names.iter().map(day).collect(),
            ..SpendSum::default()
        };
        Self { sum, made: (0, 0), splits: [const { BTreeMap::new() }; 3] }
    }

    fn add(&mut self, line: &SpendLine, place: usize) {
        let micros = line.micros();
        count(&mut self.sum.amounts, line.kind, micros);
        self.sum.prints += line.prints;
        if line.kind == SpendKind::Settled {
            self.made.0 = self.made.0.saturating_add(micros);
            self.made.1 += line.prints;
        }
        if line.recovered {
            self.sum.recovered += 1;
            self.sum.recovered_micros = self.sum.recovered_micros.saturating_add(micros);
        }
        if let Some(day) = self.sum.days.get_mut(place) {
            count(&mut day.amounts, line.kind, micros);
            day.prints += line.prints;
        }
        let route = line.route.as_deref().unwrap_or_default();
        let names =
            [(&*line.provider, &*line.provider_name), (&*line.model, &*line.model), (route, route)];
        let length = self.sum.days.len();
        for (split, (key, name)) in self.splits.iter_mut().zip(names) {
            let row = split.entry(key.to_owned()).or_insert_with(|| SpendRow {
                key: key.to_owned(),
                days: vec![0; length],
                ..SpendRow::default()
            });
            // Lines come in the order they were sent: the name of today wins.
            name.clone_into(&mut row.name);
            count(&mut row.amounts, line.kind, micros);
            row.prints += line.prints;
            if let Some(day) = row.days.get_mut(place) {
                *day = day.saturating_add(micros);
            }
            match line.kind {
                SpendKind::Released if line.ended_badly() => row.failed += 1,
                SpendKind::Settled if line.ended_badly() => row.failed_charged += 1,
                SpendKind::Unknown => row.doubts += 1,
                _ => {}
            }
        }
    }

    fn sum(self) -> SpendSum {
        let (micros, prints) = self.made;
        let [providers, models, routes] = self.splits.map(|split| {
            let mut rows: Vec<SpendRow> = split.into_values().collect();
            // Stable: those that cost the same stay in the order of their names.
            rows.sort_by_key(|row| std::cmp::Reverse(row.amounts.total()));
            rows
        });
        let average = (prints > 0).then(|| micros / i64::from(prints));
        SpendSum { average, providers, models, routes, ..self.sum }
    }
}

fn count(amounts: &mut SpendAmounts, kind: SpendKind, micros: i64) {
    let sum = match kind {
        SpendKind::Reserved => &mut amounts.reserved,
        SpendKind::Settled => &mut amounts.settled,
        SpendKind::Unknown => &mut amounts.unknown,
        SpendKind::Released => return,
    };
    *sum = sum.saturating_add(micros);
}

#[cfg(test)]
mod tests;
