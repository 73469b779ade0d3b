//! The jobs of stable-diffusion.cpp's sd-server (its api.md, 2026-08).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::OPENAI_COMPATIBLE;
use crate::answer::Refusal;
use crate::commission::{Commission, client_reference};
use crate::dialects::openai::asked::Asked;
use crate::routes::Here;
use crate::task::{End, Failure};
use crate::tasks::Running;
use crate::world::World;

/// `POST /sdcpp/v1/img_gen` and `/sdcpp/v1/vid_gen`.
pub(super) async fn create(
    State(world): Here,
    Path(kind): Path<String>,
    headers: HeaderMap,
    asked: Asked,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let (frames, fps) = (asked.number("video_frames").unwrap_or(33), asked.number("fps"));
    let duration = match kind.as_str() {
        "img_gen" => 0,
        "vid_gen" => (frames / fps.unwrap_or(16).max(1)).max(1) as u32,
        _ => return Err(Refusal::not_found("path")),
    };
    if asked.number("batch_count").is_some_and(|many| many != 1) {
        return Err(Refusal::invalid("batch_count must be 1 here"));
    }
    let side = |name: &str| asked.number(name).map(|side| side as u32);
    let references = asked.pictures(&world, &["init_image", "ref_images", "end_image"])?;
    let running = Commission {
        dialect: OPENAI_COMPATIBLE.name,
        model: "sd-cpp-local".to_owned(),
        prompt: asked.text("prompt").unwrap_or_default(),
        negative_prompt: asked.text("negative_prompt"),
        size: side("width").zip(side("height")),
        duration,
        seed: asked.number("seed"),
        format: asked.text("output_format"),
        references,
        echo: json!({"kind": kind}),
        client_reference: client_reference(&headers),
        ..Commission::default()
    }
    .take(&world)?;
    let task = running.task();
    let body = json!({
        "id": task.id,
        "kind": kind,
        "status": "queued",
        "created": task.created_at.as_second(),
        "poll_url": format!("/sdcpp/v1/jobs/{}", task.id),
    });
    Ok((StatusCode::ACCEPTED, Json(body)))
}

/// `GET /sdcpp/v1/jobs/{id}`.
pub(super) async fn told(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let running = find(&world, &id)?;
    Ok(Json(job(&world, &running)))
}

/// `POST /sdcpp/v1/jobs/{id}/cancel`.
pub(super) async fn cancel(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let running = find(&world, &id)?;
    if running.task().end.is_some() {
        return Err(Refusal::new(StatusCode::CONFLICT, "job is already finished"));
    }
    running.cancel().await;
    Ok(Json(job(&world, &running)))
}

fn find(world: &World, id: &str) -> Result<Arc<Running>, Refusal> {
    let ours = |running: &Arc<Running>| {
        let task = running.task();
        task.dialect == OPENAI_COMPATIBLE.name && task.echo["kind"].is_string()
    };
    world.tasks.find(id).filter(ours).ok_or_else(|| Refusal::not_found("job"))
}

fn job(world: &World, running: &Running) -> Value {
    let task = running.task();
    let status = match (task.status(Timestamp::now()), &task.end) {
        (_, Some(End::Failed { code, .. })) if *code == Failure::CANCELLED.code => "cancelled",
        ("created", _) => "queued",
        ("processing", _) => "generating",
        (ended, _) => ended,
    };
    let (completed, error) = match &task.end {
        Some(End::Completed { at, .. }) => (Some(*at), Value::Null),
        Some(End::Failed { at, error, .. }) => {
            let code = if status == "cancelled" { "cancelled" } else { "generation_failed" };
            (Some(*at), json!({"code": code, "message": error}))
        }
        None => (None, Value::Null),
    };
    let painting = completed.and_then(|_| world.tasks.output(running));
    let result = painting.map(|bytes| {
        let encoded = STANDARD.encode(bytes);
        if task.echo["kind"] == "vid_gen" {
            json!({"output_format": "mp4", "mime_type": "video/mp4", "b64_json": encoded})
        } else {
            let format = task.inputs["output_format"].as_str().unwrap_or("png");
            let images = json!([{"index": 0, "b64_json": encoded}]);
            json!({"output_format": format, "images": images})
        }
    });
    json!({
        "id": task.id,
        "kind": task.echo["kind"],
        "status": status,
        "created": task.created_at.as_second(),
        "started": null,
        "completed": completed.map(Timestamp::as_second),
        "queue_position": u8::from(status == "queued"),
        "result": result,
        "error": error,
    })
}
