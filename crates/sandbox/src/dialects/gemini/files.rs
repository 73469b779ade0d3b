//! Files behind the key: a clip's bytes are handed out by way of a redirect, and files come in piece by
//! piece at a place that was asked for.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::GEMINI;
use crate::answer::Refusal;
use crate::dialects::header_text;
use crate::routes::{Here, JsonBody};
use crate::task::{Task, wire_time};
use crate::uploads::Upload;
use crate::world::World;

/// What stands before the token in the path of a place for bytes.
pub(super) const PLACE: &str = "/files/put/";

/// How long a file is kept (docs: 48 hours).
const LIFE: SignedDuration = SignedDuration::from_hours(48);

/// What an id of the path ends in when the bytes are wanted.
const VERB: &str = ":download";

/// Where a task's output is fetched from.
pub(super) fn uri(world: &World, task: &Task) -> String {
    format!("{}/{}/v1beta/files/{}{VERB}?alt=media", world.base_url, GEMINI.name, task.token)
}

/// `GET /files/{id}:download?alt=media`, and without the verb what is known of a file.
pub(super) async fn get(State(world): Here, Path(name): Path<String>) -> Result<Response, Refusal> {
    let gone = || Refusal::not_found("file");
    let Some(token) = name.strip_suffix(VERB) else {
        let upload = world.uploads.find(&name).ok_or_else(gone)?;
        return Ok(Json(told(&world, &upload)).into_response());
    };
    let task = world.tasks.find_by_token(token).ok_or_else(gone)?.task();
    let path = task.output_path().filter(|_| world.is_url_alive(&task)).ok_or_else(gone)?;
    let to = format!("{}{path}", world.base_url);
    Ok((StatusCode::FOUND, [(header::LOCATION, to)]).into_response())
}

/// `POST /upload/{version}/files`: a place for the bytes of one file.
pub(super) async fn start(
    State(world): Here,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Refusal> {
    let text = |name: &str| header_text(&headers, name);
    if text("x-goog-upload-command").as_deref() != Some("start") {
        return Err(Refusal::invalid("X-Goog-Upload-Command must be start"));
    }
    let size = text("x-goog-upload-header-content-length").and_then(|length| length.parse().ok());
    let media_type = text("x-goog-upload-header-content-type");
    if size.is_some_and(|size: u64| size > world.config.upload_limit) {
        return Err(too_large());
    }
    let file = &body["file"];
    let name = file["display_name"].as_str().or_else(|| file["displayName"].as_str());
    let name = name.unwrap_or("upload");
    let upload = match size {
        Some(size) => Upload::new(name, size, media_type.as_deref(), Timestamp::now()),
        None => Upload::of_any_size(name, media_type.as_deref(), Timestamp::now()),
    };
    let (base, front) = (&world.base_url, GEMINI.name);
    let at = format!("{base}/{front}/upload/v1beta{PLACE}{}", upload.token);
    let place = format!("{at}?upload_protocol=resumable");
    world.uploads.add(upload).map_err(|error| Refusal::internal(&error))?;
    let headers = [("x-goog-upload-status", "active".to_owned()), ("x-goog-upload-url", place)];
    Ok((headers, Json(json!({}))).into_response())
}

/// The bytes, or the next of them: with `upload`, and `finalize` for the last.
pub(super) async fn put(
    State(world): Here,
    Path(token): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    let upload = world.uploads.find(&token).ok_or_else(|| Refusal::not_found("upload"))?;
    let text = |name: &str| header_text(&headers, name).unwrap_or_default();
    let commands = text("x-goog-upload-command");
    let wants = |word: &str| commands.split(',').any(|command| command.trim() == word);
    let before = world.uploads.bytes(&token).unwrap_or_default();
    if text("x-goog-upload-offset").parse::<usize>() != Ok(before.len()) {
        return Err(Refusal::invalid("X-Goog-Upload-Offset is not where the bytes go on"));
    }
    let mut all = BytesMut::from(&before[..]);
    if wants("upload") {
        all.extend_from_slice(&bytes);
    }
    if all.len() as u64 > world.config.upload_limit {
        return Err(too_large());
    }
    let whole = all.len() as u64;
    world.uploads.put(&token, all.freeze()).map_err(|error| Refusal::internal(&error))?;
    if !wants("finalize") {
        return Ok(([("x-goog-upload-status", "active")], Json(json!({}))).into_response());
    }
    if upload.size.is_some_and(|size| size != whole) {
        return Err(Refusal::invalid("the file has another length than was told"));
    }
    let told = json!({"file": told(&world, &upload)});
    Ok(([("x-goog-upload-status", "final")], Json(told)).into_response())
}

fn too_large() -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The file is too large.")
}

fn told(world: &World, upload: &Upload) -> Value {
    let (base, token) = (&world.base_url, &upload.token);
    let bytes = world.uploads.bytes(token);
    json!({
        "name": format!("files/{token}"),
        "displayName": upload.name,
        "mimeType": upload.content_type,
        // Numbers of 64 bits are texts in this API.
        "sizeBytes": bytes.as_ref().map_or(0, Bytes::len).to_string(),
        "createTime": wire_time(upload.at),
        "updateTime": wire_time(upload.at),
        "expirationTime": wire_time(upload.at + LIFE),
        "uri": format!("{base}/{}/v1beta/files/{token}", GEMINI.name),
        "state": if bytes.is_some() { "ACTIVE" } else { "PROCESSING" },
    })
}

/// The reference that a URI stands for: one of the sandbox's own outputs, a file that came in, or any
/// other address.
pub(super) fn reference(world: &World, uri: &str) -> Option<String> {
    let Some((_, name)) = uri.rsplit_once("/files/") else { return Some(uri.to_owned()) };
    let token = name.split([':', '?']).next()?;
    if let Some(upload) = world.uploads.find(token) {
        return Some(format!("{}/in/{token}/{}", world.base_url, upload.name));
    }
    let path = world.tasks.find_by_token(token)?.task().output_path()?;
    Some(format!("{}{path}", world.base_url))
}
