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
pub(crate) mod events;
mod files;
pub(crate) mod holds;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod ledger;
mod open;
pub(crate) mod outputs;
mod reserve;
pub(crate) mod restore;
pub(crate) mod routes;
pub(crate) mod settings;
pub(crate) mod shots;
pub(crate) mod spending;
pub(crate) mod steps;
mod tx;
pub(crate) mod uploads;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use rusqlite::Connection;
use tokio::sync::{broadcast, oneshot};

use crate::chance;
use crate::view::Change;
use reserve::Reserve;

pub use assets::{AssetRow, NewAsset, PrintQuery};
pub use attempts::{AttemptRow, Begin};
pub use backup::{BackupError, Copy};
pub use catalogues::Cached;
pub use events::Told;
pub use holds::Hold;
pub use jobs::{JobRow, JobUpdate, NewJob};
pub use keys::KeyRecord;
pub use ledger::LedgerKind;
pub use open::{OpenError, SCHEMA_VERSION};
pub use outputs::{NewOutput, OutputRow};
pub use steps::{FallBack, Step};
pub use tx::Tx;

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

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// What the writer thread is asked.
enum Order {
    /// One transaction.
    Write(Work),
    /// Finish the book and end; answered when it is done.
    Close(oneshot::Sender<()>),
}

/// Who writes.
#[derive(Clone)]
enum Writer {
    /// A thread of its own.
    Thread(mpsc::Sender<Order>),
    /// The caller, where a simulation must be able to repeat itself.
    Caller(Arc<Mutex<Connection>>),
}

/// The open job book. Clones share the same file.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Arc<Readers>,
    changes: broadcast::Sender<Arc<Vec<Change>>>,
    library: Arc<Path>,
    reserve: Arc<Reserve>,
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    path: std::path::PathBuf,
}

impl Store {
    /// Opens or makes the file, brings its schema up to date, and checks that every pragma holds.
    /// `library` is the media folder, for the absolute paths that hosts are told.
    pub fn open(path: &Path, library: &Path) -> Result<Self, OpenError> {
        let connection = open::writer(path)?;
        let writer = if chance::replayed() {
            Writer::Caller(Arc::new(Mutex::new(connection)))
        } else {
            Writer::Thread(writer_thread(connection, path)?)
        };
        let (changes, _) = broadcast::channel(256);
        let store = Self {
            writer,
            readers: Arc::new(Readers { idle: Mutex::new(Vec::new()), path: path.to_owned() }),
            changes,
            library: library.into(),
            reserve: Arc::new(Reserve::beside(path)),
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
    pub fn back_up(&self, day: &str) -> Result<Option<std::path::PathBuf>, BackupError> {
        backup::daily(self.path(), day)
    }

    /// Keeps the day's copy in place of one that is damaged. Blocks.
    pub fn back_up_anew(&self, day: &str) -> Result<Option<std::path::PathBuf>, BackupError> {
        backup::daily_anew(self.path(), day)
    }

    /// Brings everything into the one file and marks the exit as clean. Later writes are refused.
    pub async fn close(&self) {
        self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let (answer, wait) = oneshot::channel();
        // Closed already is closed.
        if let Writer::Thread(inbox) = &self.writer
            && inbox.send(Order::Close(answer)).is_ok()
        {
            let _ = wait.await;
        }
    }

    /// The media folder.
    pub fn library(&self) -> &Path {
        &self.library
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

    /// Runs one transaction on the writer thread. It commits when `work` answers Ok, and only
    /// then are the touched rows published.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        let changes = self.changes.clone();
        let library = self.library.clone();
        let reserve = self.reserve.clone();
        let work: Work = Box::new(move |connection| {
            let result = tx::run(connection, &library, work).map(|(value, news)| {
                if !news.is_empty() {
                    let _ = changes.send(Arc::new(news));
                }
                value
            });
            // The next try of whoever asked finds room.
            if let Err(error) = &result {
                reserve.help(error);
            }
            // The caller may have gone away; the commit stands all the same.
            let _ = answer.send(result);
        });
        match &self.writer {
            Writer::Thread(inbox) => {
                inbox.send(Order::Write(work)).map_err(|_| StoreError::Closed)?;
            }
            Writer::Caller(connection) => {
                work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
            }
        }
        wait.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a query on a read-only connection, off the async threads.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        if let Writer::Caller(connection) = &self.writer {
            return work(&connection.lock().unwrap_or_else(PoisonError::into_inner));
        }
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || {
            let connection = match readers.take() {
                Some(connection) => connection,
                None => open::reader(&readers.path)?,
            };
            let result = work(&connection);
            readers.put(connection);
            result
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }
}

/// Starts the writer thread.
fn writer_thread(connection: Connection, path: &Path) -> Result<mpsc::Sender<Order>, OpenError> {
    let (sender, inbox) = mpsc::channel();
    let book = path.to_owned();
    std::thread::Builder::new()
        .name("job-book".into())
        .spawn(move || write_until_closed(connection, &inbox, &book))
        .map_err(OpenError::Thread)?;
    Ok(sender)
}

/// The writer thread.
fn write_until_closed(mut connection: Connection, inbox: &mpsc::Receiver<Order>, book: &Path) {
    let mut asked = None;
    while let Ok(order) = inbox.recv() {
        match order {
            Order::Write(work) => work(&mut connection),
            Order::Close(answer) => {
                asked = Some(answer);
                break;
            }
        }
    }
    // Closing keeps the planner's statistics fresh; a failure here loses nothing.
    let _ = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    let closed = connection.close();
    if let Some(answer) = asked {
        // Without the mark the next start only looks the book over.
        if closed.is_ok()
            && let Err(error) = clean::set(book)
        {
            tracing::warn!(%error, "the clean exit could not be marked");
        }
        let _ = answer.send(());
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
