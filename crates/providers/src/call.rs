//! One provider reached over HTTP with one key: where it may go, how long it may take, what it
//! brings back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::client::{bare_client_for, on_this_computer};
use crate::error::{Error, Kind, Wire};
use crate::failure;
use crate::manifest::Manifest;
use crate::net::{Net, Wired};
use crate::received::Received;
use crate::redact::redact;
use crate::types::{Poll, PollState, RemoteOutput};
use crate::wait;

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

/// A provider within reach: its base URL, the key and a client that goes nowhere else.
///
/// Follows no redirect, retries nothing, keeps no cookie. Clones share connections.
#[derive(Clone)]
pub struct Call {
    provider: &'static str,
    base: Url,
    key: Option<SecretString>,
    headers: HeaderMap,
    submit_timeout: Duration,
    ask_timeout: Duration,
    net: Arc<dyn Net>,
}

/// A complete answer that says 2xx and is JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What was asked.
    pub patience: Patience,
    /// The body.
    pub json: Value,
    /// The body as text, redacted and cut, for the record.
    pub raw: String,
}

impl Call {
    /// Prepares calls to `base_url`, which must be https, or http on this computer.
    pub fn new(
        manifest: &'static Manifest,
        base_url: Url,
        key: Option<SecretString>,
    ) -> Result<Self, Error> {
        let provider = manifest.name.as_str();
        let safe = match base_url.scheme() {
            "https" => base_url.host().is_some(),
            "http" => on_this_computer(&base_url),
            _ => false,
        };
        // A name in the address would become a second credential, sent along with the key.
        let safe = safe && base_url.username().is_empty() && base_url.password().is_none();
        if !safe {
            return Err(Error {
                kind: Kind::Invalid { field: None },
                wire: Wire::NotSent,
                message: format!("The address for {provider} is not one a key may travel to."),
                hint: Some(
                    "Use an address that begins with https, or one on this computer.".into(),
                ),
                retry_after: None,
                raw: None,
            });
        }
        Ok(Self {
            provider,
            base: base_url,
            key,
            headers: HeaderMap::new(),
            submit_timeout: SUBMIT_TIMEOUT,
            ask_timeout: ASK_TIMEOUT,
            net: Arc::new(Wired),
        })
    }

