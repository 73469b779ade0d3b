//! The shell: one window on the studio, with its tray and its notifications. It decides nothing.

mod command;
mod forward;
mod notify;
mod sandbox;
mod tray;
mod updates;
mod window;

use std::error::Error;
use std::sync::Arc;

use rushes_studio::api::types::ApiError;
use rushes_studio::clock::System;
use rushes_studio::http::DoorConfig;
use rushes_studio::keys::Keychain;
use rushes_studio::net::Wired;
use rushes_studio::{Config, Host, Language, t, words};
use tauri::async_runtime::{block_on, spawn};
use tauri::{AppHandle, Manager, RunEvent};
use tracing_subscriber::EnvFilter;

/// What the window works at: the studio, or the reason why there is none.
pub(crate) struct Desk(Result<Host, ApiError>);

impl Desk {
    async fn open() -> Self {
        Self(
            Host::open(Config {
                data: rushes_studio::default_data_dir(),
                library: rushes_studio::default_library_dir(),
                vault: Arc::new(Keychain::new()),
                embedded: Some(Arc::new(sandbox::Builtin::default())),
                door: DoorConfig { origins: vec![window::ORIGIN.into()], ..DoorConfig::default() },
                clock: Arc::new(System),
                net: Arc::new(Wired),
                language: Language::of_the_system(),
            })
            .await,
        )
    }

    pub(crate) fn host(&self) -> Result<&Host, ApiError> {
        self.0.as_ref().map_err(Clone::clone)
    }
}

/// Opens the studio and the window, and stays until the window is closed.
pub fn run() -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
    let desk = block_on(Desk::open());
    let media = desk.host().ok().and_then(|host| block_on(host.media_base()));
    let mut context = tauri::generate_context!();
    window::fence(context.config_mut(), media.as_deref());
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .plugin(window::memory())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .manage(desk)
        .invoke_handler(tauri::generate_handler![
            command::call,
            command::reveal,
            command::open_print,
            command::open_external,
            command::restart,
            updates::update_channel,
            updates::find_update,
            updates::install_update
        ])
        .setup(|app| {
            window::open(app.handle())?;
            tray::open(app.handle());
            spawn(forward::run(app.handle().clone()));
            Ok(())
        })
        .build(context)?
        .run(|app, event| {
            if let RunEvent::Exit = event {
                block_on(leave(app));
            }
        });
    Ok(())
}

/// Tells what goes on without the window, then lets the studio finish what is on the wire.
async fn leave(app: &AppHandle) {
    // From here on a new start is a new window, not a call to this one.
    tauri_plugin_single_instance::destroy(app);
    let desk = app.state::<Desk>();
    let Ok(host @ Host::Local(_)) = desk.host() else { return };
    if let Some(words) = host.watch().await.goodbye() {
        notify::say(&words, None, false).await;
    }
    host.shutdown().await;
}
