//! What goes on in the gallery beside the commands: marks that can be taken back, sidecars that follow
//! the marks, files that are taken in, the end of what lies in the trash.

pub(crate) mod imports;
pub(crate) mod moving;
pub(crate) mod presence;
mod rebuild;
pub(crate) mod sidecars;
pub(crate) mod trash;
mod undo;

use std::sync::{Arc, Weak};

use tokio::sync::{Mutex, Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::Studio;
use crate::clock::Clock;
use crate::view::Change;
pub use rebuild::rebuild_book;
pub(crate) use undo::Undos;

/// How often the trash is looked at, sidecars that could not be written are tried again, and every file of
/// the library is looked for.
const HOUR_MS: i64 = 3_600_000;
/// How often it is looked whether the library folder is there.
const GLANCE_MS: i64 = 5_000;

/// What the gallery keeps in memory.
#[derive(Default)]
pub(crate) struct Gallery {
    /// A move of the library.
    pub(crate) moving: moving::MoveSlot,
    /// The last marks.
    pub(crate) undos: Undos,
    /// Told when sidecars are due.
    pub(crate) marked: Arc<Notify>,
    /// Held by the import that is at work: they wait for each other.
    pub(crate) intake: Arc<Mutex<()>>,
    /// Stops the import that is at work.
    pub(crate) importing: imports::Stop,
}

/// Keeps sidecars and trash in order until the studio closes.
pub(crate) async fn keep(
    studio: Weak<Studio>,
    marked: Arc<Notify>,
    clock: Arc<dyn Clock>,
    closing: CancellationToken,
) {
    let Some(open) = studio.upgrade() else { return };
    let mut changes = open.changes();
    if let Err(error) = sidecars::tell_jobs(&open).await {
        tracing::warn!(%error, "older sidecars were not looked for");
    }
    let mut is_here = open.library.here().is_ok();
    drop(open);
    let (mut look_at, mut again_at) = (0, 0);
    loop {
        let Some(open) = studio.upgrade() else { return };
        let was_here = std::mem::replace(&mut is_here, open.library.here().is_ok());
        if was_here != is_here {
            presence::tell(&open);
            // What waited for it goes on, and what was done to its files meanwhile is seen.
            open.engine.wake();
            (look_at, again_at) = (0, 0);
        }
        let now = clock.now_ms();
        if now >= again_at {
            tokio::select! {
                () = closing.cancelled() => return,
                () = once(&open) => {}
            }
            again_at = now + HOUR_MS;
        }
        if now >= look_at {
            tokio::select! {
                () = closing.cancelled() => return,
                finished = moving::finish(&open) => if let Err(error) = finished {
                    tracing::warn!(%error, "old files of a library that was moved are still there");
                }
            }
            tokio::select! {
                () = closing.cancelled() => return,
                looked = presence::look(&open) => if let Err(error) = looked {
                    tracing::warn!(%error, "the files of the library were not looked for");
                }
            }
            look_at = now + HOUR_MS;
        }
        drop(open);
        tokio::select! {
            () = closing.cancelled() => return,
            () = marked.notified() => again_at = 0,
            () = job_with_prints_over(&mut changes) => again_at = 0,
            () = clock.sleep_until(clock.now_ms() + GLANCE_MS) => {}
        }
    }
}

/// Waits until a job has ended that made prints: what stands beside them tells its end too.
async fn job_with_prints_over(changes: &mut broadcast::Receiver<Arc<Vec<Change>>>) {
    let ended = |change: &Change| matches!(change, Change::Job { job } if job.state.over() && !job.prints.is_empty());
    loop {
        match changes.recv().await {
            Ok(batch) if batch.iter().any(ended) => return,
            Ok(_) => {}
            // Something was missed; looking once more does no harm.
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            // The studio is gone, and `closing` says so.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

async fn once(studio: &Studio) {
    if let Err(error) = trash::remove_old(studio).await {
        tracing::warn!(%error, "the trash was not emptied of what is old");
    }
    if let Err(error) = imports::clear(studio).await {
        tracing::warn!(%error, "what an import left half done was not cleared away");
    }
    if let Err(error) = sidecars::write_due(studio).await {
        tracing::warn!(%error, "sidecars were not written");
    }
}
