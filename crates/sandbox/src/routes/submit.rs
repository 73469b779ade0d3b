use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Body, Here};
use crate::answer::{Answer, Refusal, success};
use crate::catalog::Model;
use crate::ledger::{Entry, EntryKind};
use crate::order::Order;
use crate::task::Task;
use crate::tasks::Running;
use crate::world::World;
use crate::{drive, webhook};

#[derive(Deserialize)]
pub(super) struct Extra {
    webhook: Option<String>,
}

/// `POST /api/v3/{model}`: the task's file and its ledger line are on the disk before the answer is written.
pub(super) async fn submit(
    State(world): Here,
    Path(id): Path<String>,
    Query(extra): Query<Extra>,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer {
    let model = world.catalog.find(&id).ok_or_else(|| Refusal::not_found("model"))?;
    let inputs = model.check(&body)?;
    let seed = inputs
        .get("seed")
        .and_then(Value::as_u64)
        .map_or_else(|| rand::random::<u32>() >> 1, |seed| seed as u32);
    Order::read(model.craft, &inputs, seed)?;
    if extra.webhook.as_deref().is_some_and(|url| !webhook::is_allowed(url)) {
        return Err(Refusal::invalid("webhook must be an https URL, or a URL on this computer"));
    }
    let charge_micros = model.price_micros(&body);
    if charge_micros > 0 && charge_micros > world.balance_micros() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "Insufficient credits. Please top up your balance.",
        ));
    }
    let client_reference =
        headers.get("x-client-reference").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let task = Task {
        id: uuid::Uuid::new_v4().simple().to_string(),
        model: id.clone(),
        render_ms: render_ms(&world, model, &body),
        inputs: body,
        seed,
        created_at: now(),
        client_reference,
        webhook: extra.webhook,
        charge_micros,
        token: uuid::Uuid::new_v4().simple().to_string(),
        end: None,
    };
    let waits = inputs.get("enable_sync_mode") == Some(&Value::Bool(true));
    let running = create(&world, task).map_err(|error| Refusal::internal(&error))?;
    drive::start(&world, Arc::clone(&running));
    if waits && tokio::time::timeout(world.config.sync_wait, running.wait()).await.is_err() {
        let mut prediction = world.prediction(&running);
        prediction["status"] = "processing".into();
        prediction["error"] = "Sync mode timed out. The task is still processing.".into();
        prediction["code"] = 5004.into();
        return success(prediction);
    }
    success(world.prediction(&running))
}

fn create(world: &World, task: Task) -> std::io::Result<Arc<Running>> {
    let entry = Entry {
        at: task.created_at,
        kind: EntryKind::Create,
        id: task.id.clone(),
        model: task.model.clone(),
        client_reference: task.client_reference.clone(),
        seed: task.seed,
        amount_micros: task.charge_micros,
    };
    let running = world.tasks.add(task)?;
    world.ledger.add(entry)?;
    Ok(running)
}

/// The least time to completion; `[slow]` in the prompt makes it five times as long.
fn render_ms(world: &World, model: Model<'_>, inputs: &Value) -> u64 {
    let times = world.config.render_time;
    let time = if model.craft.is_video() { times.video } else { times.image };
    let is_slow = inputs["prompt"].as_str().is_some_and(|prompt| prompt.contains("[slow]"));
    time.as_millis() as u64 * if is_slow { 5 } else { 1 }
}

/// Now, to the millisecond that the wire shows, so that a window drawn by a shown time contains its task.
fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or_default()
}
