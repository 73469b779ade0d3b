use axum::extract::State;
use serde_json::{Value, json};

use super::{Here, JsonBody};
use crate::answer::{Answer, Refusal, success};
use crate::catalog::usd;

/// `GET /api/v3/models`.
pub(super) async fn list(State(world): Here) -> Answer {
    success(world.catalog.rows())
}

/// `POST /api/v3/model/price` and its older name `/pricing`. Partial inputs are taken, as at the real service.
pub(super) async fn price(State(world): Here, JsonBody(body): JsonBody) -> Answer {
    let id = body["model_id"].as_str().ok_or_else(|| Refusal::invalid("model_id is required"))?;
    let model = world.catalog.find(id).ok_or_else(|| Refusal::not_found("model"))?;
    let price = model.price_micros(body.get("inputs").unwrap_or(&Value::Null));
    success(json!({"model_id": id, "unit_price": usd(price), "currency": "USD"}))
}
