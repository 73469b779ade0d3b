//! WaveSpeed, API v3. A submit is sent at most once: there is no idempotency key, and lost work is
//! found again in the provider's own list.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;
use serde_json::Value;
use url::form_urlencoded;

use crate::Provider;
use crate::call::{Answer, Call, Patience};
use crate::error::{Error, Kind};
use crate::manifest::Manifest;
use crate::signature::{self, Delivery, Doubt, Notice};
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, Price, Request, Submitted, Task, Upload,
};
use wire::Letter;

/// The most pages of history that one look goes through.
const FIND_PAGES: u32 = 20;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled WaveSpeed manifest reads")
});

/// The API v3 dialect, spoken by whoever the manifest names.
pub(crate) struct WaveSpeed {
    manifest: &'static LazyLock<Manifest>,
}

/// WaveSpeed itself.
pub(crate) static WAVESPEED: WaveSpeed = WaveSpeed::speaking_for(&MANIFEST);

impl WaveSpeed {
    /// The same dialect for another manifest.
    pub(crate) const fn speaking_for(manifest: &'static LazyLock<Manifest>) -> Self {
        Self { manifest }
    }
}

#[async_trait]
impl Provider for WaveSpeed {
    fn manifest(&self) -> &'static Manifest {
        self.manifest
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        (!self.manifest.sandbox).then_some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let mut call = signed(call);
        if let Some(header) = &self.manifest.client_ref_header {
            call = call.with_header(header, &request.client_ref);
        }
        let mut path = format!("api/v3/{}", call.path_name(&request.remote_model)?);
        if let Some(webhook) = &request.webhook {
            path.push_str("?webhook=");
            path.extend(form_urlencoded::byte_serialize(webhook.url.as_bytes()));
        }
        let answer = call.post(&path, &wire::to_body(request), Patience::Submit).await?;
        // An id means paid work, whatever else the envelope says.
        if let Some(task) = wire::parse_prediction(&answer.json["data"]) {
            return Ok(Submitted {
                poll_url: task.poll_url(),
                remote_id: task.id,
                raw: answer.raw,
                at_once: None,
            });
        }
        let task = wire::parse_prediction(opened(&call, &answer)?);
        let task = task.ok_or_else(|| call.unreadable(&answer, t!("a task id")))?;
        Ok(Submitted {
            poll_url: task.poll_url(),
            remote_id: task.id,
            raw: answer.raw,
            at_once: None,
        })
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let call = signed(call);
        let path = format!("api/v3/predictions/{}/result", call.path_name(&task.remote_id)?);
        let answer = call.get(&path, Patience::Ask).await?;
        let task = wire::parse_prediction(opened(&call, &answer)?);
        let task = task.ok_or_else(|| call.unreadable(&answer, t!("the task")))?;
        Ok(call.cleaned(Poll {
            render_time: task.render_time(),
            ..Poll::new(task.state(call.provider()), task.status_word(), answer.raw)
        }))
    }

    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error> {
        let call = signed(call);
        let answer =
            call.post("api/v3/media/uploads", &wire::to_upload_body(upload), Patience::Ask).await?;
        let ticket = wire::parse_ticket(opened(&call, &answer)?);
        let ticket = ticket.ok_or_else(|| call.unreadable(&answer, t!("a place to upload to")))?;
        call.put_presigned(&ticket.put_url, &ticket.headers, upload.bytes.clone()).await?;
        Ok(ticket.download_url)
    }

    async fn cancel(&self, _call: &Call, _task: &Task) -> Result<Cancelled, Error> {
        // No client and no page of the docs knows a way (read 2026-11-22).
        Ok(Cancelled::CannotStop)
    }

    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        let call = signed(call);
        let answer = call.get("api/v3/models", Patience::Bulk).await?;
        let models = wire::parse_models(opened(&call, &answer)?);
        let mut models = models.ok_or_else(|| call.unreadable(&answer, t!("a list of models")))?;
        // The catalogue names most models by their path; ours are the names people know.
        for model in &mut models {
            let known = self
                .manifest
                .bundled()
                .iter()
                .find(|known| known.remote_model == model.remote_model);
            if let Some(known) = known {
                model.name.clone_from(&known.name);
            }
        }
        Ok(Some(models))
    }

    async fn price(&self, call: &Call, request: &Request) -> Result<Option<Price>, Error> {
        let call = signed(call);
        match call.post("api/v3/model/price", &wire::to_price_body(request), Patience::Ask).await {
            Ok(answer) => Ok(wire::parse_price(opened(&call, &answer)?)),
            // Older servers do not tell prices.
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        let call = signed(call);
        let answer = call.get("api/v3/balance", Patience::Ask).await?;
        Ok(wire::parse_balance(opened(&call, &answer)?))
    }

    async fn webhook_keys(&self, call: &Call) -> Result<Option<String>, Error> {
        let call = signed(call);
        let answer = call.get("api/v3/webhook/secret", Patience::Ask).await?;
        let secret = wire::parse_webhook_secret(opened(&call, &answer)?);
        Ok(Some(secret.ok_or_else(|| call.unreadable(&answer, t!("a secret")))?))
    }

    fn webhook(&self, keys: &str, delivery: &Delivery<'_>) -> Result<Notice, Doubt> {
        let name = signature::wavespeed(keys, delivery)?;
        Ok(Notice { delivery: name, remote_id: delivery.text_at("/id")? })
    }

    async fn find(&self, call: &Call, lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        let call = signed(call);
        let mut found = Vec::new();
        for page in 1..=FIND_PAGES {
            let body = wire::to_find_body(lookup, page);
            let answer = call.post("api/v3/predictions", &body, Patience::Ask).await?;
            let page = wire::parse_found(opened(&call, &answer)?, lookup, page);
            let (items, more) =
                page.ok_or_else(|| call.unreadable(&answer, t!("a list of tasks")))?;
            found.extend(items);
            let hit = found.iter().any(|item: &Found| item.same_inputs);
            if !more || hit {
                return Ok(Some(found));
            }
        }
        // Not seen in so many pages is no proof of absence.
        Err(call.history_too_long())
    }
}

/// The call with the names that WaveSpeed's own clients send along.
fn signed(call: &Call) -> Call {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    call.clone()
        .with_header("x-client-name", "rushes")
        .with_header("x-client-version", env!("CARGO_PKG_VERSION"))
        .with_header("x-client-os", system)
}

/// What the envelope holds, or the error that it tells.
fn opened<'a>(call: &Call, answer: &'a Answer) -> Result<&'a Value, Error> {
    match wire::open(&answer.json) {
        Letter::Data(data) => Ok(data),
        Letter::Declined(status) => Err(call.refusal(status, answer)),
        Letter::Unknown => Err(call.unreadable(answer, t!("the part that tells the result"))),
    }
}
