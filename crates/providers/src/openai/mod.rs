//! OpenAI, Images API: a submit is answered with the picture itself, piece by piece where someone looks
//! on. There are no tasks to ask after, nothing to cancel and nothing to upload ahead.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;

use crate::Provider;
use crate::call::{Answer, Call, Patience, Payload};
use crate::error::Error;
use crate::events::{Events, Streamed};
use crate::failure;
use crate::manifest::Manifest;
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, PollState, Price, Request, Submitted, Task, Upload,
};

use wire::{Body, Heard};

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of OpenAI reads")
});

/// OpenAI.
pub(crate) struct OpenAi;

/// The one there is.
pub(crate) static OPENAI: OpenAi = OpenAi;

/// The header that names a request, for questions to the maker.
const REQUEST_ID: &str = "x-request-id";

#[async_trait]
impl Provider for OpenAi {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        call.path_name(&request.remote_model)?;
        // Only where someone looks on: previews cost tokens.
        let previews = call.tray().and_then(|_| wire::previews(request));
        let (path, body) = wire::to_body(request, previews);
        let payload = match body {
            Body::Json(ref body) => Payload::Json(body),
            Body::Form(form) => Payload::Form(form),
        };
        match call.peek_for_events(path, payload).await? {
            Streamed::Events(events) => follow(call, request, events).await,
            Streamed::Whole(answer) => whole(call, request, answer),
        }
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        Err(call.no_such_name(&task.remote_id))
    }

    async fn upload(&self, call: &Call, _upload: &Upload) -> Result<String, Error> {
        Err(call.no_uploads())
    }

    async fn cancel(&self, _call: &Call, _task: &Task) -> Result<Cancelled, Error> {
        Ok(Cancelled::CannotStop)
    }

    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        let answer = call.get("models", Patience::Bulk).await?;
        let models = wire::parse_models(&answer.json, MANIFEST.bundled());
        models.map(Some).ok_or_else(|| call.unreadable(&answer, t!("a list of models")))
    }

    async fn price(&self, _call: &Call, _request: &Request) -> Result<Option<Price>, Error> {
        Ok(None)
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        // No balance is told; the list proves the key.
        call.get("models", Patience::Bulk).await?;
        Ok(None)
    }

    async fn find(&self, _call: &Call, _lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        Ok(None)
    }
}

/// An answer that came whole.
fn whole(call: &Call, request: &Request, answer: Answer) -> Result<Submitted, Error> {
    if !answer.is_success() {
        return Err(call.refusal_as(failure::meant(answer.status, &answer.json), &answer));
    }
    let outputs = wire::parse_pictures(&answer.json);
    if outputs.is_empty() {
        return Err(call.unreadable(&answer, t!("a picture")));
    }
    let id = answer.header(REQUEST_ID).map(ToOwned::to_owned);
    let cost = wire::parse_cost(&request.remote_model, &answer.json["usage"]);
    let end = Poll { cost, ..Poll::new(PollState::Done { outputs }, "completed", answer.raw) };
    Ok(ended(call, id, end))
}

/// An answer that comes event by event, to the picture that ends it.
async fn follow(call: &Call, request: &Request, mut events: Events) -> Result<Submitted, Error> {
    let id = events.header(REQUEST_ID).map(ToOwned::to_owned);
    while let Some(event) = events.next().await? {
        let raw = call.redact(&event.json.to_string());
        match wire::read_event(call.provider(), &event.name, &event.json) {
            Heard::Preview(picture) => {
                if let Some(tray) = call.tray() {
                    tray.preview(picture);
                }
            }
            Heard::Picture(output) => {
                let cost = wire::parse_cost(&request.remote_model, &event.json["usage"]);
                let state = PollState::Done { outputs: vec![output] };
                return Ok(ended(call, id, Poll { cost, ..Poll::new(state, "completed", raw) }));
            }
            Heard::Failure(state) => return Ok(ended(call, id, Poll::new(state, "failed", raw))),
            Heard::Nothing => {}
        }
    }
    Err(events.ended_early())
}

fn ended(call: &Call, id: Option<String>, end: Poll) -> Submitted {
    let end = call.cleaned(end);
    Submitted {
        remote_id: call.redact(&id.unwrap_or_default()),
        poll_url: None,
        raw: end.raw.clone(),
        at_once: Some(end),
    }
}
