//! Opening the job book: pragmas set and read back, migrations, and the refusals.

use std::path::Path;
use std::sync::LazyLock;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::StoreError;

/// Number of the newest migration this version knows.
pub const SCHEMA_VERSION: i64 = 2;

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(include_str!("migrations/0001-first.sql")),
        M::up(include_str!("migrations/0002-keeping.sql")),
    ])
});

/// Why the job book did not open. The file is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("Rushes is already open with this data folder")]
    Locked,
    /// Written by a newer Rushes.
    #[error("the job book was written by a newer Rushes (format {found}, this one reads {known})")]
    Newer {
        /// The file's format.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// SQLite kept another value for a pragma than was asked; writing would not be safe.
    #[error("the job book's disk does not keep {pragma} = {wanted} (it says {found})")]
    Pragma {
        /// Which.
        pragma: &'static str,
        /// What was asked.
        wanted: String,
        /// What stands.
        found: String,
    },
    /// The folder cannot be used.
    #[error("the folder {path} cannot be used: {source}")]
    Folder {
        /// Which folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite cannot read it.
    #[error("the job book did not open: {0}")]
    Damaged(#[source] rusqlite::Error),
    /// A migration failed; it was rolled back.
    #[error("the job book could not be brought up to date: {0}")]
    Migration(#[source] rusqlite_migration::Error),
    /// The writer thread could not start.
    #[error("the job book's writer did not start: {0}")]
    Thread(#[source] std::io::Error),
}

/// The one connection that writes.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenError> {
    make_private(path)?;
    let mut connection = Connection::open(path).map_err(OpenError::Damaged)?;
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(OpenError::Damaged)?;
    if found > SCHEMA_VERSION {
        return Err(OpenError::Newer { found, known: SCHEMA_VERSION });
    }
    // SQLite ignores pragmas it does not know and keeps silent about those it refuses, so each one
    // is read back. FULL: a commit is on the disk before anyone hears of it.
    for (pragma, set, wanted) in [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("foreign_keys", "ON", "1"),
        ("trusted_schema", "OFF", "0"),
        ("cell_size_check", "ON", "1"),
        ("busy_timeout", "5000", "5000"),
    ] {
        pragma_holds(&connection, pragma, set, wanted)?;
    }
    if cfg!(target_os = "macos") {
        pragma_holds(&connection, "fullfsync", "ON", "1")?;
        pragma_holds(&connection, "checkpoint_fullfsync", "ON", "1")?;
    }
    MIGRATIONS.to_latest(&mut connection).map_err(OpenError::Migration)?;
    Ok(connection)
}

/// Only the user may read it. SQLite gives its other files the same mode.
fn make_private(path: &Path) -> Result<(), OpenError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|source| OpenError::Folder { path: path.display().to_string(), source })
}

fn pragma_holds(
    connection: &Connection,
    pragma: &'static str,
    set: &str,
    wanted: &str,
) -> Result<(), OpenError> {
    // Some pragmas answer when set and some do not; both are fine here.
    connection
        .pragma_update(None, pragma, set)
        .or_else(|error| match error {
            rusqlite::Error::ExecuteReturnedResults => Ok(()),
            other => Err(other),
        })
        .map_err(OpenError::Damaged)?;
    let found: rusqlite::types::Value = connection
        .pragma_query_value(None, pragma, |row| row.get(0))
        .map_err(OpenError::Damaged)?;
    let found = match found {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    if found == wanted {
        Ok(())
    } else {
        Err(OpenError::Pragma { pragma, wanted: wanted.to_owned(), found })
    }
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn migrations_are_sound_and_numbered() {
        MIGRATIONS.validate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let connection = writer(&folder.path().join("studio.db")).unwrap();
        let version: i64 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, SCHEMA_VERSION);
    }

    #[test]
    fn a_newer_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        drop(writer(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "user_version", SCHEMA_VERSION + 7).unwrap();
        drop(connection);
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(
            writer(&path),
            Err(OpenError::Newer { found, .. }) if found == SCHEMA_VERSION + 7
        ));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_pragma_that_does_not_hold_is_refused() {
        let connection = Connection::open_in_memory().unwrap();
        let refused = pragma_holds(&connection, "journal_mode", "WAL", "wal");
        assert!(matches!(refused, Err(OpenError::Pragma { pragma: "journal_mode", .. })));
    }

    #[test]
    fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        drop(writer(&path).unwrap());
        let refused = reader(&path).unwrap().execute("INSERT INTO setting VALUES ('a', 'b')", []);
        assert!(refused.is_err());
    }
}
