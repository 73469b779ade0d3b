//! The job book: one SQLite file, one writer thread, read-only readers.
//!
//! `Store::write` is the only door to a transaction. What a transaction touches is read back after
//! the commit and published as changes; nothing is published for a rollback.

pub(crate) mod assets;
pub(crate) mod attempts;
pub(crate) mod backup;
pub(crate) mod catalogues;
pub(crate) mod check;
mod clean;
pub(crate) mod collections;
pub(crate) mod due;
pub(crate) mod events;
mod facts;
mod files;
pub(crate) mod grids;
pub(crate) mod holds;
pub(crate) mod imports;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod lineage;
pub(crate) mod makers;
pub(crate) mod marks;
mod open;
pub(crate) mod outputs;
pub(crate) mod presets;
pub(crate) mod prompts;
pub(crate) mod rebuild;
mod reserve;
pub(crate) mod restore;
pub(crate) mod routes;
pub(crate) mod settings;
pub(crate) mod shots;
pub(crate) mod spending;
pub(crate) mod stacks;
pub(crate) mod staged;
pub(crate) mod steps;
pub(crate) mod story;
mod terms;
pub(crate) mod trash;
mod tx;
pub(crate) mod uploads;
pub(crate) mod view;
pub(crate) mod workflows;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::broadcast;

use crate::chance;
use crate::view::Change;
use reserve::Reserve;
use writer::{Committer, Room, Writer};

pub use assets::{AssetRow, NewAsset};
pub use attempts::{AttemptRow, Begin};
pub use backup::{BackupError, Copy};
pub use catalogues::Cached;
pub use collections::Kept;
pub use events::Told;
pub use grids::NewGrid;
pub use holds::Hold;
pub use imports::{Claim, ImportRow, Known, NewImport};
pub use jobs::{JobRow, JobUpdate, NewJob, Which};
pub use keys::KeyRecord;
pub use ledger::LedgerKind;
pub use marks::{Marks, Undo};
pub use open::{OpenError, SCHEMA_VERSION};
pub use outputs::{NewOutput, OutputRow};
pub(crate) use prompts::Past;
pub use staged::StageError;
pub use steps::{FallBack, Step};
pub use tx::Tx;
pub use workflows::Workflow;

/// A statement that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("the job book could not be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored value is not what this version writes.
    #[error("the job book holds a value this version cannot read: {0}")]
    Value(#[from] serde_json::Error),
    /// A conditional update found another state than it expected.
    #[error("{row} is no longer {expected}")]
    Moved {
        /// Which row.
        row: String,
        /// The state that was expected.
        expected: &'static str,
    },
    /// The row does not exist.
    #[error("there is no {0}")]
    NotFound(String),
    /// The writer thread has ended.
    #[error("the job book is closed")]
    Closed,
}

/// The open job book. Clones share the same file.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Arc<Readers>,
    changes: broadcast::Sender<Arc<Vec<Change>>>,
    library: Arc<RwLock<PathBuf>>,
    reserve: Arc<Reserve>,
    revision: Arc<AtomicU32>,
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    path: PathBuf,
}

impl Store {
    /// Opens or makes the file, brings its schema up to date, and checks that every pragma holds.
    /// `library` is the media folder, for the absolute paths that hosts are told.
    pub fn open(path: &Path, library: &Path) -> Result<Self, OpenError> {
        let connection = open::writer(path)?;
        let (changes, _) = broadcast::channel(256);
        let library = Arc::new(RwLock::new(library.to_path_buf()));
        let reserve = Arc::new(Reserve::beside(path));
        let revision = Arc::new(AtomicU32::new(1));
        let committer = Committer {
            connection,
            library: library.clone(),
            changes: changes.clone(),
            reserve: reserve.clone(),
            revision: revision.clone(),
        };
        let writer = if chance::replayed() {
            Writer::caller(committer)
        } else {
            Writer::thread(committer, path)?
        };
        let store = Self {
            writer,
            readers: Arc::new(Readers { idle: Mutex::new(Vec::new()), path: path.to_owned() }),
            changes,
            library,
            reserve,
            revision,
        };
        if !chance::replayed() {
            store.keep_room();
        }
        Ok(store)
    }

    /// Where the book is.
    pub fn path(&self) -> &Path {
        &self.readers.path
    }

    /// Keeps room back on the disk for when it is full, where there is enough of it. Blocks.
    pub fn keep_room(&self) {
        if let Err(error) = self.reserve.take() {
            tracing::warn!(%error, "no room could be kept back for the job book");
        }
    }

    /// Whether room is kept back.
    pub fn has_room(&self) -> bool {
        self.reserve.is_taken()
    }

    /// Keeps the day's copy of the book. None when the day has one already, or there is nothing in
    /// the book. Blocks.
    pub fn back_up(&self, day: &str) -> Result<Option<PathBuf>, BackupError> {
        backup::daily(self.path(), day)
    }

    /// Keeps the day's copy in place of one that is damaged. Blocks.
    pub fn back_up_anew(&self, day: &str) -> Result<Option<PathBuf>, BackupError> {
        backup::daily_anew(self.path(), day)
    }

    /// Keeps a copy at the user's word. None when there is nothing in the book. Blocks.
    pub fn back_up_asked(&self, stamp: &str) -> Result<Option<PathBuf>, BackupError> {
        backup::asked(self.path(), stamp)
    }

    /// Brings everything into the one file and marks the exit as clean. Later writes are refused.
    pub async fn close(&self) {
        self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.writer.close().await;
    }

    /// The media folder.
    pub fn library(&self) -> PathBuf {
        self.library.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The media folder is another one from now on.
    pub fn set_library(&self, library: &Path) {
        *self.library.write().unwrap_or_else(PoisonError::into_inner) = library.to_path_buf();
    }

    /// Grows with each commit that changed the gallery, from 1 at each start. Taken before a view is
    /// read it is never newer than the view.
    pub fn revision(&self) -> u32 {
        self.revision.load(Ordering::Relaxed)
    }

    /// Committed changes from now on. A receiver that lags must read everything again.
    pub fn changes(&self) -> broadcast::Receiver<Arc<Vec<Change>>> {
        self.changes.subscribe()
    }

    /// Says something to the hosts that no row stands behind.
    pub fn publish(&self, changes: Vec<Change>) {
        // No listener is fine: the rows are the truth.
        let _ = self.changes.send(Arc::new(changes));
    }

    /// Writes, and answers after the commit; only then are the touched rows published. `work` is
    /// done when it answers Ok and taken back when not. It may share its commit with others.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.write(work, Room::Kept, Duration::ZERO).await
    }

    /// The same for what may wait this long for others to share a commit with, because a crash
    /// that comes first loses nothing that matters.
    pub async fn write_within<T, F>(&self, within: Duration, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.write(work, Room::Kept, within).await
    }

    /// The same for what begins something: on a full disk it does not take the room that is kept
    /// back for what is under way.
    pub async fn write_anew<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.write(work, Room::Free, Duration::ZERO).await
    }

    /// Runs queries on a read-only connection, off the async threads. All of them see the same
    /// moment, however many commits come between them.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        if let Some(own) = self.writer.own() {
            return work(&own.connection);
        }
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || {
            let connection = match readers.take() {
                Some(connection) => connection,
                None => open::reader(&readers.path)?,
            };
            let moment = connection.unchecked_transaction()?;
            let result = work(&moment);
            drop(moment);
            readers.put(connection);
            result
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }
}

impl Readers {
    /// Enough for the window and the engine at once; more are closed after use.
    const KEPT: usize = 4;

    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < Self::KEPT {
            idle.push(connection);
        }
    }
}

#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;
