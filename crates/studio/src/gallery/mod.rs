//! What goes on in the gallery beside the commands: marks that can be taken back, sidecars that follow
//! the marks, files that are taken in, the end of what lies in the trash.

pub(crate) mod imports;
pub(crate) mod sidecars;
pub(crate) mod trash;
mod undo;

use std::sync::{Arc, Weak};

use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use crate::Studio;
use crate::clock::Clock;
pub(crate) use undo::Undos;

/// How often the trash is looked at, and sidecars that could not be written are tried again.
const HOUR_MS: i64 = 3_600_000;

/// What the gallery keeps in memory.
#[derive(Default)]
pub(crate) struct Gallery {
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
    loop {
        let Some(open) = studio.upgrade() else { return };
        tokio::select! {
            () = closing.cancelled() => return,
            () = once(&open) => {}
        }
        drop(open);
        tokio::select! {
            () = closing.cancelled() => return,
            () = marked.notified() => {}
            () = clock.sleep_until(clock.now_ms() + HOUR_MS) => {}
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
