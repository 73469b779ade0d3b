//! Replicate, API v1 (docs and official clients, read 2026-11-22).

mod catalog;
mod files;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{About, Dialect, Hook, authorization};
use crate::answer::{Cause, Declined, Refusal};
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::script::On;
use crate::task::{End, Failure, wire_time};
use crate::tasks::Running;
use crate::webhook::hmac;
use crate::world::World;

/// How many predictions one page lists.
const PAGE: usize = 100;

pub(crate) static REPLICATE: Dialect = Dialect {
    name: "replicate",
    routes,
    key: |headers| authorization(headers, "Bearer ").or_else(|| authorization(headers, "Token ")),
    open: |_| false,
    refusal,
    kind,
    webhook: Some(webhook),
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/account", get(account))
        .route("/v1/predictions", get(list).post(submit_version))
        .route("/v1/predictions/{id}", get(poll))
        .route("/v1/predictions/{id}/cancel", post(cancel))
        .route("/v1/models/{owner}/{name}", get(catalog::model))
        .route("/v1/models/{owner}/{name}/versions/{version}", get(catalog::version))
        .route("/v1/models/{owner}/{name}/predictions", post(submit_official))
        .route("/v1/search", get(catalog::search))
        .route("/v1/files", post(files::create).layer(DefaultBodyLimit::disable()))
        .route("/v1/webhooks/default/secret", get(secret))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    let path = path.strip_prefix("/v1/").unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["account"]) => (On::Balance, About::Nothing),
        ("GET", ["predictions"]) => (On::List, About::Nothing),
        ("GET", ["predictions", id]) => (On::Poll, About::Task((*id).to_owned())),
        ("GET", ["models" | "search", ..]) => (On::Models, About::Nothing),
        ("POST", ["models", owner, name, "predictions"]) => {
            (On::Submit, About::Model(format!("{owner}/{name}")))
        }
        // The model stands in the body, which nobody has read yet.
        ("POST", ["predictions"]) => (On::Submit, About::Nothing),
        ("POST", ["files"]) => (On::Upload, About::Nothing),
        _ => (On::Any, About::Nothing),
    }
}

fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let (status, title, detail) = match declined.cause {
        Cause::Credit => (
            StatusCode::PAYMENT_REQUIRED,
            "Insufficient credit",
            "You have insufficient credit to run this model.",
        ),
        Cause::Key => (
            StatusCode::UNAUTHORIZED,
            "Unauthenticated",
            "You did not pass a valid authentication token",
        ),
        Cause::Plain if declined.status == StatusCode::BAD_REQUEST => {
            let field = declined.message.trim_start_matches("invalid parameter: ");
            let body = json!({
                "title": "Input validation failed",
                "detail": format!("- input: {field}\n"),
                "status": 422,
                "invalid_fields": [{"type": "invalid", "field": "input", "description": field}],
            });
            return (StatusCode::UNPROCESSABLE_ENTITY, body);
        }
        Cause::Plain => {
            let title = declined.status.canonical_reason().unwrap_or("Error");
            (declined.status, title, declined.message.as_str())
        }
    };
    (status, json!({"title": title, "detail": detail, "status": status.as_u16()}))
}

/// `GET /v1/account`.
async fn account() -> Json<Value> {
    Json(json!({"type": "user", "username": "sandbox", "name": "Sandbox", "github_url": null}))
}

/// `POST /v1/models/{owner}/{name}/predictions`.
async fn submit_official(
    State(world): Here,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    submit(&world, format!("{owner}/{name}"), &headers, &body).await
}

/// `POST /v1/predictions` with a version: a model's name, a name with a version, or a version alone.
async fn submit_version(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let version = body["version"].as_str().filter(|version| !version.is_empty());
    let version = version.ok_or_else(|| Refusal::invalid("version is required"))?;
    submit(&world, version.to_owned(), &headers, &body).await
}

