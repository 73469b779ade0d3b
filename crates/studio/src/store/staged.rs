//! Going back to a copy at the user's word. The copy is made ready beside the book: read over, brought
//! to today's format, and with nothing in it that would be sent by itself. It takes the book's place at
//! the next start, before anything is open, in the one stroke of a rename. Until then it is only a file
//! beside the book and can be taken back, and wherever a crash comes, one whole book stands.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use tempfile::NamedTempFile;

use super::backup::{self, BackupError};
use super::check::{self, Weight};
use super::{OpenError, SCHEMA_VERSION, StoreError, clean, files, open, restore, settings};
use crate::view::Restore;

/// The copy that waits for the next start.
const WAITING: &str = "studio-restore.db";
/// What the book says of the restore that it came from.
const TOLD: &str = "restored";
/// The first bytes of every file of SQLite.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why a copy was not made ready. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The file is not there, or cannot be read.
    #[error("the copy could not be read: {0}")]
    Unread(#[source] io::Error),
    /// It is something else.
    #[error("that is no job book: {0}")]
    NotABook(String),
    /// Written by a newer Rushes.
    #[error("the copy was written by a newer Rushes (format {0})")]
    Newer(i64),
    /// Its bytes are not what was written.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// It cannot be made ready beside the book.
    #[error(transparent)]
    Unwritten(#[from] BackupError),
}

impl From<rusqlite::Error> for StageError {
    fn from(error: rusqlite::Error) -> Self {
        if check::is_damage(&error) {
            Self::Damaged(error.to_string())
        } else {
            Self::Unwritten(BackupError::Sqlite(error))
        }
    }
}

impl From<StoreError> for StageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sqlite(error) => error.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// The copy that is gone back to.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    /// When it was made, ms UTC.
    pub(crate) made_at: i64,
    /// Not one of the copies that are kept here.
    pub(crate) is_foreign: bool,
}

/// A copy that is ready. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Ready {
    file: NamedTempFile,
    /// What was in the copy.
    pub(crate) weight: Weight,
    told: Restore,
}

/// Makes a copy ready to take the book's place. Blocks.
pub(crate) fn ready(database: &Path, source: &Source, at: i64) -> Result<Ready, StageError> {
    let mut from = File::open(&source.path).map_err(StageError::Unread)?;
    let about = from.metadata().map_err(StageError::Unread)?;
    let mut head = Vec::new();
    from.by_ref().take(16).read_to_end(&mut head).map_err(StageError::Unread)?;
    if !about.is_file() || head != MAGIC {
        return Err(StageError::NotABook("it is not a file of SQLite".into()));
    }
    // Among the copies, where what a crash leaves is swept up.
    let folder = backup::folder(database);
    files::make_folder(&folder).map_err(BackupError::Io)?;
    backup::room_for(&folder, about.len())?;
    let file = files::fresh(&folder).map_err(BackupError::Io)?;
    let copied =
        io::copy(&mut head.as_slice().chain(from), &mut file.as_file()).map_err(BackupError::Io)?;
    if copied != about.len() {
        return Err(StageError::Damaged("it changed while it was read".into()));
    }
    looks_like_a_book(file.path())?;
    if let Some(fault) = check::copy_fault(file.path()) {
        return Err(StageError::Damaged(fault));
    }
    let weight = check::weight(&check::open_read_only(file.path())?)?;
    let told = bring_up(file.path(), source, at)?;
    Ok(Ready { file, weight, told })
}

impl Ready {
    /// Lets it wait for the next start, in place of one that waits already.
    pub(crate) fn wait(self, database: &Path) -> Result<Restore, BackupError> {
        files::keep(self.file, &waiting_path(database))?;
        Ok(self.told)
    }
}

/// A book of another name has the tables that every format has.
fn looks_like_a_book(path: &Path) -> Result<(), StageError> {
    let sql = check::open_read_only(path)?;
    let format = check::format(&sql)?;
    if format > SCHEMA_VERSION {
        return Err(StageError::Newer(format));
    }
    let tables: u32 = sql.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('job', 'attempt', 'asset', 'setting')",
        [],
        |row| row.get(0),
    )?;
    if format < 1 || tables < 4 {
        return Err(StageError::NotABook("it has other tables".into()));
    }
    Ok(())
}

