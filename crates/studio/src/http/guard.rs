//! Who may ask: the judgement that every request passes first.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::door::Room;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What the request's headers say about where it comes from.
enum Asker {
    /// No page, or a page of the door itself.
    Own,
    /// A page that was allowed by name.
    Allowed(HeaderValue),
    /// A page of someone else.
    Stranger,
}

pub(super) async fn guard(State(room): State<Arc<Room>>, request: Request, next: Next) -> Response {
    // A name of someone else that points to 127.0.0.1 would make their page "same origin" with us.
    if !room.is_own_host(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if !room.has_token(request.uri().path()) {
        return nothing().await;
    }
    let asker = room.asker(request.headers());
    if matches!(asker, Asker::Stranger) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response =
        if request.method() == Method::OPTIONS { preflight() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Asker::Allowed(origin) = asker {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("accept-ranges, content-length, content-range, etag"),
        );
    }
    // A poster is asked for without an Origin even by a window that is allowed, so where there is
    // such a window, only the token keeps other pages from embedding media.
    let policy = if room.origins.is_empty() { "same-origin" } else { "cross-origin" };
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(policy));
    response
}

/// The answer to what is not there, the same for every reason.
#[allow(clippy::unused_async, reason = "a handler is async")]
pub(super) async fn nothing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn preflight() -> Response {
    (
        StatusCode::NO_CONTENT,
        [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, range"),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ],
    )
        .into_response()
}

impl Room {
    fn is_own_host(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else {
            return false;
        };
        self.own_names().any(|name| host == name)
    }

    fn own_names(&self) -> impl Iterator<Item = String> {
        ["127.0.0.1", "localhost"].into_iter().map(|name| format!("{name}:{}", self.port))
    }

    fn has_token(&self, path: &str) -> bool {
        let given = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        // Every byte is looked at, so that the time taken tells nothing.
        given.len() == self.token.len()
            && given.bytes().zip(self.token.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
    }

    fn asker(&self, headers: &HeaderMap) -> Asker {
        let Some(value) = headers.get(header::ORIGIN) else { return Asker::Own };
        let Ok(origin) = value.to_str() else { return Asker::Stranger };
        if self.own_names().any(|name| origin.strip_prefix("http://") == Some(&name)) {
            Asker::Own
        } else if self.origins.iter().any(|allowed| allowed == origin) {
            Asker::Allowed(value.clone())
        } else {
            Asker::Stranger
        }
    }
}