async fn submit(
    world: &Arc<World>,
    model: String,
    headers: &HeaderMap,
    body: &Value,
) -> Result<Response, Refusal> {
    if !body["input"].is_object() {
        return Err(Refusal::invalid("input is required"));
    }
    let waits = headers.get("prefer").and_then(|value| value.to_str().ok());
    let waits = waits.filter(|prefer| prefer.starts_with("wait")).map(|prefer| {
        let seconds = prefer.split_once('=').and_then(|(_, n)| n.trim().parse().ok());
        std::time::Duration::from_secs(seconds.unwrap_or(60).clamp(1, 60))
    });
    let running = commission(model, headers, body).take(world)?;
    if let Some(most) = waits {
        // Answered with whatever state it has by then.
        let _ = tokio::time::timeout(most, running.wait()).await;
    }
    Ok((StatusCode::CREATED, Json(told(world, &running))).into_response())
}

/// What a model's inputs ask for. Like the real ones it is told by its name whether it makes clips.
fn commission(model: String, headers: &HeaderMap, body: &Value) -> Commission {
    let input = &body["input"];
    let text = |name: &str| input[name].as_str().map(str::to_owned);
    let side = |name: &str| input[name].as_u64().map(|side| side as u32);
    let is_clip = ["video", "veo", "seedance", "kling", "wan-", "t2v", "i2v"]
        .iter()
        .any(|word| model.contains(word));
    let one = ["image", "input_image", "start_image", "first_frame_image", "last_frame_image"];
    let many = ["images", "input_images", "image_input"];
    let references = one
        .iter()
        .filter_map(|name| text(name))
        .chain(many.iter().flat_map(|name| {
            let list = input[*name].as_array().into_iter().flatten();
            list.filter_map(|url| url.as_str().map(str::to_owned))
        }))
        .collect();
    let format = text("output_format").map(|format| match format.as_str() {
        "jpg" => "jpeg".to_owned(),
        _ => format,
    });
    Commission {
        dialect: REPLICATE.name,
        model,
        prompt: text("prompt").unwrap_or_default(),
        negative_prompt: text("negative_prompt"),
        size: side("width").zip(side("height")),
        aspect_ratio: text("aspect_ratio"),
        resolution: text("resolution"),
        duration: if is_clip { side("duration").unwrap_or(5) } else { 0 },
        seed: input["seed"].as_u64(),
        // WebP unless asked for otherwise.
        format: Some(format.unwrap_or_else(|| "webp".to_owned())),
        references,
        webhook: body["webhook"].as_str().map(str::to_owned),
        client_reference: client_reference(headers),
        echo: input.clone(),
        ..Commission::default()
    }
}

/// `GET /v1/predictions/{id}`.
async fn poll(State(world): Here, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let running = find(&world, &id)?;
    Ok(Json(told(&world, &running)))
}

/// `POST /v1/predictions/{id}/cancel`. Nothing stops a painter at work; the answer says so.
async fn cancel(State(world): Here, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let running = find(&world, &id)?;
    Ok(Json(told(&world, &running)))
}

fn find(world: &World, id: &str) -> Result<Arc<Running>, Refusal> {
    let running = world.tasks.find(id).filter(|r| r.task().dialect == REPLICATE.name);
    running.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "The requested resource could not be found.")
    })
}

