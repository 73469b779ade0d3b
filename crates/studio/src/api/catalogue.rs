//! Endpoints, their prices, and the refresh of live lists.

use std::collections::{BTreeMap, HashMap};
use std::sync::PoisonError;
use std::time::Duration;

use rushes_providers::schema::{Field, MediaKind, Role};
use rushes_providers::types::{LiveModel, Price, Request, Retired};
use serde_json::{Map, Value};

use super::commands::{ById, ByProvider, Composition, FindModels, Nothing};
use super::steps::{Laid, lay_out};
use super::workflows::{self, source};
use crate::Studio;
use crate::catalog::{Entry, Families, Variants, Wanted, compose};
use crate::job::budget;
use crate::job::words::money;
use crate::store::{self, Cached, StoreError};
use crate::view::{ApiError, Change, Endpoint, Estimate, Problem, Quote, SyncReport};

/// A quote that takes longer is no help to someone who types.
const QUOTE_PATIENCE: Duration = Duration::from_secs(5);
/// How old a list of models may be before it is asked for again.
const DAY_MS: i64 = 24 * 3_600_000;
/// Jobs that one submit may make.
pub(super) const MOST_AT_ONCE: u32 = 100;

pub(super) async fn list_endpoints(studio: &Studio, _: Nothing) -> Result<Vec<Endpoint>, ApiError> {
    let entries = studio.entries();
    let reached = studio.store.read(store::catalogues::ages).await?;
    let mut keyed: HashMap<String, bool> = HashMap::new();
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        // A server of the user's own needs no key, but it has to have answered once.
        let there = if manifest.needs_key {
            studio.lines.key_place(manifest).await.is_ok_and(|place| place.is_some())
        } else {
            manifest.sandbox || reached.iter().any(|list| list.provider == manifest.id)
        };
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
    let shelf =
        Shelf { keyed, families: Families::of_all(&entries), variants: Variants::of_all(&entries) };
    let mut endpoints: Vec<Endpoint> = entries
        .iter()
        .filter_map(|entry| endpoint(entry, &shelf, estimates.get(&entry.id).copied()))
        .collect();
    // Usable first; the sandbox after the real ones.
    endpoints.sort_by_key(|endpoint| (!endpoint.usable, endpoint.sandbox));
    Ok(endpoints)
}

/// What an endpoint is only in the midst of all of them.
struct Shelf {
    /// By provider: whether there is a key, or its server has answered.
    keyed: HashMap<String, bool>,
    families: Families,
    variants: Variants,
}

/// A workflow stays here; jobs bring it along by themselves.
fn shown(entry: &Entry, field: &Field) -> bool {
    entry.workflow().is_none_or(|itself| itself.name != field.name)
}

/// A field with its words in the language that is spoken.
fn said(field: &Field) -> Field {
    Field {
        label: rushes_providers::said(&field.label).to_owned(),
        help: rushes_providers::said(&field.help).to_owned(),
        ..field.clone()
    }
}

fn endpoint(entry: &Entry, shelf: &Shelf, estimate: Option<Estimate>) -> Option<Endpoint> {
    let manifest = rushes_providers::find(&entry.provider)?.manifest();
    let keyed = shelf.keyed.get(&entry.provider).copied().unwrap_or(false);
    Some(Endpoint {
        id: entry.id.clone(),
        model: entry.model.clone(),
        name: entry.name.clone(),
        family: shelf.families.of(entry),
        description: entry.description.clone(),
        provider: entry.provider.clone(),
        provider_name: manifest.name.clone(),
        monogram: manifest.monogram.clone(),
        modality: entry.modality,
        task: entry.task.clone(),
        own: entry.own,
        fields: entry.fields.iter().filter(|field| shown(entry, field)).map(said).collect(),
        price: entry.price.clone(),
        licence: entry.licence.clone(),
        docs: entry.docs.clone(),
        as_of: entry.as_of.clone(),
        live: entry.live,
        sandbox: manifest.sandbox,
        own_server: manifest.is_own_server(),
        // Without fields nobody knows what to send: the live list has to come first.
        keyed,
        usable: keyed && !entry.fields.is_empty() && entry.retired.is_none(),
        estimate,
        output_terms: entry.output_terms.clone(),
        ends_on: entry.ends_on.clone(),
        retired: entry.retired.as_ref().map(|retired| Retired {
            reason: rushes_providers::said(&retired.reason).to_owned(),
            ..retired.clone()
        }),
        variants: shelf.variants.of(&entry.id),
    })
}

