//! Opening the job book: pragmas set and read back, migrations, and the refusals.

use std::path::Path;
use std::sync::LazyLock;

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, M, Migrations};

use super::backup::{self, BackupError};
use super::check::{self, Depth};
use super::{StoreError, clean, facts, prompts};

/// Number of the newest migration this version knows.
pub const SCHEMA_VERSION: i64 = 11;

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(include_str!("migrations/0001-first.sql")),
        M::up(include_str!("migrations/0002-keeping.sql")),
        M::up(include_str!("migrations/0003-echo.sql")),
        M::up(include_str!("migrations/0004-workflows.sql")),
        M::up(include_str!("migrations/0005-gallery.sql")),
        M::up(include_str!("migrations/0006-frames.sql")),
        // Facts are taken from today's tables, so they are entered once all of these stand.
        M::up_with_hook(include_str!("migrations/0007-imports.sql"), |tx: &Transaction<'_>| {
            facts::enter_missing(tx).map_err(hook_error)
        }),
        M::up(include_str!("migrations/0008-finding.sql")),
        M::up_with_hook(include_str!("migrations/0009-writing.sql"), |tx: &Transaction<'_>| {
            prompts::enter_all(tx).map_err(hook_error)
        }),
        M::up(include_str!("migrations/0010-grids.sql")),
        M::up(include_str!("migrations/0011-spend.sql")),
    ])
});

