//! Black Forest Labs, API v1. The region that took a task is the only one that can tell of it, and a
//! finished picture is handed out for ten minutes.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;

use crate::Provider;
use crate::call::{Call, Patience};
use crate::error::{Error, Kind};
use crate::manifest::Manifest;
use crate::signature::{self, Delivery, Doubt, Notice};
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, Price, Request, Submitted, Task, Upload,
};

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of Black Forest Labs reads")
});

/// Black Forest Labs.
pub(crate) struct Bfl;

/// The one there is.
pub(crate) static BFL: Bfl = Bfl;

#[async_trait]
impl Provider for Bfl {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let path = format!("v1/{}", call.path_name(&request.remote_model)?);
        let answer = call.post(&path, &wire::to_body(request), Patience::Submit).await?;
        let ticket = wire::parse_ticket(&answer.json);
        let ticket = ticket.ok_or_else(|| call.unreadable(&answer, t!("a task id")))?;
        Ok(Submitted {
            remote_id: ticket.id,
            poll_url: ticket.polling_url,
            raw: answer.raw,
            at_once: None,
        })
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let id = call.path_name(&task.remote_id)?;
        // An address that the key may not go to is passed over; the base may know the task as well.
        let hinted = task.poll_url.as_deref().and_then(|url| call.toward(url).ok());
        let (call, path) =
            hinted.unwrap_or_else(|| (call.clone(), format!("v1/get_result?id={id}")));
        let answer = call.get(&path, Patience::Ask).await?;
        let told = wire::parse_result(&answer.json);
        let told = told.ok_or_else(|| call.unreadable(&answer, t!("a status")))?;
        if told.is_unknown() {
            // A status here, where other services answer 404.
            return Err(call.refusal(404, &answer));
        }
        Ok(call.cleaned(Poll {
            render_time: told.render_time(),
            ..Poll::new(told.state(call.provider()), told.status.clone(), answer.raw)
        }))
    }

    async fn upload(&self, call: &Call, _upload: &Upload) -> Result<String, Error> {
        Err(call.no_uploads())
    }

    async fn cancel(&self, _call: &Call, _task: &Task) -> Result<Cancelled, Error> {
        Ok(Cancelled::CannotStop)
    }

    async fn models(&self, _call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        // There is no list of models, only the OpenAPI file, which has no prices and no names.
        Ok(None)
    }

    async fn price(&self, _call: &Call, _request: &Request) -> Result<Option<Price>, Error> {
        Ok(None)
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        match call.get("v1/credits", Patience::Ask).await {
            Ok(answer) => Ok(wire::parse_credits(&answer.json)),
            // The path is not in the copies of the docs that were read (unverified).
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn webhook(&self, keys: &str, delivery: &Delivery<'_>) -> Result<Notice, Doubt> {
        let name = signature::bfl(keys, delivery)?;
        Ok(Notice { delivery: name, remote_id: delivery.text_at("/id")? })
    }

    async fn find(&self, _call: &Call, _lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        Ok(None)
    }
}
