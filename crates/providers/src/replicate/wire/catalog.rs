//! Models: their forms, licences and what they make. Replicate tells no prices.

use serde_json::Value;

use crate::schema::{Field, FieldKind, MediaKind, resolve};
use crate::types::{Licence, LiveModel, Modality};

/// Reads one model.
pub(in crate::replicate) fn parse_model(model: &Value) -> Option<LiveModel> {
    let part = |name: &str| model[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let (owner, name) = (part("owner")?, part("name")?);
    let version = &model["latest_version"];
    let document = &version["openapi_schema"];
    let input = resolve(document, &document["components"]["schemas"]["Input"]);
    let fields = Field::from_json_schema(&input);
    let modality = modality(model, document, &fields);
    let has_picture =
        fields.iter().any(|f| matches!(&f.kind, FieldKind::Media { media: MediaKind::Image, .. }));
    let task = match (modality, has_picture) {
        (Some(Modality::Image), false) => "text-to-image",
        (Some(Modality::Image), true) => "image-to-image",
        (Some(Modality::Video), false) => "text-to-video",
        (Some(Modality::Video), true) => "image-to-video",
        (None, _) => "",
    };
    // Models that are not official are asked by their version.
    let path = format!("{owner}/{name}");
    let id = version["id"].as_str().filter(|id| *id != "hidden" && !id.is_empty());
    let remote_model = match id.filter(|_| model["is_official"] == false) {
        Some(id) => format!("{path}:{id}"),
        None => path.clone(),
    };
    Some(LiveModel {
        remote_model,
        name: readable(name),
        description: part("description").unwrap_or_default().to_owned(),
        task: task.to_owned(),
        modality,
        fields: Field::for_task(&input, task),
        price: None,
        licence: part("license_url")
            .filter(|url| url.starts_with("https://"))
            .map(|url| Licence { url: Some(url.to_owned()), ..Licence::default() }),
        docs: Some(format!("https://replicate.com/{path}")),
        ends_on: None,
    })
}

/// Reads the answer to a search, each hit a model under `model`, or a bare list of models.
pub(in crate::replicate) fn parse_found_models(answer: &Value) -> Option<Vec<LiveModel>> {
    let rows = answer["models"].as_array().or_else(|| answer["results"].as_array())?;
    let model =
        |row: &Value| parse_model(if row["model"].is_object() { &row["model"] } else { row });
    Some(rows.iter().filter_map(model).collect())
}

/// What a model makes: by the file of its own example, by its cover where there is none, or by what it
/// asks for. Nothing says so outright.
fn modality(model: &Value, document: &Value, fields: &[Field]) -> Option<Modality> {
    let of = |kind| match kind {
        MediaKind::Image => Some(Modality::Image),
        MediaKind::Video => Some(Modality::Video),
        MediaKind::Audio => None,
    };
    if let Some(kind) = first_file(&model["default_example"]["output"]) {
        return of(kind);
    }
    let output = resolve(document, &document["components"]["schemas"]["Output"]);
    if !makes_files(&output) {
        return None;
    }
    let moves = ["fps", "num_frames", "duration", "frame_rate", "video_length"];
    if fields.iter().any(|field| moves.contains(&field.name.as_str())) {
        return Some(Modality::Video);
    }
    MediaKind::of_name(model["cover_image_url"].as_str()?).and_then(of)
}

fn first_file(output: &Value) -> Option<MediaKind> {
    match output {
        Value::String(text) => MediaKind::of_name(text).filter(|_| text.starts_with("http")),
        Value::Array(items) => items.iter().find_map(first_file),
        Value::Object(map) => map.values().find_map(first_file),
        _ => None,
    }
}

/// Whether a schema of outputs has a file anywhere.
fn makes_files(output: &Value) -> bool {
    match output {
        Value::Object(map) => {
            map.get("format").is_some_and(|format| format == "uri") || map.values().any(makes_files)
        }
        Value::Array(items) => items.iter().any(makes_files),
        _ => false,
    }
}

/// `flux-1.1-pro` reads "Flux 1.1 pro".
fn readable(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
