use axum::Json;
use axum::extract::State;
use serde_json::json;

use super::Here;
use crate::answer::{Answer, success};
use crate::catalog::usd;
use crate::ledger::LedgerSnapshot;

/// `GET /api/v3/balance`.
pub(super) async fn balance(State(world): Here) -> Answer {
    success(json!({"balance": usd(world.balance_micros())}))
}

/// `GET /api/v3/webhook/secret`.
pub(super) async fn webhook_secret(State(world): Here) -> Answer {
    success(json!({"secret": world.webhook_secret}))
}

/// `GET /sandbox/ledger`: the sandbox's own, not WaveSpeed's; bare, without the envelope.
pub(super) async fn ledger(State(world): Here) -> Json<LedgerSnapshot> {
    Json(world.ledger.snapshot())
}
