//! Replicate, API v1: predictions of official models and of versions. What it makes is gone after an
//! hour.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;
use reqwest::Method;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::Provider;
use crate::call::{Answer, Call, Form, Part, Patience, Payload};
use crate::error::{Error, Kind};
use crate::failure;
use crate::manifest::Manifest;
use crate::signature::{self, Delivery, Doubt, Notice};
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, Price, Request, Submitted, Task, Upload,
};
use wire::{Asked, Prediction};

/// The most pages of history that one look goes through, of a hundred predictions each.
const FIND_PAGES: usize = 20;

/// How long a prediction may wait for a machine and run. Replicate itself ends what runs for half an
/// hour; this also ends what never begins.
const CANCEL_AFTER: &str = "2h";

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of Replicate reads")
});

/// Replicate.
pub(crate) struct Replicate;

/// The one there is.
pub(crate) static REPLICATE: Replicate = Replicate;

#[async_trait]
impl Provider for Replicate {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let model = call.path_name(&request.remote_model)?;
        let path = match wire::asked(model) {
            Asked::Official => format!("v1/models/{model}/predictions"),
            Asked::Version => "v1/predictions".to_owned(),
        };
        let call = call.clone().with_header("cancel-after", CANCEL_AFTER);
        let body = wire::to_body(request);
        let json = Payload::Json(&body);
        let answer = call.peek(Method::POST, &path, json, Patience::Submit).await?;
        let answer = accepted(&call, answer)?;
        let made = prediction(&call, &answer)?;
        Ok(Submitted {
            poll_url: made.poll_url(),
            remote_id: made.id,
            raw: answer.raw,
            at_once: None,
        })
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let path = format!("v1/predictions/{}", call.path_name(&task.remote_id)?);
        let answer = call.get(&path, Patience::Ask).await?;
        let told = prediction(call, &answer)?;
        Ok(call.cleaned(Poll {
            render_time: told.render_time(),
            note: told.note().map(|note| call.redact(&note)),
            ..Poll::new(told.state(call.provider()), told.status_word(), answer.raw)
        }))
    }

    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error> {
        let part = Part::stream(upload.bytes.clone()).file_name(upload.name.clone());
        let part = part
            .mime_str(&upload.content_type)
            .map_err(|_| failure::unsafe_address(call.provider()))?;
        let form = Form::new().part("content", part);
        let answer = call.post_form("v1/files", form, Patience::Bulk).await?;
        wire::parse_file(&answer.json)
            .ok_or_else(|| call.unreadable(&answer, t!("an address of the file")))
    }

    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error> {
        let path = format!("v1/predictions/{}/cancel", call.path_name(&task.remote_id)?);
        let answer = call.send(Method::POST, &path, Payload::Nothing, Patience::Ask).await?;
        // Time on a machine may be charged. Only what never began is known to be free; the rest the
        // next poll tells.
        Ok(match wire::parse_prediction(&answer.json) {
            Some(told) if told.never_began() => Cancelled::Stopped,
            _ => Cancelled::CannotStop,
        })
    }

    async fn models(&self, _call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        // The list is of every model that anyone ever pushed: it is searched, not listed.
        Ok(None)
    }

    async fn price(&self, _call: &Call, _request: &Request) -> Result<Option<Price>, Error> {
        // No API tells prices.
        Ok(None)
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        // It proves the key; no API tells what is left.
        call.get("v1/account", Patience::Ask).await?;
        Ok(None)
    }

    async fn webhook_keys(&self, call: &Call) -> Result<Option<String>, Error> {
        let answer = call.get("v1/webhooks/default/secret", Patience::Ask).await?;
        let secret = answer.json["key"].as_str().map(ToOwned::to_owned);
        Ok(Some(secret.ok_or_else(|| call.unreadable(&answer, t!("a secret")))?))
    }

    fn webhook(&self, keys: &str, delivery: &Delivery<'_>) -> Result<Notice, Doubt> {
        let name = signature::standard(keys, delivery)?;
        Ok(Notice { delivery: name, remote_id: delivery.text_at("/id")? })
    }

    async fn find(&self, call: &Call, lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        let mut found = Vec::new();
        let first = format!(
            "v1/predictions?created_after={}&created_before={}",
            escaped(&lookup.since.to_string()),
            escaped(&lookup.until.to_string())
        );
        let (mut at, mut path) = (call.clone(), first);
        for _ in 0..FIND_PAGES {
            let answer = at.get(&path, Patience::Ask).await?;
            let page = wire::parse_found(&answer.json, lookup);
            let (rows, next) =
                page.ok_or_else(|| call.unreadable(&answer, t!("a list of tasks")))?;
            found.extend(rows);
            // Servers before the filter list everything, the newest first.
            let past =
                found.iter().any(|row: &Found| row.created_at.is_some_and(|at| at < lookup.since));
            found.retain(|row| {
                row.created_at.is_none_or(|at| at >= lookup.since && at <= lookup.until)
            });
            let hit = found.iter().any(|row: &Found| row.same_inputs);
            let Some(next) = next.filter(|_| !hit && !past) else { return Ok(Some(found)) };
            (at, path) = call.toward(&next)?;
        }
        // Not seen in so many pages is no proof of absence.
        Err(call.history_too_long())
    }

    async fn search(&self, call: &Call, words: &str) -> Result<Option<Vec<LiveModel>>, Error> {
        let path = format!("v1/search?limit=50&query={}", escaped(words));
        let answer = call.get(&path, Patience::Bulk).await?;
        let models = wire::parse_found_models(&answer.json);
        Ok(Some(models.ok_or_else(|| call.unreadable(&answer, t!("a list of models")))?))
    }

    async fn model(&self, call: &Call, remote_model: &str) -> Result<Option<LiveModel>, Error> {
        // A version is asked for by its model, which tells the form of the latest.
        let (name, version) = match remote_model.split_once(':') {
            Some((name, version)) => (name, Some(version)),
            None => (remote_model, None),
        };
        let path = format!("v1/models/{}", call.path_name(name)?);
        let path = match version {
            Some(version) => format!("{path}/versions/{}", call.path_name(version)?),
            None => path,
        };
        let answer = call.get(&path, Patience::Bulk).await?;
        let described = match version {
            Some(_) => wire_version(name, &answer.json),
            None => answer.json.clone(),
        };
        let model = wire::parse_model(&described)
            .ok_or_else(|| call.unreadable(&answer, t!("the model")))?;
        Ok(Some(LiveModel { remote_model: remote_model.to_owned(), ..model }))
    }
}

/// A version as if it were its model's latest.
fn wire_version(name: &str, version: &Value) -> Value {
    let (owner, name) = name.split_once('/').unwrap_or(("", name));
    serde_json::json!({"owner": owner, "name": name, "latest_version": version})
}

/// A submit's answer, or the refusal that it is. A 422 names fields beside its words.
fn accepted(call: &Call, answer: Answer) -> Result<Answer, Error> {
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    let mut error = call.refusal(answer.status, &answer);
    if let Kind::Invalid { field: field @ None } = &mut error.kind {
        let told = answer.json["invalid_fields"].as_array().into_iter().flatten();
        *field = told.filter_map(|one| one["description"].as_str()).find_map(failure::named_field);
    }
    Err(error)
}

fn prediction(call: &Call, answer: &Answer) -> Result<Prediction, Error> {
    wire::parse_prediction(&answer.json).ok_or_else(|| call.unreadable(answer, t!("a prediction")))
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
