//! Black Forest Labs, API v1 (docs and the maker's own skill file, read 2026-11-22).

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{About, Dialect, Hook, header_text};
use crate::answer::{Cause, Declined, Refusal};
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::script::On;
use crate::task::{End, Failure};
use crate::tasks::Running;
use crate::webhook::hmac_hex;
use crate::world::World;

/// Micros of a US dollar in one credit.
const CREDIT: f64 = 10_000.0;

pub(crate) static BFL: Dialect = Dialect {
    name: "bfl",
    routes,
    key: |headers| header_text(headers, "x-key"),
    open: |_| false,
    refusal,
    kind,
    webhook: Some(webhook),
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/get_result", get(result))
        .route("/v1/credits", get(credits))
        .route("/v1/{model}", post(submit))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    match (method.as_str(), path.strip_prefix("/v1/").unwrap_or_default()) {
        ("GET", "credits") => (On::Balance, About::Nothing),
        ("GET", "get_result") => (On::Poll, About::Nothing),
        ("POST", model) => (On::Submit, About::Model(model.to_owned())),
        _ => (On::Any, About::Nothing),
    }
}

fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let status = match declined.cause {
        Cause::Credit => StatusCode::PAYMENT_REQUIRED,
        Cause::Key => StatusCode::FORBIDDEN,
        Cause::Plain if declined.status == StatusCode::BAD_REQUEST => {
            let error = json!([{"loc": ["body"], "msg": declined.message, "type": "value_error"}]);
            return (StatusCode::UNPROCESSABLE_ENTITY, json!({"detail": error}));
        }
        Cause::Plain => declined.status,
    };
    (status, json!({"detail": declined.message}))
}

/// `POST /v1/{model}`.
async fn submit(
    State(world): Here,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let side = |name: &str| body[name].as_u64().map(|side| side as u32);
    let references = (1..=8)
        .filter_map(|n| {
            let name = if n == 1 { "input_image".to_owned() } else { format!("input_image_{n}") };
            text(&name)
        })
        .map(|image| {
            if image.starts_with("http") || image.starts_with("data:") {
                image
            } else {
                format!("data:application/octet-stream;base64,{image}")
            }
        })
        .collect();
    let running = Commission {
        dialect: BFL.name,
        model,
        prompt: text("prompt").unwrap_or_default(),
        size: side("width").zip(side("height")),
        aspect_ratio: text("aspect_ratio"),
        seed: body["seed"].as_u64(),
        // JPEG unless asked for otherwise.
        format: Some(text("output_format").unwrap_or_else(|| "jpeg".to_owned())),
        references,
        webhook: text("webhook_url"),
        webhook_secret: text("webhook_secret"),
        client_reference: client_reference(&headers),
        echo: Value::Null,
        ..Commission::default()
    }
    .take(&world)?;
    let task = running.task();
    Ok(Json(json!({
        "id": task.id,
        "polling_url": format!("{}/bfl/v1/get_result?id={}", world.base_url, task.id),
        "cost": task.charge_micros as f64 / CREDIT,
        "input_mp": null,
        "output_mp": null,
    })))
}

#[derive(Deserialize)]
struct Asked {
    id: String,
}

/// `GET /v1/get_result?id=`.
async fn result(State(world): Here, Query(asked): Query<Asked>) -> Json<Value> {
    Json(match world.tasks.find(&asked.id) {
        Some(running) => told(&world, &running),
        None => json!({"id": asked.id, "status": "Task not found", "result": null}),
    })
}

fn told(world: &World, running: &Running) -> Value {
    let task = running.task();
    let (status, result, details) = match &task.end {
        None => ("Pending", Value::Null, Value::Null),
        Some(End::Completed { at, inference_ms, .. }) => {
            let sample = task.output_path().map(|path| format!("{}{path}", world.base_url));
            let seconds = |at: Timestamp| at.as_millisecond() as f64 / 1000.0;
            let result = json!({
                "sample": sample,
                "prompt": task.inputs["prompt"],
                "seed": task.seed,
                "start_time": seconds(task.created_at),
                "end_time": seconds(*at),
                "duration": *inference_ms as f64 / 1000.0,
            });
            ("Ready", result, Value::Null)
        }
        Some(End::Failed { code, .. }) if *code == Failure::BLOCKED.code => (
            "Content Moderated",
            Value::Null,
            json!({"Moderation Reasons": ["Derivative Works Filter"]}),
        ),
        Some(End::Failed { error, .. }) => ("Error", Value::Null, json!({"error": error})),
    };
    let progress = task.progress(Timestamp::now());
    json!({
        "id": task.id,
        "status": status,
        "result": result,
        "progress": progress,
        "details": details,
        "preview": null,
    })
}

/// `GET /v1/credits`.
async fn credits(State(world): Here) -> Json<Value> {
    Json(json!({"credits": world.balance_micros() as f64 / CREDIT}))
}

fn webhook(world: &World, running: &Running) -> Hook {
    let body = told(world, running).to_string();
    let secret = running.task().webhook_secret.unwrap_or_default();
    let headers = if secret.is_empty() {
        Vec::new()
    } else {
        vec![("x-bfl-signature", format!("sha256={}", hmac_hex(secret.as_bytes(), &body)))]
    };
    Hook { headers, body }
}
