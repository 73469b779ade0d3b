//! A server's list of models, which tells little more than their names. Pure.

use serde_json::Value;

use crate::manifest::BundledEndpoint;
use crate::schema::Field;
use crate::types::{LiveModel, Modality};

/// What sd-server calls the one model that it has.
const SD_SERVER: &str = "sd-cpp-local";

/// Parts of names of models that make clips, of models that make pictures, and of models that make neither.
const CLIPS: [&str; 16] = [
    "t2v",
    "i2v",
    "video",
    "wan2",
    "wan3",
    "wan-",
    "ltx",
    "mochi",
    "sora",
    "veo",
    "kling",
    "seedance",
    "hailuo",
    "pyramid-flow",
    "skyreels",
    "omni-flash",
];
const PICTURES: [&str; 20] = [
    "image",
    "flux",
    "sd1",
    "sd2",
    "sd3",
    "sdxl",
    "sd-",
    "diffusion",
    "dall-e",
    "dalle",
    "seedream",
    "banana",
    "pixart",
    "kolors",
    "lumina",
    "chroma",
    "dreamshaper",
    "animagine",
    "hidream",
    "glm-image",
];
const NEITHER: [&str; 20] = [
    "embed",
    "whisper",
    "tts",
    "rerank",
    "instruct",
    "chat",
    "llama",
    "bert",
    "speech",
    "audio",
    "piper",
    "guard",
    "coder",
    "gpt-",
    "claude",
    "mistral",
    "gemma",
    "deepseek",
    "-vl",
    "moderation",
];

/// Where gateways tell the kind of a model (unverified beyond these names).
const HINTS: [&str; 6] = [
    "/type",
    "/task",
    "/mode",
    "/pipeline_tag",
    "/output_modalities",
    "/architecture/output_modalities",
];

/// The server's models, and what it may be asked for without the name of one.
pub(crate) fn parse_models(answer: &Value, bundled: &[BundledEndpoint]) -> Vec<LiveModel> {
    let rows = answer["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = |name: &str| bundled.iter().find(|known| known.remote_model == name);
    let whatever = ["images", "videos"].into_iter().filter_map(own).map(|known| offer(known, None));
    let named = rows.iter().flat_map(|row| {
        let id = row["id"].as_str().unwrap_or_default();
        ways(id, row).into_iter().filter_map(own).map(move |known| offer(known, Some((id, row))))
    });
    whatever.chain(named).collect()
}

/// The bundled endpoints whose like a model can be asked for.
fn ways(id: &str, row: &Value) -> Vec<&'static str> {
    if id.is_empty() {
        return Vec::new();
    }
    if id == SD_SERVER {
        return vec!["sdcpp/img_gen", "sdcpp/vid_gen"];
    }
    let clips = if is_localai(row) { "video" } else { "videos" };
    match kinds(id, row) {
        (true, true) => vec!["images", clips],
        (true, false) => vec!["images"],
        (false, true) => vec![clips],
        (false, false) => Vec::new(),
    }
}

/// LocalAI's list names models and nothing else.
fn is_localai(row: &Value) -> bool {
    row.as_object().is_some_and(|row| row.keys().all(|key| matches!(key.as_str(), "id" | "object")))
}

/// Whether a model makes pictures, and whether it makes clips. What nobody tells may be both.
fn kinds(id: &str, row: &Value) -> (bool, bool) {
    let hints: Vec<String> = HINTS
        .iter()
        .filter_map(|place| row.pointer(place))
        .flat_map(|hint| match hint {
            Value::Array(words) => words.clone(),
            one => vec![one.clone()],
        })
        .filter_map(|hint| Some(hint.as_str()?.to_lowercase()))
        .filter(|hint| hint != "model")
        .collect();
    if !hints.is_empty() {
        let tells =
            |word: &str| hints.iter().any(|hint| hint.contains(word) && !hint.ends_with("text"));
        return (tells("image"), tells("video"));
    }
    let id = id.to_lowercase();
    let holds = |parts: &[&str]| parts.iter().any(|part| id.contains(part));
    match (holds(&CLIPS), holds(&PICTURES), holds(&NEITHER)) {
        (true, _, _) => (false, true),
        (_, true, _) => (true, false),
        (_, _, true) => (false, false),
        _ => (true, true),
    }
}

fn offer(like: &BundledEndpoint, model: Option<(&str, &Value)>) -> LiveModel {
    let mut fields = like.fields.clone();
    let (remote_model, name) = match model {
        Some((id, row)) if id != SD_SERVER => {
            if like.modality == Modality::Image {
                fields = suited(fields, id, row);
            }
            (format!("{}/{id}", like.remote_model), id.to_owned())
        }
        _ => (like.remote_model.clone(), like.name.clone()),
    };
    LiveModel {
        remote_model,
        name,
        description: String::new(),
        task: like.task.clone(),
        modality: Some(like.modality),
        fields,
        price: None,
        licence: None,
        docs: like.docs.clone(),
        ends_on: None,
    }
}

/// The fields of a picture as the server behind a list takes them.
fn suited(mut fields: Vec<Field>, id: &str, row: &Value) -> Vec<Field> {
    let mut rename = |from: &str, to: &str| {
        if let Some(field) = fields.iter_mut().find(|field| field.name == from) {
            to.clone_into(&mut field.name);
        }
    };
    if row["owned_by"] == "vllm" {
        rename("mask", "mask_image");
    }
    if is_localai(row) {
        rename("image", "ref_images");
        rename("num_inference_steps", "step");
        fields.retain(|field| field.name != "mask");
    }
    // A gateway to OpenAI's own models passes on what these decline.
    if ["gpt-image", "chatgpt-image", "dall-e"].iter().any(|family| id.contains(family)) {
        let theirs =
            ["prompt", "image", "mask", "size", "n", "quality", "output_format", "response_format"];
        fields.retain(|field| theirs.contains(&field.name.as_str()));
    }
    fields
}
