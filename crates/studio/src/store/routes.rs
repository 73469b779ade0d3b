//! Routes: named, ordered lists of endpoints.

use rushes_providers::types::Price;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::jobs::{json, modality, modality_word};
use super::{StoreError, Tx};
use crate::view::Route;

impl Tx<'_> {
    /// Keeps a route, in the place of one with the same name.
    pub fn keep_route(&mut self, route: &Route) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO route (name, modality, steps, most_micros, most_currency)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (name) DO UPDATE SET modality = excluded.modality, steps = excluded.steps,
               most_micros = excluded.most_micros, most_currency = excluded.most_currency",
            params![
                route.name,
                modality_word(route.modality),
                serde_json::to_string(&route.steps)?,
                route.most.as_ref().map(|most| most.micros),
                route.most.as_ref().map(|most| most.currency.as_str()),
            ],
        )?;
        self.touch_routes();
        Ok(())
    }

    /// Keeps a route under another name and forgets the old one, in one step. False, and nothing is done,
    /// where another route has that name.
    pub fn rename_route(&mut self, was: &str, route: &Route) -> Result<bool, StoreError> {
        match get(&self.sql, &route.name) {
            Ok(_) => return Ok(false),
            Err(StoreError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        self.remove_route(was)?;
        self.keep_route(route)?;
        Ok(true)
    }

    /// Forgets a route; what it lays out for jobs that are written down stays theirs.
    pub fn remove_route(&mut self, name: &str) -> Result<(), StoreError> {
        if self.sql.execute("DELETE FROM route WHERE name = ?1", [name])? == 0 {
            return Err(missing(name));
        }
        self.touch_routes();
        Ok(())
    }
}

fn missing(name: &str) -> StoreError {
    StoreError::NotFound(t!("route called “{name}”", name))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Route> {
    let most: (Option<i64>, Option<String>) = (row.get("most_micros")?, row.get("most_currency")?);
    Ok(Route {
        name: row.get("name")?,
        modality: modality(row)?,
        steps: json(row, "steps")?,
        most: match most {
            (Some(micros), Some(currency)) => Some(Price { micros, currency, exact: true }),
            _ => None,
        },
    })
}

/// All routes, by name.
pub(crate) fn list(sql: &Connection) -> Result<Vec<Route>, StoreError> {
    let mut query = sql.prepare_cached("SELECT * FROM route ORDER BY name COLLATE NOCASE, name")?;
    let rows = query.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The route of that name.
pub(crate) fn get(sql: &Connection, name: &str) -> Result<Route, StoreError> {
    sql.prepare_cached("SELECT * FROM route WHERE name = ?1")?
        .query_row([name], from_row)
        .optional()?
        .ok_or_else(|| missing(name))
}
