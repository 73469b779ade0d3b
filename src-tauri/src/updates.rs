//! New versions: looked for when the user asks, and only taken with the signature of the release key.

use std::time::Duration;

use rushes_studio::Refusal;
use rushes_studio::api::types::ApiError;
use serde_json::{Value, json};
use tauri::async_runtime::spawn_blocking;
use tauri::utils::platform::bundle_type;
use tauri::{AppHandle, Url};
use tauri_plugin_updater::{Error, Update, UpdaterExt};

use crate::forward::tell_page;

/// How long a server of releases may keep us waiting for its next byte.
const PATIENCE: Duration = Duration::from_secs(30);

/// One setting of the build; a debug build may be told when it starts.
macro_rules! setting {
    ($name:literal) => {
        option_env!($name)
            .map(str::to_owned)
            .or_else(|| std::env::var($name).ok().filter(|_| cfg!(debug_assertions)))
    };
}

/// Where releases are announced, and the key they are signed with. None in a build that was told of neither, and
/// where the program was not installed from a release.
fn channel() -> Option<(Url, String)> {
    (std::env::var_os("APPIMAGE").is_some() || bundle_type().is_some()).then_some(())?;
    Some((setting!("RUSHES_UPDATES_URL")?.parse().ok()?, setting!("RUSHES_UPDATES_KEY")?))
}

async fn newest(app: &AppHandle) -> Result<Option<Update>, Error> {
    let Some((announced, key)) = channel() else { return Ok(None) };
    let asked = app.updater_builder().endpoints(vec![announced])?.pubkey(key);
    let asked = asked.configure_client(|c| c.connect_timeout(PATIENCE).read_timeout(PATIENCE));
    asked.build()?.check().await
}

/// Who is asked for new versions; None where nobody is.
#[tauri::command]
pub(crate) fn update_channel() -> Option<String> {
    channel()?.0.host_str().map(str::to_owned)
}

/// Looks for a version newer than this one: `{ version, notes }`, or null.
#[tauri::command]
pub(crate) async fn find_update(app: AppHandle) -> Result<Option<Value>, ApiError> {
    let found = newest(&app).await.map_err(said)?;
    Ok(found.map(|update| json!({ "version": update.version, "notes": update.body })))
}

/// Fetches the newest version, tells the page of every hundredth of it, puts it in place and starts it.
#[tauri::command]
pub(crate) async fn install_update(app: AppHandle) -> Result<(), ApiError> {
    let found = newest(&app).await.and_then(|found| found.ok_or(Error::ReleaseNotFound));
    let update = found.map_err(said)?;
    let (mut got, mut told) = (0, 0);
    let tell = |chunk: usize, of: Option<u64>| {
        got += chunk as u64;
        let percent = of.map_or(0, |of| 100 * got / of.max(1));
        if std::mem::replace(&mut told, percent) < percent {
            tell_page(&app, "update", percent);
        }
    };
    let program = update.download(tell, || ()).await.map_err(said)?;
    let placed = spawn_blocking(move || update.install(program)).await;
    placed.unwrap_or_else(|died| Err(std::io::Error::other(died).into())).map_err(said)?;
    app.request_restart();
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed on by map_err")]
fn said(error: Error) -> ApiError {
    let refusal = match error {
        Error::Minisign(_)
        | Error::Base64(_)
        | Error::SignatureUtf8(_)
        | Error::SignedVersionMismatch { .. }
        | Error::MissingSignedVersion => Refusal::Unsigned,
        Error::Reqwest(_) | Error::Network(_) | Error::ReleaseNotFound => Refusal::Silent,
        Error::AuthenticationFailed => Refusal::NotAllowed,
        _ => Refusal::NotPlaced,
    };
    refusal.because(&error)
}
