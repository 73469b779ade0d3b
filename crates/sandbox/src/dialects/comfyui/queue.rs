//! What is asked, what waits, what runs and what is done.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{COMFYUI, files, graph, is_ours, ours};
use crate::answer::Refusal;
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::task::{End, Failure, Task};
use crate::world::World;

/// `POST /prompt`.
pub(super) async fn submit(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let wish = match graph::read(&body["prompt"], |name| files::find(&world, name).is_some()) {
        Ok(wish) => wish,
        Err(complaint) => return Ok((StatusCode::BAD_REQUEST, Json(complaint)).into_response()),
    };
    let number = ours(&world).len();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let id = text("prompt_id").unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let running = Commission {
        dialect: COMFYUI.name,
        model: wish.checkpoint,
        prompt: wish.prompt,
        negative_prompt: wish.negative,
        size: wish.size,
        duration: wish.duration,
        seed: wish.seed,
        references: wish.images.iter().filter_map(|name| files::url(&world, name)).collect(),
        client_reference: client_reference(&headers),
        id: Some(id),
        echo: json!({
            "number": number,
            "prompt": body["prompt"],
            "client_id": body["client_id"],
            "saved_by": wish.saved_by,
            "prefix": wish.prefix,
            "sampler": wish.sampler,
            "steps": wish.steps,
        }),
        ..Commission::default()
    }
    .take(&world)?;
    let accepted = json!({"prompt_id": running.task().id, "number": number, "node_errors": {}});
    Ok(Json(accepted).into_response())
}

/// Whether a task waits, rather than runs.
pub(super) fn waits(task: &Task) -> bool {
    task.end.is_none() && task.status(Timestamp::now()) == "created"
}

/// How much is left to do.
pub(super) fn left(world: &World) -> usize {
    ours(world).iter().filter(|running| running.task().end.is_none()).count()
}

/// `GET /prompt`.
pub(super) async fn remaining(State(world): Here) -> Json<Value> {
    Json(json!({"exec_info": {"queue_remaining": left(&world)}}))
}

fn row(task: &Task) -> Value {
    let (echo, saved_by) = (&task.echo, &task.echo["saved_by"]);
    let extra = json!({"client_id": echo["client_id"]});
    json!([echo["number"], task.id, echo["prompt"], extra, [saved_by]])
}

/// `GET /queue`.
pub(super) async fn list(State(world): Here) -> Json<Value> {
    let (mut running, mut pending) = (Vec::new(), Vec::new());
    for task in ours(&world).iter().map(|running| running.task()) {
        if waits(&task) {
            pending.push(row(&task));
        } else if task.end.is_none() {
            running.push(row(&task));
        }
    }
    Json(json!({"queue_running": running, "queue_pending": pending}))
}

/// `POST /queue`: takes out what waits, of these names or all. It is in no history then.
pub(super) async fn change(State(world): Here, JsonBody(body): JsonBody) -> StatusCode {
    for running in ours(&world) {
        let task = running.task();
        let named =
            || body["delete"].as_array().is_some_and(|ids| ids.contains(&task.id.as_str().into()));
        if waits(&task) && (body["clear"] == true || named()) {
            running.cancel().await;
            world.tasks.delete(&task.id);
        }
    }
    StatusCode::OK
}

/// `POST /interrupt`: stops what runs, or only this one if it does.
pub(super) async fn interrupt(State(world): Here, body: bytes::Bytes) -> StatusCode {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    for running in ours(&world) {
        let task = running.task();
        let named = body["prompt_id"].as_str().is_none_or(|id| id == task.id);
        if named && task.end.is_none() && !waits(&task) {
            running.cancel().await;
        }
    }
    StatusCode::OK
}

/// `GET /history`.
pub(super) async fn history(State(world): Here) -> Json<Value> {
    let entries: Map<String, Value> =
        ours(&world).iter().filter_map(|running| entry(&running.task())).collect();
    Json(entries.into())
}

/// `GET /history/{id}`: empty for what is not done, or not known.
pub(super) async fn history_of(State(world): Here, Path(id): Path<String>) -> Json<Value> {
    let found = world.tasks.find(&id).map(|running| running.task()).filter(is_ours);
    let entry: Map<String, Value> = found.as_ref().and_then(entry).into_iter().collect();
    Json(entry.into())
}

/// What its outputs are, as the history and the open line tell them.
pub(super) fn outputs(task: &Task) -> Option<Value> {
    let file = json!({"filename": files::name(task)?, "subfolder": "", "type": "output"});
    let mut outputs = json!({"images": [file]});
    let media_type = crate::order::media_type(&task.output_path()?);
    if media_type.starts_with("video/") {
        outputs["animated"] = json!([true]);
    }
    Some(outputs)
}

/// The last message about a task: its name and what it brings.
pub(super) fn last_message(task: &Task) -> Option<(&'static str, Value)> {
    let about = |at: &Timestamp| json!({"prompt_id": task.id, "timestamp": at.as_millisecond()});
    let at_node = |at: &Timestamp| {
        let mut about = about(at);
        about["node_id"] = task.echo["sampler"].clone();
        about["node_type"] = "KSampler".into();
        about["executed"] = json!([]);
        about
    };
    match task.end.as_ref()? {
        End::Completed { at, .. } => Some(("execution_success", about(at))),
        End::Failed { at, code, .. } if *code == Failure::CANCELLED.code => {
            Some(("execution_interrupted", at_node(at)))
        }
        End::Failed { at, error, .. } => {
            let mut about = at_node(at);
            about["exception_message"] = error.as_str().into();
            about["exception_type"] = "RuntimeError".into();
            about["traceback"] = json!([]);
            Some(("execution_error", about))
        }
    }
}

fn entry(task: &Task) -> Option<(String, Value)> {
    let (word, about) = last_message(task)?;
    let well = word == "execution_success";
    let start = json!({"prompt_id": task.id, "timestamp": task.created_at.as_millisecond()});
    let mut outputs_by_node = Map::new();
    if let (Some(node), Some(outputs)) = (task.echo["saved_by"].as_str(), outputs(task)) {
        outputs_by_node.insert(node.to_owned(), outputs);
    }
    let entry = json!({
        "prompt": row(task),
        "outputs": outputs_by_node,
        "status": {
            "status_str": if well { "success" } else { "error" },
            "completed": well,
            "messages": [["execution_start", start], [word, about]],
        },
        "meta": {},
    });
    Some((task.id.clone(), entry))
}
