//! Endpoints, their prices, and the refresh of live lists.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Duration;

use rushes_providers::schema::MediaKind;
use rushes_providers::types::{Price, Request};
use serde_json::{Map, Value};

use super::commands::{ByProvider, Composition, Nothing};
use super::steps::{Laid, lay_out};
use crate::Studio;
use crate::catalog::{Entry, Wanted, compose};
use crate::job::budget;
use crate::job::words::money;
use crate::store::{self, Cached, StoreError};
use crate::view::{ApiError, Endpoint, Estimate, Problem, Quote, SyncReport};

/// A quote that takes longer is no help to someone who types.
const QUOTE_PATIENCE: Duration = Duration::from_secs(5);
/// Jobs that one submit may make.
pub(super) const MOST_AT_ONCE: u32 = 64;

pub(super) async fn list_endpoints(studio: &Studio, _: Nothing) -> Result<Vec<Endpoint>, ApiError> {
    let entries = studio.entries();
    let mut keyed: HashMap<String, bool> = HashMap::new();
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        let there = !manifest.needs_key
            || studio.lines.key_place(manifest).await.is_ok_and(|place| place.is_some());
        keyed.insert(manifest.id.clone(), there);
    }
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let estimates: HashMap<String, Estimate> = studio
        .store
        .read(move |sql| {
            let mut known = HashMap::new();
            for id in ids {
                if let Some(estimate) = store::attempts::estimate(sql, &id)? {
                    known.insert(id, estimate);
                }
            }
            Ok(known)
        })
        .await?;
    let mut endpoints: Vec<Endpoint> = entries
        .iter()
        .filter_map(|entry| endpoint(entry, &keyed, estimates.get(&entry.id).copied()))
        .collect();
    // Usable first; the sandbox after the real ones.
    endpoints.sort_by_key(|endpoint| (!endpoint.usable, endpoint.sandbox));
    Ok(endpoints)
}

fn endpoint(
    entry: &Entry,
    keyed: &HashMap<String, bool>,
    estimate: Option<Estimate>,
) -> Option<Endpoint> {
    let manifest = rushes_providers::find(&entry.provider)?.manifest();
    let keyed = keyed.get(&entry.provider).copied().unwrap_or(false);
    Some(Endpoint {
        id: entry.id.clone(),
        model: entry.model.clone(),
        name: entry.name.clone(),
        description: entry.description.clone(),
        provider: entry.provider.clone(),
        provider_name: manifest.name.clone(),
        monogram: manifest.monogram.clone(),
        modality: entry.modality,
        task: entry.task.clone(),
        fields: entry.fields.clone(),
        price: entry.price.clone(),
        licence: entry.licence.clone(),
        docs: entry.docs.clone(),
        as_of: entry.as_of.clone(),
        live: entry.live,
        sandbox: manifest.sandbox,
        // Without fields nobody knows what to send: the live list has to come first.
        usable: keyed && !entry.fields.is_empty(),
        estimate,
    })
}

pub(super) async fn sync_models(
    studio: &Studio,
    wanted: ByProvider,
) -> Result<SyncReport, ApiError> {
    let line = studio.lines.open(&wanted.provider).await?;
    let models = line.provider.models(&line.call).await?;
    let count = models.len() as u32;
    let list =
        Cached { provider: wanted.provider.clone(), fetched_at: studio.clock.now_ms(), models };
    studio.store.write(move |tx| tx.keep_catalogue(&list)).await?;
    studio.load_entries().await?;
    studio.quotes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    Ok(SyncReport {
        message: format!("{count} models from {}.", line.provider.manifest().name),
        provider: wanted.provider,
        models: count,
    })
}

/// The endpoint a composition names.
pub(super) fn entry(studio: &Studio, id: &str) -> Result<Entry, ApiError> {
    studio.entry(id).ok_or_else(|| {
        ApiError::new(
            "not_found",
            format!("There is no model “{id}” any more."),
            "Choose another one. Refreshing the models may bring it back.",
        )
    })
}

