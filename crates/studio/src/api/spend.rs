//! What a month came to, and its table.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Deserialize;
use ts_rs::TS;

use super::saving::save;
use super::settings::begins;
use crate::Studio;
use crate::job::calendar::{self, Days, Month};
use crate::job::spend::{self, SpendLine, table};
use crate::store;
use crate::view::{ApiError, SavedFile, SpendFile, SpendReport, SpendSum};

/// Spreadsheets take a text without it for one of an old code page.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Which month is meant.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct SpendMonth {
    /// `2026-11`; the one it is now when left out.
    #[serde(default)]
    #[ts(optional)]
    pub month: Option<String>,
}

/// A month with its days where the user is, and what day it is.
struct Asked {
    month: Month,
    days: Days,
    zone: TimeZone,
    now: i64,
}

impl Asked {
    /// Until when lines are read: all that came since, where the month is not over.
    fn to(&self) -> Option<i64> {
        (self.now >= self.days.end).then_some(self.days.end)
    }
}

fn asked(studio: &Studio, wanted: &SpendMonth) -> Result<Asked, ApiError> {
    let (now, zone) = (studio.clock.now_ms(), TimeZone::system());
    let current = Month::of(now, &zone);
    let month = match &wanted.month {
        None => Some(current),
        Some(text) => Month::read(text),
    };
    let invalid = |message: String| {
        ApiError::new(
            "invalid",
            message,
            t!("Give a month like 2026-11, or leave it out for this one."),
        )
    };
    let unreadable = || {
        invalid(t!("“{month}” is no month.", month = wanted.month.as_deref().unwrap_or_default()))
    };
    let month = month.ok_or_else(unreadable)?;
    if month > current {
        return Err(invalid(t!(
            "{name} has not begun, so nothing was spent in it.",
            name = month.name()
        )));
    }
    let days = month.days(&zone).ok_or_else(unreadable)?;
    Ok(Asked { month, days, zone, now })
}

pub(super) async fn spend_report(
    studio: &Studio,
    wanted: SpendMonth,
) -> Result<SpendReport, ApiError> {
    let asked = asked(studio, &wanted)?;
    Ok(studio
        .store
        .read(move |sql| {
            let Asked { month, days, zone, now } = &asked;
            let (current, starts) = (Month::of(*now, zone), begins(*now));
            let lines = store::spending::lines(sql, days.start(), asked.to())?;
            let (mut sums, unlisted) = spend::sums(&lines, days, *now);
            let before = current.before().days(zone).map_or(starts.month, |days| days.start());
            let spans = [
                store::spending::since(sql, starts.day)?,
                store::spending::since(sql, starts.month)?,
                store::spending::between(sql, before, starts.month)?,
            ];
            for currency in spans.iter().flat_map(BTreeMap::keys) {
                if !sums.iter().any(|sum| sum.currency == *currency) {
                    sums.push(spend::nothing(currency, days));
                }
            }
            sums.sort_by(|a, b| a.currency.cmp(&b.currency));
            let of = |span: usize, sum: &SpendSum| {
                spans[span].get(&sum.currency).copied().unwrap_or_default()
            };
            for sum in &mut sums {
                (sum.today, sum.this_month, sum.last_month) = (of(0, sum), of(1, sum), of(2, sum));
            }
            let mut months = store::spending::months(sql, zone)?;
            months.retain(|month| *month < current);
            months.push(current);
            Ok(SpendReport {
                month: month.name(),
                today: calendar::day_name(*now, zone),
                months: months.into_iter().map(Month::name).collect(),
                sums,
                unlisted,
                caps: store::settings::settings(sql)?.caps,
            })
        })
        .await?)
}

pub(super) async fn export_spend(
    studio: &Studio,
    wanted: SpendMonth,
) -> Result<SpendFile, ApiError> {
    let asked = asked(studio, &wanted)?;
    let (from, to) = (asked.days.start(), asked.to());
    let lines: Vec<SpendLine> =
        studio.store.read(move |sql| store::spending::lines(sql, from, to)).await?;
    let csv = table::write(&lines, &asked.zone).map_err(|error| ApiError::internal(&error))?;
    Ok(SpendFile { name: format!("rushes-spend-{}.csv", asked.month.name()), csv })
}

pub(super) async fn save_spend(studio: &Studio, wanted: SpendMonth) -> Result<SavedFile, ApiError> {
    let SpendFile { name, csv } = export_spend(studio, wanted).await?;
    save(name, format!("{BYTE_ORDER_MARK}{csv}")).await
}
