//! What the page may ask of the shell: the studio's commands, and three doors to the desktop.

use std::path::{Path, PathBuf};

use rushes_studio::api::types::ApiError;
use serde_json::{Value, json};
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
    let shown = app.opener().reveal_item_in_dir(file_of(&desk, &print).await?);
    shown.map_err(|error| refused(t!("The file manager did not open."), &error))
}

/// Opens a print's file with the system's program for its kind.
#[tauri::command]
pub(crate) async fn open_print(app: AppHandle, desk: State<'_, Desk>, print: String) -> Answer {
    let file = file_of(&desk, &print).await?;
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

/// Where a print lies. The page names a print, never a path.
async fn file_of(desk: &Desk, print: &str) -> Answer<PathBuf> {
    let state = desk.host()?.call("app_state", json!({})).await?;
    let book = desk.host()?.call("get_print", json!({ "id": print })).await?;
    let path = |value: &Value| PathBuf::from(value.as_str().unwrap_or_default());
    let (library, file) = (path(&state["library"]), path(&book["print"]["path"]));
    inside(&library, &file)
        .ok_or_else(|| refused(t!("That file is not in the library."), &file.display()))
}

/// The file's true place, if that is in the library.
fn inside(library: &Path, file: &Path) -> Option<PathBuf> {
    let (library, file) = (library.canonicalize().ok()?, file.canonicalize().ok()?);
    file.starts_with(&library).then_some(file)
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
