//! The catalogue, prices and the balance, from the platform API.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::schema::{self, Field, resolve};
use crate::types::{Commercial, Licence, LiveModel, Modality, Price, Request};

/// One page of the catalogue.
#[derive(Debug)]
pub(in crate::fal) struct Page {
    pub(in crate::fal) models: Vec<LiveModel>,
    /// Where the next one begins.
    pub(in crate::fal) next: Option<String>,
}

/// Reads a page. An entry that cannot be read is left out, the others stay.
pub(in crate::fal) fn parse_page(answer: &Value) -> Option<Page> {
    let models = answer["models"].as_array()?.iter().filter_map(parse_model).collect();
    let next = answer["next_cursor"].as_str().filter(|cursor| !cursor.is_empty());
    let next = next.filter(|_| answer["has_more"] != false).map(ToOwned::to_owned);
    Some(Page { models, next })
}

/// Reads an entry, with its fields where the page brought its OpenAPI document.
pub(in crate::fal) fn parse_model(entry: &Value) -> Option<LiveModel> {
    let id = entry["endpoint_id"].as_str().filter(|id| !id.is_empty())?;
    let about = &entry["metadata"];
    let words = |name: &str| about[name].as_str().map(str::trim).filter(|words| !words.is_empty());
    let task = words("category").unwrap_or_default();
    Some(LiveModel {
        remote_model: id.to_owned(),
        name: words("display_name").unwrap_or(id).to_owned(),
        description: words("description").unwrap_or_default().to_owned(),
        task: task.to_owned(),
        modality: modality(task),
        fields: Field::for_task(&input_schema(&entry["openapi"], id), task),
        price: None,
        licence: words("license_type").map(licence),
        docs: words("model_url").filter(|url| url.starts_with("https://")).map_or_else(
            || Some(format!("https://fal.ai/models/{id}")),
            |url| Some(url.to_owned()),
        ),
        ends_on: None,
    })
}

/// fal's one word about a licence.
fn licence(word: &str) -> Licence {
    let commercial = match word {
        "commercial" => Commercial::Yes,
        "research" | "private" | "non-commercial" => Commercial::No,
        _ => Commercial::Unknown,
    };
    Licence { commercial, name: Some(format!("fal: {word}")), url: None, read_on: None }
}

/// The schema of the body that a submit takes, with every reference written out.
fn input_schema(document: &Value, endpoint: &str) -> Value {
    let paths = document["paths"].as_object();
    let posts = |(path, item): (&String, &Value)| {
        let schema = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
        (schema.is_object()).then(|| (path.trim_matches('/') == endpoint, schema.clone()))
    };
    let mut found: Vec<(bool, Value)> = paths.into_iter().flatten().filter_map(posts).collect();
    found.sort_by_key(|(own, _)| !own);
    found.into_iter().next().map(|(_, schema)| resolve(document, &schema)).unwrap_or_default()
}

fn modality(task: &str) -> Option<Modality> {
    match task.rsplit_once("-to-").map_or(task, |(_, makes)| makes) {
        "image" => Some(Modality::Image),
        "video" => Some(Modality::Video),
        _ => None,
    }
}

/// A price for one unit.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::fal) struct UnitPrice {
    micros: f64,
    unit: String,
    currency: String,
}

/// Unit prices by endpoint.
pub(in crate::fal) fn parse_price(answer: &Value) -> Option<BTreeMap<String, UnitPrice>> {
    let read = |row: &Value| {
        let micros = row["unit_price"].as_f64()? * 1e6;
        let unit = row["unit"].as_str()?.trim().trim_end_matches('s').to_lowercase();
        let currency =
            row["currency"].as_str().filter(|c| !c.is_empty()).unwrap_or("USD").to_owned();
        let known = (0.0..9e15).contains(&micros);
        known.then_some((
            row["endpoint_id"].as_str()?.to_owned(),
            UnitPrice { micros, unit, currency },
        ))
    };
    Some(answer["prices"].as_array()?.iter().filter_map(read).collect())
}

/// What a request costs at this price for one unit. Exact only where a unit is one picture, and
/// nothing that makes pictures dearer was asked for.
pub(in crate::fal) fn price_of(price: &UnitPrice, request: &Request) -> Price {
    let inputs = &request.inputs;
    let count = inputs.get("num_images").and_then(Value::as_f64).unwrap_or(1.0).max(1.0);
    let units = match price.unit.as_str() {
        "image" => Some(count),
        "megapixel" => megapixels(inputs).map(|each| each.ceil().max(1.0) * count),
        "second" | "video second" => seconds(inputs),
        "video" | "request" | "generation" => Some(1.0),
        _ => None,
    };
    let dearer =
        ["resolution", "quality", "image_size"].iter().any(|name| inputs.contains_key(*name));
    Price {
        micros: (price.micros * units.unwrap_or(1.0)).round() as i64,
        currency: price.currency.clone(),
        exact: price.unit == "image" && !dearer,
    }
}

/// Pixels of one picture in millions, where the size is given in numbers or by one of fal's words.
fn megapixels(inputs: &Map<String, Value>) -> Option<f64> {
    let sides = match inputs.get("image_size")? {
        Value::String(word) => match word.as_str() {
            "square_hd" => (1024.0, 1024.0),
            "square" => (512.0, 512.0),
            "portrait_4_3" | "landscape_4_3" => (1024.0, 768.0),
            "portrait_16_9" | "landscape_16_9" => (1024.0, 576.0),
            text => schema::sides(text).map(|(width, height)| (width.into(), height.into()))?,
        },
        size => (size["width"].as_f64()?, size["height"].as_f64()?),
    };
    Some(sides.0 * sides.1 / 1e6)
}

/// The length that was asked for: `5`, `"5"` or `"5s"`.
fn seconds(inputs: &Map<String, Value>) -> Option<f64> {
    let length = inputs.get("duration")?;
    let seconds = match length.as_str() {
        Some(text) => text.trim().trim_end_matches('s').parse().ok()?,
        None => length.as_f64()?,
    };
    (0.0..100_000.0).contains(&seconds).then_some(seconds)
}

/// The account's credits, where the key may see them.
pub(in crate::fal) fn parse_balance(answer: &Value) -> Option<Price> {
    let credits = &answer["credits"];
    let micros = (credits["current_balance"].as_f64()? * 1e6).round();
    let currency = credits["currency"].as_str().filter(|c| !c.is_empty()).unwrap_or("USD");
    (micros.abs() < 9e15).then(|| Price {
        micros: micros as i64,
        currency: currency.to_owned(),
        exact: true,
    })
}
