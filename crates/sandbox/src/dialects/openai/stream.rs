//! A picture as a stream of events: drafts while it is painted, then itself.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp;
use serde_json::Value;

use super::images::{Looks, pictures_of, usage};
use crate::drive;
use crate::order::PIXELS;
use crate::tasks::Running;
use crate::world::World;

struct Painting {
    world: Arc<World>,
    running: Arc<Running>,
    looks: Looks,
    event: &'static str,
    previews: u64,
    /// Which event is next; None after the last.
    next: Option<u64>,
}

/// The answer that tells of this task until it has ended.
pub(super) fn answer(
    world: Arc<World>,
    running: &Arc<Running>,
    looks: Looks,
    event: &'static str,
    previews: u64,
) -> Response {
    let id = format!("req_{}", running.task().id);
    let painting =
        Painting { world, running: Arc::clone(running), looks, event, previews, next: Some(0) };
    let events = stream::unfold(painting, |mut painting| async move {
        let text = painting.event().await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(text)), painting))
    });
    let headers = [(header::CONTENT_TYPE.as_str(), "text/event-stream"), ("x-request-id", &*id)];
    (headers, Body::from_stream(events)).into_response()
}

impl Painting {
    async fn event(&mut self) -> Option<String> {
        let n = self.next?;
        if n < self.previews {
            self.next = Some(n + 1);
            let draft = self.draft(n).await;
            return Some(self.told("partial_image", &draft, |event| {
                event["partial_image_index"] = n.into();
            }));
        }
        self.next = None;
        self.running.wait().await;
        let tasks = [Arc::clone(&self.running)];
        Some(match pictures_of(&self.world, &tasks, &self.looks) {
            Ok(pictures) => self.told("completed", &pictures.concat(), |event| {
                event["usage"] = usage(&tasks);
            }),
            Err((_, error)) => format!("event: error\ndata: {error}\n\n"),
        })
    }

    /// The same picture, small, when its part of the time is over. Empty where it cannot be painted.
    async fn draft(&self, n: u64) -> Vec<u8> {
        let mut task = self.running.task();
        let part = task.render_ms * (n + 1) / (self.previews + 1);
        let passed = Timestamp::now().as_millisecond() - task.created_at.as_millisecond();
        let left = part.saturating_sub(u64::try_from(passed).unwrap_or_default());
        tokio::time::sleep(Duration::from_millis(left)).await;
        let sides = task.inputs["size"].as_str().and_then(|size| size.split_once('*'));
        let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        let (w, h): (u32, u32) = sides.unwrap_or(PIXELS);
        let least = w.min(h).max(1);
        let small = |side: u32| (side * PIXELS.0 / least).clamp(PIXELS.0, PIXELS.1) / 2 * 2;
        task.inputs["size"] = if sides.is_some() {
            format!("{}*{}", small(w), small(h)).into()
        } else {
            format!("{0}*{0}", PIXELS.0).into()
        };
        match drive::paint_task(&self.world, &task).await {
            Ok((bytes, _)) => self.looks.finish(bytes).to_vec(),
            Err(_) => Vec::new(),
        }
    }

    fn told(&self, what: &str, picture: &[u8], more: impl FnOnce(&mut Value)) -> String {
        let name = format!("{}.{what}", self.event);
        let mut event = self.looks.json();
        event["type"] = name.as_str().into();
        event["b64_json"] = STANDARD.encode(picture).into();
        event["created_at"] = Timestamp::now().as_second().into();
        more(&mut event);
        format!("event: {name}\ndata: {event}\n\n")
    }
}
