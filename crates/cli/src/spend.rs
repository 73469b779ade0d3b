//! `rushes spend`.

use rushes_studio::api::types::{SpendFile, SpendReport, SpendRow, SpendSum};
use rushes_studio::types::Price;
use serde_json::json;

use crate::args::SpendBy;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::Session;
use crate::words;

pub(crate) async fn run(
    session: &Session,
    month: Option<String>,
    csv: bool,
    by: SpendBy,
    out: Out,
) -> Result<Exit, Failure> {
    let asked = json!({ "month": month });
    if csv {
        let file: SpendFile = session.call("export_spend", asked).await?;
        out.result(&file, |file| file.csv.trim_end().to_owned());
        return Ok(Exit::Done);
    }
    let report: SpendReport = session.call("spend_report", asked).await?;
    if out.is_json() {
        out.result(&report, |_| String::new());
        return Ok(Exit::Done);
    }
    let mut rows = Vec::new();
    // A currency of another month has nothing to tell of this one.
    for sum in report.sums.iter().filter(|sum| !sum.providers.is_empty()) {
        rows.extend(table(sum, by));
        rows.push(line(&report.month, sum, sum.amounts.total(), sum.prints, told(sum)));
    }
    out.results(&rows, &format!("Nothing was spent in {}.", report.month), Vec::clone);
    if report.unlisted.renders > 0 {
        let renders = counted(report.unlisted.renders, "render");
        let prints = counted(report.unlisted.prints, "print");
        out.say(&format!("Not in these sums, without a listed price: {renders}, {prints}."));
    }
    if !rows.is_empty() {
        out.say(
            "These are our own sums from listed prices. Your provider's invoice is the last word.",
        );
    }
    Ok(Exit::Done)
}

/// The lines above a sum.
fn table(sum: &SpendSum, by: SpendBy) -> Vec<Vec<String>> {
    let rows = match by {
        SpendBy::Provider => &sum.providers,
        SpendBy::Model => &sum.models,
        SpendBy::Route => &sum.routes,
        SpendBy::Day => {
            let days = sum.days.iter().filter(|day| day.amounts.total() > 0 || day.prints > 0);
            return days
                .map(|day| line(&day.day, sum, day.amounts.total(), day.prints, String::new()))
                .collect();
        }
    };
    let name = |row: &SpendRow| match row.name.as_str() {
        "" => "without a route".to_owned(),
        name => name.to_owned(),
    };
    rows.iter()
        .map(|row| line(&name(row), sum, row.amounts.total(), row.prints, failed(row)))
        .collect()
}

fn line(name: &str, sum: &SpendSum, micros: i64, prints: u32, rest: String) -> Vec<String> {
    vec![name.to_owned(), amount(sum, micros), counted(prints, "print"), rest]
}

/// `1 print`, `3 prints`.
fn counted(n: u32, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn amount(sum: &SpendSum, micros: i64) -> String {
    words::price(Some(&Price { micros, currency: sum.currency.clone(), exact: true }))
}

/// What of the month is not charged yet, and what was not paid twice.
fn told(sum: &SpendSum) -> String {
    let mut told = Vec::new();
    for (micros, words) in [(sum.amounts.reserved, "set aside"), (sum.amounts.unknown, "in doubt")]
    {
        if micros > 0 {
            told.push(format!("{} {words}", amount(sum, micros)));
        }
    }
    if sum.recovered > 0 {
        let micros = amount(sum, sum.recovered_micros);
        let renders = counted(sum.recovered, "render");
        told.push(format!("{micros} not paid twice, {renders} recovered"));
    }
    told.join(", ")
}

fn failed(row: &SpendRow) -> String {
    let mut told = Vec::new();
    for (count, words) in [
        (row.failed, "failed, not charged"),
        (row.failed_charged, "failed, charged"),
        (row.doubts, "in doubt"),
    ] {
        if count > 0 {
            told.push(format!("{count} {words}"));
        }
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushes_studio::api::types::{SpendAmounts, SpendDay};

    #[test]
    fn a_month_is_a_table_with_its_sum_at_the_end() {
        let row = SpendRow {
            key: "acme".into(),
            name: "Acme".into(),
            amounts: SpendAmounts { reserved: 0, settled: 40_000, unknown: 20_000 },
            prints: 3,
            failed: 2,
            doubts: 1,
            ..SpendRow::default()
        };
        let day = |day: &str, settled| SpendDay {
            day: day.into(),
            amounts: SpendAmounts { settled, ..SpendAmounts::default() },
            prints: 0,
        };
        let sum = SpendSum {
            currency: "USD".into(),
            amounts: row.amounts,
            prints: 3,
            recovered: 1,
            recovered_micros: 40_000,
            days: vec![day("2026-11-01", 0), day("2026-11-02", 60_000)],
            routes: vec![SpendRow { name: String::new(), ..row.clone() }],
            providers: vec![row],
            ..SpendSum::default()
        };
        let words = |by| table(&sum, by).into_iter().map(|row| row.join(" | ")).collect::<Vec<_>>();
        assert_eq!(
            words(SpendBy::Provider),
            ["Acme | $0.06 | 3 prints | 2 failed, not charged, 1 in doubt"]
        );
        assert!(words(SpendBy::Route)[0].starts_with("without a route | $0.06"));
        assert_eq!(words(SpendBy::Day), ["2026-11-02 | $0.06 | 0 prints | "]);
        assert_eq!(told(&sum), "$0.02 in doubt, $0.04 not paid twice, 1 render recovered");
    }
}
