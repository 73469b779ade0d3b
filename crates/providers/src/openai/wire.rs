//! The JSON, the forms and the events of the Images API and what they mean. Pure.

use serde_json::{Map, Value, json};

use crate::call::{Form, file_part};
use crate::error::Kind;
use crate::failure;
use crate::manifest::BundledEndpoint;
use crate::sift;
use crate::types::{LiveModel, Modality, PollState, Price, RemoteOutput, Request, Upload};

/// The list of pictures to work from.
const IMAGE: &str = "image";
/// What is to be painted anew.
const MASK: &str = "mask";
/// How many previews a stream brings. Ours to send only with a stream.
const PREVIEWS: &str = "partial_images";
/// The most of them.
const MOST_PREVIEWS: u64 = 3;

/// Micros of a US dollar for one token: text in, picture in, picture out ($5, $8 and $30 for a million; the
/// maker's page of gpt-image-2.6-sunburst, the same for 2.5 and 2, read 2026-09-09).
const TOKEN: (i64, i64, i64) = (5, 8, 30);
/// The models that these prices hold for.
const PRICED: &str = "gpt-image-2";

/// What a submit carries.
pub(super) enum Body {
    Json(Value),
    Form(Form),
}

/// How many previews to ask for; None where the answer cannot come as a stream. A stream with several
/// pictures is nowhere documented.
pub(super) fn previews(request: &Request) -> Option<u64> {
    let single = request.inputs.get("n").is_none_or(|n| n.as_u64() == Some(1));
    let wanted = request.inputs.get(PREVIEWS).and_then(Value::as_u64).unwrap_or(1);
    single.then(|| wanted.min(MOST_PREVIEWS))
}

/// Where a submit goes and what it carries. With files it is a form; with links to pictures it is JSON.
pub(super) fn to_body(request: &Request, previews: Option<u64>) -> (&'static str, Body) {
    let mut inputs = request.inputs.clone();
    inputs.insert("model".into(), request.remote_model.as_str().into());
    inputs.remove(PREVIEWS);
    if let Some(previews) = previews {
        inputs.insert("stream".into(), true.into());
        inputs.insert(PREVIEWS.into(), previews.into());
    }
    let pictures = match inputs.remove(IMAGE) {
        Some(Value::Array(pictures)) => pictures,
        Some(picture @ Value::String(_)) => vec![picture],
        _ => Vec::new(),
    };
    if pictures.is_empty() {
        return ("images/generations", Body::Json(Value::Object(inputs)));
    }
    let mask = inputs.remove(MASK);
    let files: Option<Vec<&Upload>> = pictures.iter().map(|one| request.file(one)).collect();
    let mask_file = mask.as_ref().map(|mask| request.file(mask));
    let body = match (files, mask_file) {
        (Some(files), None | Some(Some(_))) => {
            Body::Form(to_form(&inputs, &files, mask_file.flatten()))
        }
        _ => Body::Json(with_links(request, inputs, &pictures, mask.as_ref())),
    };
    ("images/edits", body)
}

fn to_form(inputs: &Map<String, Value>, pictures: &[&Upload], mask: Option<&Upload>) -> Form {
    let mut form = Form::new();
    for (name, value) in inputs {
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        form = form.text(name.clone(), text);
    }
    let name = if pictures.len() == 1 { IMAGE } else { "image[]" };
    for picture in pictures {
        form = form.part(name, file_part(picture));
    }
    match mask {
        Some(mask) => form.part(MASK, file_part(mask)),
        None => form,
    }
}

fn with_links(
    request: &Request,
    mut inputs: Map<String, Value>,
    pictures: &[Value],
    mask: Option<&Value>,
) -> Value {
    let link = |value: &Value| {
        let url = request.file(value).map_or_else(|| value.clone(), |f| f.data_uri().into());
        json!({"image_url": url})
    };
    inputs.insert("images".into(), pictures.iter().map(link).collect());
    if let Some(mask) = mask {
        inputs.insert(MASK.into(), link(mask));
    }
    Value::Object(inputs)
}

/// The pictures of an answer, in its order.
pub(super) fn parse_pictures(answer: &Value) -> Vec<RemoteOutput> {
    answer["data"].as_array().into_iter().flatten().filter_map(picture).collect()
}

fn picture(holder: &Value) -> Option<RemoteOutput> {
    sift::media(holder["b64_json"].as_str().filter(|text| !text.is_empty())?)
}

