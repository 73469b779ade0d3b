//! Files: a ticket, then a form to the store, which never sees a key.

use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::routes::{Here, JsonBody};
use crate::uploads::Upload;
use crate::world::World;

/// The store's path.
pub(super) const PLACE: &str = "/store";

/// What an uploaded file's address begins with in a submit.
const SCHEME: &str = "runway://";

/// `POST /v1/uploads`: where to send the file, with which fields, and what stands for it then.
pub(super) async fn ticket(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    super::check_version(&headers)?;
    super::needs(&body, &["filename", "type"])?;
    if body["type"] != "ephemeral" {
        return Err(Refusal::invalid("type must be ephemeral"));
    }
    let name = body["filename"].as_str().unwrap_or("upload");
    let upload = Upload::of_any_size(name, None, Timestamp::now());
    let key = format!("{}/{}", upload.token, upload.name);
    world.uploads.add(upload).map_err(|error| Refusal::internal(&error))?;
    Ok(Json(json!({
        "uploadUrl": format!("{}/runway{PLACE}", world.base_url),
        "fields": {"key": key, "policy": "e30=", "x-amz-algorithm": "AWS4-HMAC-SHA256"},
        "runwayUri": format!("{SCHEME}{key}"),
    })))
}

/// `POST /store`: the ticket's fields, then the file. Nothing counts that comes after the file.
pub(super) async fn store(
    State(world): Here,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<StatusCode, Refusal> {
    let unreadable = |error: MultipartError| Refusal::new(error.status(), error.body_text());
    // As the stores that sign a policy: another proof beside the policy is one too many.
    if headers.contains_key("authorization") {
        return Err(Refusal::invalid("only one way to prove a request is allowed"));
    }
    let mut token = None;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("key") => {
                let key = field.text().await.map_err(unreadable)?;
                token = key.split('/').next().map(str::to_owned);
            }
            Some("file") => {
                let bytes = field.bytes().await.map_err(unreadable)?;
                if bytes.len() as u64 > world.config.upload_limit {
                    let words = "The file is too large.";
                    return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, words));
                }
                let known = token.filter(|token| world.uploads.find(token).is_some());
                let words = "The policy does not fit the fields.";
                let token = known.ok_or_else(|| Refusal::new(StatusCode::FORBIDDEN, words))?;
                world.uploads.put(&token, bytes).map_err(|error| Refusal::internal(&error))?;
                return Ok(StatusCode::NO_CONTENT);
            }
            _ => {}
        }
    }
    Err(Refusal::invalid("file is required"))
}

/// An uploaded file's address at the sandbox itself; any other as it is.
pub(super) fn address(world: &World, uri: &str) -> String {
    match uri.strip_prefix(SCHEME) {
        Some(key) => format!("{}/in/{key}", world.base_url),
        None => uri.to_owned(),
    }
}
