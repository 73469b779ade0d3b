//! The other services' dialects, each below its own path: `http://127.0.0.1:PORT/bfl/v1/…`. All of them
//! are fronts of the same tasks, ledger and faults.

mod bfl;
mod comfyui;
mod fal;
mod gemini;
pub(crate) mod openai;
pub(crate) mod openai_compatible;
mod replicate;
mod runway;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::answer::{Cause, Declined};
use crate::script::On;
use crate::tasks::Running;
use crate::world::World;

/// The largest body, in bytes: files may travel inside (Gemini API changelog of 2026-01-08: 100 MB).
const BODY_LIMIT: usize = 100 * 1024 * 1024;

/// One dialect: what differs from service to service around the routes themselves.
pub(crate) struct Dialect {
    /// The first part of its paths, without slashes.
    pub(crate) name: &'static str,
    /// Its routes, below the name.
    pub(crate) routes: fn() -> Router<Arc<World>>,
    /// The key that a request carries, where the service wants it.
    pub(crate) key: fn(&HeaderMap) -> Option<String>,
    /// Whether a path answers without a key.
    pub(crate) open: fn(&str) -> bool,
    /// The status and body of a refusal.
    pub(crate) refusal: fn(&Declined) -> (StatusCode, Value),
    /// What a request is, and the model or the task it belongs to. The path is below the name.
    pub(crate) kind: fn(&Method, &str) -> (On, About),
    /// What its webhook says of a task that has ended, and how that is signed. None where the service
    /// has none.
    pub(crate) webhook: Option<fn(&World, &Running) -> Hook>,
}

/// What a request is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// This model, by the caller's name for it.
    Model(String),
    /// The task of this id.
    Task(String),
    /// Neither.
    Nothing,
}

/// One delivery of a webhook.
pub(crate) struct Hook {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

static ALL: &[&Dialect] = &[
    &bfl::BFL,
    &comfyui::COMFYUI,
    &fal::FAL,
    &gemini::GEMINI,
    &openai::OPENAI,
    &openai_compatible::OPENAI_COMPATIBLE,
    &replicate::REPLICATE,
    &runway::RUNWAY,
];

/// The dialect of a path, and the path below its name.
pub(crate) fn of_path(path: &str) -> Option<(&'static Dialect, &str)> {
    let rest = path.strip_prefix('/')?;
    let (name, below) = rest.split_at(rest.find('/')?);
    Some((find(name)?, below))
}

/// The dialect of this name.
pub(crate) fn find(name: &str) -> Option<&'static Dialect> {
    ALL.iter().copied().find(|dialect| dialect.name == name)
}

/// All dialects' routes.
pub(crate) fn router(world: &Arc<World>) -> Router<Arc<World>> {
    let mut router = Router::new();
    for &dialect in ALL {
        let own = (dialect.routes)()
            .fallback(|| async { crate::answer::Refusal::not_found("path") })
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .layer(middleware::from_fn_with_state((Arc::clone(world), dialect), check_key))
            .layer(middleware::map_response(move |answer: Response| async move {
                translated(dialect, answer)
            }));
        router = router.nest(&format!("/{}", dialect.name), own);
    }
    router
}

async fn check_key(
    State((world, dialect)): State<(Arc<World>, &'static Dialect)>,
    request: Request,
    next: Next,
) -> Response {
    let given = (dialect.key)(request.headers()).unwrap_or_default();
    let fits = match &world.config.token {
        Some(token) => given == *token,
        None => !given.is_empty(),
    };
    if fits || (dialect.open)(request.uri().path()) {
        return next.run(request).await;
    }
    crate::answer::Refusal::new(StatusCode::UNAUTHORIZED, "Invalid API key.")
        .because(Cause::Key)
        .into_response()
}

/// A refusal in the dialect's own words.
fn translated(dialect: &Dialect, answer: Response) -> Response {
    let Some(declined) = answer.extensions().get::<Declined>() else { return answer };
    let (status, body) = (dialect.refusal)(declined);
    (status, Json(body)).into_response()
}

/// A header's text.
pub(crate) fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The key in `Authorization`, after this word.
pub(crate) fn authorization(headers: &HeaderMap, scheme: &str) -> Option<String> {
    let value = header_text(headers, header::AUTHORIZATION.as_str())?;
    Some(value.strip_prefix(scheme)?.trim().to_owned())
}

/// The bytes of a finished task's output.
pub(crate) fn output_response(world: &World, running: &Running) -> Option<Response> {
    let bytes = world.tasks.output(running)?;
    let path = running.task().output_path()?;
    let media_type = crate::order::media_type(&path);
    Some(([(header::CONTENT_TYPE, media_type)], Body::from(bytes)).into_response())
}
