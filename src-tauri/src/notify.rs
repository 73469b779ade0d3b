//! Desktop notifications: a finished clip, a job that needs a person, and work that goes on without us.

use notify_rust::{Notification, NotificationHandle};
use rushes_studio::news::Words;
use tauri::AppHandle;
use tauri::async_runtime::spawn_blocking;

use crate::window;

/// Shows a notification and, where the desktop tells of clicks, waits for one: it brings the window
/// to the front.
pub(crate) async fn show(app: AppHandle, words: Words) {
    let shown = say(&words).await;
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
pub(crate) async fn say(Words(heading, line): &Words) -> Option<NotificationHandle> {
    let mut note = Notification::new();
    note.appname("Rushes").icon("rushes-studio").summary(heading).body(line);
    #[cfg(target_os = "linux")]
    note.action("default", "Show");
    // The desktop is asked on a thread that may wait: inside a task this call would panic.
    let asked = spawn_blocking(move || note.show()).await;
    let shown = asked.map_err(|e| e.to_string()).and_then(|shown| shown.map_err(|e| e.to_string()));
    shown.inspect_err(|error| tracing::info!(error, "no notification was shown")).ok()
}
