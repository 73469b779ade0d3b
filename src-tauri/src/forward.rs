//! The studio's changes on their way to the page, in batches. The tray and the notifications hear of them too.

use std::sync::Arc;
use std::time::Duration;

use rushes_studio::Host;
use rushes_studio::api::types::Change;
use rushes_studio::http::Remote;
use serde::Serialize;
use tauri::async_runtime::spawn;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::broadcast::{Receiver, channel};

use crate::{Desk, notify, tray, window};

/// Changes that fall within this time travel together.
const BATCH: Duration = Duration::from_millis(30);

/// What came out of the channel.
enum Arrived {
    Changes(Vec<Change>),
    /// Some were missed: the page must read everything again.
    Gap,
    Closed,
}

/// Forwards until the studio is gone.
pub(crate) async fn run(app: AppHandle) {
    let desk = app.state::<Desk>();
    let mut changes = match desk.host() {
        Ok(Host::Local(studio)) => studio.changes(),
        Ok(Host::Remote(remote)) => relay(app.clone(), remote.clone()),
        Err(_) => return,
    };
    let mut watch = desk.watch().await;
    let news = notify::open(app.clone());
    loop {
        tray::tell(&app, &watch);
        window::progress(&app, watch.progress());
        match next(&mut changes).await {
            Arrived::Changes(batch) => {
                for seen in batch.iter().filter_map(|change| watch.see(change)) {
                    // Nobody is told what they look at.
                    if !window::in_front(&app) {
                        let _ = news.send(seen);
                    }
                }
                tell_page(&app, "changes", batch);
            }
            Arrived::Gap => {
                watch = desk.watch().await;
                tell_page(&app, "reload", ());
            }
            Arrived::Closed => return,
        }
    }
}

/// The changes of a studio in another process. When that one is gone, we start anew in its place.
fn relay(app: AppHandle, remote: Remote) -> Receiver<Arc<Vec<Change>>> {
    let (sender, receiver) = channel(64);
    spawn(async move {
        if let Ok(mut changes) = remote.changes().await {
            while let Some(batch) = changes.next().await {
                // Nobody listening is no fault: the page may not be there yet.
                let _ = sender.send(Arc::new(batch));
            }
        }
        app.restart();
    });
    receiver
}

/// Waits for a change, then for what comes close behind it.
async fn next(changes: &mut Receiver<Arc<Vec<Change>>>) -> Arrived {
    let mut batch = match changes.recv().await {
        Ok(first) => first.to_vec(),
        Err(RecvError::Lagged(_)) => return Arrived::Gap,
        Err(RecvError::Closed) => return Arrived::Closed,
    };
    tokio::time::sleep(BATCH).await;
    loop {
        match changes.try_recv() {
            Ok(more) => batch.extend(more.iter().cloned()),
            Err(TryRecvError::Lagged(_)) => return Arrived::Gap,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Arrived::Changes(batch),
        }
    }
}

fn tell_page(app: &AppHandle, event: &str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit_to(window::MAIN, event, payload) {
        tracing::warn!("the page did not hear of {event}: {error}");
    }
}

#[cfg(test)]
mod tests;
