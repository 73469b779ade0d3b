//! Pictures: checked, commissioned, waited for, and told in the answer itself.

use std::io::Cursor;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::Asked;
use super::{OPENAI, error, models, stream};
use crate::answer::Refusal;
use crate::commission::{Commission, client_reference};
use crate::routes::Here;
use crate::task::{End, Failure};
use crate::tasks::Running;
use crate::world::World;

/// Micros of a US dollar for a token: text in, picture in, picture out.
const TOKEN: (i64, i64, i64) = (5, 8, 30);

/// `POST /v1/images/generations`.
pub(super) async fn generations(
    State(world): Here,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Refusal> {
    paint(world, &headers, &asked, "image_generation").await
}

/// `POST /v1/images/edits`.
pub(super) async fn edits(
    State(world): Here,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Refusal> {
    paint(world, &headers, &asked, "image_edit").await
}

async fn paint(
    world: Arc<World>,
    headers: &HeaderMap,
    asked: &Asked,
    event: &'static str,
) -> Result<Response, Refusal> {
    let model = asked.text("model").unwrap_or_default();
    if !models::paints(&model) {
        let message = format!("The model `{model}` does not exist");
        return Err(Refusal::new(StatusCode::NOT_FOUND, message));
    }
    if asked.text("response_format").is_some() {
        return Err(Refusal::invalid("response_format is not one that this model knows"));
    }
    let pictures = asked.pictures(&world, &["image", "images"])?;
    if event == "image_edit" && pictures.is_empty() {
        return Err(Refusal::invalid("image is required"));
    }
    check_mask(asked)?;
    let looks = Looks::read(asked)?;
    let many = asked.number("n").unwrap_or(1);
    let streams = asked.flag("stream");
    if streams && many > 1 {
        return Err(Refusal::invalid("n must be 1 with a stream"));
    }
    let previews = asked.number("partial_images").unwrap_or(0);
    if previews > 3 {
        return Err(Refusal::invalid("partial_images must be 3 at most"));
    }
    let tasks = commissioned(&world, OPENAI.name, headers, asked, &pictures)?;
    if streams {
        return Ok(stream::answer(world, &tasks[0], looks, event, previews));
    }
    for task in &tasks {
        task.wait().await;
    }
    Ok(match pictures_of(&world, &tasks, &looks) {
        Ok(pictures) => {
            let data: Vec<Value> =
                pictures.iter().map(|bytes| json!({"b64_json": STANDARD.encode(bytes)})).collect();
            let mut body = looks.json();
            body["created"] = Timestamp::now().as_second().into();
            body["data"] = data.into();
            body["usage"] = usage(&tasks);
            let id = format!("req_{}", tasks[0].task().id);
            ([("x-request-id", id)], Json(body)).into_response()
        }
        Err((status, body)) => (status, Json(body)).into_response(),
    })
}

/// How a picture is to look besides what it shows.
#[derive(Clone, Debug)]
pub(super) struct Looks {
    size: String,
    quality: String,
    background: String,
    format: String,
}

impl Looks {
    fn read(asked: &Asked) -> Result<Self, Refusal> {
        let word = |name: &str, usual: &str| asked.text(name).unwrap_or_else(|| usual.to_owned());
        let looks = Self {
            size: word("size", "auto"),
            quality: word("quality", "auto"),
            background: word("background", "auto"),
            format: word("output_format", "png"),
        };
        if !["png", "jpeg", "webp"].contains(&looks.format.as_str()) {
            return Err(Refusal::invalid("output_format must be png, jpeg or webp"));
        }
        if looks.background == "transparent" && looks.format == "jpeg" {
            return Err(Refusal::invalid("background must not be transparent in a JPEG"));
        }
        Ok(looks)
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "size": self.size,
            "quality": self.quality,
            "background": self.background,
            "output_format": self.format,
        })
    }

    /// The painting as it is handed out: what lies outside of an oval is clear, where a clear background is
    /// asked for.
    pub(super) fn finish(&self, painting: Bytes) -> Bytes {
        if self.background != "transparent" {
            return painting;
        }
        let Ok(picture) = image::load_from_memory(&painting) else { return painting };
        let mut picture = picture.to_rgba8();
        let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let (x, y) = ((f64::from(x) + 0.5) / w - 0.5, (f64::from(y) + 0.5) / h - 0.5);
            if x * x + y * y > 0.25 {
                pixel.0[3] = 0;
            }
        }
        let format =
            if self.format == "webp" { image::ImageFormat::WebP } else { image::ImageFormat::Png };
        let mut file = Cursor::new(Vec::new());
        match picture.write_to(&mut file, format) {
            Ok(()) => file.into_inner().into(),
            Err(_) => painting,
        }
    }
}

