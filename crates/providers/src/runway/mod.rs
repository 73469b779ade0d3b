//! Runway, API version 2024-11-06: tasks of its own models and of others'.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;
use reqwest::Method;
use serde_json::json;

use crate::Provider;
use crate::call::{Answer, Call, Patience, Payload};
use crate::error::{Error, Kind};
use crate::manifest::Manifest;
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, PollState, Price, Request, Submitted, Task, Upload,
};

/// The version of the API that every request names.
const VERSION: (&str, &str) = ("x-runway-version", "2024-11-06");

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of Runway reads")
});

/// Runway.
pub(crate) struct Runway;

/// The one there is.
pub(crate) static RUNWAY: Runway = Runway;

#[async_trait]
impl Provider for Runway {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let name = call.path_name(&request.remote_model)?;
        let (model, path) = wire::asked(name).ok_or_else(|| call.no_such_name(name))?;
        let body = wire::to_body(model, &request.inputs);
        let json = Payload::Json(&body);
        let answer = versioned(call).peek(Method::POST, path, json, Patience::Submit).await?;
        let answer = accepted(call, answer)?;
        let id = wire::parse_id(&answer.json);
        Ok(Submitted {
            remote_id: id.ok_or_else(|| call.unreadable(&answer, t!("a task id")))?,
            poll_url: None,
            raw: answer.raw,
            at_once: None,
        })
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let path = place_of(call, task)?;
        let answer = versioned(call).get(&path, Patience::Ask).await?;
        let told = wire::parse_task(&answer.json);
        let told = told.ok_or_else(|| call.unreadable(&answer, t!("a status")))?;
        Ok(call.cleaned(Poll {
            note: told.note(call.provider()),
            cost: told.cost(),
            ..Poll::new(told.state(call.provider()), told.status.clone(), answer.raw)
        }))
    }

    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error> {
        let body = json!({"filename": upload.name, "type": "ephemeral"});
        let answer = versioned(call).post("v1/uploads", &body, Patience::Ask).await?;
        let ticket = wire::parse_ticket(&answer.json);
        let ticket = ticket.ok_or_else(|| call.unreadable(&answer, t!("a place to upload to")))?;
        call.post_presigned(&ticket.url, &ticket.fields, upload).await?;
        Ok(ticket.uri)
    }

    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error> {
        // What runs is paid for in full when it is cancelled, and what has ended is deleted with all that
        // it made. Only what still waits is wished away; the rest goes on and is kept.
        let before = self.poll(call, task).await?;
        if before.state != PollState::Queued {
            return Ok(Cancelled::CannotStop);
        }
        let (call, path) = (versioned(call), place_of(call, task)?);
        match call.send(Method::DELETE, &path, Payload::Nothing, Patience::Ask).await {
            Ok(_) => {}
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => return Err(error),
        }
        // It may have begun between the two. Where Runway still tells of it, its charge says so.
        match self.poll(&call, task).await {
            Ok(Poll { state: PollState::Cancelled, cost: Some(cost), .. }) if cost.micros > 0 => {
                Ok(Cancelled::CannotStop)
            }
            Ok(Poll { state: PollState::Cancelled, .. }) => Ok(Cancelled::Stopped),
            // Gone without a trace, as the docs say of what was cancelled.
            Err(error) if error.kind == Kind::NotFound => Ok(Cancelled::Stopped),
            Ok(_) | Err(_) => Ok(Cancelled::CannotStop),
        }
    }

    async fn models(&self, _call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        // An account's limits name models, without their inputs. There is no list of models.
        Ok(None)
    }

    async fn price(&self, _call: &Call, request: &Request) -> Result<Option<Price>, Error> {
        // Only a submit tells an estimate. The bundled list knows some of the prices.
        Ok(MANIFEST.reckon(request))
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        let answer = versioned(call).get("v1/organization", Patience::Ask).await?;
        Ok(wire::parse_balance(&answer.json))
    }

    async fn find(&self, _call: &Call, _lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        Ok(None)
    }
}

fn versioned(call: &Call) -> Call {
    call.clone().with_header(VERSION.0, VERSION.1)
}

fn place_of(call: &Call, task: &Task) -> Result<String, Error> {
    Ok(format!("v1/tasks/{}", call.path_name(&task.remote_id)?))
}

/// A submit's answer, or the refusal that it is: an input error names its fields beside its words.
fn accepted(call: &Call, answer: Answer) -> Result<Answer, Error> {
    if answer.is_success() {
        return Ok(answer);
    }
    let Some(issue) = wire::parse_issue(&answer.json) else {
        return Err(call.refusal(answer.status, &answer));
    };
    let (status, raw) = (answer.status, answer.raw.clone());
    let told = Answer { json: json!({"error": issue.words}), ..answer };
    let mut error = Error { raw: Some(raw), ..call.refusal(status, &told) };
    if let Kind::Invalid { field } = &mut error.kind {
        *field = issue.field.map(|field| call.redact(&field));
    }
    Err(error)
}
