//! ComfyUI's own server (its source, a125cd8 of 2025-10-12, read 2026-11-22) with a dozen of its nodes. The graph is read,
//! checked and kept; what is painted is the sandbox's.

mod files;
mod graph;
mod line;
mod nodes;
mod queue;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{About, Dialect};
use crate::answer::{Cause, Declined};
use crate::routes::Here;
use crate::script::On;
use crate::task::Task;
use crate::tasks::Running;
use crate::world::World;

pub(crate) static COMFYUI: Dialect = Dialect {
    name: "comfyui",
    routes,
    key: |_| None,
    // It knows no keys.
    open: |_| true,
    refusal,
    kind,
    webhook: None,
};

fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/prompt", get(queue::remaining).post(queue::submit))
        .route("/queue", get(queue::list).post(queue::change))
        .route("/interrupt", post(queue::interrupt))
        .route("/history", get(queue::history))
        .route("/history/{id}", get(queue::history_of))
        .route("/view", get(files::view))
        .route("/upload/image", post(files::upload))
        .route("/object_info", get(nodes::all))
        .route("/object_info/{class}", get(nodes::one))
        .route("/system_stats", get(stats))
        .route("/ws", get(line::open))
}

fn kind(method: &Method, path: &str) -> (On, About) {
    let mut parts = path.trim_start_matches('/').split('/');
    match (method.as_str(), parts.next().unwrap_or_default(), parts.next()) {
        ("POST", "prompt", None) => (On::Submit, About::Nothing),
        ("GET", "history", Some(id)) => (On::Poll, About::Task(id.to_owned())),
        ("GET", "queue", None) => (On::Poll, About::Nothing),
        ("GET", "history", None) => (On::List, About::Nothing),
        ("GET", "view", None) => (On::Download, About::Nothing),
        ("POST", "upload", Some(_)) => (On::Upload, About::Nothing),
        ("GET", "object_info", _) => (On::Models, About::Nothing),
        ("GET", "system_stats", None) => (On::Balance, About::Nothing),
        _ => (On::Any, About::Nothing),
    }
}

fn refusal(declined: &Declined) -> (StatusCode, Value) {
    let status = match declined.cause {
        Cause::Credit => StatusCode::PAYMENT_REQUIRED,
        Cause::Key => StatusCode::UNAUTHORIZED,
        Cause::Plain => declined.status,
    };
    (status, complaint("invalid_prompt", &declined.message, "", &json!({})))
}

/// The body of a declined prompt.
fn complaint(kind: &str, message: &str, details: &str, of_nodes: &Value) -> Value {
    json!({
        "error": {"type": kind, "message": message, "details": details, "extra_info": {}},
        "node_errors": of_nodes,
    })
}

/// `GET /system_stats`.
async fn stats(State(world): Here) -> Json<Value> {
    Json(json!({
        "system": {
            "os": std::env::consts::OS,
            "comfyui_version": "0.3.64",
            "argv": ["main.py"],
            "base_url": world.base_url,
        },
        "devices": [{"name": "sandbox", "type": "cpu", "index": 0}],
    }))
}

/// Whether a task came in this dialect.
fn is_ours(task: &Task) -> bool {
    task.dialect == COMFYUI.name
}

/// All its tasks, the oldest first.
fn ours(world: &World) -> Vec<Arc<Running>> {
    let mut all: Vec<Arc<Running>> = world.tasks.all();
    all.retain(|running| is_ours(&running.task()));
    all.sort_by_key(|running| running.task().created_at);
    all
}
