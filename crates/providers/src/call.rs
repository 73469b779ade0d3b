//! One provider reached over HTTP with one key: where it may go, how long it may take, what it
//! brings back.

mod answer;
mod form;
mod socket;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::client::{bare_client_for, on_this_computer};
use crate::error::{Error, Kind, Wire};
use crate::events::{Events, Streamed};
use crate::failure;
use crate::manifest::Manifest;
use crate::net::{Net, Wired};
use crate::received::Received;
use crate::redact::redact;
use crate::tray::Tray;
use crate::types::{Poll, PollState, RemoteOutput};
use crate::wait;

pub use answer::Answer;
pub use form::{Form, Part, file_part};

/// How long a submit may take in all. Its answer carries the id of paid work, so it gets longest.
const SUBMIT_TIMEOUT: Duration = Duration::from_mins(1);

/// How long any other question may take in all.
const ASK_TIMEOUT: Duration = Duration::from_secs(30);

/// How much longer than a short answer a long one may take.
const BULK: u32 = 4;

/// The slowest line that an upload is meant to survive, in bytes a second.
const SLOWEST_UPLOAD: u64 = 32 * 1024;

/// Whether a call pays, which decides how long it may wait for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// A submit.
    Submit,
    /// A question with a short answer.
    Ask,
    /// A question whose answer is megabytes: a whole catalogue.
    Bulk,
}

