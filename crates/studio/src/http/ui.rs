//! `GET /TOKEN/`: the window's files, for a browser.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::door::Room;

pub(super) async fn index(State(room): State<Arc<Room>>) -> Response {
    serve(&room, "index.html")
}

pub(super) async fn file(
    State(room): State<Arc<Room>>,
    Path((_, path)): Path<(String, String)>,
) -> Response {
    serve(&room, &path)
}

fn serve(room: &Room, path: &str) -> Response {
    let Some((bytes, kind)) = room.ui.as_ref().and_then(|files| files(path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (Ok(kind), Ok(policy)) =
        (HeaderValue::from_str(&kind), HeaderValue::from_str(&policy(room.port)))
    else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    (headers, bytes.into_owned()).into_response()
}

/// What the page may load and where it may speak to: this door and nothing else. Style attributes
/// are allowed because rows and sliders are placed by them; style elements and scripts are not.
fn policy(port: u16) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
         img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; \
         connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
