//! Files in the server's folders: what was uploaded, and what came out.

use axum::Json;
use axum::body::Body;
use axum::extract::{Multipart, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ours;
use crate::answer::Refusal;
use crate::dialects::output_response;
use crate::routes::Here;
use crate::task::Task;
use crate::uploads::Upload;
use crate::world::World;

/// The upload that a node names: `folder/name.png`, which may say in brackets which folder it is in.
pub(super) fn find(world: &World, name: &str) -> Option<Upload> {
    world.uploads.named(name.strip_suffix(" [input]").unwrap_or(name))
}

/// Its address.
pub(super) fn url(world: &World, name: &str) -> Option<String> {
    Some(format!("{}/in/{}/input", world.base_url, find(world, name)?.token))
}

/// The name of a task's output.
pub(super) fn name(task: &Task) -> Option<String> {
    let path = task.output_path()?;
    let (_, ending) = path.rsplit_once('.')?;
    let prefix = task.echo["prefix"].as_str()?.rsplit('/').next()?;
    Some(format!("{prefix}_{}_.{ending}", task.token.get(..8)?))
}

#[derive(Deserialize)]
pub(super) struct Asked {
    filename: String,
    #[serde(default)]
    subfolder: String,
    r#type: Option<String>,
}

/// `GET /view`.
pub(super) async fn view(
    State(world): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let gone = || Refusal::not_found("file");
    if asked.r#type.as_deref() == Some("input") {
        let upload = find(&world, &below(&asked.subfolder, &asked.filename)).ok_or_else(gone)?;
        let bytes = world.uploads.bytes(&upload.token).ok_or_else(gone)?;
        return Ok(
            ([(header::CONTENT_TYPE, upload.content_type)], Body::from(bytes)).into_response()
        );
    }
    let made = ours(&world)
        .into_iter()
        .find(|running| name(&running.task()).is_some_and(|name| name == asked.filename));
    made.and_then(|running| output_response(&world, &running)).ok_or_else(gone)
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// `POST /upload/image`.
pub(super) async fn upload(
    State(world): Here,
    mut form: Multipart,
) -> Result<Json<Value>, Refusal> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        Refusal::new(error.status(), error.body_text())
    };
    let (mut image, mut folder, mut overwrite) = (None, String::new(), false);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("image") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let content_type = field.content_type().map(str::to_owned);
                image = Some((name, content_type, field.bytes().await.map_err(unreadable)?));
            }
            Some("subfolder") => folder = field.text().await.map_err(unreadable)?,
            Some("overwrite") => {
                let text = field.text().await.map_err(unreadable)?;
                overwrite = matches!(text.as_str(), "true" | "1");
            }
            _ => {}
        }
    }
    let image = image.filter(|(name, _, _)| !name.is_empty());
    let (name, content_type, bytes) = image.ok_or_else(|| Refusal::invalid("image is required"))?;
    if [&name, &folder].iter().any(|part| part.contains("..") || part.contains('\\')) {
        return Err(Refusal::invalid("the name leaves the folder"));
    }
    let name = free_name(&world, &folder, &name, &bytes, overwrite);
    let mut upload =
        Upload::new(&name, bytes.len() as u64, content_type.as_deref(), Timestamp::now());
    upload.name = below(&folder, &name);
    let token = upload.token.clone();
    let failed = |error| Refusal::internal(&error);
    world.uploads.add(upload).map_err(failed)?;
    world.uploads.put(&token, bytes).map_err(failed)?;
    Ok(Json(json!({"name": name, "subfolder": folder, "type": "input"})))
}

/// The name itself, or `name (1).png` and so on where another file has it.
fn free_name(world: &World, folder: &str, name: &str, bytes: &Bytes, overwrite: bool) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let taken = |name: &str| {
        let there = world.uploads.named(&below(folder, name));
        there.and_then(|there| world.uploads.bytes(&there.token)).is_some_and(|b| b != *bytes)
    };
    let mut free = name.to_owned();
    let mut n = 0;
    while !overwrite && taken(&free) {
        n += 1;
        free = format!("{stem} ({n}).{ending}");
    }
    free
}
