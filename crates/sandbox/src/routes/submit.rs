use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::{Here, JsonBody};
use crate::answer::{Answer, success};
use crate::commission::{Ordered, client_reference, commission};

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
    JsonBody(body): JsonBody,
) -> Answer {
    let waits = body["enable_sync_mode"] == true;
    let ordered = Ordered {
        webhook: extra.webhook,
        client_reference: client_reference(&headers),
        ..Ordered::default()
    };
    let running = commission(&world, &id, body, ordered)?;
    if waits && tokio::time::timeout(world.config.sync_wait, running.wait()).await.is_err() {
        let mut prediction = world.prediction(&running);
        prediction["status"] = "processing".into();
        prediction["error"] = "Sync mode timed out. The task is still processing.".into();
        prediction["code"] = 5004.into();
        return success(prediction);
    }
    success(world.prediction(&running))
}
