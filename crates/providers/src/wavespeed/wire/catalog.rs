//! The catalogue, prices and the balance.

use serde_json::{Value, json};

use super::to_body;
use crate::schema::Field;
use crate::types::{LiveModel, Modality, Price, Request};

/// Reads the catalogue. An entry that cannot be read is left out, the others stay.
pub(in crate::wavespeed) fn parse_models(data: &Value) -> Option<Vec<LiveModel>> {
    Some(data.as_array()?.iter().filter_map(parse_model).collect())
}

fn parse_model(entry: &Value) -> Option<LiveModel> {
    let remote_model = entry["model_id"].as_str().filter(|id| !id.is_empty())?;
    let task = entry["type"].as_str().unwrap_or_default();
    Some(LiveModel {
        remote_model: remote_model.to_owned(),
        name: entry["name"]
            .as_str()
            .filter(|name| !name.is_empty() && *name != remote_model)
            .map_or_else(|| readable_name(remote_model), ToOwned::to_owned),
        description: entry["description"].as_str().unwrap_or_default().trim().to_owned(),
        task: task.to_owned(),
        modality: modality(task),
        fields: Field::for_task(request_schema(&entry["api_schema"]), task),
        price: entry["base_price"].as_f64().and_then(|price| usd(price, false)),
        licence: None,
        docs: None,
        ends_on: None,
    })
}

/// The inputs' schema: today's layout, or the OpenAPI layout of older catalogues.
fn request_schema(api_schema: &Value) -> &Value {
    let runs = api_schema["api_schemas"].as_array();
    let run = runs.and_then(|runs| {
        runs.iter().find(|run| run["type"] == "model_run").or_else(|| runs.first())
    });
    match run {
        Some(run) if run["request_schema"].is_object() => &run["request_schema"],
        _ => &api_schema["components"]["schemas"]["Request"],
    }
}

fn modality(task: &str) -> Option<Modality> {
    match task.rsplit_once("-to-").map_or(task, |(_, makes)| makes) {
        "image" => Some(Modality::Image),
        "video" => Some(Modality::Video),
        _ => None,
    }
}

/// The question what a request would cost.
pub(in crate::wavespeed) fn to_price_body(request: &Request) -> Value {
    json!({"model_id": request.remote_model, "inputs": to_body(request)})
}

/// Reads `{unit_price, currency}`.
pub(in crate::wavespeed) fn parse_price(data: &Value) -> Option<Price> {
    let price = usd(data["unit_price"].as_f64()?, true)?;
    let currency =
        data["currency"].as_str().filter(|currency| !currency.is_empty()).unwrap_or("USD");
    Some(Price { currency: currency.to_owned(), ..price })
}

/// Reads `{balance}`, in US dollars.
pub(in crate::wavespeed) fn parse_balance(data: &Value) -> Option<Price> {
    usd(data["balance"].as_f64()?, true)
}

/// Dollars as millionths.
fn usd(amount: f64, exact: bool) -> Option<Price> {
    let micros = (amount * 1e6).round();
    (micros.abs() < 9e15).then(|| Price { micros: micros as i64, currency: "USD".into(), exact })
}

/// Short names that are written large.
const LARGE: [&str; 12] =
    ["ai", "flux", "gpt", "hd", "lora", "sd", "sdxl", "tts", "uhd", "vace", "wan", "4k"];

/// Tasks that a model's name need not repeat: what a family does when nothing else is said.
const PLAIN_TASKS: [&str; 2] = ["text-to-image", "text-to-video"];

/// `google/nano-banana-2.1/edit` reads "Nano Banana 2.1, edit".
fn readable_name(remote_model: &str) -> String {
    let parts: Vec<&str> = remote_model.split('/').collect();
    let (family, rest) = match parts.as_slice() {
        [_owner, family, rest @ ..] => (*family, rest),
        _ => (remote_model, &[][..]),
    };
    let family: Vec<String> =
        family.split('-').filter(|word| !word.is_empty()).map(large_first).collect();
    let rest =
        rest.iter().filter(|part| !PLAIN_TASKS.contains(part)).map(|part| part.replace('-', " "));
    std::iter::once(family.join(" ")).chain(rest).collect::<Vec<_>>().join(", ")
}

fn large_first(word: &str) -> String {
    if LARGE.contains(&word) {
        return word.to_uppercase();
    }
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
