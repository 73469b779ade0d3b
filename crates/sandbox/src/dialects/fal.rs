//! fal: the queue, the store for files and the platform API on one address (docs and official clients,
//! read 2026-11-22).

mod catalog;
mod files;
mod hook;
mod requests;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{About, Dialect, authorization};
use crate::answer::{Cause, Declined, Refusal};
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::script::On;
use crate::task::{End, Failure, wire_time};
use crate::tasks::Running;
use crate::world::World;

pub(crate) static FAL: Dialect = Dialect {
    name: "fal",
    routes,
    key: |headers| authorization(headers, "Key ").or_else(|| authorization(headers, "Bearer ")),
    open: |path| path.ends_with("/.well-known/jwks.json") || path.ends_with("/v1/models"),
    refusal,
    kind,
    webhook: Some(hook::webhook),
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/storage/auth/token", post(files::pass))
        .route("/storage/upload/initiate", post(files::initiate))
        .route("/files/upload", post(files::upload).layer(DefaultBodyLimit::disable()))
        .route("/v1/models", get(catalog::models))
        .route("/v1/models/pricing", get(catalog::pricing))
        .route("/v1/models/requests/by-endpoint", get(requests::list))
        .route("/v1/account/billing", get(catalog::billing))
        .route("/.well-known/jwks.json", get(hook::keys))
        .route("/{*path}", get(ask).post(submit).put(cancel))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    let path = path.trim_start_matches('/');
    match (method.as_str(), path) {
        ("GET", "v1/models") => (On::Models, About::Nothing),
        ("GET", "v1/models/pricing") => (On::Price, About::Nothing),
        ("GET", "v1/models/requests/by-endpoint") => (On::List, About::Nothing),
        ("GET", "v1/account/billing") => (On::Balance, About::Nothing),
        ("POST", "storage/auth/token" | "storage/upload/initiate") => (On::Upload, About::Nothing),
        ("POST", "files/upload") => (On::Put, About::Nothing),
        ("GET", path) if !path.starts_with('.') => match asked(path) {
            Some((id, _)) => (On::Poll, About::Task(id)),
            None => (On::Any, About::Nothing),
        },
        ("POST", path) => (On::Submit, About::Model(path.to_owned())),
        _ => (On::Any, About::Nothing),
    }
}

/// The request id in `{app}/requests/{id}` and what stands after it.
fn asked(path: &str) -> Option<(String, &str)> {
    let (_, rest) = path.split_once("/requests/")?;
    let (id, part) = rest.split_once('/').unwrap_or((rest, ""));
    Some((id.to_owned(), part))
}

fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let (status, detail) = match declined.cause {
        Cause::Credit => (
            StatusCode::FORBIDDEN,
            "User is locked. Reason: Exhausted balance. Top up your balance.",
        ),
        Cause::Key => {
            (StatusCode::UNAUTHORIZED, "Authentication is required to access this application.")
        }
        Cause::Plain if declined.status == StatusCode::BAD_REQUEST => {
            let error = json!([{
                "loc": ["body", "prompt"],
                "msg": declined.message,
                "type": "value_error",
                "url": "https://docs.fal.ai/errors/#value_error",
            }]);
            return (StatusCode::UNPROCESSABLE_ENTITY, json!({"detail": error}));
        }
        Cause::Plain => (declined.status, declined.message.as_str()),
    };
    (status, json!({"detail": detail}))
}

/// The part of an endpoint's name that its requests are told by.
fn app(endpoint: &str) -> String {
    let parts: Vec<&str> = endpoint.split('/').collect();
    let most = if matches!(parts.first(), Some(&"workflows" | &"comfy")) { 3 } else { 2 };
    parts.into_iter().take(most).collect::<Vec<_>>().join("/")
}

