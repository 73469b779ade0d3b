//! OpenAI's Images API (official client 3.54.0 and its OpenAPI file 2.3.0, read 2026-11-22): pictures at
//! once, whole or as a stream. There are no tasks to ask after.

pub(crate) mod asked;
pub(crate) mod images;
mod models;
mod stream;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{About, Dialect, authorization};
use crate::answer::{Cause, Declined};
use crate::script::On;
use crate::world::World;

/// The largest request, in bytes: a few pictures of up to 50 MB each.
pub(crate) const BODY_LIMIT: usize = 256 * 1024 * 1024;

pub(crate) static OPENAI: Dialect = Dialect {
    name: "openai",
    routes,
    key: |headers| authorization(headers, "Bearer "),
    open: |_| false,
    refusal,
    kind,
    webhook: None,
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/models", get(|| async { Json(models::list()) }))
        .route("/v1/images/generations", post(images::generations))
        .route("/v1/images/edits", post(images::edits))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    let on = match (method.as_str(), path) {
        ("GET", "/v1/models") => On::Models,
        ("POST", "/v1/images/generations" | "/v1/images/edits") => On::Submit,
        _ => On::Any,
    };
    (on, About::Nothing)
}

/// The envelope of an error.
pub(crate) fn error(kind: &str, code: Option<&str>, param: Option<&str>, message: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "param": param, "code": code}})
}

pub(crate) fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let message = declined.message.as_str();
    match declined.cause {
        Cause::Key => (
            StatusCode::UNAUTHORIZED,
            error(
                "invalid_request_error",
                Some("invalid_api_key"),
                None,
                "Incorrect API key provided.",
            ),
        ),
        Cause::Credit => (
            StatusCode::TOO_MANY_REQUESTS,
            error(
                "insufficient_quota",
                Some("insufficient_quota"),
                None,
                "You exceeded your current quota, please check your plan and billing details.",
            ),
        ),
        Cause::Plain => {
            let param =
                message.strip_prefix("invalid parameter: ").and_then(|rest| rest.split(' ').next());
            let (kind, code) = match declined.status {
                StatusCode::NOT_FOUND if message.starts_with("The model") => {
                    ("invalid_request_error", Some("model_not_found"))
                }
                status if status.is_server_error() => ("server_error", None),
                _ => ("invalid_request_error", param.map(|_| "invalid_value")),
            };
            (declined.status, error(kind, code, param, message))
        }
    }
}
