use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Here, JsonBody};
use crate::answer::{Answer, Refusal, success};
use crate::task::{End, later};
use crate::tasks::KEPT_MS;

/// `POST /api/v3/predictions`: the tasks of the last seven days, newest first.
pub(super) async fn list(State(world): Here, JsonBody(body): JsonBody) -> Answer {
    let count = |name: &str, default: u64, most: u64| match body.get(name) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value
            .as_u64()
            .filter(|n| (1..=most).contains(n))
            .ok_or_else(|| Refusal::invalid(format!("{name} must be an integer from 1 to {most}"))),
    };
    let (page, page_size) = (count("page", 1, u64::MAX)?, count("page_size", 20, 100)?);
    let time = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            value.as_str().and_then(|text| text.parse::<Timestamp>().ok()).map(Some).ok_or_else(
                || Refusal::invalid(format!("{name} must be a time such as 2026-11-22T06:00:00Z")),
            )
        }
    };
    let (after, before) = (time("created_after")?, time("created_before")?);
    let (model, status) = (body["model"].as_str(), body["status"].as_str());

    let now = Timestamp::now();
    let mut found: Vec<_> = world
        .tasks
        .all()
        .into_iter()
        .map(|running| (running.task(), running))
        .filter(|(task, _)| {
            now < later(task.created_at, KEPT_MS)
                && after.is_none_or(|after| task.created_at >= after)
                && before.is_none_or(|before| task.created_at <= before)
                && model.is_none_or(|model| task.model == model)
                && status.is_none_or(|status| task.status(now) == status)
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));

    let total = found.len();
    let skipped = usize::try_from((page - 1).saturating_mul(page_size)).unwrap_or(usize::MAX);
    let items: Vec<Value> = found
        .into_iter()
        .skip(skipped)
        .take(page_size as usize)
        .map(|(task, running)| {
            let mut item = world.prediction(&running);
            if let Some(End::Completed { inference_ms, .. }) = task.end {
                item["executionTime"] = inference_ms.into();
            }
            if body["include_inputs"] == true {
                item["inputs"] = task.inputs;
            }
            item
        })
        .collect();
    success(json!({"page": page, "total": total, "items": items}))
}

/// `POST /api/v3/predictions/delete`.
pub(super) async fn delete(State(world): Here, JsonBody(body): JsonBody) -> Answer {
    let ids = body["ids"].as_array().ok_or_else(|| Refusal::invalid("ids is required"))?;
    let deleted = ids.iter().filter_map(Value::as_str).filter(|id| world.tasks.delete(id)).count();
    success(json!({"deleted_count": deleted}))
}
