//! Looking the job book over: what SQLite finds wrong, and what does not agree with itself.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{SCHEMA_VERSION, StoreError, Tx, facts, open};

/// The index of words; it is made from the rows and can be made again.
const WORDS: &str = "print_words";

/// How thorough a look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Pages and rows, not that every index has every row.
    Quick,
    /// All of it.
    Whole,
}

/// What SQLite finds wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// In the book itself.
    pub(crate) book: Vec<String>,
    /// In the index of words alone.
    pub(crate) words: Vec<String>,
}

/// How much is in a book.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) jobs: u32,
    pub(crate) prints: u32,
    pub(crate) waiting: u32,
    pub(crate) under_way: u32,
}

/// Lets SQLite look over every page.
pub(crate) fn faults(sql: &Connection, depth: Depth) -> Result<Faults, rusqlite::Error> {
    let pragma = match depth {
        Depth::Quick => "PRAGMA quick_check(20)",
        Depth::Whole => "PRAGMA integrity_check(20)",
    };
    let mut found = Faults::default();
    let lines = || -> Result<Vec<String>, rusqlite::Error> {
        sql.prepare(pragma)?.query_map([], |row| row.get(0))?.collect()
    };
    match lines() {
        Ok(lines) => {
            for line in lines.into_iter().filter(|line| line != "ok") {
                let of_words = line.contains(WORDS);
                if of_words { &mut found.words } else { &mut found.book }.push(line);
            }
        }
        // Some damage shows only by stopping the look.
        Err(error) if is_damage(&error) => found.book.push(error.to_string()),
        Err(error) => return Err(error),
    }
    Ok(found)
}

/// Whether an error says that the file itself is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Opens a book without being able to change it: no recovery, no checkpoint.
pub(crate) fn open_read_only(path: &Path) -> Result<Connection, rusqlite::Error> {
    Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

/// The number of the newest migration it has had.
pub(crate) fn format(sql: &Connection) -> Result<i64, rusqlite::Error> {
    sql.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Whether there is anything in it that would be missed.
pub(super) fn has_something(sql: &Connection) -> Result<bool, rusqlite::Error> {
    sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM job) OR EXISTS (SELECT 1 FROM asset)
           OR EXISTS (SELECT 1 FROM key_record) OR EXISTS (SELECT 1 FROM setting)",
        [],
        |row| row.get(0),
    )
}

/// Why a copy of the book cannot be gone back to; None when it can.
pub(crate) fn copy_fault(path: &Path) -> Option<String> {
    let look = || -> Result<Option<String>, rusqlite::Error> {
        let sql = open_read_only(path)?;
        let format = format(&sql)?;
        if !(1..=SCHEMA_VERSION).contains(&format) {
            return Ok(Some(format!("its format is {format}")));
        }
        Ok(faults(&sql, Depth::Whole)?.book.into_iter().next())
    };
    look().unwrap_or_else(|error| Some(error.to_string()))
}

/// How many rows point to a row that is not there, by table.
pub(crate) fn loose_rows(sql: &Connection) -> Result<BTreeMap<String, u32>, StoreError> {
    let mut query =
        sql.prepare("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Tables and indexes that are not as this version makes them. The index that allows one live
/// attempt a job is among them, so this is no formality.
pub(crate) fn strange_parts(sql: &Connection) -> Result<Vec<String>, StoreError> {
    let parts = |sql: &Connection| -> Result<BTreeMap<String, String>, rusqlite::Error> {
        sql.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    };
    let (found, wanted) = (parts(sql)?, parts(&open::blank()?)?);
    let mut names: Vec<&String> = found.keys().chain(wanted.keys()).collect();
    names.sort();
    names.dedup();
    let strange = names.into_iter().filter(|name| {
        // Its statistics come and go with `PRAGMA optimize`.
        !name.starts_with("sqlite_") && found.get(*name) != wanted.get(*name)
    });
    Ok(strange.cloned().collect())
}

/// How much is in it: jobs, and pictures and clips.
pub(crate) fn counts(sql: &Connection) -> Result<(u32, u32), StoreError> {
    Ok(sql.query_row(
        "SELECT (SELECT count(*) FROM job), (SELECT count(*) FROM asset)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// How many prints the search does not have, has wrongly, or has without there being one.
pub(crate) fn words_astray(sql: &Connection) -> Result<u32, StoreError> {
    let mut astray = facts::astray(sql)?;
    let mut query = sql.prepare(&format!(
        "SELECT asset.seq, w.prompt, w.model, w.note, w.tags FROM asset
         LEFT JOIN {WORDS} AS w ON w.rowid = asset.seq WHERE asset.origin <> 'reference'"
    ))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let mut found = Vec::new();
        for column in 1..=4 {
            found.extend(row.get::<_, Option<String>>(column)?);
        }
        if found != facts::words(sql, row.get(0)?)? {
            astray += 1;
        }
    }
    let strangers: u32 = sql.query_row(
        &format!(
            "SELECT count(*) FROM {WORDS}
             WHERE rowid NOT IN (SELECT seq FROM asset WHERE origin <> 'reference')"
        ),
        [],
        |row| row.get(0),
    )?;
    Ok(astray + strangers)
}

/// Every print's id and path.
pub(crate) fn prints(sql: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut query =
        sql.prepare("SELECT id, path FROM asset WHERE origin <> 'reference' ORDER BY seq")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a copy is weighed by: jobs, prints, jobs that wait to be sent, jobs under way. In every format.
pub(crate) fn weight(sql: &Connection) -> Result<Weight, rusqlite::Error> {
    sql.query_row(
        "SELECT (SELECT count(*) FROM job),
           (SELECT count(*) FROM asset WHERE origin <> 'reference'),
           (SELECT count(*) FROM job WHERE state = 'queued'),
           (SELECT count(*) FROM job WHERE state = 'running')",
        [],
        |row| {
            let (jobs, prints) = (row.get(0)?, row.get(1)?);
            Ok(Weight { jobs, prints, waiting: row.get(2)?, under_way: row.get(3)? })
        },
    )
}

/// How the file keeps its log.
pub(crate) fn journal(sql: &Connection) -> Result<String, StoreError> {
    Ok(sql.query_row("PRAGMA journal_mode", [], |row| row.get(0))?)
}

/// The seed and the provider's handle of the attempt that made an asset.
pub(crate) fn maker(
    sql: &Connection,
    asset: &str,
) -> Result<(Option<i64>, Option<String>), StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT attempt.seed, attempt.remote_id FROM output JOIN attempt ON attempt.id = output.attempt
         WHERE output.asset = ?1",
    )?;
    let mut rows = query.query([asset])?;
    Ok(match rows.next()? {
        Some(row) => (row.get(0)?, row.get(1)?),
        None => (None, None),
    })
}

/// Outputs that are still to be fetched: their part files are at work.
pub(crate) fn awaited_outputs(sql: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = sql.prepare("SELECT id FROM output WHERE state = 'waiting'")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Tx<'_> {
    /// Makes the index of words and the facts anew from the rows.
    pub(crate) fn rebuild_words(&mut self) -> Result<(), StoreError> {
        // Not emptied but dropped: taking words out of a damaged index reads it.
        let made: String = self.sql.query_row(
            "SELECT sql FROM sqlite_schema WHERE name = ?1",
            [WORDS],
            |row| row.get(0),
        )?;
        self.sql.execute_batch(&format!("DROP TABLE {WORDS}; {made};"))?;
        facts::enter_all(&self.sql)
    }
}
