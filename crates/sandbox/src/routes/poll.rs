use axum::extract::{Path, State};

use super::Here;
use crate::answer::{Answer, Refusal, success};

/// `GET /api/v3/predictions/{id}/result` and the same without its tail.
pub(super) async fn poll(State(world): Here, Path(id): Path<String>) -> Answer {
    let running = world.tasks.find(&id).ok_or_else(|| Refusal::not_found("prediction"))?;
    success(world.prediction(&running))
}
