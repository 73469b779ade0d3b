//! Interactions: work that goes on in the background, unless the caller waits for it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{GEMINI, data_uri, files, models, text};
use crate::answer::Refusal;
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::task::{End, Failure, wire_time};
use crate::tasks::Running;
use crate::world::World;

/// Seconds of a clip whose length nobody asks for.
const USUAL_LENGTH: u32 = 8;

/// `POST /interactions`.
pub(super) async fn create(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    let model = text(&body["model"]).ok_or_else(|| Refusal::invalid("model is required"))?;
    let is_clip = models::is_clip(&model);
    if !is_clip && !models::is_picture(&model) {
        return Err(Refusal::not_found(&format!("models/{model}")));
    }
    let (mut words, mut references) = (Vec::new(), Vec::new());
    read(&world, &body["input"], &mut words, &mut references);
    if words.is_empty() {
        return Err(Refusal::invalid("input is required"));
    }
    let wanted = if is_clip { "video" } else { "image" };
    let format = format_of(&body["response_format"], wanted);
    let running = Commission {
        dialect: GEMINI.name,
        model,
        prompt: words.join("\n"),
        aspect_ratio: text(&format["aspect_ratio"]),
        resolution: text(&format["resolution"]).or_else(|| text(&format["image_size"])),
        duration: if is_clip { length(&format["duration"])? } else { 0 },
        seed: body["generation_config"]["seed"].as_u64(),
        references,
        client_reference: client_reference(&headers),
        id: Some(format!("v1_{}", uuid::Uuid::new_v4().simple())),
        // How it is handed over.
        echo: json!({"delivery": format["delivery"]}),
        ..Commission::default()
    }
    .take(&world)?;
    if body["background"] != true {
        running.wait().await;
    }
    Ok(Json(told(&world, &running)))
}

/// Words and pictures, wherever they stand: a text, a content, a list of contents or turns. A clip to start from is
/// taken and not looked at.
fn read(world: &World, input: &Value, words: &mut Vec<String>, references: &mut Vec<String>) {
    match input {
        Value::String(text) => words.push(text.clone()),
        Value::Array(items) => {
            for item in items {
                read(world, item, words, references);
            }
        }
        Value::Object(item) => match item.get("type").and_then(Value::as_str) {
            Some("text") => words.extend(text(&input["text"])),
            Some("image") => {
                let inside = data_uri(&input["mime_type"], &input["data"]);
                references
                    .extend(inside.or_else(|| files::reference(world, input["uri"].as_str()?)));
            }
            _ => read(world, &input["content"], words, references),
        },
        _ => {}
    }
}

/// The wanted format, which may stand alone or in a list.
fn format_of(formats: &Value, wanted: &str) -> Value {
    let one = formats.as_array().and_then(|all| all.iter().find(|one| one["type"] == wanted));
    one.unwrap_or(formats).clone()
}

/// Seconds of `"8s"`.
fn length(text: &Value) -> Result<u32, Refusal> {
    let Some(text) = text.as_str() else { return Ok(USUAL_LENGTH) };
    let seconds = text.strip_suffix('s').and_then(|number| number.parse::<f64>().ok());
    seconds
        .map(|seconds| seconds.round() as u32)
        .filter(|seconds| (1..=10).contains(seconds))
        .ok_or_else(|| Refusal::invalid("duration must look like 8s, 10s at most"))
}

fn find(world: &World, id: &str) -> Result<Arc<Running>, Refusal> {
    let running = world.tasks.find(id).filter(|running| running.task().dialect == GEMINI.name);
    running.ok_or_else(|| Refusal::not_found("interaction"))
}

/// `GET /interactions/{id}`.
pub(super) async fn get(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(told(&world, &*find(&world, &id)?)))
}

/// `POST /interactions/{id}/cancel`.
pub(super) async fn cancel(
    State(world): Here,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let running = find(&world, &id)?;
    running.cancel().await;
    Ok(Json(told(&world, &running)))
}

fn told(world: &World, running: &Running) -> Value {
    let task = running.task();
    let is = |code: u16, failure: &Failure| code == failure.code;
    let mut errors = Vec::new();
    let mut steps = vec![json!({
        "type": "user_input",
        "content": [{"type": "text", "text": task.inputs["prompt"]}],
    })];
    let (status, updated) = match &task.end {
        None if task.status(Timestamp::now()) == "created" => ("queued", task.created_at),
        None => ("in_progress", task.created_at),
        Some(End::Completed { at, .. }) => {
            let content = [output(world, running)];
            steps.push(json!({"type": "model_output", "content": content}));
            ("completed", *at)
        }
        Some(End::Failed { at, code, .. }) if is(*code, &Failure::CANCELLED) => ("cancelled", *at),
        Some(End::Failed { at, code, error }) => {
            let word = if is(*code, &Failure::BLOCKED) { "safety" } else { "internal" };
            errors.push(json!({"code": word, "message": error}));
            ("failed", *at)
        }
    };
    let mut told = json!({
        "id": task.id,
        "object": "interaction",
        "model": task.name(),
        "created": wire_time(task.created_at),
        "updated": wire_time(updated),
        "status": status,
        "steps": steps,
    });
    if !errors.is_empty() {
        told["errors"] = errors.into();
    }
    if task.end.is_some() {
        told["usage"] =
            json!({"total_input_tokens": 10, "total_output_tokens": 900, "total_tokens": 910});
    }
    told
}

/// The output as one content, inside or behind a link.
fn output(world: &World, running: &Running) -> Value {
    let task = running.task();
    let media_type = crate::order::media_type(&task.output_path().unwrap_or_default());
    let kind = media_type.split('/').next().unwrap_or_default();
    if task.echo["delivery"] == "uri" {
        let uri = files::uri(world, &task);
        return json!({"type": kind, "mime_type": media_type, "uri": uri});
    }
    let data = STANDARD.encode(world.tasks.output(running).unwrap_or_default());
    json!({"type": kind, "mime_type": media_type, "data": data})
}
