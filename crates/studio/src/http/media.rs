//! `GET /TOKEN/media/{asset}/{original|thumb}`: media by id, in parts where a player asks for them.
//! A thumb comes in 512 pixels, or with `?w=256`, `?w=512`, `?w=1024` in so many.

use std::io::SeekFrom;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header, response};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::Variant;
use super::door::Room;
use super::range::{self, Asked};
use crate::library::ThumbSize;

/// Types that are shown. Anything else is only ever offered as a download of unknown bytes.
const SHOWN: [&str; 9] = [
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/avif",
    "video/mp4",
    "video/webm",
    "audio/wav",
    "audio/mpeg",
];

/// How much is read from the disk at a time.
const CHUNK: usize = 256 * 1024;

pub(super) async fn media(
    State(room): State<Arc<Room>>,
    Path((_, asset, variant)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let variant = match variant.as_str() {
        "original" => Variant::Original,
        "thumb" => match thumb_size(query.as_deref()) {
            Some(size) => Variant::Thumb(size),
            None => return StatusCode::BAD_REQUEST.into_response(),
        },
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let Some(desk) = room.desk.upgrade() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let file = match desk.media_file(&asset, variant).await {
        Ok(file) => file,
        Err(error) => {
            tracing::debug!(asset, %error, "media was asked for that is not there");
            return StatusCode::NOT_FOUND.into_response();
        }
    };
    let opened = match File::open(&file.path).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(asset, %error, "a media file cannot be opened");
            return StatusCode::NOT_FOUND.into_response();
        }
    };
    let length = match opened.metadata().await {
        Ok(about) if about.is_file() => about.len(),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    // An id names the same bytes for ever.
    let (tag, keep) = match variant {
        Variant::Original => (format!("\"{asset}\""), "private, max-age=31536000, immutable"),
        Variant::Thumb(size) => {
            (format!("\"{asset}-thumb-{}\"", size.side()), "private, max-age=86400")
        }
    };
    let head = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::CACHE_CONTROL, keep)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    if text(&headers, &header::IF_NONE_MATCH).is_some_and(|known| names(known, &tag)) {
        return finish(head.status(StatusCode::NOT_MODIFIED), Body::empty());
    }
    let head = if SHOWN.contains(&file.content_type.as_str()) {
        head.header(header::CONTENT_TYPE, &file.content_type)
    } else {
        head.header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_DISPOSITION, "attachment")
    };
    let asked = text(&headers, &header::RANGE)
        .filter(|_| text(&headers, &header::IF_RANGE).is_none_or(|known| known == tag));
    send(head, opened, length, range::parse(asked, length)).await
}

/// The size that is asked for; None for one that is not made.
fn thumb_size(query: Option<&str>) -> Option<ThumbSize> {
    let asked = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("w="));
    asked.map_or(Some(ThumbSize::default()), |side| ThumbSize::of_side(side.parse().ok()?))
}

/// `GET /TOKEN/glimpse/{job}/{number}`: the newest picture of a running job half made. The number
/// only makes each one's address its own.
pub(super) async fn glimpse(
    State(room): State<Arc<Room>>,
    Path((_, job, _)): Path<(String, String, String)>,
) -> Response {
    passing(room.desk.upgrade().and_then(|desk| desk.glimpse(&job)))
}

/// `GET /TOKEN/roll/{id}`: a small picture of one in the camera roll, by an id that a look into it told.
pub(super) async fn roll(
    State(room): State<Arc<Room>>,
    Path((_, picture)): Path<(String, String)>,
) -> Response {
    let Some(desk) = room.desk.upgrade() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    passing(desk.roll_picture(&picture).await)
}

/// A picture that nobody keeps.
fn passing(picture: Option<Bytes>) -> Response {
    let Some(picture) = picture else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = infer::get(&picture).map_or("", |kind| kind.mime_type());
    if !SHOWN.contains(&kind) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let head = Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    finish(head, Body::from(picture))
}

async fn send(head: response::Builder, mut file: File, length: u64, asked: Asked) -> Response {
    let (head, first, count) = match asked {
        Asked::Whole => (head.status(StatusCode::OK), 0, length),
        Asked::Part { first, last } => {
            let head = head
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, format!("bytes {first}-{last}/{length}"));
            (head, first, last - first + 1)
        }
        Asked::Beyond => {
            let head = head
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{length}"));
            return finish(head, Body::empty());
        }
    };
    if first > 0 && file.seek(SeekFrom::Start(first)).await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let bytes = ReaderStream::with_capacity(file.take(count), CHUNK);
    finish(head.header(header::CONTENT_LENGTH, count), Body::from_stream(bytes))
}

fn finish(head: response::Builder, body: Body) -> Response {
    head.body(body).unwrap_or_else(|error| {
        tracing::error!(%error, "a media answer could not be put together");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn names(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|k| k == "*" || k.trim_start_matches("W/") == tag)
}
