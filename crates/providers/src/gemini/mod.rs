//! Google Gemini, the Developer API. Pictures are answered at once, clips are accepted and polled.

mod wire;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;

use crate::Provider;
use crate::call::{Answer, Call, Patience, Payload};
use crate::error::{Error, Kind, Wire};
use crate::manifest::Manifest;
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Modality, Poll, PollState, Price, Request, Submitted,
    Task, Upload,
};

/// What google-genai 3.4.0 speaks by default.
const VERSION: &str = "v1";

/// The only version that long-running operations and uploads were ever documented in.
const OLDER: &str = "v1beta";

/// How long a file is given that is still being looked at.
const UNREADY: Duration = Duration::from_secs(5);

/// The most pages of the list of models that anyone should go through.
const PAGES: usize = 20;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of Google Gemini reads")
});

/// Google Gemini.
pub(crate) struct Gemini;

/// The one there is.
pub(crate) static GEMINI: Gemini = Gemini;

impl Gemini {
    /// One request. A wrong key is told with the status of a wrong argument.
    async fn ask(
        call: &Call,
        method: Method,
        path: &str,
        payload: Payload<'_>,
        patience: Patience,
    ) -> Result<Answer, Error> {
        let answer = call.peek(method, path, payload, patience).await?;
        match answer.status {
            200..=299 => Ok(answer),
            400 if wire::is_about_key(&answer.json) => {
                Err(Error { wire: Wire::Answered(400), ..call.refusal(401, &answer) })
            }
            // Nothing was made; the same request is taken as soon as the file is through.
            400 if wire::is_file_unready(&answer.json) => {
                Err(Error { retry_after: Some(UNREADY), ..call.refusal(429, &answer) })
            }
            status => Err(call.refusal(status, &answer)),
        }
    }

    /// A picture: asked for and answered in one go.
    async fn picture(call: &Call, model: &str, request: &Request) -> Result<Submitted, Error> {
        let path = format!("{VERSION}/models/{model}:generateContent");
        let body = wire::content::to_body(request);
        let answer =
            Self::ask(call, Method::POST, &path, Payload::Json(&body), Patience::Submit).await?;
        let told = wire::content::parse(&answer.json, call.provider());
        let told = told.ok_or_else(|| call.unreadable(&answer, t!("a picture or a reason")))?;
        if let Some(tray) = call.tray() {
            // Shown, and with that out of the tray again.
            told.drafts.into_iter().for_each(|draft| tray.preview(draft));
        }
        let end = call.cleaned(Poll::new(told.state, told.word, answer.raw.clone()));
        Ok(Submitted { remote_id: told.id, poll_url: None, raw: answer.raw, at_once: Some(end) })
    }

    /// A clip: accepted, and made in the background.
    async fn clip(call: &Call, request: &Request) -> Result<Submitted, Error> {
        let path = format!("{VERSION}/interactions");
        let body = wire::interaction::to_body(request);
        let answer =
            Self::ask(call, Method::POST, &path, Payload::Json(&body), Patience::Submit).await?;
        let id = wire::interaction::parse_id(&answer.json);
        let id = id.ok_or_else(|| call.unreadable(&answer, t!("an id")))?.to_owned();
        Ok(Submitted { remote_id: id, poll_url: None, raw: answer.raw, at_once: None })
    }
}

