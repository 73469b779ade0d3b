//! Pictures, by whatever names local servers take their inputs.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::OPENAI_COMPATIBLE;
use crate::answer::Refusal;
use crate::dialects::openai::asked::Asked;
use crate::dialects::openai::images;
use crate::routes::Here;

/// Where pictures to work from may stand.
const PICTURES: [&str; 5] = ["image", "images", "ref_images", "url", "files"];

/// `POST /v1/images/generations` and `/v1/images/edits`.
pub(super) async fn paint(
    State(world): Here,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Refusal> {
    let references = asked.pictures(&world, &PICTURES)?;
    let tasks =
        images::commissioned(&world, OPENAI_COMPATIBLE.name, &headers, &asked, &references)?;
    let by_link = asked.text("response_format").is_some_and(|format| format == "url");
    let mut data: Vec<Value> = Vec::new();
    for running in &tasks {
        running.wait().await;
        let painting = match images::painting(&world, running) {
            Ok(painting) => painting,
            Err((status, body)) => return Ok((status, Json(body)).into_response()),
        };
        data.push(match running.task().output_path().filter(|_| by_link) {
            Some(path) => json!({"url": format!("{}{path}", world.base_url)}),
            None => json!({"b64_json": STANDARD.encode(painting)}),
        });
    }
    let created = Timestamp::now().as_second();
    Ok(Json(json!({"created": created, "data": data})).into_response())
}
