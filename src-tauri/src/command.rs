//! What the page may ask of the shell: the studio's commands, three doors to the desktop, and a new start.

use rushes_studio::api::types::ApiError;
use rushes_studio::{Refusal, web_page};
use serde_json::Value;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use crate::Desk;

type Answer<T = ()> = Result<T, ApiError>;

/// Runs one of the studio's commands.
#[tauri::command]
pub(crate) async fn call(desk: State<'_, Desk>, cmd: String, payload: Value) -> Answer<Value> {
    desk.host()?.call(&cmd, payload).await
}

/// Shows a print's file in the system's file manager.
#[tauri::command]
pub(crate) async fn reveal(app: AppHandle, desk: State<'_, Desk>, print: String) -> Answer {
    let shown = app.opener().reveal_item_in_dir(desk.host()?.print_file(&print).await?);
    shown.map_err(|error| Refusal::FileManager.because(&error))
}

/// Opens a print's file with the system's program for its kind.
#[tauri::command]
pub(crate) async fn open_print(app: AppHandle, desk: State<'_, Desk>, print: String) -> Answer {
    let file = desk.host()?.print_file(&print).await?;
    let opened = app.opener().open_path(file.to_string_lossy(), None::<String>);
    opened.map_err(|error| Refusal::Program.because(&error))
}

/// Opens a page of the web in the user's browser.
#[tauri::command]
pub(crate) async fn open_external(app: AppHandle, url: String) -> Answer {
    let shown = app.opener().open_url(web_page(&url)?, None::<String>);
    shown.map_err(|error| Refusal::Browser.because(&error))
}

/// Leaves as closing the window does, then starts anew: a job book is only replaced at a start.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands it over")]
pub(crate) fn restart(app: AppHandle) {
    app.request_restart();
}
