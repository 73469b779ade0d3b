//! The one window: its shape, and the fence around its page.

#[cfg(target_os = "linux")]
use rushes_studio::Language;
use tauri::plugin::TauriPlugin;
use tauri::utils::config::Csp;
use tauri::webview::NewWindowResponse;
use tauri::window::{ProgressBarState, ProgressBarStatus};
use tauri::{
    AppHandle, Config, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry,
};
use tauri_plugin_window_state::StateFlags;
#[cfg(target_os = "linux")]
use webkit2gtk::{CacheModel, WebContextExt, WebViewExt};

/// The window's label, as capabilities/main.json names it.
pub(crate) const MAIN: &str = "main";

/// Where the page comes from, as the door knows it.
pub(crate) const ORIGIN: &str =
    if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };

/// Lets the page load itself and, from the door, media; nothing else.
pub(crate) fn fence(config: &mut Config, media_base: Option<&str>) {
    let door = media_base.and_then(|base| Url::parse(base).ok());
    let door = door.map(|base| base.origin().ascii_serialization()).unwrap_or_default();
    config.app.security.csp = Some(Csp::Policy(format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; \
         img-src 'self' blob: data: {door}; media-src blob: {door}; \
         connect-src ipc: http://ipc.localhost {door}; \
         object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
    )));
}

/// Remembers where the window was left and how large. How it is framed is not the user's to lose.
pub(crate) fn memory() -> TauriPlugin<Wry> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::default().with_state_flags(kept).build()
}

/// Opens the window where it was left.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Rushes")
        .inner_size(1440.0, 900.0)
        .min_inner_size(960.0, 640.0)
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // The page draws the title bar and its buttons; macOS keeps its traffic lights over it.
    #[cfg(target_os = "macos")]
    let window = window.title_bar_style(tauri::TitleBarStyle::Overlay).hidden_title(true);
    #[cfg(not(target_os = "macos"))]
    let window = window.decorations(false);
    let window = window.build()?;
    #[cfg(target_os = "linux")]
    window.with_webview(|view| {
        let Some(context) = view.inner().context() else { return };
        // Tiles come and go by the thousand: WebKit would keep the pictures of those that are gone.
        context.set_cache_model(CacheModel::DocumentViewer);
        let languages = Language::dictionaries();
        context.set_spell_checking_languages(
            &languages.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        context.set_spell_checking_enabled(true);
    })?;
    Ok(window)
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = step {
            tracing::warn!("the window did not come to the front: {error}");
        }
    }
}

/// Whether a person is looking at the window.
pub(crate) fn in_front(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Shows on the window's place in the taskbar how many of the jobs under way are over.
pub(crate) fn progress(app: &AppHandle, over: Option<(usize, usize)>) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let (status, share) = match over {
        None => (ProgressBarStatus::None, None),
        // Nothing is known of how far a single job is.
        Some((0, _)) => (ProgressBarStatus::Indeterminate, None),
        Some((ended, all)) => (ProgressBarStatus::Normal, Some((100 * ended / all) as u64)),
    };
    let state = ProgressBarState { status: Some(status), progress: share };
    if let Err(error) = window.set_progress_bar(state) {
        tracing::info!("the taskbar shows no progress: {error}");
    }
}

fn is_our_page(url: &Url) -> bool {
    // A scheme of our own has no origin of its own, so its parts are compared.
    Url::parse(ORIGIN).is_ok_and(|page| (page.scheme(), page.host()) == (url.scheme(), url.host()))
}

#[cfg(test)]
mod tests;
