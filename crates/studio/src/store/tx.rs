//! One transaction and what it touched.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

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
}

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

    /// The job will be published after the commit.
    pub fn touch_job(&mut self, id: &str) {
        self.touch(Touched::Job(id.to_owned()));
    }

    /// The print will be published after the commit.
    pub fn touch_print(&mut self, id: &str) {
        self.touch(Touched::Print(id.to_owned()));
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

/// Runs `work` in an immediate transaction; answers its value and the changes to publish.
pub(super) fn run<T>(
    connection: &mut Connection,
    library: &Path,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<(T, Vec<Change>), StoreError> {
    let (value, touched) = commit(connection, work)?;
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
    Ok((value, news))
}

fn change(connection: &Connection, library: &Path, row: &Touched) -> Result<Change, StoreError> {
    Ok(match row {
        Touched::Job(id) => Change::Job { job: jobs::view(connection, id)? },
        Touched::Print(id) => Change::Print { print: assets::print(connection, library, id)? },
        Touched::Catalog(provider) => Change::Catalog { provider: provider.clone() },
        Touched::Routes => Change::Routes { routes: routes::list(connection)? },
        Touched::Settings => Change::Settings { settings: settings::settings(connection)? },
    })
}

fn commit<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<(T, Vec<Touched>), StoreError> {
    let (committed, value, touched) = {
        let mut tx = Tx {
            sql: connection.transaction_with_behavior(TransactionBehavior::Immediate)?,
            touched: Vec::new(),
        };
        let value = work(&mut tx)?;
        let Tx { sql, touched } = tx;
        (sql.commit(), value, touched)
    };
    if let Err(error) = committed {
        // A sync that failed may have left every page of the transaction in the log, and the next
        // opening would take it for committed though its caller was told that it is not. Another
        // commit in its place ends that; where this one fails too, the next that succeeds does.
        if let Err(error) = overwrite(connection) {
            tracing::error!(%error, "a failed commit may come back");
        }
        return Err(error.into());
    }
    Ok((value, touched))
}

/// Commits something that changes nothing.
fn overwrite(connection: &Connection) -> rusqlite::Result<()> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    connection.pragma_update(None, "user_version", version)
}