/// What a request carries.
#[derive(Debug)]
pub enum Payload<'a> {
    /// Nothing.
    Nothing,
    /// JSON.
    Json(&'a Value),
    /// Bytes of this media type.
    Bytes(&'a str, Bytes),
    /// Fields and files.
    Form(Form),
}

/// A provider within reach: its base URL, the key and a client that goes nowhere else.
///
/// Follows no redirect, retries nothing, keeps no cookie. Clones share connections.
#[derive(Clone)]
pub struct Call {
    manifest: &'static Manifest,
    provider: &'static str,
    base: Url,
    key: Option<SecretString>,
    pass: Option<SecretString>,
    headers: HeaderMap,
    submit_timeout: Duration,
    ask_timeout: Duration,
    net: Arc<dyn Net>,
    tray: Option<Arc<dyn Tray>>,
}

impl Call {
    /// Prepares calls to `base_url`, which must be https, or http on this computer; anywhere else by
    /// http only without a key, at a provider that may stand there.
    pub fn new(
        manifest: &'static Manifest,
        base_url: Url,
        key: Option<SecretString>,
    ) -> Result<Self, Error> {
        let provider = manifest.name.as_str();
        let safe = match base_url.scheme() {
            "https" => base_url.host().is_some(),
            "http" => on_this_computer(&base_url) || manifest.plain_http && key.is_none(),
            _ => false,
        };
        // A name in the address would become a second credential, sent along with the key.
        let safe = safe && base_url.username().is_empty() && base_url.password().is_none();
        if !safe {
            return Err(Error {
                kind: Kind::Invalid { field: None },
                wire: Wire::NotSent,
                message: t!("The address for {provider} is not one a key may travel to.", provider),
                hint: Some(
                    t!("Use an address that begins with https, or one on this computer.").into(),
                ),
                retry_after: None,
                raw: None,
            });
        }
        Ok(Self {
            manifest,
            provider,
            base: base_url,
            key,
            pass: None,
            headers: HeaderMap::new(),
            submit_timeout: manifest.submit_timeout_s.map_or(SUBMIT_TIMEOUT, Duration::from_secs),
            ask_timeout: ASK_TIMEOUT,
            net: Arc::new(Wired),
            tray: None,
        })
    }

    /// Goes out another way than over the wire.
    #[must_use]
    pub fn with_net(mut self, net: Arc<dyn Net>) -> Self {
        self.net = net;
        self
    }

    /// Lets media in answers go into this tray while they come.
    #[must_use]
    pub fn with_tray(mut self, tray: Arc<dyn Tray>) -> Self {
        self.tray = Some(tray);
        self
    }

    /// The tray, where there is one.
    pub fn tray(&self) -> Option<&dyn Tray> {
        self.tray.as_deref()
    }

    /// Waits differently: `submit` in all for a submit, `ask` for everything else.
    #[must_use]
    pub fn with_timeouts(mut self, submit: Duration, ask: Duration) -> Self {
        (self.submit_timeout, self.ask_timeout) = (submit, ask);
        self
    }

    /// Adds a header to every request. A value that cannot stand in a header is left out.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Shows a pass that an answer gave out (`Bearer …`) in place of the key.
    #[must_use]
    pub fn with_pass(&self, pass: SecretString) -> Self {
        Self { pass: Some(pass), ..self.clone() }
    }

    /// The provider's name as it spells it, for messages.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Where the calls go.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The same provider by another of the manifest's doors. At an address of the user's own there is
    /// only that one.
    #[must_use]
    pub fn by_door(&self, name: &str) -> Self {
        let door = self.manifest.doors.get(name).and_then(|door| Url::parse(door).ok());
        match door {
            Some(door) if self.is_at_home() => Self { base: door, ..self.clone() },
            _ => self.clone(),
        }
    }

    /// Whether the base is the provider's own and not one that the user chose.
    fn is_at_home(&self) -> bool {
        Url::parse(&self.manifest.base_url).is_ok_and(|home| home == self.base)
    }

    /// The same provider at an address that one of its answers named, if the key may go there: to the
    /// base's own host, or from the provider's own base to a host of its API. The path below it.
    pub fn toward(&self, address: &str) -> Result<(Self, String), Error> {
        let unsafe_one = || failure::unsafe_address(self.provider);
        let url = Url::parse(address).map_err(|_| unsafe_one())?;
        let known = |host: &str| {
            self.manifest.api_hosts.iter().any(|known| match known.strip_prefix("*.") {
                Some(parent) => host.strip_suffix(parent).is_some_and(|sub| sub.ends_with('.')),
                None => known == host,
            })
        };
        let own = url.origin() == self.base.origin();
        let beside = self.is_at_home()
            && url.scheme() == "https"
            && url.port().is_none()
            && url.host_str().is_some_and(known);
        let nameless = url.username().is_empty() && url.password().is_none();
        if !nameless || !(own || beside) {
            return Err(unsafe_one());
        }
        let mut path = url.path().to_owned();
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        let mut base = url;
        base.set_path("");
        base.set_query(None);
        base.set_fragment(None);
        Ok((Self { base, ..self.clone() }, path))
    }

    /// Asks for `path` below the base URL.
    pub async fn get(&self, path: &str, patience: Patience) -> Result<Answer, Error> {
        self.send(Method::GET, path, Payload::Nothing, patience).await
    }

    /// Sends JSON to `path` below the base URL.
    pub async fn post(
        &self,
        path: &str,
        body: &Value,
        patience: Patience,
    ) -> Result<Answer, Error> {
        self.send(Method::POST, path, Payload::Json(body), patience).await
    }

    /// Sends fields and files to `path` below the base URL.
    pub async fn post_form(
        &self,
        path: &str,
        form: Form,
        patience: Patience,
    ) -> Result<Answer, Error> {
        self.send(Method::POST, path, Payload::Form(form), patience).await
    }

    /// Sends any request to `path` below the base URL. The answer says 2xx and is JSON; an empty one
    /// reads as null.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        payload: Payload<'_>,
        patience: Patience,
    ) -> Result<Answer, Error> {
        let received = self.receive(method, path, payload, patience).await?;
        if !received.status.is_success() {
            return Err(self.failure_of(&received, patience));
        }
        self.read(received, patience)
    }

    /// Like [`Call::send`], for dialects that speak through other statuses as well: any whole answer
    /// that is JSON is one. [`Call::refusal`] makes an error of it where it is none after all.
    pub async fn peek(
        &self,
        method: Method,
        path: &str,
        payload: Payload<'_>,
        patience: Patience,
    ) -> Result<Answer, Error> {
        let received = self.receive(method, path, payload, patience).await?;
        self.peeked(received, patience)
    }

    fn peeked(&self, received: Received, patience: Patience) -> Result<Answer, Error> {
        let readable = serde_json::from_slice::<Value>(&received.body).is_ok_and(|v| !v.is_null());
        if !received.status.is_success() && (received.broken.is_some() || !readable) {
            return Err(self.failure_of(&received, patience));
        }
        self.read(received, patience)
    }

    /// Submits and reads the answer event by event, where the provider sends it so; whole otherwise.
    pub async fn post_for_events(
        &self,
        path: &str,
        payload: Payload<'_>,
    ) -> Result<Streamed, Error> {
        match self.streamed(path, payload).await? {
            Ok(events) => Ok(Streamed::Events(events)),
            Err(received) if received.status.is_success() => {
                self.read(received, Patience::Submit).map(Streamed::Whole)
            }
            Err(received) => Err(self.failure_of(&received, Patience::Submit)),
        }
    }

    /// Like [`Call::post_for_events`], for dialects whose refusals say more than their status: any
    /// whole answer that is JSON is one, as with [`Call::peek`].
    pub async fn peek_for_events(
        &self,
        path: &str,
        payload: Payload<'_>,
    ) -> Result<Streamed, Error> {
        match self.streamed(path, payload).await? {
            Ok(events) => Ok(Streamed::Events(events)),
            Err(received) => self.peeked(received, Patience::Submit).map(Streamed::Whole),
        }
    }

    /// Submits; the events of a good answer that comes so, or what was received.
    async fn streamed(
        &self,
        path: &str,
        payload: Payload<'_>,
    ) -> Result<Result<Events, Received>, Error> {
        let response = self.ask(Method::POST, path, payload, Patience::Submit).await?;
        let streams = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/event-stream"));
        Ok(if response.status().is_success() && streams {
            Ok(Events::new(self.provider, response, self.tray.clone()))
        } else {
            Err(Received::read(self.provider, response, self.tray.as_ref()).await)
        })
    }

    /// `name` as given, if it may stand in a path: words of letters, digits, `.`, `-`, `_`, `~`,
    /// `:`, `@` and `+`, parted by single slashes.
    pub fn path_name<'a>(&self, name: &'a str) -> Result<&'a str, Error> {
        let fine = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-~:@+".contains(&b))
        };
        if name.split('/').all(fine) {
            Ok(name)
        } else {
            Err(failure::bad_name(self.provider, name))
        }
    }

    /// An error for an answer that this dialect cannot read, though it came whole.
    pub fn unreadable(&self, answer: &Answer, missing: &str) -> Error {
        failure::unreadable(self.provider, answer.status, missing, Some(answer.raw.clone()))
    }

    /// An error for a status that stands inside a provider's envelope while HTTP says 200. The
    /// error's wire carries it as if HTTP had said so.
    pub fn refusal(&self, status: u16, answer: &Answer) -> Error {
        let words = failure::words(&answer.json).map(|words| self.redact(&words));
        let raw = Some(answer.raw.clone());
        let error =
            failure::of_status(self.provider, status, words.as_deref(), answer.patience, raw);
        Error {
            retry_after: wait::asked(status, &answer.headers, &answer.json, jiff::Timestamp::now()),
            ..failure::with_param(error, &answer.json)
        }
    }

    /// An error for an answer whose words mean another status than the one it came with: a 429 that
    /// says that the account is empty. Its wire keeps the status that came.
    pub fn refusal_as(&self, meant: u16, answer: &Answer) -> Error {
        Error { wire: Wire::Answered(answer.status), ..self.refusal(meant, answer) }
    }

    /// An error for a name of a model or task that this dialect could not have given.
    pub fn no_such_name(&self, name: &str) -> Error {
        failure::bad_name(self.provider, name)
    }

    /// An error for a wish to upload where files travel inside the submit.
    pub fn no_uploads(&self) -> Error {
        failure::no_uploads(self.provider)
    }

    /// An error for a history with more pages than anyone should go through.
    pub fn history_too_long(&self) -> Error {
        failure::history_too_long(self.provider)
    }

    /// Takes this call's key and pass out of a text and shortens it for the record.
    pub fn redact(&self, text: &str) -> String {
        let secrets: Vec<&str> = [&self.key, &self.pass]
            .into_iter()
            .flatten()
            .map(ExposeSecret::expose_secret)
            .collect();
        redact(text, &secrets)
    }

    /// A poll's answer with this call's key taken out of every word that is kept or shown.
    pub fn cleaned(&self, poll: Poll) -> Poll {
        let state = match poll.state {
            PollState::Failed { kind, message, refunded } => {
                let kind = match kind {
                    Kind::Invalid { field } => {
                        Kind::Invalid { field: field.map(|field| self.redact(&field)) }
                    }
                    other => other,
                };
                PollState::Failed { kind, message: self.redact(&message), refunded }
            }
            PollState::Done { outputs } => PollState::Done {
                outputs: outputs
                    .into_iter()
                    .map(|output| match output {
                        RemoteOutput::Text { text } => {
                            RemoteOutput::Text { text: self.redact(&text) }
                        }
                        media => media,
                    })
                    .collect(),
            },
            other => other,
        };
        Poll { state, status_word: self.redact(&poll.status_word), ..poll }
    }

    /// The URL of a path below the base, never on another host.
    fn url(&self, path: &str) -> Result<Url, Error> {
        let mut url = self.base.clone();
        let (path, query) =
            path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(&format!(
            "{}/{}",
            self.base.path().trim_end_matches('/'),
            path.trim_start_matches('/')
        ));
        url.set_query(query);
        if url.origin() == self.base.origin() {
            Ok(url)
        } else {
            Err(failure::unsafe_address(self.provider))
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        payload: Payload<'_>,
        patience: Patience,
    ) -> Result<reqwest::Response, Error> {
        let timeout = match patience {
            Patience::Submit => self.submit_timeout,
            Patience::Ask => self.ask_timeout,
            Patience::Bulk => self.ask_timeout * BULK,
        };
        let slowly = match &payload {
            Payload::Bytes(_, bytes) => bytes.len() as u64 / SLOWEST_UPLOAD,
            _ => 0,
        };
        let timeout = timeout + Duration::from_secs(slowly);
        let url = self.url(path)?;
        let mut request = bare_client_for(&url).request(method, url).timeout(timeout);
        request = request.headers(self.headers.clone());
        if let Some(pass) = &self.pass {
            request = request.header(AUTHORIZATION, self.secret(pass.expose_secret())?);
        } else if let Some(key) = &self.key {
            request = request.header(&self.manifest.auth.header, self.shown(key)?);
        }
        request = match payload {
            Payload::Nothing => request,
            Payload::Json(body) => request.json(body),
            Payload::Bytes(media_type, bytes) => {
                request.header(CONTENT_TYPE, media_type).body(bytes)
            }
            Payload::Form(form) => request.multipart(form),
        };
        let response = self.go(request).await?;
        tracing::debug!(
            provider = self.provider,
            path,
            status = response.status().as_u16(),
            "answered"
        );
        Ok(response)
    }

    async fn receive(
        &self,
        method: Method,
        path: &str,
        payload: Payload<'_>,
        patience: Patience,
    ) -> Result<Received, Error> {
        let response = self.ask(method, path, payload, patience).await?;
        Ok(Received::read(self.provider, response, self.tray.as_ref()).await)
    }

    fn read(&self, received: Received, patience: Patience) -> Result<Answer, Error> {
        let (status, raw) = (received.status.as_u16(), self.redact(&received.text()));
        let page = received.is_page();
        if let Some(broken) = received.broken {
            // Half an answer may still name the task that was paid for.
            return Err(Error { raw: Some(raw), ..broken });
        }
        let json = if received.body.is_empty() && patience != Patience::Submit {
            Ok(Value::Null)
        } else {
            serde_json::from_slice(&received.body)
        };
        match json {
            Ok(json) => Ok(Answer { status, headers: received.headers, patience, json, raw }),
            Err(_) => Err(failure::not_json(self.provider, status, page, raw)),
        }
    }

    /// The header that a download from the base's own host carries, where results lie behind the key.
    pub fn key_for_results(&self) -> Option<(HeaderName, HeaderValue)> {
        let key = self.key.as_ref().filter(|_| self.manifest.keyed_results)?;
        Some((HeaderName::try_from(&self.manifest.auth.header).ok()?, self.shown(key).ok()?))
    }

    async fn go(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, Error> {
        let sent = async { self.net.send(request.build()?).await };
        sent.await.map_err(|broken| failure::of_line(self.provider, &broken))
    }

    /// The key as the provider wants to see it.
    fn shown(&self, key: &SecretString) -> Result<HeaderValue, Error> {
        self.secret(&format!("{}{}", self.manifest.auth.scheme, key.expose_secret()))
    }

    fn secret(&self, text: &str) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::try_from(text).map_err(|_| failure::bad_key(self.provider))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn failure_of(&self, received: &Received, patience: Patience) -> Error {
        let (text, status) = (received.text(), received.status.as_u16());
        let raw = self.redact(&text);
        // A page where data should be is someone else's answer: a sign-in page, a wrong address.
        // Gateways before a broken server answer with pages too, and those mean what they say.
        let strange = received.is_page() && received.status.is_client_error() && status != 429;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let error = if strange {
            failure::not_json(self.provider, status, true, raw)
        } else {
            let words = failure::words(&json).map(|words| self.redact(&words));
            let raw = Some(raw).filter(|raw| !raw.is_empty());
            let error = failure::of_status(self.provider, status, words.as_deref(), patience, raw);
            failure::with_param(error, &json)
        };
        Error {
            retry_after: wait::asked(status, &received.headers, &json, jiff::Timestamp::now()),
            wire: if received.broken.is_some() { Wire::Unanswered } else { error.wire },
            ..error
        }
    }
}
