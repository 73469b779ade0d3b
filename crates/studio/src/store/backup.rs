//! Copies of the job book: one a day, one before each change of its format, one whenever the user asks
//! for it, and one of each book that a restore replaces. A copy gets its name only once it was read over
//! and found whole.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::{check, files};
use crate::view::CopyKind;

/// Folder of the copies, beside the book.
const FOLDER: &str = "backups";
/// How many days are kept.
const DAYS_KEPT: usize = 7;
/// How many copies from before a change of format are kept.
const FORMATS_KEPT: usize = 3;
/// How many that the user asked for.
const ASKED_KEPT: usize = 5;
/// How many of books that were replaced.
const REPLACED_KEPT: usize = 5;
/// What must be free beside the copy itself.
const LEAVE: u64 = 64 << 20;
/// A temporary file older than this was left by a crash.
const STALE: Duration = Duration::from_hours(24);

/// Why no copy was made. The earlier ones are as they were.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder or the file cannot be written.
    #[error("the copy could not be written: {0}")]
    Io(#[from] io::Error),
    /// SQLite could not read the book or write the copy.
    #[error("the copy could not be made: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The disk has no room for it.
    #[error("the disk has no room for a copy: {free} bytes free, {needed} needed")]
    Full {
        /// Bytes free.
        free: u64,
        /// Bytes needed.
        needed: u64,
    },
    /// What was written is not whole.
    #[error("the copy is not whole: {0}")]
    Unsound(String),
}

/// A copy that stands in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The file.
    pub path: PathBuf,
    /// Its name, e.g. `studio-2026-11-22.db`.
    pub name: String,
    /// Why it was made.
    pub kind: CopyKind,
    /// When it was made, ms UTC.
    pub made_at: i64,
    /// Size of its file.
    pub bytes: u64,
}

/// All copies, newest first.
pub(crate) fn all(database: &Path) -> Vec<Copy> {
    let Ok(entries) = folder(database).read_dir() else { return Vec::new() };
    let mut copies: Vec<Copy> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_str()?.to_owned();
            let kind = Kind::of(&name)?.said();
            let about = entry.metadata().ok()?;
            let made = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            let (made_at, bytes) = (made.as_millis() as i64, about.len());
            Some(Copy { path: entry.path(), name, kind, made_at, bytes })
        })
        .collect();
    copies.sort_by(|a, b| (b.made_at, &b.name).cmp(&(a.made_at, &a.name)));
    copies
}

/// The day's copy. None when the day has one already, or the book has nothing in it.
pub(super) fn daily(database: &Path, day: &str) -> Result<Option<PathBuf>, BackupError> {
    let to = folder(database).join(format!("studio-{day}.db"));
    if to.exists() {
        return Ok(None);
    }
    make(database, &to)
}

/// The day's copy, in place of one that is damaged.
pub(super) fn daily_anew(database: &Path, day: &str) -> Result<Option<PathBuf>, BackupError> {
    make(database, &folder(database).join(format!("studio-{day}.db")))
}

/// The copy before the migration of this number, in place of any earlier one.
pub(super) fn before(database: &Path, migration: i64) -> Result<Option<PathBuf>, BackupError> {
    make(database, &folder(database).join(format!("before-{migration}.db")))
}

/// A copy for the user, under the name of this moment.
pub(super) fn asked(database: &Path, stamp: &str) -> Result<Option<PathBuf>, BackupError> {
    make(database, &folder(database).join(format!("asked-{stamp}.db")))
}

/// The copy of a book that another is about to replace.
pub(super) fn replaced(database: &Path, stamp: &str) -> Result<Option<PathBuf>, BackupError> {
    make(database, &folder(database).join(format!("replaced-{stamp}.db")))
}

/// A moment in the name of a file, where the user is: `2026-11-22-141503`.
pub(crate) fn stamp(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .unwrap_or_default()
        .to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d-%H%M%S")
        .to_string()
}

