//! Runway, API version 2024-11-06 (official clients and copies of docs.dev.runwayml.com, read 2026-11-22).

mod files;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{About, Dialect, authorization, header_text};
use crate::answer::{Cause, Declined, Refusal};
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::script::On;
use crate::task::{End, Failure, wire_time};
use crate::tasks::Running;
use crate::world::World;

/// Micros of a US dollar in one credit.
const CREDIT: f64 = 10_000.0;

/// The one version of the API there is.
const VERSION: &str = "2024-11-06";

/// Where a refusal of inputs says to read on.
const DOCS: &str = "https://docs.dev.runwayml.com/api";

pub(crate) static RUNWAY: Dialect = Dialect {
    name: "runway",
    routes,
    key: |headers| authorization(headers, "Bearer "),
    // The store signs its own addresses.
    open: |path| path.ends_with(files::PLACE),
    refusal,
    kind,
    webhook: None,
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/v1/text_to_image", post(text_to_image))
        .route("/v1/text_to_video", post(text_to_video))
        .route("/v1/image_to_video", post(image_to_video))
        .route("/v1/video_to_video", post(video_to_video))
        .route("/v1/tasks/{id}", get(poll).delete(delete))
        .route("/v1/organization", get(organization))
        .route("/v1/uploads", post(files::ticket))
        .route(files::PLACE, post(files::store))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["v1", "organization"]) => (On::Balance, About::Nothing),
        ("GET", ["v1", "tasks", id]) => (On::Poll, About::Task((*id).to_owned())),
        ("POST", ["v1", "uploads"]) => (On::Upload, About::Nothing),
        ("POST", ["store"]) => (On::Put, About::Nothing),
        // The model stands in the body, which nobody has read yet.
        ("POST", ["v1", _]) => (On::Submit, About::Nothing),
        _ => (On::Any, About::Nothing),
    }
}

fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let words = match declined.cause {
        Cause::Credit => "You do not have enough credits to run this task.",
        Cause::Key => "The API key you provided is not valid.",
        Cause::Plain => match declined.message.strip_prefix("invalid parameter: ") {
            Some(told) => {
                // The first word is the input; those of the sandbox's own are called otherwise here.
                let field = match told.split([' ', ':']).next().unwrap_or_default() {
                    "prompt" => "promptText",
                    "image" | "images" => "promptImage",
                    other => other,
                };
                let issue = json!({"code": "custom", "path": [field], "message": told});
                let body = json!({
                    "error": "Validation of body failed", "issues": [issue], "docUrl": DOCS,
                });
                return (StatusCode::BAD_REQUEST, body);
            }
            None => declined.message.as_str(),
        },
    };
    (declined.status, json!({"error": words}))
}

/// What every path but the store's asks for first.
fn check_version(headers: &HeaderMap) -> Result<(), Refusal> {
    match header_text(headers, "x-runway-version") {
        Some(version) if version == VERSION => Ok(()),
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            format!("The X-Runway-Version header must be {VERSION}."),
        )),
    }
}

/// `POST /v1/text_to_image`.
async fn text_to_image(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    needs(&body, &["model", "promptText", "ratio"])?;
    let references = uris(&world, &body["referenceImages"]);
    if body["model"] == "gen4_image_turbo" && references.is_empty() {
        return Err(Refusal::invalid("referenceImages is required"));
    }
    submit(&world, &headers, Commission { size: sides(&body), references, ..picture(&body) })
}

/// `POST /v1/text_to_video`.
async fn text_to_video(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    needs(&body, &["model", "promptText"])?;
    submit(&world, &headers, clip(&body))
}

/// `POST /v1/image_to_video`: one picture to begin with, or a list of them by their positions.
async fn image_to_video(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    needs(&body, &["model", "promptImage"])?;
    let references = uris(&world, &body["promptImage"]);
    if references.is_empty() {
        return Err(Refusal::invalid("promptImage is required"));
    }
    submit(&world, &headers, Commission { references, ..clip(&body) })
}

/// `POST /v1/video_to_video`. The sandbox can't look into a clip: it makes one by the prompt alone.
async fn video_to_video(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    needs(&body, &["model", "videoUri"])?;
    let wished = body["targetAspectRatio"].as_str().map(str::to_owned);
    let clip = clip(&body);
    let aspect_ratio = wished.or_else(|| clip.aspect_ratio.clone());
    submit(&world, &headers, Commission { aspect_ratio, ..clip })
}

fn submit(
    world: &Arc<World>,
    headers: &HeaderMap,
    commission: Commission,
) -> Result<Json<Value>, Refusal> {
    check_version(headers)?;
    let commission = Commission { client_reference: client_reference(headers), ..commission };
    let task = commission.take(world)?.task();
    Ok(Json(json!({"id": task.id, "estimatedCost": {"credits": credits(task.charge_micros)}})))
}

