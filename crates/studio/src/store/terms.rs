//! The terms that a job is made under, frozen in one column: the model's licence, and beside it what
//! the provider's own terms say about outputs. Books from before the second was kept have none there.

use rushes_providers::types::Licence;
use rusqlite::Row;
use serde_json::{Map, Value};

use super::jobs;

/// Where the provider's terms stand in the column, beside the licence's own words.
const OUTPUTS: &str = "output_terms";

/// Both as the column keeps them.
pub(super) fn frozen(licence: &Licence, outputs: &Licence) -> Result<String, serde_json::Error> {
    let mut both = serde_json::to_value(licence)?;
    both[OUTPUTS] = serde_json::to_value(outputs)?;
    serde_json::to_string(&both)
}

/// The licence and the provider's terms of a row.
pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<(Licence, Licence)> {
    let mut licence: Map<String, Value> = jobs::json(row, "licence")?;
    let outputs = licence.remove(OUTPUTS);
    let read = |value: Value| {
        serde_json::from_value(value).map_err(|error| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
        })
    };
    let outputs = outputs.map_or_else(|| Ok(Licence::default()), read)?;
    Ok((read(Value::Object(licence))?, outputs))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rushes_providers::types::Commercial;
    use rusqlite::Connection;

    use super::*;

    fn read(column: &str) -> rusqlite::Result<(Licence, Licence)> {
        let sql = Connection::open_in_memory()?;
        sql.query_row("SELECT ?1 AS licence", [column], of)
    }

    #[test]
    fn both_come_back_as_they_were_frozen() {
        let licence = Licence {
            commercial: Commercial::Yes,
            name: Some("Apache-2.0".into()),
            url: None,
            read_on: Some("2026-11-22".into()),
        };
        let outputs = Licence { commercial: Commercial::No, ..Licence::default() };
        let column = frozen(&licence, &outputs).unwrap();
        assert_eq!(read(&column).unwrap(), (licence, outputs));
    }

    #[test]
    fn a_row_from_before_has_no_terms_of_the_provider() {
        let old = r#"{"commercial":"no","name":"X","url":null,"read_on":null}"#;
        let (licence, outputs) = read(old).unwrap();
        assert_eq!((licence.commercial, outputs), (Commercial::No, Licence::default()));
        assert!(read(r#"{"commercial":"perhaps"}"#).is_err());
        assert!(read(r#"{"output_terms":{"commercial":"perhaps"}}"#).is_err());
    }
}
