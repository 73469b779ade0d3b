//! fal: its queue, its store for files and its platform API. A request is told by the part of the
//! endpoint's name that stands before the sub-path; the state and the result are asked for apart.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::Provider;
use crate::call::{Answer, Call, Patience, Payload};
use crate::error::{Error, Kind};
use crate::manifest::Manifest;
use crate::signature::{self, Delivery, Doubt, Notice};
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, PollState, Price, Request, Submitted, Task, Upload,
};
use wire::Outcome;

/// The most pages of the catalogue that are read, of a hundred models each.
const PAGES: usize = 40;

/// The most pages of an endpoint's requests that one look goes through, of a hundred each.
const FIND_PAGES: u32 = 20;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of fal reads")
});

/// fal.
pub(crate) struct Fal;

/// The one there is.
pub(crate) static FAL: Fal = Fal;

#[async_trait]
impl Provider for Fal {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let endpoint = call.path_name(&request.remote_model)?;
        let call = call.clone().with_header("x-fal-object-lifecycle-preference", wire::OUTPUT_LIFE);
        let body = Value::Object(wire::to_body(&request.inputs));
        let mut path = endpoint.to_owned();
        if let Some(webhook) = &request.webhook {
            path.push_str("?fal_webhook=");
            path.extend(byte_serialize(webhook.url.as_bytes()));
        }
        let answer = call.post(&path, &body, Patience::Submit).await?;
        let ticket = wire::parse_ticket(&answer.json);
        let ticket = ticket.ok_or_else(|| call.unreadable(&answer, t!("a request id")))?;
        Ok(Submitted {
            remote_id: ticket.request_id,
            poll_url: ticket.status_url,
            raw: answer.raw,
            at_once: None,
        })
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let (at, path) = place_of(call, task)?;
        let answer = at.get(&format!("{path}/status?logs=1"), Patience::Ask).await?;
        let told = wire::parse_status(&answer.json);
        let told = told.ok_or_else(|| call.unreadable(&answer, t!("a status")))?;
        let poll = Poll {
            render_time: told.render_time(),
            note: told.note().map(|note| call.redact(&note)),
            ..Poll::new(PollState::Running { progress: None }, told.status.clone(), answer.raw)
        };
        if told.is_queued() {
            return Ok(call.cleaned(Poll { state: PollState::Queued, ..poll }));
        }
        if !told.is_completed() {
            return Ok(call.cleaned(poll));
        }
        // Finished is not made: there may be an error in place of a result, here or there.
        if let Some(state) = told.failed(call.provider()) {
            return Ok(call.cleaned(Poll { state, note: None, ..poll }));
        }
        let named = told.response_url.as_str().and_then(|url| call.toward(url).ok());
        let (at, path) = named.unwrap_or((at, path));
        let result = at.peek(Method::GET, &path, Payload::Nothing, Patience::Ask).await?;
        let outcome = wire::parse_outcome(
            call.provider(),
            result.status,
            is_from_model(&result),
            &result.json,
        );
        let poll = match outcome {
            Outcome::Ended { state, note } => Poll { state, note, ..poll },
            Outcome::NotYet => poll,
            Outcome::Strange => return Err(call.refusal(result.status, &result)),
        };
        Ok(call.cleaned(Poll { raw: result.raw, ..poll }))
    }

    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error> {
        let rest = call.by_door("rest");
        let path = "storage/auth/token?storage_type=fal-cdn-v3";
        let passed = match rest.post(path, &json!({}), Patience::Ask).await {
            Ok(answer) => Some(
                wire::parse_pass(&answer.json)
                    .ok_or_else(|| call.unreadable(&answer, t!("a pass for the upload")))?,
            ),
            // Older servers know only the other way.
            Err(error) if error.kind == Kind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Some(pass) = passed {
            let store = call
                .by_door("cdn")
                .with_pass(pass.into())
                .with_header("x-fal-file-name", &upload.name)
                .with_header("x-fal-object-lifecycle", wire::UPLOAD_LIFE);
            let bytes = Payload::Bytes(&upload.content_type, upload.bytes.clone());
            match store.send(Method::POST, "files/upload", bytes, Patience::Bulk).await {
                Ok(answer) => {
                    let url = wire::parse_stored(&answer.json);
                    return url
                        .ok_or_else(|| call.unreadable(&answer, t!("an address of the file")));
                }
                Err(error) if !is_store_away(&error.kind) => return Err(error),
                Err(error) => tracing::debug!(%error, "the store is away"),
            }
        }
        let path = "storage/upload/initiate?storage_type=gcs";
        let answer = rest.post(path, &wire::to_upload_body(upload), Patience::Ask).await?;
        let place = wire::parse_place(&answer.json);
        let (put, url) =
            place.ok_or_else(|| call.unreadable(&answer, t!("a place to upload to")))?;
        let headers = [("content-type".to_owned(), upload.content_type.clone())];
        call.put_presigned(&put, &headers, upload.bytes.clone()).await?;
        Ok(url)
    }

    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error> {
        let (at, path) = place_of(call, task)?;
        let path = format!("{path}/cancel");
        let answer = at.peek(Method::PUT, &path, Payload::Nothing, Patience::Ask).await?;
        match answer.status {
            200..=299 if wire::was_heard(&answer.json) => {}
            200..=299 | 400 => return Ok(Cancelled::CannotStop),
            status => return Err(call.refusal(status, &answer)),
        }
        // A wish is all that was heard: running work gets a signal and may go on. Only the state tells.
        match self.poll(call, task).await {
            Ok(Poll { state: PollState::Cancelled, .. }) => Ok(Cancelled::Stopped),
            // What waited in the queue is gone from it (unverified).
            Err(error) if error.kind == Kind::NotFound => Ok(Cancelled::Stopped),
            Ok(_) | Err(_) => Ok(Cancelled::CannotStop),
        }
    }

    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        let platform = call.by_door("platform");
        let (mut models, mut cursor) = (Vec::new(), String::new());
        for _ in 0..PAGES {
            let path = format!("v1/models?limit=100&status=active{cursor}");
            let answer = platform.get(&path, Patience::Bulk).await?;
            let page = wire::parse_page(&answer.json);
            let page = page.ok_or_else(|| call.unreadable(&answer, t!("a list of models")))?;
            models.extend(page.models);
            let Some(next) = page.next else { break };
            cursor = format!("&cursor={}", escaped(&next));
        }
        // The list tells no fields; those that are known stand in for them.
        for model in &mut models {
            let known =
                MANIFEST.bundled().iter().find(|known| known.remote_model == model.remote_model);
            if let Some(known) = known.filter(|_| model.fields.is_empty()) {
                model.fields.clone_from(&known.fields);
            }
        }
        Ok(Some(models))
    }

    async fn price(&self, call: &Call, request: &Request) -> Result<Option<Price>, Error> {
        let endpoint = call.path_name(&request.remote_model)?;
        let path = format!("v1/models/pricing?endpoint_id={}", escaped(endpoint));
        let answer = match call.by_door("platform").get(&path, Patience::Ask).await {
            Ok(answer) => answer,
            Err(error) if error.kind == Kind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let prices = wire::parse_price(&answer.json);
        let prices = prices.ok_or_else(|| call.unreadable(&answer, t!("a list of prices")))?;
        Ok(prices.get(endpoint).map(|price| wire::price_of(price, request)))
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        let platform = call.by_door("platform");
        match platform.get("v1/account/billing?expand=credits", Patience::Ask).await {
            Ok(answer) => Ok(wire::parse_balance(&answer.json)),
            // Only an admin's key may see it. Whether this one is a key at all, another question tells.
            Err(error) if matches!(error.kind, Kind::Auth | Kind::NotFound) => {
                let path = "storage/auth/token?storage_type=fal-cdn-v3";
                call.by_door("rest").post(path, &json!({}), Patience::Ask).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn webhook_keys(&self, call: &Call) -> Result<Option<String>, Error> {
        // The same for everyone: public keys, asked for as everything else is.
        let answer = call.by_door("rest").get(".well-known/jwks.json", Patience::Ask).await?;
        Ok(Some(answer.json.to_string()))
    }

    fn webhook(&self, keys: &str, delivery: &Delivery<'_>) -> Result<Notice, Doubt> {
        let keys = serde_json::from_str(keys).map_err(|_| Doubt::Unproved)?;
        let name = signature::fal(&keys, delivery)?;
        Ok(Notice { delivery: name, remote_id: delivery.text_at("/request_id")? })
    }

    async fn find(&self, call: &Call, lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        let platform = call.by_door("platform");
        let (mut found, mut cursor) = (Vec::new(), None);
        for _ in 0..FIND_PAGES {
            let path = wire::to_find_path(lookup, cursor.as_deref());
            let answer = match platform.get(&path, Patience::Bulk).await {
                Ok(answer) => answer,
                // A key that may render need not be one that may read this list; its submits tell
                // whether it is good.
                Err(error) if matches!(error.kind, Kind::Auth | Kind::Credit) => return Ok(None),
                Err(error) => return Err(error),
            };
            let page = wire::parse_found(&answer.json, lookup);
            let (rows, next) =
                page.ok_or_else(|| call.unreadable(&answer, t!("a list of requests")))?;
            found.extend(rows);
            let Some(next) = next else { return Ok(Some(found)) };
            cursor = Some(next);
        }
        // Not seen in so many pages is no proof of absence.
        Err(call.history_too_long())
    }

    async fn search(&self, call: &Call, words: &str) -> Result<Option<Vec<LiveModel>>, Error> {
        let path = format!("v1/models?limit=50&status=active&q={}", escaped(words));
        let answer = call.by_door("platform").get(&path, Patience::Bulk).await?;
        let page = wire::parse_page(&answer.json);
        Ok(Some(page.ok_or_else(|| call.unreadable(&answer, t!("a list of models")))?.models))
    }

    async fn model(&self, call: &Call, remote_model: &str) -> Result<Option<LiveModel>, Error> {
        let endpoint = call.path_name(remote_model)?;
        let platform = call.by_door("platform");
        let path = format!("v1/models?expand=openapi-3.0&endpoint_id={}", escaped(endpoint));
        let answer = platform.get(&path, Patience::Bulk).await?;
        let page = wire::parse_page(&answer.json);
        let page = page.ok_or_else(|| call.unreadable(&answer, t!("a list of models")))?;
        Ok(page.models.into_iter().find(|model| model.remote_model == remote_model))
    }
}

/// Where a request is asked after, without `/status`: at the address that the submit named, if the key
/// may go there, or else at the one that is built for it.
fn place_of(call: &Call, task: &Task) -> Result<(Call, String), Error> {
    let app = wire::app(call.path_name(&task.remote_model)?);
    let built = format!("{app}/requests/{}", call.path_name(&task.remote_id)?);
    let named = task.poll_url.as_deref().and_then(|url| call.toward(url).ok());
    let named = named.and_then(|(at, path)| Some((at, path.strip_suffix("/status")?.to_owned())));
    Ok(named.unwrap_or_else(|| (call.clone(), built)))
}

/// Whether an answer went through to the model: the queue numbers those.
fn is_from_model(answer: &Answer) -> bool {
    ["x-fal-request-id", "x-fal-error-type"].iter().any(|name| answer.headers.contains_key(*name))
}

/// Whether the other way to upload may do.
fn is_store_away(kind: &Kind) -> bool {
    matches!(kind, Kind::Auth | Kind::NotFound | Kind::Network | Kind::Unavailable | Kind::Protocol)
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