    /// Goes out another way than over the wire.
    #[must_use]
    pub fn with_net(mut self, net: Arc<dyn Net>) -> Self {
        self.net = net;
        self
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

    /// The provider's name as it spells it, for messages.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Where the calls go.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Asks for `path` below the base URL.
    pub async fn get(&self, path: &str, patience: Patience) -> Result<Answer, Error> {
        self.send(Method::GET, path, None, patience).await
    }

    /// Sends JSON to `path` below the base URL.
    pub async fn post(
        &self,
        path: &str,
        body: &Value,
        patience: Patience,
    ) -> Result<Answer, Error> {
        self.send(Method::POST, path, Some(body), patience).await
    }

    /// Puts bytes to a presigned URL, with the headers that its ticket names and without the key.
    pub async fn put_presigned(
        &self,
        url: &str,
        headers: &[(String, String)],
        bytes: Bytes,
    ) -> Result<(), Error> {
        let from_here = on_this_computer(&self.base);
        let url = Url::parse(url)
            .ok()
            .filter(|url| if on_this_computer(url) { from_here } else { url.scheme() == "https" })
            .ok_or_else(|| failure::unsafe_address(self.provider))?;
        let patience = self.ask_timeout + Duration::from_secs(bytes.len() as u64 / SLOWEST_UPLOAD);
        let mut request = bare_client_for(&url).put(url).timeout(patience).body(bytes);
        for (name, value) in headers {
            // A ticket must not be able to make us repeat the key, whatever it says.
            if !name.eq_ignore_ascii_case("authorization") {
                request = request.header(name, value);
            }
        }
        let response = self.go(request).await?;
        let received = Received::read(self.provider, response).await;
        // The store's own words after a yes do not matter, so neither does where they end.
        if received.status.is_success() {
            return Ok(());
        }
        let (status, raw) = (received.status.as_u16(), self.redact(&received.text()));
        let json: Value = serde_json::from_slice(&received.body).unwrap_or_default();
        let words = failure::words(&json).map(|words| self.redact(&words));
        let raw = Some(raw).filter(|raw| !raw.is_empty());
        Err(Error {
            retry_after: wait::asked(status, &received.headers, &json, jiff::Timestamp::now()),
            ..failure::of_store(self.provider, status, words.as_deref(), raw)
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
        Error {
            retry_after: wait::in_body(status, &answer.json),
            ..failure::of_status(
                self.provider,
                status,
                words.as_deref(),
                answer.patience,
                Some(answer.raw.clone()),
            )
        }
    }

    /// An error for a history with more pages than anyone should go through.
    pub fn history_too_long(&self) -> Error {
        failure::history_too_long(self.provider)
    }

    /// Takes this call's key out of a text and shortens it for the record.
    pub fn redact(&self, text: &str) -> String {
        match &self.key {
            Some(key) => redact(text, &[key.expose_secret()]),
            None => redact(text, &[]),
        }
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

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        patience: Patience,
    ) -> Result<Answer, Error> {
        let timeout = match patience {
            Patience::Submit => self.submit_timeout,
            Patience::Ask => self.ask_timeout,
            Patience::Bulk => self.ask_timeout * BULK,
        };
        let url = self.url(path)?;
        let mut request = bare_client_for(&url).request(method, url).timeout(timeout);
        request = request.headers(self.headers.clone());
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, self.bearer(key)?);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = self.go(request).await?;
        let received = Received::read(self.provider, response).await;
        tracing::debug!(
            provider = self.provider,
            path,
            status = received.status.as_u16(),
            "answered"
        );
        if !received.status.is_success() {
            return Err(self.failure_of(&received, patience));
        }
        let (status, raw) = (received.status.as_u16(), self.redact(&received.text()));
        if let Some(broken) = received.broken {
            // Half an answer may still name the task that was paid for.
            return Err(Error { raw: Some(raw), ..broken });
        }
        match serde_json::from_slice(&received.body) {
            Ok(json) => Ok(Answer { status, patience, json, raw }),
            Err(_) => Err(failure::not_json(self.provider, status, received.is_page(), raw)),
        }
    }

    async fn go(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, Error> {
        let sent = async { self.net.send(request.build()?).await };
        sent.await.map_err(|broken| failure::of_line(self.provider, &broken))
    }

    fn bearer(&self, key: &SecretString) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", key.expose_secret()))
            .map_err(|_| failure::bad_key(self.provider))?;
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
            failure::of_status(self.provider, status, words.as_deref(), patience, raw)
        };
        Error {
            retry_after: wait::asked(status, &received.headers, &json, jiff::Timestamp::now()),
            wire: if received.broken.is_some() { Wire::Unanswered } else { error.wire },
            ..error
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::conformance::{Peer, Reply};

    fn call(base: &str) -> Result<Call, Error> {
        let manifest = crate::find("wavespeed").unwrap().manifest();
        Call::new(manifest, Url::parse(base).unwrap(), Some("a-secret-key".into()))
    }

    #[test]
    fn a_key_travels_by_https_or_stays_on_this_computer() {
        for fine in [
            "https://api.test",
            "https://api.test:444/v1",
            "http://127.0.0.1:9",
            "http://localhost:9",
            "http://[::1]:9",
        ] {
            assert!(call(fine).is_ok(), "{fine}");
        }
        for unsafe_base in [
            "http://api.test",
            "http://192.168.0.2:8188",
            "http://localhost.api.test",
            "ftp://127.0.0.1",
            "file:///etc",
            "https://me:pw@api.test",
        ] {
            let error = call(unsafe_base).err().unwrap();
            assert_eq!(
                (error.kind, error.wire),
                (Kind::Invalid { field: None }, Wire::NotSent),
                "{unsafe_base}"
            );
        }
    }

    #[test]
    fn a_path_stays_below_the_base() {
        let call = call("https://api.test/v1/").unwrap();
        for (path, url) in [
            ("models", "https://api.test/v1/models"),
            ("/models?q=1", "https://api.test/v1/models?q=1"),
            ("//elsewhere.test/x", "https://api.test/v1/elsewhere.test/x"),
            ("https://elsewhere.test/x", "https://api.test/v1/https://elsewhere.test/x"),
        ] {
            assert_eq!(call.url(path).unwrap().as_str(), url);
        }
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_told_before_sending() {
        let call = call("https://api.test").unwrap();
        let error = call.bearer(&"two\nlines".into()).unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Auth, Wire::NotSent));
        assert!(call.bearer(&"fine".into()).unwrap().is_sensitive());
    }

    #[tokio::test]
    async fn an_answer_beyond_all_measure_is_not_read() {
        let peer = Peer::start(|_, _| Reply::Full(200, vec![], " ".repeat(17 * 1024 * 1024))).await;
        let error = call(peer.url().as_str()).unwrap().get("x", Patience::Ask).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::Unanswered));
    }

    #[tokio::test]
    async fn half_an_answer_is_kept_for_the_record() {
        let half = r#"{"data":{"id":"4711""#;
        let peer = Peer::start(move |_, _| Reply::Truncated(200, half.into())).await;
        let error = call(peer.url().as_str()).unwrap().get("x", Patience::Ask).await.unwrap_err();
        assert_eq!((error.wire, error.raw.as_deref()), (Wire::Unanswered, Some(half)));
    }

    #[tokio::test]
    async fn a_refusal_that_breaks_off_is_no_complete_answer() {
        let peer = Peer::start(|_, _| Reply::Truncated(401, "{".into())).await;
        let error = call(peer.url().as_str()).unwrap().get("x", Patience::Ask).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Auth, Wire::Unanswered));
    }

    #[tokio::test]
    async fn bytes_go_only_to_addresses_that_are_safe() {
        let far = call("https://api.test").unwrap();
        for url in [
            "http://store.test/x",
            "http://127.0.0.1:9/x",
            "https://127.0.0.1:9/x",
            "file:///tmp/x",
            "no url",
        ] {
            let error = far.put_presigned(url, &[], Bytes::new()).await.unwrap_err();
            assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::NotSent), "{url}");
        }
    }
}
