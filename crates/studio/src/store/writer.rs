//! Who writes: a thread that commits in groups whatever waits, or the caller itself.
//!
//! A commit costs a sync of the disk, so what waits at the same time shares one. Each part stands
//! between marks of its own: one that fails is taken back alone. Nobody hears of success before
//! the commit, and a commit that fails fails every part of it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{broadcast, oneshot};

use super::reserve::Reserve;
use super::{OpenError, StoreError, Tx, clean, tx};
use crate::view::Change;

/// The most parts of one commit.
const MOST: usize = 64;

/// What one caller wants written.
pub(super) trait Part: Send {
    /// Does it inside the open transaction. False when it failed.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// The transaction did not stand, so neither does this.
    fn undone(&mut self, error: &rusqlite::Error);
    /// Why it failed, when the room kept back may be given up for its next try.
    fn wants_room(&self) -> Option<&StoreError>;
    /// Tells the caller what came of it.
    fn answer(self: Box<Self>);
}

/// Whether a write may take the room that is kept back on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// It may: it is about work that is under way.
    Kept,
    /// It may not: nothing is lost when it is not done.
    Free,
}

/// A part with its caller.
struct Asked<T, F> {
    work: Option<F>,
    came: Option<Result<T, StoreError>>,
    room: Room,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Part for Asked<T, F>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.came = self.work.take().map(|work| work(tx));
        matches!(self.came, Some(Ok(_)))
    }

    fn undone(&mut self, error: &rusqlite::Error) {
        // What went wrong with the part itself says more.
        if !matches!(self.came, Some(Err(_))) {
            self.came = Some(Err(StoreError::Sqlite(tx::copy_of(error))));
        }
    }

    fn wants_room(&self) -> Option<&StoreError> {
        match &self.came {
            Some(Err(error)) if self.room == Room::Kept => Some(error),
            _ => None,
        }
    }

    fn answer(self: Box<Self>) {
        // The caller may have gone away; the commit stands all the same.
        let _ = self.answer.send(self.came.unwrap_or(Err(StoreError::Closed)));
    }
}

/// What the writer thread is asked.
enum Order {
    /// Write this: at once, or at the latest then and with whatever is written before.
    Write(Box<dyn Part>, Option<Instant>),
    /// Finish the book and end; answered when it is done.
    Close(oneshot::Sender<()>),
}

/// Who writes.
#[derive(Clone)]
pub(super) struct Writer(Hand);

#[derive(Clone)]
enum Hand {
    /// A thread of its own.
    Thread(mpsc::Sender<Order>),
    /// The caller, one by one, where a simulation must be able to repeat itself.
    Caller(Arc<Mutex<Committer>>),
}

impl Writer {
    /// A thread that ends when it is told to or the last clone is gone.
    pub(super) fn thread(committer: Committer, book: &Path) -> Result<Self, OpenError> {
        let (sender, inbox) = mpsc::channel();
        let book = book.to_owned();
        std::thread::Builder::new()
            .name("job-book".into())
            .spawn(move || write_until_closed(committer, &inbox, &book))
            .map_err(OpenError::Thread)?;
        Ok(Self(Hand::Thread(sender)))
    }

    /// Whoever asks writes.
    pub(super) fn caller(committer: Committer) -> Self {
        Self(Hand::Caller(Arc::new(Mutex::new(committer))))
    }

    /// Writes, and answers after the commit. `within`: how long it may wait for others.
    pub(super) async fn write<T, F>(
        &self,
        work: F,
        room: Room,
        within: Duration,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        let part: Box<dyn Part> = Box::new(Asked { work: Some(work), came: None, room, answer });
        match &self.0 {
            Hand::Thread(inbox) => {
                let until = (!within.is_zero()).then(|| Instant::now() + within);
                inbox.send(Order::Write(part, until)).map_err(|_| StoreError::Closed)?;
            }
            Hand::Caller(own) => {
                own.lock().unwrap_or_else(PoisonError::into_inner).commit(vec![part]);
            }
        }
        wait.await.map_err(|_| StoreError::Closed)?
    }

    /// The connection, where no thread has it: what was written is read with it too.
    pub(super) fn own(&self) -> Option<MutexGuard<'_, Committer>> {
        match &self.0 {
            Hand::Thread(_) => None,
            Hand::Caller(own) => Some(own.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Writes what waits, ends, and answers when the book is closed.
    pub(super) async fn close(&self) {
        let (answer, wait) = oneshot::channel();
        // Closed already is closed.
        if let Hand::Thread(inbox) = &self.0
            && inbox.send(Order::Close(answer)).is_ok()
        {
            let _ = wait.await;
        }
    }
}

/// The connection that writes, and who hears of what it wrote.
pub(super) struct Committer {
    pub(super) connection: Connection,
    pub(super) library: Arc<RwLock<PathBuf>>,
    pub(super) changes: broadcast::Sender<Arc<Vec<Change>>>,
    pub(super) reserve: Arc<Reserve>,
    /// Counts the commits that changed the gallery.
    pub(super) revision: Arc<AtomicU32>,
}

impl Committer {
    /// Commits these together; then publishes what they touched and answers their callers.
    fn commit(&mut self, mut parts: Vec<Box<dyn Part>>) {
        let library = self.library.read().unwrap_or_else(PoisonError::into_inner).clone();
        let news = tx::run(&mut self.connection, &library, &mut parts);
        let is_of_the_gallery =
            |change: &Change| matches!(change, Change::Print { .. } | Change::View);
        if news.iter().any(is_of_the_gallery) {
            self.revision.fetch_add(1, Ordering::Relaxed);
        }
        if !news.is_empty() {
            let _ = self.changes.send(Arc::new(news));
        }
        for part in &parts {
            // The next try of whoever asked finds room.
            if let Some(error) = part.wants_room() {
                self.reserve.help(error);
            }
        }
        for part in parts {
            part.answer();
        }
    }
}

/// The writer thread.
fn write_until_closed(mut committer: Committer, inbox: &mpsc::Receiver<Order>, book: &Path) {
    let mut asked = None;
    let mut waiting = Vec::new();
    let mut until: Option<Instant> = None;
    while asked.is_none() {
        let order = match until {
            None => inbox.recv().map_err(RecvTimeoutError::from),
            Some(until) => inbox.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        match order {
            Ok(Order::Write(part, Some(at))) if waiting.len() + 1 < MOST => {
                waiting.push(part);
                until = Some(until.map_or(at, |until| until.min(at)));
                continue;
            }
            Ok(Order::Write(part, _)) => waiting.push(part),
            Ok(Order::Close(answer)) => asked = Some(answer),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        while asked.is_none() && waiting.len() < MOST {
            match inbox.try_recv() {
                Ok(Order::Write(part, _)) => waiting.push(part),
                Ok(Order::Close(answer)) => asked = Some(answer),
                Err(_) => break,
            }
        }
        committer.commit(std::mem::take(&mut waiting));
        until = None;
    }
    committer.commit(waiting);
    let connection = committer.connection;
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

#[cfg(test)]
mod tests;
