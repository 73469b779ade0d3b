//! Going back to a copy of the job book. The damaged book is kept aside, and nothing that waited to be
//! sent when the copy was made is sent by itself: it may have been sent and paid for since.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::backup::{BackupError, Copy};
use super::{check, clean, files};
use crate::view::CopyKind;

/// What stands after a restore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Restored {
    /// The damaged book, under the name it is kept by.
    pub(crate) aside: PathBuf,
    /// Jobs that were stopped rather than sent again.
    pub(crate) stopped: u32,
}

/// The newest copy that is whole. A book that a restore has replaced was left on purpose: it comes last.
pub(crate) fn newest_sound(copies: &[Copy]) -> Option<&Copy> {
    let (left, others): (Vec<&Copy>, Vec<&Copy>) =
        copies.iter().partition(|copy| copy.kind == CopyKind::Replaced);
    others.into_iter().chain(left).find(|copy| check::copy_fault(&copy.path).is_none())
}

/// Puts the copy in the book's place. `stamp` makes the name that the damaged book is kept by. Nobody
/// may have the book open.
pub(crate) fn restore(
    database: &Path,
    copy: &Copy,
    stamp: &str,
    at: i64,
) -> Result<Restored, BackupError> {
    let folder = files::folder_of(database);
    let fresh = files::fresh(folder)?;
    io::copy(&mut File::open(&copy.path)?, &mut fresh.as_file())?;
    let mut sql = Connection::open(fresh.path())?;
    let stopped = stop_what_waits(&mut sql, at)?;
    drop(sql);
    clean::forget(database)?;
    let aside = set_aside(database, &format!("studio-damaged-{stamp}.db"))?;
    // From here to the next line the old book still stands under its name too.
    files::keep(fresh, database)?;
    Ok(Restored { aside, stopped })
}

/// Ends queued jobs, and takes from the others what they would fall back to.
pub(super) fn stop_what_waits(sql: &mut Connection, at: i64) -> Result<u32, rusqlite::Error> {
    let tx = sql.transaction()?;
    tx.execute(
        "INSERT INTO event (job, at, left, entered, cause)
         SELECT id, ?1, state, 'failed', 'Stopped: the job book was restored from a copy.' FROM job
         WHERE state = 'queued'",
        [at],
    )?;
    let stopped = tx.execute(
        "UPDATE job SET state = 'failed', finished_at = ?1, cause = 'restored', message = ?2, hint = ?3
         WHERE state = 'queued'",
        params![
            at,
            t!("It waited to be sent when this copy of the job book was made. It may have been sent and charged since."),
            t!("Look for it in your library and at the provider first, then try again.")
        ],
    )?;
    // The steps came with the second format; an older copy has none.
    let has_steps = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'job_step')",
        [],
        |row| row.get(0),
    )?;
    if has_steps {
        tx.execute(
            "DELETE FROM job_step WHERE job IN (SELECT id FROM job WHERE state = 'running')",
            [],
        )?;
    }
    tx.commit()?;
    Ok(stopped as u32)
}

/// Gives a book and its log a second name, and takes the log from beside the book, where SQLite would
/// read it into the one that takes its place.
pub(super) fn set_aside(database: &Path, name: &str) -> io::Result<PathBuf> {
    let aside = database.with_file_name(name);
    let with = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    // A second name for the same bytes; a file system without links gets a copy of them.
    if std::fs::hard_link(database, &aside).is_err() {
        let fresh = files::fresh(files::folder_of(database))?;
        io::copy(&mut File::open(database)?, &mut fresh.as_file())?;
        files::keep(fresh, &aside)?;
    }
    for ending in ["-wal", "-journal"] {
        match std::fs::rename(with(database, ending), with(&aside, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    // An index into the log, of no use without it.
    files::remove(&with(database, "-shm"))?;
    files::sync_folder(files::folder_of(database))?;
    Ok(aside)
}