pub(super) async fn sync_models(
    studio: &Studio,
    wanted: ByProvider,
) -> Result<SyncReport, ApiError> {
    let line = studio.lines.open(&wanted.provider).await?;
    let Some(models) = line.provider.models(&line.call).await? else {
        let name = &line.provider.manifest().name;
        return Ok(SyncReport {
            message: t!(
                "{name} publishes no list of its models. Those that Rushes knows stand.",
                name
            ),
            provider: wanted.provider,
            models: line.provider.manifest().bundled().len() as u32,
        });
    };
    let count = models.len() as u32 + workflows::ask_all(studio, &line).await?;
    let mut list =
        Cached { provider: wanted.provider.clone(), fetched_at: studio.clock.now_ms(), models };
    studio
        .store
        .write(move |tx| {
            // A list that tells no inputs does not make us forget those that were asked for.
            let before = tx.catalogue(&list.provider)?.map(|list| list.models).unwrap_or_default();
            let mut learnt: HashMap<String, LiveModel> =
                before.into_iter().map(|model| (model.remote_model.clone(), model)).collect();
            for model in list.models.iter_mut().filter(|model| model.fields.is_empty()) {
                if let Some(known) = learnt.remove(&model.remote_model) {
                    model.fields = known.fields;
                }
            }
            tx.keep_catalogue(&list)
        })
        .await?;
    studio.load_entries().await?;
    tell(studio, &wanted.provider);
    Ok(SyncReport {
        message: t!("{count} models from {name}.", count, name = line.provider.manifest().name),
        provider: wanted.provider,
        models: count,
    })
}

pub(super) async fn find_models(
    studio: &Studio,
    wanted: FindModels,
) -> Result<SyncReport, ApiError> {
    let line = studio.lines.open(&wanted.provider).await?;
    let name = &line.provider.manifest().name;
    let words = wanted.words.trim();
    if words.is_empty() {
        return Err(ApiError::new(
            "invalid",
            t!("There are no words to look for."),
            t!("Type a few."),
        ));
    }
    let Some(found) = line.provider.search(&line.call, words).await? else {
        return Err(ApiError::new(
            "invalid",
            t!("{name} has no search.", name),
            t!("Refresh its models to see all of them."),
        ));
    };
    let count = found.iter().filter(|model| model.modality.is_some()).count() as u32;
    keep_beside(studio, &wanted.provider, found).await?;
    Ok(SyncReport {
        message: match count {
            0 => t!("{name} found nothing for “{words}”.", name, words),
            1 => t!("1 model from {name}.", name),
            count => t!("{count} models from {name}.", count, name),
        },
        provider: wanted.provider,
        models: count,
    })
}

pub(super) async fn learn_model(studio: &Studio, wanted: ById) -> Result<Endpoint, ApiError> {
    let known = entry(studio, &wanted.id)?;
    let line = studio.lines.open(&known.provider).await?;
    if let Some(model) = line.provider.model(&line.call, &known.remote_model).await? {
        keep_beside(studio, &known.provider, vec![model]).await?;
    }
    let endpoints = list_endpoints(studio, Nothing {}).await?;
    let learnt = endpoints.into_iter().find(|endpoint| endpoint.id == wanted.id);
    learnt.filter(|endpoint| !endpoint.fields.is_empty()).ok_or_else(|| {
        ApiError::new(
            "invalid",
            t!(
                "{provider} does not tell what {model} takes.",
                provider = line.provider.manifest().name,
                model = known.name
            ),
            t!("Choose another model."),
        )
    })
}

