//! `POST /TOKEN/call`: one command of the API.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::door::Room;
use super::error;
use crate::api::types::ApiError;

#[derive(Deserialize)]
struct Wish {
    cmd: String,
    #[serde(default)]
    payload: Option<Value>,
}

pub(super) async fn call(
    State(room): State<Arc<Room>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match answer(&room, &headers, body).await {
        Ok(value) => Json(value).into_response(),
        Err(error) => (status(&error.code), Json(error)).into_response(),
    }
}

async fn answer(
    room: &Room,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Value, ApiError> {
    // A form of a foreign page cannot send this type without asking first.
    if !is_json(headers) {
        return Err(error(
            "unreadable",
            t!("The request is not JSON."),
            t!("Send it with Content-Type: application/json."),
        ));
    }
    let body = body.map_err(|e| ApiError {
        detail: e.to_string(),
        ..error(
            "too_large",
            t!("The request is larger than 64 MiB."),
            t!("Pass a large file by its path."),
        )
    })?;
    let wish: Wish = serde_json::from_slice(&body).map_err(|e| ApiError {
        detail: e.to_string(),
        ..error(
            "unreadable",
            t!("The request cannot be read."),
            t!("Send {\"cmd\": …, \"payload\": …}."),
        )
    })?;
    let desk = room.desk.upgrade().ok_or_else(|| error("away", t!("Rushes is closing."), ""))?;
    let payload = wish.payload.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    desk.call(&wish.cmd, payload).await
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).is_some_and(|t| {
        let kind = t.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
    })
}

/// The nearest HTTP status of an error's word; hosts read the word.
pub(super) fn status(code: &str) -> StatusCode {
    match code {
        "unreadable" | "query" => StatusCode::BAD_REQUEST,
        "invalid" => StatusCode::UNPROCESSABLE_ENTITY,
        "not_found" => StatusCode::NOT_FOUND,
        "no_key" => StatusCode::CONFLICT,
        "budget" => StatusCode::PAYMENT_REQUIRED,
        "provider" | "network" => StatusCode::BAD_GATEWAY,
        "locked" => StatusCode::LOCKED,
        "away" => StatusCode::SERVICE_UNAVAILABLE,
        "too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
