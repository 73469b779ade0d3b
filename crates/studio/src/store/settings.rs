//! The user's choices and the composer's drafts, by name.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{StoreError, Tx};
use crate::view::Settings;

const SETTINGS: &str = "settings";

impl Tx<'_> {
    /// Keeps a JSON value under a name.
    pub fn keep(&mut self, name: &str, value: &Value) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, serde_json::to_string(value)?],
        )?;
        Ok(())
    }

    /// Replaces the user's choices; they are published after the commit.
    pub fn keep_settings(&mut self, settings: &Settings) -> Result<(), StoreError> {
        self.keep(SETTINGS, &serde_json::to_value(settings)?)?;
        self.touch_settings();
        Ok(())
    }
}

/// A kept value.
pub(crate) fn kept(sql: &Connection, name: &str) -> Result<Option<Value>, StoreError> {
    let text: Option<String> = sql
        .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// The user's choices, or the defaults.
pub(crate) fn settings(sql: &Connection) -> Result<Settings, StoreError> {
    Ok(match kept(sql, SETTINGS)? {
        Some(value) => serde_json::from_value(value)?,
        None => Settings::default(),
    })
}