/// A mask is a PNG with a clear part, of the first picture's size.
fn check_mask(asked: &Asked) -> Result<(), Refusal> {
    let Some(mask) = asked.file("mask") else { return Ok(()) };
    let wrong = || Refusal::invalid("mask must be a PNG of the first image's size");
    let size = |bytes: &Bytes| {
        image::load_from_memory(bytes).map(|p| (p.width(), p.height(), p.color().has_alpha()))
    };
    let (w, h, has_alpha) = size(mask).map_err(|_| wrong())?;
    let first = asked.file("image").or_else(|| asked.file("image[]")).ok_or_else(wrong)?;
    let (first_w, first_h, _) = size(first).map_err(|_| wrong())?;
    if (w, h) == (first_w, first_h) && has_alpha { Ok(()) } else { Err(wrong()) }
}

/// One task for each picture that is asked for.
pub(crate) fn commissioned(
    world: &Arc<World>,
    dialect: &'static str,
    headers: &HeaderMap,
    asked: &Asked,
    pictures: &[String],
) -> Result<Vec<Arc<Running>>, Refusal> {
    let many = asked.number("n").unwrap_or(1);
    if !(1..=10).contains(&many) {
        return Err(Refusal::invalid("n must be between 1 and 10"));
    }
    let size = asked.size()?;
    (0..many)
        .map(|n| {
            Commission {
                dialect,
                model: asked.text("model").unwrap_or_else(|| "sandbox-image".to_owned()),
                prompt: asked.text("prompt").unwrap_or_default(),
                negative_prompt: asked.text("negative_prompt"),
                size,
                seed: asked.number("seed").map(|seed| seed.wrapping_add(n)),
                format: asked.text("output_format"),
                references: pictures.to_vec(),
                client_reference: client_reference(headers),
                ..Commission::default()
            }
            .take(world)
        })
        .collect()
}

/// The finished pictures of tasks that have ended, or the error that one of them ended in.
pub(super) fn pictures_of(
    world: &World,
    tasks: &[Arc<Running>],
    looks: &Looks,
) -> Result<Vec<Bytes>, (StatusCode, Value)> {
    tasks.iter().map(|task| Ok(looks.finish(painting(world, task)?))).collect()
}

/// The painting of a task that has ended, or the error that it ended in.
pub(crate) fn painting(world: &World, running: &Running) -> Result<Bytes, (StatusCode, Value)> {
    let gone = |message: &str| {
        let body = error("server_error", Some("server_error"), None, message);
        (StatusCode::INTERNAL_SERVER_ERROR, body)
    };
    match running.task().end {
        Some(End::Failed { code, .. }) if code == Failure::BLOCKED.code => {
            let message = "Your request was rejected by the safety system. \
                           safety_violations=[violence].";
            let kind = "image_generation_user_error";
            Err((StatusCode::BAD_REQUEST, error(kind, Some("moderation_blocked"), None, message)))
        }
        Some(End::Failed { error, .. }) => Err(gone(&error)),
        _ => world.tasks.output(running).ok_or_else(|| gone("The picture is gone.")),
    }
}

/// Tokens that cost what the ledger says.
pub(super) fn usage(tasks: &[Arc<Running>]) -> Value {
    let charge: i64 = tasks.iter().map(|task| task.task().charge_micros).sum();
    let inputs = tasks.first().map(|task| task.task().inputs).unwrap_or_default();
    let words = inputs["prompt"].as_str().unwrap_or_default().split_whitespace().count() as i64;
    let references = inputs["images"].as_array().map_or(0, Vec::len) as i64;
    let text = words.min(charge / 4 / TOKEN.0);
    let pictures = (references * 64).min(charge / 4 / TOKEN.1);
    let made = (charge - text * TOKEN.0 - pictures * TOKEN.1) / TOKEN.2;
    json!({
        "input_tokens": text + pictures,
        "input_tokens_details": {"text_tokens": text, "image_tokens": pictures},
        "output_tokens": made,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": made},
        "total_tokens": text + pictures + made,
    })
}
