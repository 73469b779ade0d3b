//! Desktop notifications: finished clips, jobs that need a person, and work that goes on without us.

use std::path::PathBuf;

use notify_rust::{Notification, NotificationHandle};
use rushes_studio::api::types::Settings;
use rushes_studio::news::{News, Words, gather, together};
use serde_json::json;
use tauri::async_runtime::{spawn, spawn_blocking};
use tauri::{AppHandle, Manager};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{Desk, t, window};

/// Starts telling; answers with the way in. It ends when the way in is closed.
pub(crate) fn open(app: AppHandle) -> UnboundedSender<News> {
    let (sender, news) = unbounded_channel();
    spawn(tell(app, news));
    sender
}

async fn tell(app: AppHandle, mut news: UnboundedReceiver<News>) {
    while let Some(all) = gather(&mut news).await {
        // Whoever looks at the window by now has seen it.
        if !window::in_front(&app) {
            spawn(show(app.clone(), all));
        }
    }
}

/// Shows a notification and, where the desktop tells of clicks, waits for one: it brings the window
/// to the front.
async fn show(app: AppHandle, news: Vec<News>) {
    let Some((words, print)) = together(&news) else { return };
    let desk = app.state::<Desk>();
    let Ok(host) = desk.host() else { return };
    let picture = match print {
        Some(print) => host.small_picture(print).await,
        None => None,
    };
    let settings: Option<Settings> = host.read("get_settings", json!({})).await;
    let sound = settings.is_some_and(|settings| settings.notify_sound);
    let shown = say(&words, picture, sound).await;
    #[cfg(target_os = "linux")]
    if let Some(shown) = shown {
        let wait = move || {
            shown.wait_for_action(|action| {
                if action == "default" {
                    window::show(&app);
                }
            });
        };
        let _ = spawn_blocking(wait).await;
    }
}

/// Shows a notification. A desktop without a place for them is no fault.
pub(crate) async fn say(
    Words(heading, line): &Words,
    picture: Option<PathBuf>,
    sound: bool,
) -> Option<NotificationHandle> {
    let mut note = Notification::new();
    note.appname("Rushes").icon("rushes-studio").summary(heading).body(line);
    #[cfg(target_os = "linux")]
    {
        note.action("default", t!("Show"));
        // Some desktops make a sound unless they are told not to.
        note.hint(notify_rust::Hint::SuppressSound(!sound));
        if sound {
            note.sound_name("message-new-instant");
        }
        if let Some(picture) = picture.as_deref().and_then(std::path::Path::to_str) {
            note.image_path(picture);
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        if sound {
            note.sound_name("Default");
        }
        drop(picture);
    }
    // The desktop is asked on a thread that may wait: inside a task this call would panic.
    let asked = spawn_blocking(move || note.show()).await;
    let shown = asked.map_err(|e| e.to_string()).and_then(|shown| shown.map_err(|e| e.to_string()));
    shown.inspect_err(|error| tracing::info!(error, "no notification was shown")).ok()
}
