//! Opening and closing the door.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Desk, DoorNote, call, changes, guard, media, ui, upload, view};

/// The largest body of a call: a pasted picture in base64.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// How long a closing door waits for answers that are on their way.
const CLOSING: Duration = Duration::from_secs(2);

/// The window's files by path: bytes and media type. `index.html` is the page itself.
pub type UiFiles = Arc<dyn Fn(&str) -> Option<(Cow<'static, [u8]>, String)> + Send + Sync>;

/// How the door is set up.
#[derive(Clone, Default)]
pub struct DoorConfig {
    /// TCP port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Origins of pages that may ask besides the door's own, e.g. `tauri://localhost`.
    pub origins: Vec<String>,
    /// The window's files, where the door is to show the window in a browser.
    pub ui: Option<UiFiles>,
}

impl fmt::Debug for DoorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoorConfig")
            .field("port", &self.port)
            .field("origins", &self.origins)
            .field("ui", &self.ui.is_some())
            .finish()
    }
}

/// Where an open door is. Whoever knows the token may do what the user may.
#[derive(Clone, PartialEq, Eq)]
pub struct Door {
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    /// 64 hex digits, new at every start.
    pub token: String,
    /// `http://127.0.0.1:PORT/TOKEN/`
    pub base: String,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// What every request is judged by and answered from.
pub(super) struct Room {
    pub(super) desk: Weak<dyn Desk>,
    pub(super) port: u16,
    pub(super) token: String,
    pub(super) origins: Vec<String>,
    pub(super) ui: Option<UiFiles>,
    pub(super) stop: CancellationToken,
}

/// A door that is being answered. Dropping it closes it at once.
pub struct OpenDoor {
    door: Door,
    note: Option<PathBuf>,
    stop: CancellationToken,
    server: JoinSet<()>,
}

impl OpenDoor {
    /// Opens the door. With a data folder it leaves a note there by which a second process finds it.
    pub async fn open(
        config: DoorConfig,
        desk: Weak<dyn Desk>,
        data: Option<&Path>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let port = listener.local_addr()?.port();
        let token = random_token()?;
        let origin = format!("http://127.0.0.1:{port}");
        let door = Door { base: format!("{origin}/{token}/"), origin, token: token.clone() };
        let stop = CancellationToken::new();
        let room = Arc::new(Room {
            desk,
            port,
            token: token.clone(),
            origins: config.origins,
            ui: config.ui,
            stop: stop.clone(),
        });
        let note = data
            .map(|data| DoorNote { port, token, pid: std::process::id() }.write(data))
            .transpose()?;
        let listener = listener.tap_io(|stream| {
            // Without it many small answers wait 40 ms each for a delayed acknowledgement.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no TCP_NODELAY");
            }
        });
        let serving = axum::serve(listener, router(room))
            .with_graceful_shutdown(stop.clone().cancelled_owned());
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the loopback door closed by itself");
            }
        });
        Ok(Self { door, note, stop, server })
    }

    /// Where it is.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// Takes the note away, lets answers under way go out, and closes.
    pub async fn close(mut self) {
        self.remove_note();
        self.stop.cancel();
        // Who has not read their answer by then is cut off.
        let _ = tokio::time::timeout(CLOSING, self.server.join_next()).await;
    }

    fn remove_note(&mut self) {
        if let Some(note) = self.note.take() {
            // Already gone is as good as removed.
            let _ = std::fs::remove_file(note);
        }
    }
}

impl Drop for OpenDoor {
    fn drop(&mut self) {
        self.remove_note();
        self.stop.cancel();
    }
}

fn router(room: Arc<Room>) -> Router {
    Router::new()
        .route("/{token}/call", post(call::call).layer(DefaultBodyLimit::max(BODY_LIMIT)))
        // The bytes go to the disk as they come; the library knows how many are too many.
        .route("/{token}/import", post(upload::upload).layer(DefaultBodyLimit::disable()))
        .route("/{token}/changes", get(changes::changes))
        .route("/{token}/media/{asset}/{variant}", get(media::media))
        .route("/{token}/view", get(view::view))
        .route("/{token}/glimpse/{job}/{number}", get(media::glimpse))
        .route("/{token}/roll/{picture}", get(media::roll))
        .route("/{token}/", get(ui::index))
        .route("/{token}/{*path}", get(ui::file))
        .fallback(guard::nothing)
        .layer(middleware::from_fn_with_state(room.clone(), guard::guard))
        .with_state(room)
}

fn random_token() -> io::Result<String> {
    use fmt::Write;

    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().fold(String::with_capacity(64), |mut token, byte| {
        // Writing to a String cannot fail.
        let _ = write!(token, "{byte:02x}");
        token
    }))
}