/// Inputs that have to be there. A text must say something.
fn needs(body: &Value, names: &[&str]) -> Result<(), Refusal> {
    let is_there = |name: &&str| match &body[*name] {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    };
    match names.iter().find(|name| !is_there(name)) {
        Some(name) => Err(Refusal::invalid(format!("{name} is required"))),
        None => Ok(()),
    }
}

/// What the inputs of every picture ask for.
fn picture(body: &Value) -> Commission {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Commission {
        dialect: RUNWAY.name,
        model: text("model").unwrap_or_default(),
        // Where there need be none, the sandbox still wants a word to paint by.
        prompt: text("promptText").unwrap_or_else(|| "as it is".to_owned()),
        seed: body["seed"].as_u64(),
        format: Some(text("outputFormat").unwrap_or_else(|| "png".to_owned())),
        ..Commission::default()
    }
}

/// What the inputs of every clip ask for: its size tells how fine it is, and in which shape.
fn clip(body: &Value) -> Commission {
    let sides = sides(body);
    let short = sides.map(|(width, height)| width.min(height));
    let named = body["ratio"].as_str().and_then(|ratio| ratio.strip_prefix("auto_"));
    let resolution = match short {
        Some(..=544) => Some("480p"),
        Some(545..=832) => Some("720p"),
        Some(_) => Some("1080p"),
        None => named,
    };
    Commission {
        aspect_ratio: sides.map(|(width, height)| format!("{width}:{height}")),
        resolution: resolution.map(str::to_owned),
        duration: body["duration"].as_u64().map_or(5, |seconds| seconds.clamp(1, 60) as u32),
        negative_prompt: body["negativePrompt"].as_str().map(str::to_owned),
        format: None,
        ..picture(body)
    }
}

/// Both sides of `1280:720`.
fn sides(body: &Value) -> Option<(u32, u32)> {
    let (width, height) = body["ratio"].as_str()?.split_once(':')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// The addresses in one text, or in a list of texts and of objects that name one each.
fn uris(world: &World, value: &Value) -> Vec<String> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter()
        .filter_map(|one| one.as_str().or_else(|| one["uri"].as_str()))
        .map(|uri| files::address(world, uri))
        .collect()
}

/// `GET /v1/tasks/{id}`.
async fn poll(
    State(world): Here,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    check_version(&headers)?;
    let running = find(&world, &id)?;
    Ok(Json(told(&world, &running)))
}

/// `DELETE /v1/tasks/{id}`: ends what has not ended, and forgets it with all that it made.
async fn delete(
    State(world): Here,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    check_version(&headers)?;
    let running = find(&world, &id)?;
    if running.task().end.is_none() {
        running.cancel().await;
    }
    world.tasks.delete(&id);
    Ok(StatusCode::NO_CONTENT)
}

fn find(world: &World, id: &str) -> Result<Arc<Running>, Refusal> {
    let running = world.tasks.find(id).filter(|r| r.task().dialect == RUNWAY.name);
    running.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "Not found"))
}

fn told(world: &World, running: &Running) -> Value {
    let task = running.task();
    let now = Timestamp::now();
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| told.insert(name.to_owned(), value);
    put("id", task.id.clone().into());
    put("createdAt", wire_time(task.created_at).into());
    let cost = |micros: i64| json!({"credits": credits(micros)});
    match &task.end {
        None => {
            put("estimatedCost", cost(task.charge_micros));
            if task.status(now) == "created" {
                put("status", "PENDING".into());
            } else {
                put("status", "RUNNING".into());
                put("progress", task.progress(now).into());
            }
        }
        Some(End::Completed { .. }) => {
            let url = task.output_path().map(|path| format!("{}{path}", world.base_url));
            put("status", "SUCCEEDED".into());
            put("cost", cost(task.charge_micros));
            put("output", url.into_iter().collect());
        }
        // The sandbox charges for nothing but what it made, and says so.
        Some(End::Failed { code, error, .. }) => {
            put("cost", cost(0));
            if *code == Failure::CANCELLED.code {
                put("status", "CANCELLED".into());
            } else {
                put("status", "FAILED".into());
                put("failure", error.clone().into());
                put("failureCode", failure_code(*code).into());
            }
        }
    }
    Value::Object(told)
}

fn failure_code(code: u16) -> &'static str {
    if code == Failure::BLOCKED.code {
        "SAFETY.INPUT.TEXT"
    } else if [Failure::UNREADABLE.code, Failure::UNREACHABLE.code].contains(&code) {
        "ASSET.INVALID"
    } else {
        "INTERNAL.BAD_OUTPUT.CODE01"
    }
}

/// `GET /v1/organization`. No model has a limit here.
async fn organization(State(world): Here, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    check_version(&headers)?;
    Ok(Json(json!({
        "creditBalance": credits(world.balance_micros()),
        "tier": {"maxMonthlyCreditSpend": 10_000, "models": {}},
        "usage": {"models": {}},
    })))
}

/// Whole credits, as Runway counts them; a part of one counts as one.
fn credits(micros: i64) -> i64 {
    (micros as f64 / CREDIT).ceil() as i64
}
