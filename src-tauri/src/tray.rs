//! The tray: how many renders are under way, and the way back to the window.

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};

use crate::window;

/// The line that counts. Kept by the app, so that it can be rewritten.
struct Counter(MenuItem<Wry>);

const ID: &str = "rushes";

/// Puts the tray in place. A desktop without one is no fault.
pub(crate) fn open(app: &AppHandle) {
    if let Err(error) = build(app) {
        tracing::info!("no tray here: {error}");
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let counter = MenuItem::with_id(app, "count", words(0), false, None::<&str>)?;
    let show = MenuItem::with_id(app, "show", "Show Rushes", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?;
    TrayIconBuilder::with_id(ID)
        .icon(Image::from_bytes(include_bytes!("../../icons/tray.png"))?)
        .menu(&Menu::with_items(app, &[&counter, &show, &quit])?)
        .on_menu_event(|app, event| match event.id().as_ref() {
            "show" => window::show(app),
            "quit" => app.exit(0),
            _ => {}
        })
        .build(app)?;
    app.manage(Counter(counter));
    Ok(())
}

/// Writes the count into the tray's menu and tooltip.
pub(crate) fn count(app: &AppHandle, rendering: usize) {
    let (Some(tray), Some(counter)) = (app.tray_by_id(ID), app.try_state::<Counter>()) else {
        return;
    };
    let words = words(rendering);
    let tooltip = Some(format!("Rushes: {words}"));
    if let Err(error) = counter.0.set_text(words).and_then(|()| tray.set_tooltip(tooltip)) {
        tracing::info!("the tray was not rewritten: {error}");
    }
}

fn words(rendering: usize) -> String {
    match rendering {
        0 => "nothing rendering".to_owned(),
        n => format!("{n} rendering"),
    }
}

#[cfg(test)]
mod tests;
