//! The envelope of every answer: `{code, message, data}`, where `code` repeats the HTTP status.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal in the envelope.
#[derive(Debug)]
pub(crate) struct Refusal(Declined);

/// What a refusal says, before a dialect puts it into its own words.
#[derive(Clone, Debug)]
pub(crate) struct Declined {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    pub(crate) cause: Cause,
}

/// Why, where services differ in how they say it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    /// As the status says.
    Plain,
    /// The balance is too low.
    Credit,
    /// The key is missing or wrong.
    Key,
}

pub(crate) type Answer = Result<Response, Refusal>;

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self(Declined { status, message: message.into(), cause: Cause::Plain })
    }

    pub(crate) fn because(mut self, cause: Cause) -> Self {
        self.0.cause = cause;
        self
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
        let body = json!({"code": self.0.status.as_u16(), "message": self.0.message});
        let mut response = (self.0.status, Json(body)).into_response();
        response.extensions_mut().insert(self.0);
        response
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
