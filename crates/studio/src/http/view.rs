//! `GET /TOKEN/view?query=TEXT&sort=SORT`: a whole view in few bytes; with `&most=N` its first prints.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::call::status;
use super::door::Room;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    query: String,
    #[serde(default)]
    sort: String,
    most: Option<u32>,
}

pub(super) async fn view(State(room): State<Arc<Room>>, Query(asked): Query<Asked>) -> Response {
    let Some(desk) = room.desk.upgrade() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match desk.view(&asked.query, &asked.sort, asked.most).await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "application/octet-stream"),
                // The next moment it may be another.
                (header::CACHE_CONTROL, "no-store"),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => (status(&error.code), Json(error)).into_response(),
    }
}