fn hook_error(error: StoreError) -> HookError {
    match error {
        StoreError::Sqlite(error) => HookError::RusqliteError(error),
        other => HookError::Hook(other.to_string()),
    }
}

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
    /// Its bytes are not what was written.
    #[error("the job book is damaged: {detail}")]
    Damaged {
        /// SQLite's words.
        detail: String,
        /// Name of the newest copy, when there is one.
        copy: Option<String>,
    },
    /// SQLite cannot read it.
    #[error("the job book did not open: {0}")]
    Unreadable(#[source] rusqlite::Error),
    /// It must be brought up to date, and no copy of it could be kept first.
    #[error("the job book was left as it is, because no copy of it could be kept: {0}")]
    Backup(#[from] BackupError),
    /// A migration failed; it was rolled back.
    #[error("the job book could not be brought up to date: {0}")]
    Migration(#[source] rusqlite_migration::Error),
    /// The writer thread could not start.
    #[error("the job book's writer did not start: {0}")]
    Thread(#[source] std::io::Error),
}

/// The one connection that writes. Nothing is written before the book was looked at.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenError> {
    make_private(path)?;
    look(path).map_err(|error| with_copy(path, error))?;
    clean::forget(path)
        .map_err(|source| OpenError::Folder { path: path.display().to_string(), source })?;
    prepare(path).map_err(|error| with_copy(path, error))
}

/// Refuses a book that is newer or, after an exit that was not clean, damaged; keeps a copy of one
/// that is older.
fn look(path: &Path) -> Result<(), OpenError> {
    // A crash in the very first write leaves a journal, and SQLite takes that write back when it may
    // write. There is nothing in the book then that could be lost.
    let half_made = path.with_extension("db-journal").exists();
    if half_made || path.metadata().is_ok_and(|about| about.len() == 0) {
        return Ok(());
    }
    let sql = check::open_read_only(path).map_err(unreadable)?;
    let found = check::format(&sql).map_err(unreadable)?;
    if found > SCHEMA_VERSION {
        return Err(OpenError::Newer { found, known: SCHEMA_VERSION });
    }
    if !clean::stands(path) {
        let faults = check::faults(&sql, Depth::Quick).map_err(unreadable)?;
        // The index of words is made anew by a repair and stops nothing.
        if let Some(detail) = faults.book.into_iter().next() {
            return Err(OpenError::Damaged { detail, copy: None });
        }
    }
    if (1..SCHEMA_VERSION).contains(&found) {
        backup::before(path, found + 1)?;
    }
    Ok(())
}

fn unreadable(error: rusqlite::Error) -> OpenError {
    if check::is_damage(&error) {
        OpenError::Damaged { detail: error.to_string(), copy: None }
    } else {
        OpenError::Unreadable(error)
    }
}

/// Names the copy that can be gone back to.
fn with_copy(path: &Path, error: OpenError) -> OpenError {
    match error {
        OpenError::Damaged { detail, .. } => {
            let copy = backup::all(path).into_iter().next().map(|copy| copy.name);
            OpenError::Damaged { detail, copy }
        }
        other => other,
    }
}

/// A book with nothing in it, in memory, to compare with.
pub(super) fn blank() -> Result<Connection, StoreError> {
    let mut sql = Connection::open_in_memory()?;
    MIGRATIONS
        .to_latest(&mut sql)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(sql)
}

/// Opens a file for writing and brings it up to date.
pub(super) fn prepare(path: &Path) -> Result<Connection, OpenError> {
    let mut connection = Connection::open(path).map_err(unreadable)?;
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
        .map_err(unreadable)?;
    let found: rusqlite::types::Value =
        connection.pragma_query_value(None, pragma, |row| row.get(0)).map_err(unreadable)?;
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
    let connection = check::open_read_only(path)?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::Store;

    /// A book with a setting and enough pages to damage one, closed as a clean exit closes it.
    async fn book(path: &Path) {
        let store = Store::open(path, Path::new("/library")).unwrap();
        store
            .write(|tx| {
                tx.sql.execute(
                    "INSERT INTO setting VALUES ('draft', ?1)",
                    ["a long prompt ".repeat(40_000)],
                )?;
                Ok(())
            })
            .await
            .unwrap();
        store.close().await;
    }

    /// Writes over a page's head in the middle of the file.
    fn damage(path: &Path) {
        use std::io::{Seek, SeekFrom, Write};
        let mut file = std::fs::File::options().write(true).open(path).unwrap();
        let page = file.metadata().unwrap().len() / 4096 / 2;
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xA5; 64]).unwrap();
    }

    #[tokio::test]
    async fn a_damaged_book_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        book(&path).await;
        assert!(backup::daily(&path, "2026-11-22").unwrap().is_some());
        damage(&path);
        let before = std::fs::read(&path).unwrap();
        for _ in 0..2 {
            let refused = writer(&path);
            assert!(
                matches!(&refused, Err(OpenError::Damaged { copy: Some(copy), .. }) if copy == "studio-2026-11-22.db"),
                "{refused:?}"
            );
        }
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[tokio::test]
    async fn what_a_crash_left_in_the_log_is_checked_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        book(&path).await;
        // A process that ends without closing: its log stays beside the book.
        let connection = writer(&path).unwrap();
        connection.execute("INSERT INTO setting VALUES ('last', '1')", []).unwrap();
        std::mem::forget(connection);
        look(&path).unwrap();
        let kept: String = writer(&path)
            .unwrap()
            .query_row("SELECT value FROM setting WHERE name = 'last'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, "1");
    }

    #[tokio::test]
    async fn a_clean_exit_spares_the_next_start_the_check() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        book(&path).await;
        assert!(clean::stands(&path));
        drop(writer(&path).unwrap());
        assert!(!clean::stands(&path));
    }

    #[test]
    fn an_older_book_is_copied_before_it_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        let mut old = Connection::open(&path).unwrap();
        MIGRATIONS.to_version(&mut old, 1).unwrap();
        old.execute("INSERT INTO setting VALUES ('a', 'b')", []).unwrap();
        drop(old);
        drop(writer(&path).unwrap());
        let copy = folder.path().join("backups/before-2.db");
        let format = |path: &Path| check::format(&Connection::open(path).unwrap()).unwrap();
        assert_eq!((format(&copy), format(&path)), (1, SCHEMA_VERSION));
    }

    #[test]
    fn prints_of_an_older_book_are_found_by_words_and_filters() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        let mut old = Connection::open(&path).unwrap();
        MIGRATIONS.to_version(&mut old, 4).unwrap();
        old.execute_batch(
            "INSERT INTO shot VALUES ('shot_1', 7, 'Crème 夜景', 1);
             INSERT INTO job (id, shot, take, place, state, endpoint, remote_model, model_name, provider,
               provider_name, modality, sandbox, prompt, inputs, seed, price_micros, licence, charge,
               run_at, created_at)
             VALUES ('job_1', 'shot_1', 1, 1, 'completed', 'fal:x', 'x', 'Seedream', 'fal', 'fal', 'image', 0,
               'Crème 夜景', '{}', 1, 40000, '{\"commercial\":\"conditions\"}', 'charged', 1, 1);
             INSERT INTO attempt (id, job, n, endpoint, provider, account, remote_model, state, client_ref, seed,
               inputs_sent, request_hash, submit_started_at, rendered_ms)
             VALUES ('att_1', 'job_1', 1, 'fal:x', 'fal', 'a', 'x', 'succeeded', 'ref', 42, '{}', 'h', 1, 2500);
             INSERT INTO asset (id, origin, job, path, media, media_type, width, height, bytes, blake3, day,
               circled, created_at)
             VALUES ('ast_r', 'reference', NULL, 'r.png', 'image', 'image/png', 1, 1, 1, 'r', '2026-11-22', 0, 1),
                    ('ast_1', 'output', 'job_1', 'a.png', 'image', 'image/png', 300, 200, 1, 'a', '2026-11-22', 1, 1);
             INSERT INTO output (id, attempt, place, url_seen_at, state, asset)
             VALUES ('out_1', 'att_1', 1, 1, 'saved', 'ast_1');
             INSERT INTO print_words (rowid, prompt, model) VALUES (2, 'Crème 夜景', 'Seedream fal');",
        )
        .unwrap();
        drop(old);
        let sql = writer(&path).unwrap();
        let found = |text: &str| {
            let query = crate::find::read(text).query().unwrap();
            let list =
                crate::store::view::list(&sql, &query, crate::view::Sort::Newest, None).unwrap();
            list.rows
        };
        let print = crate::view::ViewRow { seq: 2, ratio: 1_500, day: 20_779 };
        for text in [
            "",
            "creme",
            "夜",
            "seedream",
            "is:circled",
            "licence:conditions",
            "seed:42",
            "shot:7",
            "cost:0.04",
            "date:2026-11-22",
        ] {
            assert_eq!(found(text), [print], "{text}");
        }
        assert_eq!(found("rating:>0"), []);
        assert_eq!(check::words_astray(&sql).unwrap(), 0);
        assert_eq!(check::strange_parts(&sql).unwrap(), Vec::<String>::new());
        let rendered: i64 =
            sql.query_row("SELECT render_ms FROM print_fact", [], |row| row.get(0)).unwrap();
        assert_eq!(rendered, 2_500);
    }

    #[test]
    fn a_book_whose_first_write_was_cut_off_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.db");
        std::fs::File::create(&path).unwrap();
        std::fs::File::create(folder.path().join("studio.db-journal")).unwrap();
        let version = check::format(&writer(&path).unwrap()).unwrap();
        assert_eq!(version, SCHEMA_VERSION);
    }

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
