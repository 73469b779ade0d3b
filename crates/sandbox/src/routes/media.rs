//! Downloads: outputs and uploads, with ranges, strong ETags and lengths.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::Here;
use crate::answer::Refusal;
use crate::drive;
use crate::order::media_type;

/// `GET /media/{token}/{name}`: an output, until its URL expires. One that a restart lost is painted again.
pub(super) async fn output(
    State(world): Here,
    Path((token, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let gone = || Refusal::not_found("file");
    let running = world.tasks.find_by_token(&token).ok_or_else(gone)?;
    let task = running.task();
    if !world.is_url_alive(&task) || task.output_path() != Some(format!("/media/{token}/{name}")) {
        return Err(gone());
    }
    let bytes = if let Some(bytes) = world.tasks.output(&running) {
        bytes
    } else {
        let (bytes, _) = drive::paint_task(&world, &task).await.map_err(|_| gone())?;
        world
            .tasks
            .put_output(&running, &task, bytes.clone())
            .map_err(|error| Refusal::internal(&error))?;
        bytes
    };
    Ok(serve(&bytes, media_type(&name), &headers))
}

/// `GET /in/{token}/{name}`: an upload, once its bytes were put.
pub(super) async fn upload(
    State(world): Here,
    Path((token, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let gone = || Refusal::not_found("file");
    let upload = world.uploads.find(&token).ok_or_else(gone)?;
    let bytes = world.uploads.bytes(&token).ok_or_else(gone)?;
    Ok(serve(&bytes, &upload.content_type, &headers))
}

fn serve(bytes: &Bytes, media_type: &str, request: &HeaderMap) -> Response {
    let length = bytes.len() as u64;
    let mut start = [0; 16];
    start.copy_from_slice(&Sha256::digest(bytes)[..16]);
    let etag = format!("\"{:032x}\"", u128::from_be_bytes(start));
    let text = |name: header::HeaderName| request.get(name).and_then(|v| v.to_str().ok());
    let common = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::ETAG, etag.clone()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=3600".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    if text(header::IF_NONE_MATCH)
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == etag || tag.trim() == "*"))
    {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    // A range of an older version is no use: then the whole is sent.
    let is_same = text(header::IF_RANGE).is_none_or(|tag| tag == etag);
    match text(header::RANGE).filter(|_| is_same).map(|range| read_range(range, length)) {
        Some(Range::Part(from, to)) => {
            let part = bytes.slice(from as usize..=to as usize);
            let range = [(header::CONTENT_RANGE, format!("bytes {from}-{to}/{length}"))];
            (StatusCode::PARTIAL_CONTENT, common, range, part).into_response()
        }
        Some(Range::Outside) => (
            StatusCode::RANGE_NOT_SATISFIABLE,
            [(header::CONTENT_RANGE, format!("bytes */{length}"))],
        )
            .into_response(),
        Some(Range::Whole) | None => (StatusCode::OK, common, bytes.clone()).into_response(),
    }
}

#[derive(Debug, Eq, PartialEq)]
enum Range {
    Whole,
    Outside,
    /// First and last byte.
    Part(u64, u64),
}

/// Reads a `Range` header for so many bytes. What is not one plain range of bytes is answered with the whole.
fn read_range(text: &str, length: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|r| r.trim().split_once('-'))
    else {
        return Range::Whole;
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from, to.min(length.saturating_sub(1))),
        (Ok(from), Err(_)) if last.is_empty() => (from, length.saturating_sub(1)),
        (Err(_), Ok(tail)) if first.is_empty() && tail > 0 => {
            (length.saturating_sub(tail), length.saturating_sub(1))
        }
        (Err(_), Ok(0)) if first.is_empty() => return Range::Outside,
        _ => return Range::Whole,
    };
    if range.0 < length { Range::Part(range.0, range.1) } else { Range::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_as_the_standard_says() {
        for (text, range) in [
            ("bytes=0-0", Range::Part(0, 0)),
            ("bytes=2-", Range::Part(2, 9)),
            ("bytes=-3", Range::Part(7, 9)),
            ("bytes=-30", Range::Part(0, 9)),
            ("bytes=4-400", Range::Part(4, 9)),
            ("bytes=10-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-2", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("lines=0-1", Range::Whole),
        ] {
            assert_eq!(read_range(text, 10), range, "{text}");
        }
    }
}
