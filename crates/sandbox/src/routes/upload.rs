use axum::extract::{Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use jiff::Timestamp;
use serde_json::json;

use super::{Here, JsonBody};
use crate::answer::{Answer, Refusal, success};
use crate::uploads::Upload;
use crate::world::World;

/// `POST /api/v3/media/uploads`: a ticket for the bytes.
pub(super) async fn ticket(State(world): Here, JsonBody(body): JsonBody) -> Answer {
    let name = body["filename"]
        .as_str()
        .filter(|n| !n.is_empty())
        .ok_or_else(|| Refusal::invalid("filename is required"))?;
    let size = body["size"].as_u64().ok_or_else(|| Refusal::invalid("size is required"))?;
    if size > world.config.upload_limit {
        return Err(too_large(&world));
    }
    let upload = Upload::new(name, size, body["content_type"].as_str(), Timestamp::now());
    let (base, token, name) = (&world.base_url, &upload.token, &upload.name);
    let ticket = json!({
        "download_url": format!("{base}/in/{token}/{name}"),
        "upload": {
            "method": "PUT",
            "url": format!("{base}/put/{token}/{name}?sig=1"),
            "headers": {"Content-Type": upload.content_type},
        },
    });
    world.uploads.add(upload).map_err(|error| Refusal::internal(&error))?;
    success(ticket)
}

/// `PUT` of the ticket's URL: no key, the ticket's headers, the raw bytes. Answers like the object stores do, with no body.
pub(super) async fn put(
    State(world): Here,
    Path((token, _)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let upload = world.uploads.find(&token).ok_or_else(|| Refusal::not_found("upload"))?;
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if content_type != upload.content_type {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "The Content-Type is not the one the ticket was signed for.",
        ));
    }
    let mut parts = request.into_body().into_data_stream();
    let mut bytes = Vec::new();
    while let Some(part) = parts.next().await {
        let part =
            part.map_err(|error| Refusal::invalid(format!("the upload ended early ({error})")))?;
        if (bytes.len() + part.len()) as u64 > world.config.upload_limit {
            return Err(too_large(&world));
        }
        bytes.extend_from_slice(&part);
    }
    if let Some(size) = upload.size.filter(|size| bytes.len() as u64 != *size) {
        let came = bytes.len();
        return Err(Refusal::invalid(format!("the ticket is for {size} bytes, {came} came")));
    }
    world.uploads.put(&token, Bytes::from(bytes)).map_err(|error| Refusal::internal(&error))?;
    Ok(StatusCode::OK.into_response())
}

/// `POST /api/v3/media/upload/binary`, the older way: a multipart field `file`.
pub(super) async fn binary(State(world): Here, mut form: Multipart) -> Answer {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        Refusal::new(error.status(), error.body_text())
    };
    while let Some(mut field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("upload").to_owned();
        let content_type = field.content_type().map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(part) = field.chunk().await.map_err(unreadable)? {
            if (bytes.len() + part.len()) as u64 > world.config.upload_limit {
                return Err(too_large(&world));
            }
            bytes.extend_from_slice(&part);
        }
        let upload =
            Upload::new(&name, bytes.len() as u64, content_type.as_deref(), Timestamp::now());
        let answer = json!({
            "type": upload.content_type.split('/').next(),
            "download_url": format!("{}/in/{}/{}", world.base_url, upload.token, upload.name),
            "filename": upload.name,
            "size": upload.size,
        });
        let token = upload.token.clone();
        world.uploads.add(upload).map_err(|error| Refusal::internal(&error))?;
        world.uploads.put(&token, Bytes::from(bytes)).map_err(|error| Refusal::internal(&error))?;
        return success(answer);
    }
    Err(Refusal::invalid("file is required"))
}

fn too_large(world: &World) -> Refusal {
    let most = world.config.upload_limit / (1024 * 1024);
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The file is larger than {most} MB."))
}
