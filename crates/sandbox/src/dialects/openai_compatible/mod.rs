//! A server that speaks like OpenAI: pictures at once, the Videos protocol as vLLM-Omni and SGLang serve it,
//! LocalAI's `/video`, and the jobs of stable-diffusion.cpp's sd-server (their sources, 2026-08 to 2026-11).

mod hooks;
mod jobs;
mod pictures;
mod videos;

pub(crate) use hooks::Subscription;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::openai::{BODY_LIMIT, refusal};
use super::{About, Dialect, authorization};
use crate::script::On;
use crate::world::World;

pub(crate) static OPENAI_COMPATIBLE: Dialect = Dialect {
    name: "openai_compatible",
    routes,
    key: |headers| authorization(headers, "Bearer "),
    open: |_| false,
    refusal,
    kind,
    webhook: Some(hooks::hook),
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/models", get(|| async { Json(models()) }))
        .route("/v1/images/generations", post(pictures::paint))
        .route("/v1/images/edits", post(pictures::paint))
        .route("/v1/videos", get(videos::list).post(videos::create))
        .route("/v1/videos/{id}", get(videos::told).delete(videos::delete))
        .route("/v1/videos/{id}/content", get(videos::content))
        .route("/v1/webhook_endpoints", post(hooks::create))
        .route("/video", post(videos::at_once))
        .route("/sdcpp/v1/{kind}", post(jobs::create))
        .route("/sdcpp/v1/jobs/{id}", get(jobs::told))
        .route("/sdcpp/v1/jobs/{id}/cancel", post(jobs::cancel))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    let task = |id: &str| About::Task(id.to_owned());
    let below = |start: &str| path.strip_prefix(start);
    match (method.as_str(), path) {
        ("GET", "/v1/models") => return (On::Models, About::Nothing),
        ("GET", "/v1/videos") => return (On::List, About::Nothing),
        (
            "POST",
            "/v1/images/generations"
            | "/v1/images/edits"
            | "/v1/videos"
            | "/video"
            | "/sdcpp/v1/img_gen"
            | "/sdcpp/v1/vid_gen",
        ) => return (On::Submit, About::Nothing),
        _ => {}
    }
    if let ("GET", Some(rest)) = (method.as_str(), below("/v1/videos/")) {
        return match rest.strip_suffix("/content") {
            Some(id) => (On::Download, task(id)),
            None => (On::Poll, task(rest)),
        };
    }
    match (method.as_str(), below("/sdcpp/v1/jobs/")) {
        ("GET", Some(id)) => (On::Poll, task(id)),
        _ => (On::Any, About::Nothing),
    }
}

/// `GET /v1/models`.
fn models() -> Value {
    let row = |id: &str| json!({"id": id, "object": "model", "created": 1_790_000_000, "owned_by": "sandbox"});
    let rows = ["sandbox-image", "sandbox-video"].map(row);
    json!({"object": "list", "data": rows})
}