/// `POST /{endpoint}`: into the queue.
async fn submit(
    State(world): Here,
    Path(endpoint): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    let webhook = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "fal_webhook")
        .map(|(_, url)| url.into_owned());
    let running = commission(endpoint, &headers, &body, webhook).take(&world)?;
    Ok(Json(json!({
        "status": "IN_QUEUE",
        "queue_position": 0,
        "gateway_request_id": running.task().id,
        "request_id": running.task().id,
        "response_url": address(&world, &running, ""),
        "status_url": address(&world, &running, "/status"),
        "cancel_url": address(&world, &running, "/cancel"),
    })))
}

/// What an endpoint's inputs ask for. Like the real ones it is told by its name whether it makes clips.
fn commission(
    endpoint: String,
    headers: &HeaderMap,
    body: &Value,
    webhook: Option<String>,
) -> Commission {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let is_clip =
        ["video", "veo", "seedance", "kling", "/wan/"].iter().any(|w| endpoint.contains(w));
    let seconds = match &body["duration"] {
        Value::String(text) => text.trim_end_matches('s').parse().ok(),
        number => number.as_u64().map(|seconds| seconds as u32),
    };
    let one =
        ["image_url", "start_image_url", "first_frame_url", "end_image_url", "last_frame_url"];
    let many = ["image_urls", "reference_image_urls"];
    let references = one
        .iter()
        .filter_map(|name| text(name))
        .chain(many.iter().flat_map(|name| {
            let list = body[*name].as_array().into_iter().flatten();
            list.filter_map(|url| url.as_str().map(str::to_owned))
        }))
        .collect();
    Commission {
        dialect: FAL.name,
        model: endpoint,
        prompt: text("prompt").unwrap_or_default(),
        negative_prompt: text("negative_prompt"),
        size: size(&body["image_size"]),
        aspect_ratio: text("aspect_ratio"),
        resolution: text("resolution"),
        duration: if is_clip { seconds.unwrap_or(5) } else { 0 },
        seed: body["seed"].as_u64(),
        format: text("output_format"),
        references,
        webhook,
        client_reference: client_reference(headers),
        echo: body.clone(),
        ..Commission::default()
    }
}

/// One of fal's words for a size, or width and height.
fn size(asked: &Value) -> Option<(u32, u32)> {
    let side = |name: &str| asked[name].as_u64().map(|side| side as u32);
    match asked.as_str() {
        Some("square_hd") => Some((1024, 1024)),
        Some("square") => Some((512, 512)),
        Some("portrait_4_3") => Some((768, 1024)),
        Some("portrait_16_9") => Some((576, 1024)),
        Some("landscape_4_3") => Some((1024, 768)),
        Some("landscape_16_9") => Some((1024, 576)),
        Some(_) => None,
        None => side("width").zip(side("height")),
    }
}

fn address(world: &World, running: &Running, part: &str) -> String {
    let task = running.task();
    format!("{}/fal/{}/requests/{}{part}", world.base_url, app(task.name()), task.id)
}

/// `GET {app}/requests/{id}[/status]`.
async fn ask(State(world): Here, Path(path): Path<String>) -> Result<Response, Refusal> {
    let (running, part) = find(&world, &path)?;
    match part {
        "status" => Ok(status(&world, &running)),
        "" => Ok(result(&world, &running)),
        _ => Err(Refusal::not_found("path")),
    }
}

fn find<'a>(world: &World, path: &'a str) -> Result<(Arc<Running>, &'a str), Refusal> {
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, "Request not found");
    let (id, part) = asked(path).ok_or_else(unknown)?;
    let running = world.tasks.find(&id).ok_or_else(unknown)?;
    // Requests are told by their application alone: a sub-path leads nowhere.
    let own = format!("{}/requests/{id}", app(running.task().name()));
    if path.strip_prefix(own.as_str()).is_none() {
        return Err(unknown());
    }
    Ok((running, part))
}

