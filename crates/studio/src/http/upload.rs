//! `POST /TOKEN/import?name=NAME&made_at=MS`: one file, as a print. Its bytes are the body.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, TryStreamExt};
use serde::Deserialize;

use super::call::status;
use super::door::Room;
use super::error;
use crate::api::types::{ApiError, Imported};

/// The longest name that is taken, in bytes.
const LONGEST_NAME: usize = 1_024;

#[derive(Deserialize)]
pub(super) struct About {
    /// The file's name, without folders.
    name: String,
    /// When it was last changed, ms UTC.
    #[serde(default)]
    made_at: Option<i64>,
}

pub(super) async fn upload(
    State(room): State<Arc<Room>>,
    Query(about): Query<About>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match answer(&room, about, &headers, body).await {
        Ok(imported) => Json(imported).into_response(),
        Err(error) => (status(&error.code), Json(error)).into_response(),
    }
}

async fn answer(
    room: &Room,
    about: About,
    headers: &HeaderMap,
    body: Body,
) -> Result<Imported, ApiError> {
    // A form of a foreign page cannot send this type without asking first.
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/octet-stream") {
        return Err(error(
            "unreadable",
            t!("The request is not the bytes of a file."),
            t!("Send it with Content-Type: application/octet-stream."),
        ));
    }
    if about.name.is_empty() || about.name.len() > LONGEST_NAME {
        return Err(error(
            "invalid",
            t!("The file has no name that can be used."),
            t!("Name it, then try again."),
        ));
    }
    let desk = room.desk.upgrade().ok_or_else(|| error("away", t!("Rushes is closing."), ""))?;
    let bytes = body.into_data_stream().map_err(std::io::Error::other).boxed();
    desk.take_upload(about.name, about.made_at, bytes).await
}
