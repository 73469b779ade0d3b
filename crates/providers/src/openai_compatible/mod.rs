//! Servers that speak like OpenAI, one's own or a gateway. Pictures are answered at once; clips are
//! asked after, by the protocol that OpenAI's Videos API left behind; sd-server has jobs of its own.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use async_trait::async_trait;
use reqwest::Method;

use crate::Provider;
use crate::call::{Answer, Call, Patience, Payload};
use crate::error::{Error, Kind, Wire};
use crate::failure;
use crate::manifest::Manifest;
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, PollState, Price, Request, Submitted, Task, Upload,
};

use wire::{Body, Way};

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of OpenAI-compatible servers reads")
});

/// A server that speaks like OpenAI.
pub(crate) struct OpenAiCompatible;

/// The one there is.
pub(crate) static OPENAI_COMPATIBLE: OpenAiCompatible = OpenAiCompatible;

#[async_trait]
impl Provider for OpenAiCompatible {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let (way, model) = way(call, &request.remote_model)?;
        let (door, path, body) = match way {
            Way::Images => {
                let (path, body) = wire::to_images(request, model);
                (call.clone(), path.to_owned(), body)
            }
            Way::Videos => (call.clone(), "videos".into(), wire::to_video(request, model)),
            Way::AtOnce => {
                let (door, path) = beside(call, "video")?;
                (door, path, wire::to_clip(request, model))
            }
            Way::Job(kind) => {
                let (door, path) = beside(call, &format!("sdcpp/v1/{kind}"))?;
                (door, path, wire::to_job(request))
            }
        };
        let payload = match body {
            Body::Json(ref body) => Payload::Json(body),
            Body::Form(form) => Payload::Form(form),
        };
        let answer = door.peek(Method::POST, &path, payload, Patience::Submit).await?;
        if !answer.is_success() {
            return Err(refusal(call, &answer));
        }
        match way {
            Way::Images | Way::AtOnce => made(call, answer),
            Way::Videos | Way::Job(_) => {
                let id = wire::parse_id(&answer.json);
                let id = id.ok_or_else(|| call.unreadable(&answer, t!("a task id")))?;
                Ok(Submitted { remote_id: id, poll_url: None, raw: answer.raw, at_once: None })
            }
        }
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let (way, _) = way(call, &task.remote_model)?;
        let id = call.path_name(&task.remote_id)?;
        let (answer, told) = match way {
            Way::Images | Way::AtOnce => return Err(call.no_such_name(id)),
            Way::Videos => {
                let path = format!("videos/{id}");
                let answer = call.peek(Method::GET, &path, Payload::Nothing, Patience::Ask).await?;
                let told = wire::parse_video(&answer.json, || wire::content_of(call.base(), id));
                (answer, told)
            }
            Way::Job(_) => {
                let (door, path) = beside(call, &format!("sdcpp/v1/jobs/{id}"))?;
                let answer = door.peek(Method::GET, &path, Payload::Nothing, Patience::Ask).await?;
                let told = wire::parse_job(&answer.json);
                (answer, told)
            }
        };
        // vLLM-Omni tells of a failed run with a status that says so as well.
        let told = told.filter(|told| answer.is_success() || told.has_failed());
        match told {
            Some(told) => Ok(call.cleaned(told.poll(call.provider(), answer.raw))),
            None if answer.is_success() => Err(call.unreadable(&answer, t!("a status"))),
            None => Err(refusal(call, &answer)),
        }
    }

    async fn upload(&self, call: &Call, _upload: &Upload) -> Result<String, Error> {
        Err(call.no_uploads())
    }

    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error> {
        let (way, _) = way(call, &task.remote_model)?;
        let id = call.path_name(&task.remote_id)?;
        let answer = match way {
            Way::Images | Way::AtOnce => return Ok(Cancelled::CannotStop),
            Way::Videos => {
                let path = format!("videos/{id}");
                call.send(Method::DELETE, &path, Payload::Nothing, Patience::Ask).await
            }
            Way::Job(_) => {
                let (door, path) = beside(call, &format!("sdcpp/v1/jobs/{id}/cancel"))?;
                door.send(Method::POST, &path, Payload::Nothing, Patience::Ask).await
            }
        };
        match answer {
            Ok(answer) if wire::has_stopped(&answer.json) => Ok(Cancelled::Stopped),
            Ok(_) => Ok(Cancelled::CannotStop),
            // Gone, finished, or a server without this path.
            Err(Error { wire: Wire::Answered(404 | 405 | 409 | 410 | 501), .. }) => {
                Ok(Cancelled::CannotStop)
            }
            Err(error) => Err(error),
        }
    }

    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        let list = match call.get("models", Patience::Bulk).await {
            Ok(answer) => Some(answer),
            Err(error) if error.kind == Kind::NotFound => None,
            Err(error) => return Err(error),
        };
        let rows = list.map(|answer| answer.json).unwrap_or_default();
        let mut models = wire::catalog::parse_models(&rows, MANIFEST.bundled());
        // One that could not be asked for is none.
        models.retain(|model| call.path_name(&model.remote_model).is_ok());
        Ok(Some(models))
    }

    async fn price(&self, _call: &Call, _request: &Request) -> Result<Option<Price>, Error> {
        Ok(None)
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        match call.get("models", Patience::Bulk).await {
            Ok(_) => Ok(None),
            Err(error) if error.kind == Kind::NotFound => {
                let whole = call.base().path().trim_end_matches('/').ends_with("/v1");
                if !whole && call.get("v1/models", Patience::Bulk).await.is_ok() {
                    return Err(below_v1(&error));
                }
                // A server without a list has answered all the same.
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn find(&self, _call: &Call, _lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        // The list of videos tells no inputs.
        Ok(None)
    }
}

/// How a model is asked for, and its name at the server where it has one.
fn way<'a>(call: &Call, remote_model: &'a str) -> Result<(Way, Option<&'a str>), Error> {
    let name = call.path_name(remote_model)?;
    Way::of(name).ok_or_else(|| call.no_such_name(name))
}

/// A path beside the base's `/v1`, on the same host.
fn beside(call: &Call, path: &str) -> Result<(Call, String), Error> {
    call.toward(wire::beside(call.base(), path).as_str())
}

/// The server is there, and its API lies one step below the address.
fn below_v1(error: &Error) -> Error {
    Error {
        kind: Kind::Invalid { field: None },
        message: t!("The address ends too early. The server's models are found below /v1.").into(),
        hint: Some(t!("Add /v1 to the end of the address, then check again.").into()),
        ..error.clone()
    }
}

fn refusal(call: &Call, answer: &Answer) -> Error {
    call.refusal_as(failure::meant(answer.status, &answer.json), answer)
}

/// An answer that brings the work itself.
fn made(call: &Call, answer: Answer) -> Result<Submitted, Error> {
    let outputs = wire::parse_outputs(call.base(), &answer.json);
    if outputs.is_empty() {
        return Err(call.unreadable(&answer, t!("a picture or clip")));
    }
    let end = Poll::new(PollState::Done { outputs }, "completed", answer.raw);
    Ok(Submitted {
        remote_id: String::new(),
        poll_url: None,
        raw: end.raw.clone(),
        at_once: Some(call.cleaned(end)),
    })
}