/// A composition's references with what their assets are.
pub(super) async fn references(
    studio: &Studio,
    wanted: &Composition,
) -> Result<Vec<Wanted>, ApiError> {
    let references = wanted.references.clone();
    Ok(studio
        .store
        .read(move |sql| {
            references
                .into_iter()
                .map(|reference| {
                    let media: Option<MediaKind> = match store::assets::row(sql, &reference.asset) {
                        Ok(row) => Some(row.media),
                        Err(StoreError::NotFound(_)) => None,
                        Err(error) => return Err(error),
                    };
                    Ok(Wanted { reference, media })
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await?)
}

pub(super) async fn check_inputs(
    studio: &Studio,
    wanted: Composition,
) -> Result<Vec<Problem>, ApiError> {
    let entry = entry(studio, &wanted.endpoint)?;
    let references = references(studio, &wanted).await?;
    Ok(compose(&entry, &wanted.inputs, &references).err().unwrap_or_default())
}

pub(super) async fn quote(studio: &Studio, wanted: Composition) -> Result<Quote, ApiError> {
    let count = wanted.count.unwrap_or(1).clamp(1, MOST_AT_ONCE);
    if wanted.route.is_some() {
        match lay_out(studio, &wanted, None).await {
            Ok(Ok(laid)) => return Ok(quote_along(&laid, count)),
            // Not yet something that can run: the endpoint it is written for tells the price.
            Ok(Err(_)) => {}
            // No step can run, and why is what there is to say.
            Err(error) => {
                return Ok(Quote { each: None, total: None, most: None, note: error.message });
            }
        }
    }
    let entry = entry(studio, &wanted.endpoint)?;
    let (each, note) = price_of(studio, &entry, &wanted.inputs).await;
    Ok(Quote { total: times(each.as_ref(), count), each, most: None, note })
}

/// What the first step costs, and the most that any of them may.
fn quote_along(laid: &Laid, count: u32) -> Quote {
    let mut prices = vec![laid.first.price.clone()];
    prices.extend(laid.others.iter().map(|step| step.price.clone()));
    let known = prices.iter().all(Option::is_some);
    let most = budget::dearest(&prices).filter(|_| known);
    let each = laid.first.price.clone();
    let note = match &each {
        Some(price) if price.exact => String::new(),
        Some(price) => format!("From {}. The final price depends on the inputs.", money(price)),
        None => "Price not listed.".into(),
    };
    Quote { total: times(each.as_ref(), count), most: times(most.as_ref(), count), each, note }
}

/// What so many runs cost.
fn times(each: Option<&Price>, count: u32) -> Option<Price> {
    each.map(|price| Price {
        micros: price.micros.saturating_mul(i64::from(count)),
        ..price.clone()
    })
}

/// What one run costs: exact where the list price is, else as the provider reckons, else the list
/// price with a word about it.
pub(super) async fn price_of(
    studio: &Studio,
    entry: &Entry,
    inputs: &Map<String, Value>,
) -> (Option<Price>, String) {
    if let Some(price) = entry.price.as_ref().filter(|price| price.exact) {
        return (Some(price.clone()), String::new());
    }
    let key = format!("{}\n{}", entry.id, Value::Object(inputs.clone()));
    let known = {
        let quotes = studio.quotes.lock().unwrap_or_else(PoisonError::into_inner);
        quotes.get(&key).cloned()
    };
    if let Some(price) = known {
        return (Some(price), String::new());
    }
    let asked = tokio::time::timeout(QUOTE_PATIENCE, ask_price(studio, entry, inputs)).await;
    if let Ok(Some(price)) = asked {
        let mut quotes = studio.quotes.lock().unwrap_or_else(PoisonError::into_inner);
        quotes.insert(key, price.clone());
        return (Some(price), String::new());
    }
    match &entry.price {
        Some(price) => (
            Some(price.clone()),
            format!("From {}. The final price depends on the inputs.", money(price)),
        ),
        None => (None, "Price not listed.".into()),
    }
}

async fn ask_price(studio: &Studio, entry: &Entry, inputs: &Map<String, Value>) -> Option<Price> {
    let line = studio.lines.open(&entry.provider).await.ok()?;
    let request = Request {
        remote_model: entry.remote_model.clone(),
        inputs: inputs.clone(),
        client_ref: String::new(),
    };
    line.provider.price(&line.call, &request).await.ok().flatten()
}
