//! Models, their versions, and the search for them.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::answer::Refusal;

/// Models that the sandbox tells of: owner, name, and the ending of what they make. It runs any other
/// name as well.
const MODELS: [(&str, &str, &str); 3] = [
    ("black-forest-labs", "flux-schnell", "webp"),
    ("black-forest-labs", "flux-dev", "webp"),
    ("bytedance", "seedance-1-pro", "mp4"),
];

/// `GET /v1/models/{owner}/{name}`.
pub(super) async fn model(
    Path((owner, name)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    find(&owner, &name).map(Json).ok_or_else(unknown)
}

/// `GET /v1/models/{owner}/{name}/versions/{version}`: every version is the same.
pub(super) async fn version(
    Path((owner, name, version)): Path<(String, String, String)>,
) -> Result<Json<Value>, Refusal> {
    let mut told = find(&owner, &name).ok_or_else(unknown)?["latest_version"].take();
    told["id"] = version.into();
    Ok(Json(told))
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "The requested resource could not be found.")
}

fn find(owner: &str, name: &str) -> Option<Value> {
    let (_, _, ending) = MODELS.iter().find(|(o, n, _)| *o == owner && *n == name)?;
    Some(described(owner, name, ending))
}

/// `GET /v1/search?query=`.
pub(super) async fn search(RawQuery(query): RawQuery) -> Json<Value> {
    let query = query.unwrap_or_default();
    let words = url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "query")
        .map(|(_, value)| value.to_lowercase())
        .unwrap_or_default();
    let fits = |owner: &str, name: &str| {
        let path = format!("{owner}/{name}");
        words.split_whitespace().all(|word| path.contains(word))
    };
    let models: Vec<Value> = MODELS
        .iter()
        .filter(|(owner, name, _)| fits(owner, name))
        .map(|(owner, name, ending)| {
            json!({"model": described(owner, name, ending), "metadata": {"tags": [], "score": 1.0}})
        })
        .collect();
    Json(json!({"query": words, "models": models, "collections": [], "pages": []}))
}

fn described(owner: &str, name: &str, ending: &str) -> Value {
    let is_clip = ending == "mp4";
    let mut properties = json!({
        "prompt": {"type": "string", "title": "Prompt", "x-order": 0},
        "seed": {"type": "integer", "title": "Seed", "x-order": 9},
        "aspect_ratio": {
            "allOf": [{"$ref": "#/components/schemas/aspect_ratio"}], "default": "16:9", "x-order": 2,
        },
    });
    if is_clip {
        properties["image"] = json!({"type": "string", "format": "uri", "x-order": 1});
        properties["duration"] =
            json!({"type": "integer", "minimum": 2, "maximum": 12, "default": 5, "x-order": 3});
    }
    json!({
        "url": format!("https://replicate.com/{owner}/{name}"),
        "owner": owner,
        "name": name,
        "description": "Painted by the sandbox.",
        "visibility": "public",
        "is_official": true,
        "github_url": null,
        "paper_url": null,
        "license_url": "https://github.com/black-forest-labs/flux",
        "run_count": 1,
        "cover_image_url": null,
        // A whole prediction: the maker's own clients take no less.
        "default_example": {
            "id": "sandboxexample",
            "model": format!("{owner}/{name}"),
            "version": "hidden",
            "status": "succeeded",
            "input": {"prompt": "hills at dawn"},
            "output": format!("https://replicate.delivery/sandbox/out.{ending}"),
            "logs": "",
            "error": null,
            "metrics": {"predict_time": 1.0},
            "created_at": "2026-11-22T06:00:00.000Z",
            "started_at": "2026-11-22T06:00:00.000Z",
            "completed_at": "2026-11-22T06:00:01.000Z",
            "urls": {},
        },
        "latest_version": {
            "id": "hidden",
            "created_at": "2026-11-22T06:00:00.000Z",
            "cog_version": "0.16.0",
            "openapi_schema": {"openapi": "3.0.2", "components": {"schemas": {
                "Input": {
                    "type": "object", "title": "Input", "required": ["prompt"],
                    "properties": properties,
                },
                "aspect_ratio": {
                    "type": "string", "title": "aspect_ratio", "description": "An enumeration.",
                    "enum": ["16:9", "1:1", "9:16"],
                },
                "Output": {"type": "array", "items": {"type": "string", "format": "uri"}},
            }}},
        },
    })
}
