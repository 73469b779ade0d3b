//! The platform API: models with their OpenAPI documents, prices, credits.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use crate::catalog::{Craft, usd};
use crate::routes::Here;
use crate::world::World;

/// Endpoints that the sandbox lists. It takes any other name as well.
const ENDPOINTS: [(&str, &str, &str, Craft); 5] = [
    ("fal-ai/flux/dev", "FLUX.1 [dev]", "text-to-image", Craft::Still),
    ("fal-ai/nano-banana-2", "Nano Banana 2", "text-to-image", Craft::Still),
    ("fal-ai/nano-banana-2/edit", "Nano Banana 2", "image-to-image", Craft::Edit),
    ("fal-ai/veo3.1", "Veo 3.1", "text-to-video", Craft::Clip),
    ("fal-ai/veo3.1/image-to-video", "Veo 3.1", "image-to-video", Craft::ImageToClip),
];

/// The values of a query by name.
pub(super) fn values<'a>(query: &'a str, name: &'a str) -> impl Iterator<Item = String> + 'a {
    url::form_urlencoded::parse(query.as_bytes())
        .filter(move |(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// `GET /v1/models?limit&cursor&q&endpoint_id&expand`.
pub(super) async fn models(RawQuery(query): RawQuery) -> Json<Value> {
    let query = query.unwrap_or_default();
    let first = |name| values(&query, name).next();
    let ids: Vec<String> = values(&query, "endpoint_id").collect();
    let words = first("q").unwrap_or_default().to_lowercase();
    let expands = values(&query, "expand").any(|part| part == "openapi-3.0");
    let fitting: Vec<_> = ENDPOINTS
        .iter()
        .filter(|(id, ..)| ids.is_empty() || ids.iter().any(|wanted| wanted == id))
        .filter(|(id, name, ..)| {
            words.split_whitespace().all(|w| id.contains(w) || name.to_lowercase().contains(w))
        })
        .collect();
    let from = first("cursor").and_then(|at| at.parse::<usize>().ok()).unwrap_or(0);
    let limit = first("limit").and_then(|n| n.parse::<usize>().ok()).unwrap_or(50).clamp(1, 100);
    let until = (from + limit).min(fitting.len());
    let page = fitting.get(from..until).unwrap_or_default();
    let models: Vec<Value> = page
        .iter()
        .map(|(id, name, category, craft)| {
            let mut model = json!({
                "endpoint_id": id,
                "metadata": {
                    "display_name": name, "category": category, "status": "active",
                    "description": "Painted by the sandbox.", "tags": [],
                    "model_url": format!("https://fal.ai/models/{id}"),
                },
            });
            if expands {
                model["openapi"] = openapi(id, *craft);
            }
            model
        })
        .collect();
    let more = until < fitting.len();
    Json(json!({
        "models": models,
        "has_more": more,
        "next_cursor": more.then(|| until.to_string()),
    }))
}

fn openapi(id: &str, craft: Craft) -> Value {
    let text = json!({"type": "string"});
    let mut properties =
        json!({"prompt": text, "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}]}});
    let mut required = vec!["prompt"];
    if craft.is_video() {
        properties["duration"] =
            json!({"type": "string", "enum": ["4s", "6s", "8s"], "default": "8s"});
    } else {
        properties["image_size"] = json!({"anyOf": [
            {"$ref": "#/components/schemas/ImageSize"},
            {"type": "string", "enum": ["square_hd", "square", "landscape_4_3"]},
        ]});
    }
    match craft {
        Craft::Edit => {
            properties["image_urls"] = json!({"type": "array", "items": text});
            required.push("image_urls");
        }
        Craft::ImageToClip => {
            properties["image_url"] = text;
            required.push("image_url");
        }
        Craft::Still | Craft::Clip => {}
    }
    let side = json!({"type": "integer", "exclusiveMinimum": 0});
    json!({
        "openapi": "3.0.4",
        "paths": {format!("/{id}"): {"post": {"requestBody": {"required": true, "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Input"}},
        }}}}},
        "components": {"schemas": {
            "Input": {"type": "object", "properties": properties, "required": required, "x-fal-order-properties": ["prompt"]},
            "ImageSize": {"type": "object", "properties": {"width": side, "height": side}},
        }},
    })
}

/// `GET /v1/models/pricing?endpoint_id=`.
pub(super) async fn pricing(State(world): Here, RawQuery(query): RawQuery) -> Json<Value> {
    let query = query.unwrap_or_default();
    let prices: Vec<Value> = values(&query, "endpoint_id").map(|id| price(&world, &id)).collect();
    Json(json!({"prices": prices, "has_more": false, "next_cursor": null}))
}

fn price(world: &World, id: &str) -> Value {
    let is_clip = ENDPOINTS.iter().any(|(known, _, _, craft)| *known == id && craft.is_video());
    json!({
        "endpoint_id": id,
        "unit_price": usd(world.catalog.base_price_micros()),
        "unit": if is_clip { "seconds" } else { "images" },
        "currency": "USD",
    })
}

/// `GET /v1/account/billing?expand=credits`.
pub(super) async fn billing(State(world): Here) -> Json<Value> {
    let credits = json!({"current_balance": usd(world.balance_micros()), "currency": "USD"});
    Json(json!({"username": "sandbox", "credits": credits}))
}