/// Where the copies are.
pub(crate) fn folder(database: &Path) -> PathBuf {
    files::folder_of(database).join(FOLDER)
}

fn make(database: &Path, to: &Path) -> Result<Option<PathBuf>, BackupError> {
    let sql = check::open_read_only(database)?;
    if !check::has_something(&sql)? {
        return Ok(None);
    }
    let folder = folder(database);
    files::make_folder(&folder)?;
    sweep(&folder);
    let size: i64 = sql.query_row(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        [],
        |row| row.get(0),
    )?;
    room_for(&folder, size as u64)?;
    // SQLite writes into an empty file as it does into a new one, and this one is private already.
    let fresh = files::fresh(&folder)?;
    sql.execute("VACUUM INTO ?1", [fresh.path().to_string_lossy()])?;
    if let Some(fault) = check::copy_fault(fresh.path()) {
        return Err(BackupError::Unsound(fault));
    }
    files::keep(fresh, to)?;
    prune(&folder);
    Ok(Some(to.to_owned()))
}

/// Whether there is room for a file of this size, and some beside it.
pub(super) fn room_for(folder: &Path, size: u64) -> Result<(), BackupError> {
    let (free, needed) = (fs4::available_space(folder)?, size + LEAVE);
    if free < needed { Err(BackupError::Full { free, needed }) } else { Ok(()) }
}

/// What a copy's name tells.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Before(u32),
    Day(String),
    Asked(String),
    Replaced(String),
}

impl Kind {
    /// None for a file that is not of our making: it is neither used nor removed.
    fn of(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".db")?;
        if let Some(day) = stem.strip_prefix("studio-") {
            return day.parse::<jiff::civil::Date>().ok().map(|_| Self::Day(day.to_owned()));
        }
        if let Some(stamp) = stem.strip_prefix("asked-") {
            return is_stamp(stamp).then(|| Self::Asked(stamp.to_owned()));
        }
        if let Some(stamp) = stem.strip_prefix("replaced-") {
            return is_stamp(stamp).then(|| Self::Replaced(stamp.to_owned()));
        }
        stem.strip_prefix("before-")?.parse().ok().map(Self::Before)
    }

    fn said(&self) -> CopyKind {
        match self {
            Self::Before(_) => CopyKind::Format,
            Self::Day(_) => CopyKind::Day,
            Self::Asked(_) => CopyKind::Asked,
            Self::Replaced(_) => CopyKind::Replaced,
        }
    }

    /// How many of its kind are kept.
    fn kept(said: CopyKind) -> usize {
        match said {
            CopyKind::Format => FORMATS_KEPT,
            CopyKind::Day => DAYS_KEPT,
            CopyKind::Asked => ASKED_KEPT,
            CopyKind::Replaced => REPLACED_KEPT,
        }
    }
}

/// `2026-11-22-141503`.
fn is_stamp(stamp: &str) -> bool {
    let digits = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    stamp.split_at_checked(10).is_some_and(|(day, rest)| {
        day.parse::<jiff::civil::Date>().is_ok() && rest.strip_prefix('-').is_some_and(digits)
    })
}

/// Removes what is older than the copies that are kept.
fn prune(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    let mut copies: Vec<(Kind, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((Kind::of(entry.file_name().to_str()?)?, entry.path())))
        .collect();
    copies.sort();
    for said in [CopyKind::Format, CopyKind::Day, CopyKind::Asked, CopyKind::Replaced] {
        let of_the_kind = copies.iter().rev().filter(|(kind, _)| kind.said() == said);
        for (_, old) in of_the_kind.skip(Kind::kept(said)) {
            if let Err(error) = std::fs::remove_file(old) {
                tracing::warn!(%error, "an old copy of the job book could not be removed");
            }
        }
    }
}

/// Removes what a crash left half-made.
fn sweep(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    for entry in entries.flatten() {
        let old = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        let ours = entry.file_name().to_string_lossy().starts_with(files::FRESH);
        if ours && old().is_some_and(|age| age > STALE) {
            // Another try comes with the next copy.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
