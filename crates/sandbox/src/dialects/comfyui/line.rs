//! The open line: who submitted hears what becomes of it, with a small picture now and then.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ours, queue};
use crate::routes::Here;
use crate::task::{End, Task};
use crate::world::World;

/// How often it is looked what there is to tell.
const BEAT: Duration = Duration::from_millis(40);

/// Sides of a preview, in pixels.
const PREVIEW: (u32, u32) = (64, 48);

/// The kinds of binary message.
const PICTURE: u32 = 1;
const PICTURE_WITH_METADATA: u32 = 4;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Who {
    #[serde(default)]
    client_id: String,
}

/// `GET /ws?clientId=`.
pub(super) async fn open(
    State(world): Here,
    Query(who): Query<Who>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        let mut stop = world.stop.subscribe();
        tokio::select! {
            () = talk(&world, &who.client_id, socket) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    })
}

/// How far one task's story was told.
#[derive(Default)]
struct Told {
    step: u64,
    begun: bool,
    ended: bool,
}

async fn talk(world: &Arc<World>, client: &str, mut socket: WebSocket) {
    let mut told = HashMap::<String, Told>::new();
    let mut with_metadata = false;
    let mut first = true;
    if socket.send(status(world, Some(client))).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            message = socket.recv() => match message {
                // Only the very first frame may ask for more.
                Some(Ok(Message::Text(text))) if std::mem::take(&mut first) => {
                    let hello: Value = serde_json::from_str(&text).unwrap_or_default();
                    with_metadata = hello["type"] == "feature_flags"
                        && hello["data"]["supports_preview_metadata"] == true;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            () = tokio::time::sleep(BEAT) => {
                for running in ours(world) {
                    let task = running.task();
                    if task.echo["client_id"] != client {
                        continue;
                    }
                    let so_far = told.entry(task.id.clone()).or_default();
                    for message in news(world, &task, so_far, with_metadata) {
                        if socket.send(message).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }
}

fn said(kind: &str, data: &Value) -> Message {
    Message::text(json!({"type": kind, "data": data}).to_string())
}

fn status(world: &World, client: Option<&str>) -> Message {
    let mut data = json!({"status": {"exec_info": {"queue_remaining": queue::left(world)}}});
    if let Some(client) = client {
        data["sid"] = client.into();
    }
    said("status", &data)
}

/// What there is to tell of a task since the last time.
fn news(world: &World, task: &Task, told: &mut Told, with_metadata: bool) -> Vec<Message> {
    let mut news = Vec::new();
    if told.ended || queue::waits(task) {
        return news;
    }
    let (id, node) = (&task.id, &task.echo["sampler"]);
    if !told.begun {
        told.begun = true;
        let at = task.created_at.as_millisecond();
        news.push(said("execution_start", &json!({"prompt_id": id, "timestamp": at})));
        news.push(said(
            "execution_cached",
            &json!({"nodes": [], "prompt_id": id, "timestamp": at}),
        ));
        let executing = json!({"node": node, "display_node": node, "prompt_id": id});
        news.push(said("executing", &executing));
    }
    let steps = task.echo["steps"].as_u64().unwrap_or(1).max(1);
    let well = !matches!(task.end, Some(End::Failed { .. }));
    let step = (task.progress(Timestamp::now()) * steps as f64) as u64;
    if well && step > told.step {
        told.step = step;
        let progress = json!({"value": step, "max": steps, "prompt_id": id, "node": node});
        news.push(said("progress", &progress));
        news.push(preview(task, step as f32 / steps as f32, with_metadata));
    }
    if let Some((word, about)) = queue::last_message(task) {
        told.ended = true;
        if let Some(output) = queue::outputs(task) {
            let saved_by = &task.echo["saved_by"];
            let executed = json!({
                "node": saved_by, "display_node": saved_by, "output": output, "prompt_id": id,
            });
            news.push(said("executed", &executed));
        }
        news.push(said(word, &about));
        news.push(said("executing", &json!({"node": null, "prompt_id": id})));
        news.push(status(world, None));
    }
    news
}

/// A small picture that grows brighter.
fn preview(task: &Task, part: f32, with_metadata: bool) -> Message {
    let mut jpeg = Cursor::new(Vec::new());
    let (width, height) = PREVIEW;
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        let light = |at: u32, of: u32| (at as f32 / of as f32 * part * 255.0) as u8;
        image::Rgb([light(x, width), light(y, height), (part * 200.0) as u8])
    });
    if let Err(error) = picture.write_to(&mut jpeg, image::ImageFormat::Jpeg) {
        tracing::warn!(%error, "a preview could not be painted");
    }
    let mut frame = Vec::new();
    if with_metadata {
        let node = &task.echo["sampler"];
        let about = json!({
            "node_id": node, "display_node_id": node, "parent_node_id": null, "real_node_id": node,
            "prompt_id": task.id, "image_type": "image/jpeg",
        })
        .to_string();
        frame.extend(PICTURE_WITH_METADATA.to_be_bytes());
        frame.extend((about.len() as u32).to_be_bytes());
        frame.extend(about.as_bytes());
    } else {
        frame.extend(PICTURE.to_be_bytes());
        // JPEG.
        frame.extend(1_u32.to_be_bytes());
    }
    frame.extend(jpeg.into_inner());
    Message::binary(frame)
}
