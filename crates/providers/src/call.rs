//! One provider reached over HTTP with one key: where it may go, how long it may take, what it
//! brings back.

use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::{Host, Url};

use crate::error::{Error, Kind, Wire};
use crate::failure;
use crate::manifest::Manifest;
use crate::redact::redact;

/// The most of an answer's body that is read, in bytes.
const BODY_CAP: usize = 16 * 1024 * 1024;

/// How long a submit may take in all. Its answer carries the id of paid work, so it gets longest.
const SUBMIT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long any other question may take in all.
const ASK_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Short, because a submit over one that the other side has
/// just dropped ends in doubt.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// The slowest line that an upload is meant to survive, in bytes a second.
const SLOWEST_UPLOAD: u64 = 32 * 1024;

/// Whether a call pays, which decides how long it may wait for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// A submit.
    Submit,
    /// Everything else.
    Ask,
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
}

/// A complete answer that says 2xx and is JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
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
        })
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
    pub async fn get(&self, path: &str) -> Result<Answer, Error> {
        self.send(Method::GET, path, None, Patience::Ask).await
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
        let url = Url::parse(url)
            .ok()
            .filter(|url| {
                url.scheme() == "https" || on_this_computer(url) && on_this_computer(&self.base)
            })
            .ok_or_else(|| failure::unsafe_upload(self.provider))?;
        let patience = ASK_TIMEOUT + Duration::from_secs(bytes.len() as u64 / SLOWEST_UPLOAD);
        let mut request = bare_client_for(&url).put(url).timeout(patience).body(bytes);
        for (name, value) in headers {
            // A ticket must not be able to make us repeat the key, whatever it says.
            if !name.eq_ignore_ascii_case("authorization") {
                request = request.header(name, value);
            }
        }
        let response = request
            .send()
            .await
            .map_err(|error| failure::of_line(self.provider, &error))?;
        let answered = Received::read(self, response).await?;
        if answered.status.is_success() {
            Ok(())
        } else {
            Err(self.failure_of(&answered))
        }
    }

    /// `name` as given, if it may stand in a path: words of letters, digits, `.`, `-`, `_`, `~`,
    /// `:`, `@` and `+`, parted by single slashes.
    pub fn path_name<'a>(&self, name: &'a str) -> Result<&'a str, Error> {
        let fine = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-~:@+".contains(&b))
        };
        if name.split('/').all(fine) {
            Ok(name)
        } else {
            Err(failure::bad_name(self.provider, name))
        }
    }

    /// An error for an answer that this dialect cannot read, though it came whole.
    pub fn unreadable(&self, answer: &Answer, missing: &str) -> Error {
        failure::unreadable(
            self.provider,
            answer.status,
            missing,
            Some(answer.raw.clone()),
        )
    }

    /// An error for a status that the provider tells, in HTTP or inside its envelope.
    pub fn refusal(&self, status: u16, answer: &Answer) -> Error {
        failure::of_status(
            self.provider,
            status,
            failure::words(&answer.json),
            Some(answer.raw.clone()),
        )
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

    /// The URL of a path below the base, never on another host.
    fn url(&self, path: &str) -> Result<Url, Error> {
        let mut url = self.base.clone();
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_path(&format!(
            "{}/{}",
            self.base.path().trim_end_matches('/'),
            path.trim_start_matches('/')
        ));
        url.set_query(query);
        if url.origin() == self.base.origin() {
            Ok(url)
        } else {
            Err(failure::unsafe_upload(self.provider))
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
            Patience::Submit => SUBMIT_TIMEOUT,
            Patience::Ask => ASK_TIMEOUT,
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
        let response = request
            .send()
            .await
            .map_err(|error| failure::of_line(self.provider, &error))?;
        let received = Received::read(self, response).await?;
        if !received.status.is_success() {
            return Err(self.failure_of(&received));
        }
        let raw = self.redact(&String::from_utf8_lossy(&received.body));
        match serde_json::from_slice(&received.body) {
            Ok(json) => Ok(Answer {
                status: received.status.as_u16(),
                json,
                raw,
            }),
            Err(_) => Err(failure::not_json(
                self.provider,
                received.status.as_u16(),
                received.is_page(),
                raw,
            )),
        }
    }

    fn bearer(&self, key: &SecretString) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", key.expose_secret()))
            .map_err(|_| failure::bad_key(self.provider))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn failure_of(&self, received: &Received) -> Error {
        let text = String::from_utf8_lossy(&received.body);
        let raw = Some(self.redact(&text)).filter(|raw| !raw.is_empty());
        let status = received.status.as_u16();
        let mut error = if received.is_page() && received.status.is_client_error() && status != 429
        {
            failure::not_json(self.provider, status, true, raw.unwrap_or_default())
        } else {
            let words = serde_json::from_str(&text)
                .ok()
                .and_then(|json| failure::words(&json));
            failure::of_status(
                self.provider,
                status,
                words.map(|words| self.redact(&words)),
                raw,
            )
        };
        error.retry_after = failure::retry_after(&received.headers, jiff::Timestamp::now());
        if !received.whole {
            error.wire = Wire::Unanswered;
        }
        error
    }
}

/// What came over the line.
struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    whole: bool,
}

impl Received {
    /// Reads at most [`BODY_CAP`]. A 2xx that breaks off is an error, for nobody knows what it said.
    async fn read(call: &Call, response: reqwest::Response) -> Result<Self, Error> {
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = BytesMut::new();
        let mut broken = None;
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) if body.len() + piece.len() <= BODY_CAP => body.extend_from_slice(&piece),
                Ok(_) => broken = Some(failure::too_long(call.provider)),
                Err(error) => broken = Some(failure::broken_off(call.provider, &error)),
            }
            if broken.is_some() {
                break;
            }
        }
        match broken {
            Some(error) if status.is_success() => Err(Error {
                raw: Some(call.redact(&String::from_utf8_lossy(&body))),
                ..error
            }),
            broken => Ok(Self {
                status,
                headers,
                body: body.freeze(),
                whole: broken.is_none(),
            }),
        }
    }

    /// Whether a web page came where data should.
    fn is_page(&self) -> bool {
        let says_html = self
            .headers
            .get(reqwest::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().contains("html"));
        says_html || self.body.trim_ascii_start().starts_with(b"<")
    }
}

/// The client for everything that must not see a key: downloads and presigned uploads.
///
/// Follows no redirect (whoever downloads checks each hop), retries nothing, keeps no cookie, and
/// goes through the system's proxy. For addresses on this computer use [`bare_client_for`].
pub fn bare_client() -> &'static reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| build(false));
    &CLIENT
}

/// [`bare_client`], or its twin without a proxy for an address on this computer: no proxy could
/// reach our own loopback.
pub fn bare_client_for(url: &Url) -> &'static reqwest::Client {
    static HERE: LazyLock<reqwest::Client> = LazyLock::new(|| build(true));
    if on_this_computer(url) {
        &HERE
    } else {
        bare_client()
    }
}

fn build(here: bool) -> reqwest::Client {
    // Fails only when the host has installed a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("Rushes/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE);
    if here {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .expect("a client with fixed settings builds")
}

/// Whether the URL names this computer by `localhost` or a loopback address.
fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}
