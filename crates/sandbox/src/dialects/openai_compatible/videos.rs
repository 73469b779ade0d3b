//! The Videos protocol: create, ask, fetch, delete. OpenAI's own ended on 2026-09-24.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::OPENAI_COMPATIBLE;
use crate::answer::Refusal;
use crate::commission::{Commission, client_reference};
use crate::dialects::openai::asked::Asked;
use crate::dialects::openai::images;
use crate::dialects::output_response;
use crate::routes::Here;
use crate::task::{End, Failure, Task};
use crate::tasks::Running;
use crate::world::World;

/// Where a picture to begin with may stand.
const PICTURES: [&str; 3] = ["input_reference", "start_image", "image_reference"];
/// Seconds of a clip that does not say.
const SECONDS: u64 = 4;

/// `POST /v1/videos`.
pub(super) async fn create(
    State(world): Here,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Json<Value>, Refusal> {
    let running = commissioned(&world, &headers, &asked)?;
    Ok(Json(video(&running.task())))
}

/// LocalAI's `POST /video`: waits, and answers with a link.
pub(super) async fn at_once(
    State(world): Here,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Refusal> {
    let running = commissioned(&world, &headers, &asked)?;
    running.wait().await;
    if let Err((status, body)) = images::painting(&world, &running) {
        return Ok((status, Json(body)).into_response());
    }
    let url = running.task().output_path().map(|path| format!("{}{path}", world.base_url));
    let created = Timestamp::now().as_second();
    Ok(Json(json!({"created": created, "data": [{"url": url}]})).into_response())
}

fn commissioned(
    world: &Arc<World>,
    headers: &HeaderMap,
    asked: &Asked,
) -> Result<Arc<Running>, Refusal> {
    let side = |name: &str| asked.number(name).map(|side| side as u32);
    let pictures = asked.pictures(world, &PICTURES)?;
    Commission {
        dialect: OPENAI_COMPATIBLE.name,
        model: asked.text("model").unwrap_or_else(|| "sandbox-video".to_owned()),
        prompt: asked.text("prompt").unwrap_or_default(),
        size: asked.size()?.or_else(|| side("width").zip(side("height"))),
        duration: asked.number("seconds").unwrap_or(SECONDS).max(1) as u32,
        seed: asked.number("seed"),
        references: pictures,
        echo: json!({"size": asked.text("size")}),
        webhook: world.subscription.url(),
        client_reference: client_reference(headers),
        ..Commission::default()
    }
    .take(world)
}

/// `GET /v1/videos`, newest first.
pub(super) async fn list(State(world): Here) -> Json<Value> {
    let mut tasks: Vec<Task> = world.tasks.all().iter().map(|running| running.task()).collect();
    tasks.retain(is_video);
    tasks.sort_by_key(|task| std::cmp::Reverse(task.created_at));
    let (first, last) = (tasks.first().map(|t| t.id.clone()), tasks.last().map(|t| t.id.clone()));
    let data: Vec<Value> = tasks.iter().map(video).collect();
    Json(json!({
        "object": "list", "data": data, "first_id": first, "last_id": last, "has_more": false,
    }))
}

/// `GET /v1/videos/{id}`.
pub(super) async fn told(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(video(&find(&world, &id)?.task())))
}

/// `GET /v1/videos/{id}/content`.
pub(super) async fn content(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let running = find(&world, &id)?;
    match running.task().end {
        None => Err(Refusal::new(StatusCode::NOT_FOUND, "Generation is still in-progress")),
        Some(End::Failed { error, .. }) => {
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error))
        }
        Some(End::Completed { .. }) => {
            output_response(&world, &running).ok_or_else(|| Refusal::not_found("content"))
        }
    }
}

/// `DELETE /v1/videos/{id}`: also ends what is still being painted.
pub(super) async fn delete(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    find(&world, &id)?.cancel().await;
    world.tasks.delete(&id);
    Ok(Json(json!({"id": id, "object": "video.deleted", "deleted": true})))
}

fn find(world: &World, id: &str) -> Result<Arc<Running>, Refusal> {
    let running = world.tasks.find(id).filter(|running| is_video(&running.task()));
    running.ok_or_else(|| Refusal::not_found("video"))
}

fn is_video(task: &Task) -> bool {
    task.dialect == OPENAI_COMPATIBLE.name && task.inputs["duration"].is_number()
}

/// The Video object.
fn video(task: &Task) -> Value {
    let now = Timestamp::now();
    let status = match task.status(now) {
        "created" => "queued",
        "processing" => "in_progress",
        ended => ended,
    };
    let (completed_at, error) = match &task.end {
        Some(End::Completed { at, .. }) => (Some(at.as_second()), Value::Null),
        Some(End::Failed { code, error, .. }) => {
            let code =
                if *code == Failure::BLOCKED.code { "moderation_blocked" } else { "server_error" };
            (None, json!({"code": code, "message": error}))
        }
        None => (None, Value::Null),
    };
    json!({
        "id": task.id,
        "object": "video",
        "model": task.name(),
        "status": status,
        "progress": (task.progress(now) * 100.0).floor() as u64,
        "created_at": task.created_at.as_second(),
        "completed_at": completed_at,
        "expires_at": null,
        "prompt": task.inputs["prompt"],
        "size": task.echo["size"].as_str().unwrap_or("1280x720"),
        "seconds": task.inputs["duration"].to_string(),
        "remixed_from_video_id": null,
        "error": error,
    })
}
