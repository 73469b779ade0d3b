//! What the page may ask of the shell: the studio's commands, three doors to the desktop, and a new start.

use rushes_studio::api::types::ApiError;
use serde_json::Value;
use tauri::{AppHandle, State, Url};
use tauri_plugin_opener::OpenerExt;

use crate::{Desk, t};

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
    shown.map_err(|error| refused(t!("The file manager did not open."), &error))
}

/// Opens a print's file with the system's program for its kind.
#[tauri::command]
pub(crate) async fn open_print(app: AppHandle, desk: State<'_, Desk>, print: String) -> Answer {
    let file = desk.host()?.print_file(&print).await?;
    let opened = app.opener().open_path(file.to_string_lossy(), None::<String>);
    opened.map_err(|error| refused(t!("No program for files of this kind opened."), &error))
}

/// Opens a page of the web in the user's browser.
#[tauri::command]
pub(crate) async fn open_external(app: AppHandle, url: String) -> Answer {
    let page = web_page(&url)
        .ok_or_else(|| refused(t!("Only addresses that begin with https are opened."), &url))?;
    let shown = app.opener().open_url(page, None::<String>);
    shown.map_err(|error| refused(t!("The browser did not open."), &error))
}

/// Leaves as closing the window does, then starts anew: a job book is only replaced at a start.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands it over")]
pub(crate) fn restart(app: AppHandle) {
    app.request_restart();
}

fn web_page(address: &str) -> Option<Url> {
    address.parse().ok().filter(|url: &Url| url.scheme() == "https" && url.has_host())
}

fn refused(message: &str, detail: &impl ToString) -> ApiError {
    let hint = t!("Nothing was opened. The address is in the details.").to_owned();
    ApiError { code: "invalid".into(), message: message.into(), hint, detail: detail.to_string() }
}

#[cfg(test)]
mod tests;
