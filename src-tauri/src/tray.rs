//! The tray: what is under way, and the way back to the window.

use std::sync::Mutex;

use rushes_studio::news::{Standing, Watch};
use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

use crate::forward::tell_page;
use crate::{t, window};

const ID: &str = "rushes";
/// Before the id of a job in the id of its line.
const JOB: &str = "job:";

/// What the tray says now, so that it is only rewritten when that changes.
struct Said(Mutex<Standing>);

/// Puts the tray in place. A desktop without one is no fault.
pub(crate) fn open(app: &AppHandle) {
    if let Err(error) = build(app) {
        tracing::info!("no tray here: {error}");
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let said = Watch::default().standing();
    TrayIconBuilder::with_id(ID)
        .icon(Image::from_bytes(include_bytes!("../../icons/tray.png"))?)
        .menu(&menu(app, &said)?)
        .on_menu_event(|app, event| match event.id().as_ref() {
            "show" => window::show(app),
            "quit" => app.exit(0),
            id => {
                if let Some(job) = id.strip_prefix(JOB) {
                    window::show(app);
                    tell_page(app, "open-job", job);
                }
            }
        })
        .build(app)?;
    app.manage(Said(Mutex::new(said)));
    Ok(())
}

fn menu(app: &AppHandle, said: &Standing) -> tauri::Result<Menu<tauri::Wry>> {
    let line = |id: &str, words: &str, on| MenuItem::with_id(app, id, words, on, None::<&str>);
    let count = line("count", &said.count, false)?;
    let jobs =
        said.lines.iter().map(|(id, words)| line(&format!("{JOB}{id}"), &marked(words), true));
    let jobs = jobs.collect::<tauri::Result<Vec<_>>>()?;
    let rule = PredefinedMenuItem::separator(app)?;
    let (show, quit) = (line("show", t!("Show Rushes"), true)?, line("quit", t!("Quit"), true)?);
    let mut items: Vec<&dyn IsMenuItem<tauri::Wry>> = vec![&count];
    items.extend(jobs.iter().map(|job| job as &dyn IsMenuItem<tauri::Wry>));
    items.extend([&rule as &dyn IsMenuItem<tauri::Wry>, &show, &quit]);
    Menu::with_items(app, &items)
}

/// Menus take a single `&` for the mark of an access key.
fn marked(words: &str) -> String {
    words.replace('&', "&&")
}

/// Writes what is under way into the tray's menu and tooltip.
pub(crate) fn tell(app: &AppHandle, watch: &Watch) {
    let (Some(tray), Some(said)) = (app.tray_by_id(ID), app.try_state::<Said>()) else {
        return;
    };
    let now = watch.standing();
    let Ok(mut said) = said.0.lock() else { return };
    if *said == now {
        return;
    }
    let tooltip = Some(t!("Rushes: {count}", count = now.count));
    let written = menu(app, &now)
        .and_then(|menu| tray.set_menu(Some(menu)))
        .and_then(|()| tray.set_tooltip(tooltip));
    if let Err(error) = written {
        tracing::info!("the tray was not rewritten: {error}");
    }
    *said = now;
}