/// Puts models into a provider's kept list, in the place of those of the same name.
async fn keep_beside(
    studio: &Studio,
    provider: &str,
    found: Vec<LiveModel>,
) -> Result<(), ApiError> {
    let (id, now) = (provider.to_owned(), studio.clock.now_ms());
    studio
        .store
        .write(move |tx| {
            let kept = tx.catalogue(&id)?;
            let fetched_at = kept.as_ref().map_or(now, |list| list.fetched_at);
            let mut models = kept.map(|list| list.models).unwrap_or_default();
            for model in found {
                match models.iter_mut().find(|known| known.remote_model == model.remote_model) {
                    // A search may tell less than was learnt before.
                    Some(known) if model.fields.is_empty() => {
                        let fields = std::mem::take(&mut known.fields);
                        *known = LiveModel { fields, ..model };
                    }
                    Some(known) => *known = model,
                    None => models.push(model),
                }
            }
            tx.keep_catalogue(&Cached { provider: id, fetched_at, models })
        })
        .await?;
    studio.load_entries().await?;
    tell(studio, provider);
    Ok(())
}

/// Tells hosts that a provider's models are others now. Prices are asked for anew.
pub(super) fn tell(studio: &Studio, provider: &str) {
    studio.quotes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    studio.store.publish(vec![Change::Catalog { provider: provider.to_owned() }]);
}

/// Fetches every list that is older than a day, of providers that can be asked.
pub(crate) async fn refresh_lists(studio: &Studio) {
    let Ok(kept) = studio.store.read(store::catalogues::ages).await else { return };
    let now = studio.clock.now_ms();
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        let fresh =
            kept.iter().any(|list| list.provider == manifest.id && now - list.fetched_at < DAY_MS);
        // A server of the user's own is asked when they ask: it may not be there.
        if fresh || manifest.sandbox || !manifest.needs_key {
            continue;
        }
        if !studio.lines.key_place(manifest).await.is_ok_and(|place| place.is_some()) {
            continue;
        }
        let wanted = ByProvider { provider: manifest.id.clone() };
        if let Err(error) = sync_models(studio, wanted).await {
            tracing::info!(provider = manifest.id, %error, "the list of models stays as it is");
        }
    }
}

/// The endpoint a composition names.
pub(super) fn entry(studio: &Studio, id: &str) -> Result<Entry, ApiError> {
    studio.entry(id).ok_or_else(|| {
        ApiError::new(
            "not_found",
            t!("There is no model “{id}” any more.", id),
            t!("Choose another one. Refreshing the models may bring it back."),
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
    let entry = source(studio, &wanted, None).await?;
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
        Some(price) => t!("From {sum}. The final price depends on the inputs.", sum = money(price)),
        None => t!("Price not listed.").into(),
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
    // No provider prices by the words or the seed: one answer stands for all of them.
    let free = |name: &str| {
        [Role::Prompt, Role::NegativePrompt, Role::Seed]
            .iter()
            .any(|role| entry.field(*role).is_some_and(|field| field.name == name))
    };
    let telling: Map<String, Value> = inputs
        .iter()
        .filter(|(name, _)| !free(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let key = format!("{}\n{}", entry.id, Value::Object(telling));
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
            t!("From {sum}. The final price depends on the inputs.", sum = money(price)),
        ),
        None => (None, t!("Price not listed.").into()),
    }
}

async fn ask_price(studio: &Studio, entry: &Entry, inputs: &Map<String, Value>) -> Option<Price> {
    let line = studio.lines.open(&entry.provider).await.ok()?;
    let request = Request {
        remote_model: entry.remote_model.clone(),
        inputs: inputs.clone(),
        client_ref: String::new(),
        attached: BTreeMap::new(),
        webhook: None,
    };
    line.provider.price(&line.call, &request).await.ok().flatten()
}