#[async_trait]
impl Provider for Gemini {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let model = call.path_name(&request.remote_model)?;
        if wire::holds_too_much(request) {
            return Err(Error {
                kind: Kind::Invalid { field: None },
                wire: Wire::NotSent,
                message: t!(
                    "The references are too large for {provider} together. Nothing was sent.",
                    provider = call.provider()
                ),
                hint: Some(t!("Take smaller or fewer ones: 70 MB in all.").into()),
                retry_after: None,
                raw: None,
            });
        }
        if wire::is_polled(model) {
            Self::clip(call, request).await
        } else {
            Self::picture(call, model, request).await
        }
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let id = call.path_name(&task.remote_id)?;
        let older = wire::operation::is_one(id);
        let path =
            if older { format!("{OLDER}/{id}") } else { format!("{VERSION}/interactions/{id}") };
        let answer = Self::ask(call, Method::GET, &path, Payload::Nothing, Patience::Ask).await?;
        let unreadable = || call.unreadable(&answer, t!("a status"));
        if older {
            let told = wire::operation::parse(&answer.json, call.provider());
            let (state, word) = told.ok_or_else(unreadable)?;
            return Ok(call.cleaned(Poll::new(state, word, answer.raw)));
        }
        let told = wire::interaction::parse(&answer.json, call.provider());
        let told = told.ok_or_else(unreadable)?;
        Ok(call.cleaned(Poll { note: told.note, ..Poll::new(told.state, told.word, answer.raw) }))
    }

    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error> {
        let length = upload.bytes.len().to_string();
        let start = call
            .clone()
            .with_header("x-goog-upload-protocol", "resumable")
            .with_header("x-goog-upload-command", "start")
            .with_header("x-goog-upload-header-content-length", &length)
            .with_header("x-goog-upload-header-content-type", &upload.content_type);
        let path = format!("upload/{OLDER}/files");
        let body = wire::files::to_body(upload);
        let answer =
            Self::ask(&start, Method::POST, &path, Payload::Json(&body), Patience::Ask).await?;
        let place = answer.header("x-goog-upload-url");
        let place = place.ok_or_else(|| call.unreadable(&answer, t!("a place to upload to")))?;
        let (store, path) = call.toward(place)?;
        let store = store
            .with_header("x-goog-upload-offset", "0")
            .with_header("x-goog-upload-command", "upload, finalize");
        let bytes = Payload::Bytes(&upload.content_type, upload.bytes.clone());
        let answer = Self::ask(&store, Method::POST, &path, bytes, Patience::Bulk).await?;
        match wire::files::parse(&answer.json) {
            Some(wire::files::Put::Kept(uri)) => Ok(uri),
            Some(wire::files::Put::Useless) => Err(call.refusal(422, &answer)),
            None => Err(call.unreadable(&answer, t!("an address of the file"))),
        }
    }

    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error> {
        let id = call.path_name(&task.remote_id)?;
        if wire::operation::is_one(id) {
            return Ok(Cancelled::CannotStop);
        }
        let path = format!("{VERSION}/interactions/{id}/cancel");
        let answer = Self::ask(call, Method::POST, &path, Payload::Nothing, Patience::Ask).await?;
        let told = wire::interaction::parse(&answer.json, call.provider());
        let told = told.ok_or_else(|| call.unreadable(&answer, t!("a status")))?;
        // One that was over before the wish came says so.
        let stopped = told.state == PollState::Cancelled;
        Ok(if stopped { Cancelled::Stopped } else { Cancelled::CannotStop })
    }

    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        let (mut models, mut next) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let path = format!("{VERSION}/models?{}", wire::models::page(next.as_deref()));
            let answer =
                Self::ask(call, Method::GET, &path, Payload::Nothing, Patience::Bulk).await?;
            let page = wire::models::parse(&answer.json, &MANIFEST);
            let (page, following) =
                page.ok_or_else(|| call.unreadable(&answer, t!("a list of models")))?;
            models.extend(page);
            next = following;
            if next.is_none() {
                break;
            }
        }
        // Whether the list names models that only interactions reach was not seen (unverified).
        if !models.iter().any(|model| model.modality == Some(Modality::Video)) {
            let clips = MANIFEST.bundled().iter();
            let clips =
                clips.filter(|known| known.modality == Modality::Video && known.retired.is_none());
            models.extend(clips.map(wire::models::of_bundled));
        }
        Ok(Some(models))
    }

    async fn price(&self, _call: &Call, request: &Request) -> Result<Option<Price>, Error> {
        // No API tells a price; some were read elsewhere.
        Ok(MANIFEST.reckon(request))
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        // The balance is told nowhere; one model of the list proves the key.
        let path = format!("{VERSION}/models?pageSize=1");
        Self::ask(call, Method::GET, &path, Payload::Nothing, Patience::Ask).await?;
        Ok(None)
    }

    async fn find(&self, _call: &Call, _lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        Ok(None)
    }
}
