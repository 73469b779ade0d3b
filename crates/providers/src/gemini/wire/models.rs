//! The list of models. It tells neither fields nor prices.

use serde_json::Value;
use url::form_urlencoded;

use crate::manifest::{BundledEndpoint, Manifest};
use crate::schema::Field;
use crate::types::{LiveModel, Modality};

/// What asks for a page, by the name that the page before gave it.
pub(in crate::gemini) fn page(name: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new("pageSize=1000".to_owned());
    if let Some(name) = name {
        query.append_pair("pageToken", name);
    }
    query.finish()
}

/// Reads one page and the name of the next; None where it is no list.
pub(in crate::gemini) fn parse(
    answer: &Value,
    manifest: &Manifest,
) -> Option<(Vec<LiveModel>, Option<String>)> {
    let models = answer["models"].as_array()?;
    let models = models.iter().filter_map(|model| read(model, manifest)).collect();
    let next = answer["nextPageToken"].as_str().filter(|next| !next.is_empty());
    Some((models, next.map(str::to_owned)))
}

fn read(model: &Value, manifest: &Manifest) -> Option<LiveModel> {
    let name = model["name"].as_str()?;
    let remote_model = name.strip_prefix("models/").unwrap_or(name).to_owned();
    let methods = model["supportedGenerationMethods"].as_array().into_iter().flatten();
    let answers = methods.filter_map(Value::as_str).any(|method| method == "generateContent");
    let modality = if super::is_polled(&remote_model) {
        Some(Modality::Video)
    } else if answers && (remote_model.contains("image") || remote_model.contains("banana")) {
        Some(Modality::Image)
    } else {
        None
    };
    let text = |name: &str| model[name].as_str().map(str::to_owned);
    Some(LiveModel {
        name: text("displayName").unwrap_or_else(|| remote_model.clone()),
        description: text("description").unwrap_or_default(),
        task: modality.map(task).unwrap_or_default().to_owned(),
        fields: modality.map(|made| fields(manifest, &remote_model, made)).unwrap_or_default(),
        modality,
        remote_model,
        price: None,
        licence: None,
        docs: None,
        ends_on: None,
    })
}

fn task(modality: Modality) -> &'static str {
    match modality {
        Modality::Image => "image-to-image",
        Modality::Video => "image-to-video",
    }
}

/// The model's own fields where they are known; those of its newest sister for one that came since.
fn fields(manifest: &Manifest, remote_model: &str, modality: Modality) -> Vec<Field> {
    let bundled = manifest.bundled();
    let own = bundled.iter().find(|known| known.remote_model == remote_model);
    let sister = || bundled.iter().find(|k| k.modality == modality && k.retired.is_none());
    let known = own.or_else(sister);
    known.map(|known| known.fields.clone()).unwrap_or_default()
}

/// A bundled endpoint as the list would tell it.
pub(in crate::gemini) fn of_bundled(known: &BundledEndpoint) -> LiveModel {
    LiveModel {
        remote_model: known.remote_model.clone(),
        name: known.name.clone(),
        description: String::new(),
        task: known.task.clone(),
        modality: Some(known.modality),
        fields: known.fields.clone(),
        price: known.price.clone(),
        licence: None,
        docs: None,
        ends_on: None,
    }
}
