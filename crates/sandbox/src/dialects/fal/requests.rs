//! The platform API's list of an endpoint's requests: those that have ended, the last one first.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{FAL, catalog, outcome};
use crate::answer::Refusal;
use crate::routes::Here;
use crate::task::{End, wire_time};
use crate::tasks::Running;
use crate::world::World;

/// `GET /v1/models/requests/by-endpoint?endpoint_id&start&end&expand&limit&cursor`.
pub(super) async fn list(
    State(world): Here,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let query = query.unwrap_or_default();
    let first = |name| catalog::values(&query, name).next();
    let endpoints: Vec<String> = catalog::values(&query, "endpoint_id")
        .flat_map(|ids| ids.split(',').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    if endpoints.is_empty() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "endpoint_id is required"));
    }
    let time = |name| first(name).and_then(|at| at.parse::<Timestamp>().ok());
    let (start, end) = (time("start"), time("end"));
    let expands = catalog::values(&query, "expand").any(|part| part == "payloads");
    let mut rows: Vec<(Timestamp, Arc<Running>)> = world
        .tasks
        .all()
        .into_iter()
        .filter_map(|running| {
            let ended = match running.task().end.as_ref()? {
                End::Completed { at, .. } | End::Failed { at, .. } => *at,
            };
            Some((ended, running))
        })
        .filter(|(ended, running)| {
            let task = running.task();
            task.dialect == FAL.name
                && endpoints.iter().any(|wanted| wanted == task.name())
                && start.is_none_or(|start| *ended >= start)
                && end.is_none_or(|end| *ended < end)
        })
        .collect();
    rows.sort_by_key(|(ended, running)| std::cmp::Reverse((*ended, running.task().id)));
    let limit = first("limit").and_then(|n| n.parse::<usize>().ok()).unwrap_or(50).clamp(1, 100);
    let from = first("cursor").and_then(|at| at.parse::<usize>().ok()).unwrap_or(0);
    let until = (from + limit).min(rows.len());
    let page = rows.get(from..until).unwrap_or_default();
    let items: Vec<Value> =
        page.iter().map(|(ended, running)| told(&world, running, *ended, expands)).collect();
    let more = until < rows.len();
    Ok(Json(json!({
        "items": items,
        "has_more": more,
        "next_cursor": more.then(|| until.to_string()),
    })))
}

fn told(world: &World, running: &Running, ended: Timestamp, expands: bool) -> Value {
    let task = running.task();
    let (status, output) = outcome(world, running);
    let seconds = ended.duration_since(task.created_at).as_secs_f64();
    let mut item = json!({
        "request_id": task.id,
        "endpoint_id": task.name(),
        "sent_at": wire_time(task.created_at),
        "started_at": wire_time(task.created_at),
        "ended_at": wire_time(ended),
        "status_code": status.as_u16(),
        "duration": seconds,
    });
    if expands {
        item["json_input"] = task.echo.clone();
        item["json_output"] = output;
    }
    item
}