/// Brings the file to today's format, stops what waits in it and writes down where it comes from.
fn bring_up(path: &Path, source: &Source, at: i64) -> Result<Restore, StageError> {
    let mut sql = open::prepare(path).map_err(|error| match error {
        OpenError::Damaged { detail, .. } => StageError::Damaged(detail),
        other => StageError::Damaged(other.to_string()),
    })?;
    if source.is_foreign {
        // What came from elsewhere may have been made to do other things when it is written.
        if let Some(part) = check::strange_parts(&sql)?.into_iter().next() {
            return Err(StageError::NotABook(format!("{part} is not as Rushes makes it")));
        }
    }
    let stopped = restore::stop_what_waits(&mut sql, at)?;
    let told =
        Restore { name: source.name.clone(), made_at: source.made_at, asked_at: at, stopped };
    let value = serde_json::to_string(&told).map_err(StoreError::from)?;
    sql.execute(
        "INSERT INTO setting (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [TOLD, &value],
    )?;
    // All of it in the one file, without a log beside it.
    let journal: String = sql.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if journal != "delete" {
        return Err(BackupError::Unsound(format!("it keeps its log as {journal}")).into());
    }
    drop(sql);
    if let Some(fault) = check::copy_fault(path) {
        return Err(BackupError::Unsound(fault).into());
    }
    Ok(told)
}

fn waiting_path(database: &Path) -> PathBuf {
    database.with_file_name(WAITING)
}

/// What waits for the next start.
pub(crate) fn waiting(database: &Path) -> Option<Restore> {
    let path = waiting_path(database);
    if !path.exists() {
        return None;
    }
    let told = check::open_read_only(&path).ok().and_then(|sql| told(&sql).ok().flatten());
    // One that was damaged since waits all the same, and can be taken back.
    Some(told.unwrap_or_else(|| Restore {
        name: WAITING.into(),
        made_at: 0,
        asked_at: 0,
        stopped: 0,
    }))
}

/// What a book says of the restore that it came from.
pub(crate) fn told(sql: &Connection) -> Result<Option<Restore>, StoreError> {
    let value = settings::kept(sql, TOLD)?;
    Ok(value.map(serde_json::from_value).transpose()?)
}

/// Takes a copy back that waits; none is fine too.
pub(crate) fn call_off(database: &Path) -> io::Result<bool> {
    let removed = files::remove(&waiting_path(database))?;
    if removed {
        files::sync_folder(files::folder_of(database))?;
    }
    Ok(removed)
}

/// Lets the copy that waits take the book's place; the book is kept among the copies first. `stamp` makes its
/// name there. None where none waits. Nobody may have the book open. Blocks.
///
/// A crash before the last line leaves the book in its place and the copy waiting; it is taken up again.
pub(crate) fn take_place(database: &Path, stamp: &str) -> Result<Option<Restore>, BackupError> {
    let waiting = waiting_path(database);
    if !waiting.exists() {
        return Ok(None);
    }
    if let Some(fault) = check::copy_fault(&waiting) {
        return Err(BackupError::Unsound(fault));
    }
    let told = check::open_read_only(&waiting).map(|sql| told(&sql))?;
    if database.metadata().is_ok_and(|about| about.len() > 0) {
        match backup::replaced(database, stamp) {
            Ok(_) => bring_log_in(database)?,
            // A book that cannot be copied is kept as it is, with its log.
            Err(BackupError::Sqlite(_) | BackupError::Unsound(_)) => {
                restore::set_aside(database, &format!("studio-damaged-{stamp}.db"))?;
            }
            Err(other) => return Err(other),
        }
    }
    // A log that stayed would be read into the book that follows.
    if ["db-wal", "db-journal"].iter().any(|ending| database.with_extension(ending).exists()) {
        return Err(BackupError::Unsound("the book's log is still in use".into()));
    }
    clean::forget(database)?;
    std::fs::rename(&waiting, database)?;
    files::sync_folder(files::folder_of(database))?;
    Ok(told.ok().flatten())
}

/// Brings the log into the book, so that none is left beside the one that follows.
fn bring_log_in(database: &Path) -> Result<(), BackupError> {
    let sql = Connection::open(database)?;
    sql.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)).optional()?;
    Ok(())
}

#[cfg(test)]
mod tests;
