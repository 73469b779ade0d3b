//! generateContent: answered with the picture itself.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{GEMINI, data_uri, either, files, models, text};
use crate::answer::Refusal;
use crate::commission::{Commission, client_reference};
use crate::routes::{Here, JsonBody};
use crate::task::{End, Failure};
use crate::tasks::Running;
use crate::world::World;

/// `POST /models/{model}:generateContent`.
pub(super) async fn generate(
    State(world): Here,
    Path(name): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    let model = name
        .strip_suffix(":generateContent")
        .filter(|model| models::is_picture(model))
        .ok_or_else(|| Refusal::not_found(&format!("models/{name}")))?;
    let turns =
        body["contents"].as_array().ok_or_else(|| Refusal::invalid("contents is required"))?;
    let parts = || turns.iter().filter_map(|turn| turn["parts"].as_array()).flatten();
    let words: Vec<&str> = parts().filter_map(|part| part["text"].as_str()).collect();
    let config = either(&body, "generationConfig", "generation_config");
    let image = either(config, "imageConfig", "image_config");
    let running = Commission {
        dialect: GEMINI.name,
        model: model.to_owned(),
        prompt: words.join("\n"),
        aspect_ratio: text(either(image, "aspectRatio", "aspect_ratio")),
        resolution: text(either(image, "imageSize", "image_size")),
        seed: config["seed"].as_u64(),
        references: parts().filter_map(|part| reference(&world, part)).collect(),
        client_reference: client_reference(&headers),
        ..Commission::default()
    }
    .take(&world)?;
    running.wait().await;
    let modalities = either(config, "responseModalities", "response_modalities");
    let wants_words = modalities.as_array().is_none_or(|wanted| wanted.contains(&"TEXT".into()));
    Ok(Json(answer(&world, &running, wants_words)))
}

fn reference(world: &World, part: &Value) -> Option<String> {
    let inline = either(part, "inlineData", "inline_data");
    let file = either(part, "fileData", "file_data");
    data_uri(either(inline, "mimeType", "mime_type"), &inline["data"])
        .or_else(|| files::reference(world, either(file, "fileUri", "file_uri").as_str()?))
}

fn answer(world: &World, running: &Running, wants_words: bool) -> Value {
    let task = running.task();
    let mut parts = Vec::new();
    let reason = match &task.end {
        Some(End::Completed { .. }) => {
            if wants_words {
                parts.push(json!({"text": "Here it is."}));
            }
            let bytes = world.tasks.output(running).unwrap_or_default();
            let media_type = crate::order::media_type(&task.output_path().unwrap_or_default());
            let data = STANDARD.encode(bytes);
            parts.push(json!({"inlineData": {"mimeType": media_type, "data": data}}));
            "STOP"
        }
        Some(End::Failed { code, .. }) if *code == Failure::BLOCKED.code => "IMAGE_SAFETY",
        _ => "IMAGE_OTHER",
    };
    json!({
        "candidates": [{
            "content": {"role": "model", "parts": parts},
            "finishReason": reason,
            "index": 0,
        }],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 1290, "totalTokenCount": 1299},
        "modelVersion": task.name(),
        "responseId": task.id,
    })
}
