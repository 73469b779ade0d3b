//! One transaction, the parts it is made of, and what they touched.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, ffi};

use super::writer::Part;
use super::{StoreError, assets, jobs, routes, settings};
use crate::view::Change;

/// A row that was written, to be read back and published after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Touched {
    Job(String),
    Print(String),
    Catalog(String),
    Routes,
    Settings,
    /// So many prints that single ones are not told, or prints that are gone.
    View,
}

/// The most single prints that one commit tells of.
const MOST_PRINTS: usize = 1_000;

/// An open transaction. Tables add their own methods to it.
pub struct Tx<'c> {
    pub(super) sql: rusqlite::Transaction<'c>,
    touched: Vec<Touched>,
}

impl Tx<'_> {
    fn touch(&mut self, what: Touched) {
        if !self.touched.contains(&what) {
            self.touched.push(what);
        }
    }

    /// Runs one part so that what it did can be taken back alone; answers whether it stands. An
    /// error: the whole transaction is gone.
    fn part(&mut self, part: &mut dyn Part) -> rusqlite::Result<bool> {
        self.sql.execute_batch("SAVEPOINT part")?;
        let touched = self.touched.len();
        let done = part.run(self);
        if self.sql.is_autocommit() {
            // SQLite gave it up by itself, as it may when a disk is full.
            return Err(rusqlite::Error::SqliteFailure(
                ffi::Error::new(ffi::SQLITE_ABORT_ROLLBACK),
                Some("the transaction was given up with another write".into()),
            ));
        }
        if !done {
            self.sql.execute_batch("ROLLBACK TO part")?;
            self.touched.truncate(touched);
        }
        self.sql.execute_batch("RELEASE part")?;
        Ok(done)
    }

    /// The job will be published after the commit.
    pub fn touch_job(&mut self, id: &str) {
        self.touch(Touched::Job(id.to_owned()));
    }

    /// The print will be published after the commit.
    pub fn touch_print(&mut self, id: &str) {
        self.touch(Touched::Print(id.to_owned()));
    }

    /// The same for many; for too many of them hosts are asked to look at their views again.
    pub(super) fn touch_prints<'i>(&mut self, ids: impl ExactSizeIterator<Item = &'i str>) {
        if ids.len() > MOST_PRINTS {
            self.touch_view();
        } else {
            ids.for_each(|id| self.touch_print(id));
        }
    }

    /// Hosts will be asked to look at their views again after the commit.
    pub fn touch_view(&mut self) {
        self.touch(Touched::View);
    }

    /// The provider's models or key will be published after the commit.
    pub fn touch_catalog(&mut self, provider: &str) {
        self.touch(Touched::Catalog(provider.to_owned()));
    }

    /// The routes will be published after the commit.
    pub fn touch_routes(&mut self) {
        self.touch(Touched::Routes);
    }

    /// The user's choices will be published after the commit.
    pub fn touch_settings(&mut self) {
        self.touch(Touched::Settings);
    }
}

/// Runs the parts, together as far as they go, and answers the changes to publish. Each part knows
/// then what came of it.
pub(super) fn run(
    connection: &mut Connection,
    library: &Path,
    parts: &mut [Box<dyn Part>],
) -> Vec<Change> {
    let (mut begun, mut touched) = (0, Vec::new());
    while begun < parts.len() {
        let (settled, rows) = commit(connection, &mut parts[begun..]);
        begun += settled;
        for row in rows {
            if !touched.contains(&row) {
                touched.push(row);
            }
        }
    }
    let is_print = |row: &Touched| matches!(row, Touched::Print(_));
    if touched.iter().filter(|row| is_print(row)).count() > MOST_PRINTS {
        touched.retain(|row| !is_print(row) && *row != Touched::View);
        touched.push(Touched::View);
    }
    let mut news = Vec::with_capacity(touched.len());
    for row in touched {
        // The commit stands; a row that cannot be read back is only not announced.
        match change(connection, library, &row) {
            Ok(change) => news.push(change),
            Err(error) => {
                tracing::error!(?row, %error, "a committed change could not be read back");
            }
        }
    }
    news
}

fn change(connection: &Connection, library: &Path, row: &Touched) -> Result<Change, StoreError> {
    Ok(match row {
        Touched::Job(id) => Change::Job { job: jobs::view(connection, id)? },
        Touched::Print(id) => Change::Print { print: assets::print(connection, library, id)? },
        Touched::Catalog(provider) => Change::Catalog { provider: provider.clone() },
        Touched::Routes => Change::Routes { routes: routes::list(connection)? },
        Touched::Settings => Change::Settings { settings: settings::settings(connection)? },
        Touched::View => Change::View,
    })
}

/// One transaction. Answers how many of the parts are settled by it, for better or worse, and the
/// rows that those touched which stand.
fn commit(connection: &mut Connection, parts: &mut [Box<dyn Part>]) -> (usize, Vec<Touched>) {
    let committed = match begin(connection, parts) {
        Ok((Tx { sql, touched }, true)) => sql.commit().map(|()| touched),
        // Nothing stands: no commit, no sync.
        Ok((_, false)) => return (parts.len(), Vec::new()),
        Err((settled, error)) => return (undo(&mut parts[..settled], &error), Vec::new()),
    };
    match committed {
        Ok(touched) => (parts.len(), touched),
        Err(error) => {
            // A sync that failed may have left every page of the transaction in the log, and the
            // next opening would take it for committed though its callers were told that it is
            // not. Another commit in its place ends that; where this one fails too, the next that
            // succeeds does.
            if let Err(error) = overwrite(connection) {
                tracing::error!(%error, "a failed commit may come back");
            }
            (undo(parts, &error), Vec::new())
        }
    }
}

/// Opens a transaction and runs the parts in it; answers whether any of them stands. An error ends
/// it early: so many parts are gone with it, and those after them begin anew.
fn begin<'c>(
    connection: &'c mut Connection,
    parts: &mut [Box<dyn Part>],
) -> Result<(Tx<'c>, bool), (usize, rusqlite::Error)> {
    let sql = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| (parts.len(), error))?;
    let mut tx = Tx { sql, touched: Vec::new() };
    let mut any = false;
    for (n, part) in parts.iter_mut().enumerate() {
        any |= tx.part(part.as_mut()).map_err(|error| (n + 1, error))?;
    }
    Ok((tx, any))
}

/// Tells each part that it does not stand; answers how many there are.
fn undo(parts: &mut [Box<dyn Part>], error: &rusqlite::Error) -> usize {
    for part in &mut *parts {
        part.undone(error);
    }
    parts.len()
}

/// The same error once more, for each of those whom it met.
pub(super) fn copy_of(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, words) => {
            rusqlite::Error::SqliteFailure(*code, words.clone())
        }
        other => rusqlite::Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_ERROR),
            Some(other.to_string()),
        ),
    }
}

/// Commits something that changes nothing.
fn overwrite(connection: &Connection) -> rusqlite::Result<()> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    connection.pragma_update(None, "user_version", version)
}
