//! The paths of the API and what answers them.

mod account;
mod list;
mod media;
mod models;
mod poll;
mod submit;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::Value;

use crate::answer::{Cause, Refusal};
use crate::world::World;
use crate::{dialects, faults};

/// The largest JSON body, in bytes.
const JSON_LIMIT: usize = 16 * 1024 * 1024;

pub(crate) type Here = State<Arc<World>>;

pub(crate) fn router(world: Arc<World>) -> Router {
    let with_key = Router::new()
        .route("/api/v3/models", get(models::list))
        .route("/api/v3/model/price", post(models::price))
        .route("/api/v3/model/pricing", post(models::price))
        .route("/api/v3/balance", get(account::balance))
        .route("/api/v3/webhook/secret", get(account::webhook_secret))
        .route("/api/v3/media/uploads", post(upload::ticket))
        .route("/api/v3/predictions", post(list::list))
        .route("/api/v3/predictions/delete", post(list::delete))
        .route("/api/v3/predictions/{id}", get(poll::poll))
        .route("/api/v3/predictions/{id}/result", get(poll::poll))
        .route("/api/v3/{*model}", post(submit::submit))
        .route("/sandbox/ledger", get(account::ledger))
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .route(
            "/api/v3/media/upload/binary",
            post(upload::binary).layer(DefaultBodyLimit::disable()),
        )
        .route_layer(middleware::from_fn_with_state(Arc::clone(&world), check_key));
    Router::new()
        .route("/put/{token}/{name}", put(upload::put).layer(DefaultBodyLimit::disable()))
        .route("/in/{token}/{name}", get(media::upload))
        .route("/media/{token}/{name}", get(media::output))
        .merge(with_key)
        .merge(dialects::router(&world))
        .fallback(|| async { Refusal::not_found("path") })
        .method_not_allowed_fallback(|| async {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&world), faults::play))
        .with_state(world)
}

async fn check_key(State(world): Here, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default()
        .trim();
    let fits = match &world.config.token {
        Some(token) => given == token,
        None => !given.is_empty(),
    };
    if fits {
        return next.run(request).await;
    }
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "Invalid API key. Send it as: Authorization: Bearer <key>",
    )
    .because(Cause::Key)
    .into_response()
}

/// A JSON body, with the envelope's own words when it is none.
pub(crate) struct JsonBody(pub(crate) Value);

impl<S: Send + Sync> axum::extract::FromRequest<S> for JsonBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = bytes::Bytes::from_request(request, state)
            .await
            .map_err(|error| Refusal::new(error.status(), error.body_text()))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Refusal::invalid(format!("the body is not JSON ({error})")))
    }
}