/// What the tokens cost, where their price is known and all of them are told apart.
pub(super) fn parse_cost(model: &str, usage: &Value) -> Option<Price> {
    let known = model.strip_prefix(PRICED).is_some_and(|rest| !rest.starts_with(char::is_numeric));
    if !known {
        return None;
    }
    let details = &usage["input_tokens_details"];
    let out = &usage["output_tokens_details"];
    // Words that it thought out have a price of their own, which was not read.
    if out["text_tokens"].as_i64().is_some_and(|tokens| tokens > 0) {
        return None;
    }
    let (text, pictures) = (details["text_tokens"].as_i64()?, details["image_tokens"].as_i64()?);
    let made = out["image_tokens"].as_i64().or_else(|| usage["output_tokens"].as_i64())?;
    let micros = [(text, TOKEN.0), (pictures, TOKEN.1), (made, TOKEN.2)]
        .into_iter()
        .try_fold(0_i64, |sum, (tokens, price)| sum.checked_add(tokens.checked_mul(price)?))?;
    (text >= 0 && pictures >= 0 && made >= 0).then(|| Price {
        micros,
        currency: "USD".into(),
        exact: true,
    })
}

/// What one event says.
pub(super) enum Heard {
    /// How far the picture is.
    Preview(RemoteOutput),
    /// The picture.
    Picture(RemoteOutput),
    /// That there will be none.
    Failure(PollState),
    /// Nothing that matters here.
    Nothing,
}

/// Reads one event.
pub(super) fn read_event(provider: &str, name: &str, event: &Value) -> Heard {
    let error = &event["error"];
    if error.is_object() {
        return Heard::Failure(failed(provider, error));
    }
    if name == "error" {
        return Heard::Failure(failed(provider, event));
    }
    let kind = event["type"].as_str().unwrap_or(name);
    let heard = match kind {
        "image_generation.partial_image" | "image_edit.partial_image" => {
            picture(event).map(Heard::Preview)
        }
        "image_generation.completed" | "image_edit.completed" => picture(event).map(Heard::Picture),
        _ => None,
    };
    heard.unwrap_or(Heard::Nothing)
}

/// The end of work that had begun.
fn failed(provider: &str, error: &Value) -> PollState {
    let said = failure::words(&json!({"error": error}))
        .map(|words| t!(" It says: {words}", words = failure::quote(&words)))
        .unwrap_or_default();
    let (kind, message) = if failure::is_filter(failure::code(error)) {
        (Kind::Refused, t!("{provider}'s filter declined what came out.{said}", provider, said))
    } else {
        (Kind::Unavailable, t!("{provider} could not finish it.{said}", provider, said))
    };
    PollState::Failed { kind, message, refunded: false }
}

/// The models that make pictures. The list tells neither fields nor prices: a snapshot takes the fields of
/// the model that its name begins with, a newcomer those of the newest.
pub(super) fn parse_models(answer: &Value, bundled: &[BundledEndpoint]) -> Option<Vec<LiveModel>> {
    let rows = answer["data"].as_array()?;
    let makes_pictures =
        |id: &str| ["gpt-image-", "chatgpt-image-"].iter().any(|family| id.starts_with(family));
    let models = rows.iter().filter_map(|row| {
        let id = row["id"].as_str().filter(|id| makes_pictures(id))?;
        let known = bundled
            .iter()
            .filter(|known| id.strip_prefix(known.remote_model.as_str()).is_some_and(is_snapshot))
            .max_by_key(|known| known.remote_model.len());
        Some(LiveModel {
            remote_model: id.to_owned(),
            name: known
                .filter(|known| known.remote_model == id)
                .map_or_else(|| id.to_owned(), |known| known.name.clone()),
            description: String::new(),
            task: "image-to-image".into(),
            modality: Some(Modality::Image),
            fields: known.or(bundled.first()).map(|known| known.fields.clone()).unwrap_or_default(),
            price: None,
            licence: known.map(|known| known.licence.clone()),
            docs: known.and_then(|known| known.docs.clone()),
            ends_on: row["shutdown_date"].as_str().filter(|day| !day.is_empty()).map(Into::into),
        })
    });
    Some(models.collect())
}

/// Whether this is what stands behind a model's name in the name of its snapshot: nothing, or a date.
fn is_snapshot(rest: &str) -> bool {
    rest.is_empty()
        || rest.strip_prefix('-').is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}
