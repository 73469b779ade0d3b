//! A month as comma-separated values (RFC 4180), for an accountant's table. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{SpendKind, SpendLine};
use crate::job::AttemptState;

/// The columns, in order.
const COLUMNS: [&str; 11] = [
    "day",
    "time",
    "job",
    "provider",
    "model",
    "route",
    "state",
    "currency",
    "amount",
    "kind",
    "remote id",
];

/// All that was or may be charged, one try a line. What waits to be sent has no day yet.
pub fn write(lines: &[SpendLine], zone: &TimeZone) -> Result<String, csv::Error> {
    let mut table =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for line in lines.iter().filter(|line| line.kind != SpendKind::Released) {
        let at = line
            .at
            .and_then(|at| Timestamp::from_millisecond(at).ok())
            .map(|at| at.to_zoned(zone.clone()));
        let moment =
            |form| at.as_ref().map_or_else(String::new, |at| at.strftime(form).to_string());
        let price = line.price.as_ref();
        table.write_record([
            moment("%Y-%m-%d"),
            moment("%H:%M:%S"),
            plain(&line.code),
            plain(&line.provider_name),
            plain(&line.model),
            plain(line.route.as_deref().unwrap_or_default()),
            line.state.map_or("queued", AttemptState::word).to_owned(),
            plain(price.map_or("", |price| &price.currency)),
            price.map_or_else(String::new, |price| units(price.micros)),
            line.kind.word().to_owned(),
            plain(line.remote_id.as_deref().unwrap_or_default()),
        ])?;
    }
    let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
    // What went in was text, and what the writer adds is ASCII.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Text that a spreadsheet does not take for a formula: names and handles come from elsewhere.
fn plain(text: &str) -> String {
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.trim_start_matches(' ').starts_with(starts) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// `0.04`, to the last micro and without a sign of the currency.
fn units(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let mut digits = format!("{rest:06}");
    while digits.len() > 2 && digits.ends_with('0') {
        digits.pop();
    }
    format!("{sign}{whole}.{digits}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::line;
    use super::*;

    #[test]
    fn a_table_has_one_line_for_each_try_that_costs() {
        let mut sent = line(1_795_000_000_000, SpendKind::Settled, 40_000);
        sent.route = Some("Hero, \"still\"".into());
        sent.remote_id = Some("=HYPERLINK(\"x\")".into());
        let released = line(1_795_000_001_000, SpendKind::Released, 40_000);
        let mut waits = line(0, SpendKind::Reserved, 1_234_567);
        (waits.at, waits.state, waits.model) = (None, None, "@sum".into());
        let mut unlisted = line(1_795_000_002_000, SpendKind::Unknown, 0);
        unlisted.price = None;
        let zone = TimeZone::posix("JST-9").unwrap();
        let text = write(&[sent, released, waits, unlisted], &zone).unwrap();
        assert_eq!(
            text,
            "day,time,job,provider,model,route,state,currency,amount,kind,remote id\r\n\
             2026-11-18,20:06:40,152-1·1,Acme,Stills,\"Hero, \"\"still\"\"\",succeeded,USD,0.04,settled,\
             \"'=HYPERLINK(\"\"x\"\")\"\r\n\
             ,,152-1·1,Acme,'@sum,,queued,USD,1.234567,reserved,\r\n\
             2026-11-18,20:06:42,152-1·1,Acme,Stills,,succeeded,,,unknown,\r\n"
        );
    }

    #[test]
    fn no_cell_begins_like_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\r=x", "  =x", "＝x"] {
            assert_eq!(plain(text), format!("'{text}"));
        }
        assert_eq!(plain("a=b - c"), "a=b - c");
        assert_eq!([units(0), units(-50_000), units(12_345_678)], ["0.00", "-0.05", "12.345678"]);
    }
}
