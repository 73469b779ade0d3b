//! What a composition would run on: one endpoint, or the steps of a route that can run it.

use futures_util::future::join_all;
use rushes_providers::Manifest;
use rushes_providers::types::{Modality, Price};

use super::catalogue::{MOST_AT_ONCE, price_of, references};
use super::commands::Composition;
use super::workflows::source;
use crate::Studio;
use crate::catalog::{Composed, Entry, LeftOut, affordable, carry, compose};
use crate::job::budget;
use crate::store::{self, Step};
use crate::view::{ApiError, Job, Problem, Route};

/// What a job is made of before it has an id.
pub(super) struct Laid {
    /// The route, where one was asked for.
    pub(super) route: Option<String>,
    /// What it makes.
    pub(super) modality: Modality,
    /// The words.
    pub(super) prompt: String,
    /// Where it runs first.
    pub(super) first: Step,
    /// What it may fall back to, in order.
    pub(super) others: Vec<Step>,
    /// What is said of the steps that were left out.
    pub(super) left_out: Vec<String>,
}

impl Laid {
    /// What a cap must count for it: the dearest step that it may come to.
    pub(super) fn at_stake(&self) -> Option<Price> {
        let prices: Vec<_> = std::iter::once(&self.first)
            .chain(&self.others)
            .map(|step| step.price.clone())
            .collect();
        budget::dearest(&prices)
    }
}

/// An endpoint that takes the composition, with the inputs as it takes them.
struct Fit {
    entry: Entry,
    manifest: &'static Manifest,
    composed: Composed,
}

impl Fit {
    fn name(&self) -> String {
        t!("{model} at {provider}", model = self.entry.name, provider = self.manifest.name)
    }

    async fn priced(self, studio: &Studio, wanted: &Composition) -> (Composed, Step) {
        let (price, _) = price_of(studio, &self.entry, &self.composed.inputs).await;
        // One seed for several jobs would make the same picture several times.
        let keep_seed = wanted.count.unwrap_or(1) == 1
            && wanted.keep_seed.unwrap_or(self.composed.seed.is_some());
        let Self { entry, manifest, composed } = self;
        let step = Step {
            endpoint: entry.id,
            remote_model: entry.remote_model,
            model_name: entry.name,
            provider: entry.provider,
            provider_name: manifest.name.clone(),
            sandbox: manifest.sandbox,
            inputs: composed.inputs.clone(),
            seed: composed.seed.filter(|_| keep_seed),
            seed_field: composed.seed_field.clone(),
            price,
            licence: entry.licence,
            output_terms: entry.output_terms,
            references: composed.references.clone(),
        };
        (composed, step)
    }
}

/// Lays out where a composition runs, or says what is to be fixed first. `again`: the job that is made once
/// more; of a route, only its endpoint and what follows that one, where it is a step of it.
pub(super) async fn lay_out(
    studio: &Studio,
    wanted: &Composition,
    again: Option<&Job>,
) -> Result<Result<Laid, Vec<Problem>>, ApiError> {
    let source = source(studio, wanted, again).await?;
    if let Some(name) = wanted.route.clone() {
        let route = studio.store.read(move |sql| store::routes::get(sql, &name)).await?;
        return along(studio, wanted, &source, route, again).await;
    }
    let manifest = manifest(&source)?;
    if !is_keyed(studio, manifest).await? {
        return Err(ApiError::new(
            "no_key",
            t!("There is no key for {name}. Nothing was sent.", name = manifest.name),
            t!("Add your {name} key in Settings, then press Generate again.", name = manifest.name),
        ));
    }
    let composed = match compose(&source, &wanted.inputs, &references(studio, wanted).await?) {
        Ok(composed) => composed,
        Err(problems) => return Ok(Err(problems)),
    };
    checked_count(wanted)?;
    let modality = source.modality;
    let (composed, first) = Fit { entry: source, manifest, composed }.priced(studio, wanted).await;
    Ok(Ok(Laid {
        route: None,
        modality,
        prompt: composed.prompt,
        first,
        others: Vec::new(),
        left_out: Vec::new(),
    }))
}