/// `GET /v1/predictions?created_after&created_before&cursor`: the newest first.
async fn list(State(world): Here, RawQuery(query): RawQuery) -> Json<Value> {
    let query = query.unwrap_or_default();
    let value = |name: &str| {
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let time = |name: &str| value(name).and_then(|at| at.parse::<Timestamp>().ok());
    let (after, before) = (time("created_after"), time("created_before"));
    let mut rows: Vec<Arc<Running>> = world.tasks.all();
    rows.retain(|running| {
        let task = running.task();
        task.dialect == REPLICATE.name
            && after.is_none_or(|after| task.created_at >= after)
            && before.is_none_or(|before| task.created_at <= before)
    });
    rows.sort_by_key(|running| std::cmp::Reverse((running.task().created_at, running.task().id)));
    let from = value("cursor").and_then(|at| at.parse::<usize>().ok()).unwrap_or(0);
    let until = (from + PAGE).min(rows.len());
    let results: Vec<Value> =
        rows.get(from..until).unwrap_or_default().iter().map(|r| told(&world, r)).collect();
    let next = (until < rows.len()).then(|| {
        let mut next = url::form_urlencoded::Serializer::new(String::new());
        for name in ["created_after", "created_before"] {
            if let Some(value) = value(name) {
                next.append_pair(name, &value);
            }
        }
        next.append_pair("cursor", &until.to_string());
        format!("{}/replicate/v1/predictions?{}", world.base_url, next.finish())
    });
    Json(json!({"previous": null, "next": next, "results": results}))
}

/// The prediction object.
fn told(world: &World, running: &Running) -> Value {
    let task = running.task();
    let now = Timestamp::now();
    let began = task.end.is_some() || task.status(now) != "created";
    let mut output = Value::Null;
    let (status, error, ended, seconds) = match &task.end {
        None if !began => ("starting", Value::Null, None, 0.0),
        None => ("processing", Value::Null, None, 0.0),
        Some(End::Completed { at, inference_ms, .. }) => {
            let url = task.output_path().map(|path| format!("{}{path}", world.base_url));
            // Models of clips answer with one address, those of pictures with a list.
            output = match url {
                Some(url) if crate::order::media_type(&url).starts_with("video/") => url.into(),
                url => url.into_iter().map(Value::from).collect(),
            };
            ("succeeded", Value::Null, Some(*at), *inference_ms as f64 / 1000.0)
        }
        Some(End::Failed { at, code, .. }) if *code == Failure::BLOCKED.code => {
            let words = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)";
            ("failed", words.into(), Some(*at), 0.0)
        }
        Some(End::Failed { at, error, .. }) => ("failed", error.clone().into(), Some(*at), 0.0),
    };
    let logs = match &task.end {
        None if began => format!("{:3.0}%", task.progress(now) * 100.0),
        _ => String::new(),
    };
    let version = task.name().split_once(':').map_or("hidden", |(_, version)| version);
    let model = task.name().split(':').next().unwrap_or_default();
    let own = format!("{}/replicate/v1/predictions/{}", world.base_url, task.id);
    json!({
        "id": task.id,
        "model": model,
        "version": version,
        "input": task.echo,
        "logs": logs,
        "output": output,
        "error": error,
        "status": status,
        "data_removed": false,
        "source": "api",
        "created_at": wire_time(task.created_at),
        "started_at": began.then(|| wire_time(task.created_at)),
        "completed_at": ended.map(wire_time),
        "deadline": null,
        "metrics": {"predict_time": seconds},
        "urls": {"get": own, "cancel": format!("{own}/cancel"), "web": own},
    })
}

/// `GET /v1/webhooks/default/secret`.
async fn secret(State(world): Here) -> Json<Value> {
    Json(json!({"key": signing_secret(&world)}))
}

/// The sandbox's own secret, as Standard Webhooks write one: base64 after `whsec_`.
fn signing_secret(world: &World) -> String {
    format!("whsec_{}", STANDARD.encode(world.webhook_secret.as_bytes()))
}

/// Standard Webhooks: `id.time.body` under HMAC-SHA256, in base64.
fn webhook(world: &World, running: &Running) -> Hook {
    let body = told(world, running).to_string();
    let id = format!("msg_{}", running.task().id);
    let time = Timestamp::now().as_second().to_string();
    let tag = hmac(world.webhook_secret.as_bytes(), &format!("{id}.{time}.{body}"));
    let headers = vec![
        ("webhook-id", id),
        ("webhook-timestamp", time),
        ("webhook-signature", format!("v1,{}", STANDARD.encode(tag))),
    ];
    Hook { headers, body }
}
