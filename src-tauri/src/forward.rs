//! The studio's changes on their way to the page. The tray and the notifications hear of them too.

use rushes_studio::{Batch, Host};
use serde::Serialize;
use tauri::{AppHandle, Emitter, Manager};

use crate::{Desk, notify, tray, window};

/// Forwards until the studio is gone.
pub(crate) async fn run(app: AppHandle) {
    let desk = app.state::<Desk>();
    let Ok(host) = desk.host() else { return };
    let mut changes = host.changes().await;
    let mut watch = host.watch().await;
    let news = notify::open(app.clone());
    loop {
        tray::tell(&app, &watch);
        window::progress(&app, watch.progress());
        match changes.next().await {
            Batch::Changes(batch) => {
                for seen in batch.iter().filter_map(|change| watch.see(change)) {
                    // Nobody is told what they look at.
                    if !window::in_front(&app) {
                        let _ = news.send(seen);
                    }
                }
                tell_page(&app, "changes", batch);
            }
            Batch::Gap => {
                watch = host.watch().await;
                tell_page(&app, "reload", ());
            }
            // When the process that had the studio is gone, we start anew in its place.
            Batch::Gone if matches!(host, Host::Remote(_)) => app.restart(),
            Batch::Gone => return,
        }
    }
}

/// Tells the page of an event.
pub(crate) fn tell_page(app: &AppHandle, event: &str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit_to(window::MAIN, event, payload) {
        tracing::warn!("the page did not hear of {event}: {error}");
    }
}