fn status(world: &World, running: &Running) -> Response {
    let task = running.task();
    let now = Timestamp::now();
    let (code, mut told) = match &task.end {
        None if task.status(now) == "created" => {
            (StatusCode::ACCEPTED, json!({"status": "IN_QUEUE", "queue_position": 0}))
        }
        None => {
            let part = (task.progress(now) * 100.0).round();
            let line = json!({
                "timestamp": wire_time(now), "message": format!("{part}%"), "level": "INFO",
                "source": "USER",
            });
            (StatusCode::ACCEPTED, json!({"status": "IN_PROGRESS", "logs": [line]}))
        }
        Some(End::Completed { inference_ms, .. }) => {
            let seconds = *inference_ms as f64 / 1000.0;
            let metrics = json!({"inference_time": seconds});
            (StatusCode::OK, json!({"status": "COMPLETED", "logs": [], "metrics": metrics}))
        }
        // Work that ends badly is completed too; what happened is told by the result.
        Some(End::Failed { .. }) => {
            (StatusCode::OK, json!({"status": "COMPLETED", "logs": [], "metrics": {}}))
        }
    };
    told["request_id"] = task.id.clone().into();
    told["response_url"] = address(world, running, "").into();
    told["status_url"] = address(world, running, "/status").into();
    told["cancel_url"] = address(world, running, "/cancel").into();
    (code, Json(told)).into_response()
}

fn result(world: &World, running: &Running) -> Response {
    let (status, body) = outcome(world, running);
    let id = running.task().id;
    (status, [("x-fal-request-id", id)], Json(body)).into_response()
}

/// What the result's address answers.
fn outcome(world: &World, running: &Running) -> (StatusCode, Value) {
    let task = running.task();
    match &task.end {
        None => (StatusCode::BAD_REQUEST, json!({"detail": "Request is still in progress"})),
        Some(End::Completed { .. }) => (StatusCode::OK, made(world, running)),
        Some(End::Failed { code, error, .. }) if *code == Failure::BLOCKED.code => {
            let error = json!([{
                "loc": ["body", "prompt"],
                "msg": error,
                "type": "content_policy_violation",
                "url": "https://docs.fal.ai/errors/#content_policy_violation",
            }]);
            (StatusCode::UNPROCESSABLE_ENTITY, json!({"detail": error}))
        }
        Some(End::Failed { code, error, .. })
            if [Failure::UNREADABLE.code, Failure::UNREACHABLE.code].contains(code) =>
        {
            let error = json!([{
                "loc": ["body", "image_urls"],
                "msg": error,
                "type": "file_download_error",
                "url": "https://docs.fal.ai/errors/#file_download_error",
            }]);
            (StatusCode::UNPROCESSABLE_ENTITY, json!({"detail": error}))
        }
        Some(End::Failed { error, .. }) => {
            let body = json!({"detail": error, "error_type": "runner_server_error"});
            (StatusCode::INTERNAL_SERVER_ERROR, body)
        }
    }
}

/// The output, bare.
fn made(world: &World, running: &Running) -> Value {
    let task = running.task();
    let Some(path) = task.output_path() else { return json!({"images": []}) };
    let file = json!({
        "url": format!("{}{path}", world.base_url),
        "content_type": crate::order::media_type(&path),
        "file_name": path.rsplit('/').next(),
        "file_size": world.tasks.output(running).map(|bytes| bytes.len()),
    });
    if crate::order::media_type(&path).starts_with("video/") {
        return json!({"video": file, "seed": task.seed});
    }
    json!({
        "images": [file],
        "seed": task.seed,
        "has_nsfw_concepts": [false],
        "prompt": task.inputs["prompt"],
        "timings": {},
    })
}

/// `PUT {app}/requests/{id}/cancel`. Nothing stops a painter at work, as at many of fal's models.
async fn cancel(State(world): Here, Path(path): Path<String>) -> Result<Response, Refusal> {
    let not_found =
        || (StatusCode::NOT_FOUND, Json(json!({"status": "NOT_FOUND"}))).into_response();
    let Ok((running, "cancel")) = find(&world, &path) else { return Ok(not_found()) };
    let (status, word) = match running.task().end {
        Some(_) => (StatusCode::BAD_REQUEST, "ALREADY_COMPLETED"),
        None => (StatusCode::ACCEPTED, "CANCELLATION_REQUESTED"),
    };
    Ok((status, Json(json!({"status": word}))).into_response())
}
