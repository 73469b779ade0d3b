//! `GET /TOKEN/view?query=TEXT&sort=SORT`: a whole view in few bytes; with `&most=N` its first prints, with
//! `&stacked=true` what stacks the prints of a take.

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
    #[serde(default)]
    stacked: bool,
}

pub(super) async fn view(State(room): State<Arc<Room>>, Query(asked): Query<Asked>) -> Response {
    let Some(desk) = room.desk.upgrade() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let (query, sort, most) = (asked.query.as_str(), asked.sort.as_str(), asked.most);
    let read = if asked.stacked {
        desk.stacked_view(query, sort, most).await
    } else {
        desk.view(query, sort, most).await
    };
    match read {
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
