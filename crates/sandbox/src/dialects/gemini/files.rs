//! Files behind the key: a clip's bytes are handed out by way of a redirect.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::GEMINI;
use crate::answer::Refusal;
use crate::routes::Here;
use crate::task::Task;
use crate::world::World;

/// What an id of the path ends in when the bytes are wanted.
const VERB: &str = ":download";

/// Where a task's output is fetched from.
pub(super) fn uri(world: &World, task: &Task) -> String {
    format!("{}/{}/v1beta/files/{}{VERB}?alt=media", world.base_url, GEMINI.name, task.token)
}

/// `GET /files/{id}:download?alt=media`.
pub(super) async fn download(
    State(world): Here,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let gone = || Refusal::not_found("file");
    let token = name.strip_suffix(VERB).ok_or_else(gone)?;
    let task = world.tasks.find_by_token(token).ok_or_else(gone)?.task();
    let path = task.output_path().filter(|_| world.is_url_alive(&task)).ok_or_else(gone)?;
    let to = format!("{}{path}", world.base_url);
    Ok((StatusCode::FOUND, [(header::LOCATION, to)]).into_response())
}

/// The reference that a URI stands for: one of the sandbox's own outputs, or any other address.
pub(super) fn reference(world: &World, uri: &str) -> Option<String> {
    let Some((_, name)) = uri.rsplit_once("/files/") else { return Some(uri.to_owned()) };
    let token = name.split([':', '?']).next()?;
    let path = world.tasks.find_by_token(token)?.task().output_path()?;
    Some(format!("{}{path}", world.base_url))
}
