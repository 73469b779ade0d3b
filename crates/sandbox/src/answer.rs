//! The envelope of every answer: `{code, message, data}`, where `code` repeats the HTTP status.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal in the envelope.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: String,
}

pub(crate) type Answer = Result<Response, Refusal>;

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn invalid(message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("invalid parameter: {message}"))
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// The sandbox's own disk failed it.
    pub(crate) fn internal(error: &std::io::Error) -> Self {
        tracing::error!(%error, "the sandbox could not write its state");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The sandbox could not write its state. Nothing was charged.",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"code": self.status.as_u16(), "message": self.message});
        (self.status, Json(body)).into_response()
    }
}

/// A success in the envelope.
pub(crate) fn success(value: impl serde::Serialize) -> Answer {
    match serde_json::to_value(value) {
        Ok(value) => Ok(envelope(&value)),
        Err(error) => Err(Refusal::internal(&error.into())),
    }
}

fn envelope(value: &Value) -> Response {
    Json(json!({"code": 200, "message": "success", "data": value})).into_response()
}