async fn along(
    studio: &Studio,
    wanted: &Composition,
    source: &Entry,
    route: Route,
    again: Option<&Job>,
) -> Result<Result<Laid, Vec<Problem>>, ApiError> {
    let references = references(studio, wanted).await?;
    let place = |job: &Job| route.steps.iter().position(|id| *id == job.endpoint);
    let begin = again.and_then(place).unwrap_or(0);
    let mut fits = Vec::new();
    let mut left_out: Vec<(LeftOut, String)> = Vec::new();
    for id in &route.steps[begin..] {
        let known = if *id == source.id { Some(source.clone()) } else { studio.entry(id) };
        let Some(entry) = known else {
            left_out.push((LeftOut::Gone, LeftOut::Gone.said(id)));
            continue;
        };
        let manifest = manifest(&entry)?;
        let composed = if entry.modality != route.modality {
            Err(LeftOut::Makes(entry.modality))
        } else if !is_keyed(studio, manifest).await? {
            Err(LeftOut::NoKey)
        } else if entry.id == source.id && !entry.fields.is_empty() {
            // It was written for this one: what is wrong with it is for the user to mend.
            match compose(&entry, &wanted.inputs, &references) {
                Ok(composed) => Ok(composed),
                Err(problems) => return Ok(Err(problems)),
            }
        } else {
            carry(source, &entry, &wanted.inputs, &references)
        };
        match composed {
            Ok(composed) => fits.push(Fit { entry, manifest, composed }),
            Err(why) => {
                let said = why.said(&t!(
                    "{model} at {provider}",
                    model = entry.name,
                    provider = manifest.name
                ));
                left_out.push((why, said));
            }
        }
    }
    checked_count(wanted)?;
    let names: Vec<String> = fits.iter().map(Fit::name).collect();
    let priced = join_all(fits.into_iter().map(|fit| fit.priced(studio, wanted))).await;
    let prices: Vec<_> = priced.iter().map(|(_, step)| step.price.clone()).collect();
    let allowed = affordable(&prices, route.most.as_ref(), wanted.accept_unpriced.unwrap_or(false));
    let mut steps = Vec::with_capacity(priced.len());
    for ((laid, name), allowed) in priced.into_iter().zip(names).zip(allowed) {
        match allowed {
            Ok(()) => steps.push(laid),
            Err(why) => {
                let said = why.said(&name);
                left_out.push((why, said));
            }
        }
    }
    let mut steps = steps.into_iter();
    let Some((composed, first)) = steps.next() else {
        return Err(none_left(&route.name, &left_out));
    };
    Ok(Ok(Laid {
        route: Some(route.name),
        modality: route.modality,
        prompt: composed.prompt,
        first,
        others: steps.map(|(_, step)| step).collect(),
        left_out: left_out.into_iter().map(|(_, said)| said).collect(),
    }))
}

fn none_left(route: &str, left_out: &[(LeftOut, String)]) -> ApiError {
    // Whoever adds a key or says yes to a price can go on; the rest is for the route's editor.
    let first = left_out.first().map_or("invalid", |(why, _)| why.code());
    let same = left_out.iter().all(|(why, _)| why.code() == first);
    let said: Vec<&str> = left_out.iter().map(|(_, said)| said.as_str()).collect();
    ApiError::new(
        if same { first } else { "invalid" },
        t!("No step of the route “{route}” can run. {why}", route, why = said.join(" ")),
        t!("Nothing was sent. Change the route or the inputs, or choose a model."),
    )
}

fn manifest(entry: &Entry) -> Result<&'static Manifest, ApiError> {
    rushes_providers::find(&entry.provider)
        .map(rushes_providers::Provider::manifest)
        .ok_or_else(|| ApiError::not_found(t!("such provider")))
}

async fn is_keyed(studio: &Studio, manifest: &'static Manifest) -> Result<bool, ApiError> {
    Ok(!manifest.needs_key || studio.lines.key_place(manifest).await?.is_some())
}

fn checked_count(wanted: &Composition) -> Result<(), ApiError> {
    let count = wanted.count.unwrap_or(1);
    if (1..=MOST_AT_ONCE).contains(&count) {
        return Ok(());
    }
    Err(ApiError::new(
        "invalid",
        t!("{count} prints at once is not possible.", count),
        t!("Ask for 1 to {most}.", most = MOST_AT_ONCE),
    ))
}
