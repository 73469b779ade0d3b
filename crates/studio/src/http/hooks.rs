//! The webhook receiver: a port on this computer that the user's own tunnel leads to. What comes is
//! proved, and then only a hint to ask now: no state and no address is taken from it. Where the answer
//! to a submit was lost, it also says what the provider calls that work.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jiff::Timestamp;
use rushes_providers::{Delivery, Doubt, Notice, Provider};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::engine::{Engine, Lines};

/// The largest delivery. Outputs inside it are not looked at.
const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// How long a delivery's name is remembered, ms: twice as long as its time is believed.
const REMEMBERED_MS: i64 = 10 * 60_000;
/// How long a provider's keys are trusted without asking again, ms.
const KEYS_MS: i64 = 24 * 3_600_000;
/// Keys that are older than this are asked for again when a delivery does not fit them.
const ROTATED_MS: i64 = 60_000;

/// Where deliveries are proved.
struct Porch {
    engine: Arc<Engine>,
    lines: Arc<Lines>,
    clock: Arc<dyn Clock>,
    /// Names of deliveries, and when they came.
    seen: Mutex<HashMap<String, i64>>,
    /// What each provider's deliveries are proved with, and since when.
    keys: tokio::sync::Mutex<HashMap<String, (String, i64)>>,
}

/// A receiver that listens. Dropping it closes it.
pub struct Hooks {
    port: u16,
    stop: CancellationToken,
    _server: JoinSet<()>,
}

impl Hooks {
    /// Listens on this port of 127.0.0.1; 0 lets the system choose.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn open(
        port: u16,
        engine: Arc<Engine>,
        lines: Arc<Lines>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let porch = Porch {
            engine,
            lines,
            clock,
            seen: Mutex::default(),
            keys: tokio::sync::Mutex::default(),
        };
        let router = Router::new()
            .route("/hook/{provider}", post(delivered))
            .route("/hook/{provider}/{reference}", post(delivered_for))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Arc::new(porch));
        let stop = CancellationToken::new();
        let serving =
            axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the webhook receiver closed by itself");
            }
        });
        Ok(Self { port, stop, _server: server })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// `POST /hook/{provider}`, where an account is told of all its work.
async fn delivered(
    State(porch): State<Arc<Porch>>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    porch.take(&provider, None, &headers, &body).await
}

/// `POST /hook/{provider}/{reference}`, the address that one attempt's submit named.
async fn delivered_for(
    State(porch): State<Arc<Porch>>,
    Path((provider, reference)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    porch.take(&provider, Some(&reference), &headers, &body).await
}

impl Porch {
    /// The answer says no more than whether it was believed.
    async fn take(
        &self,
        provider: &str,
        reference: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> StatusCode {
        let Some(provider) = rushes_providers::find(provider) else {
            return StatusCode::NOT_FOUND;
        };
        let id = &provider.manifest().id;
        match self.proved(provider, headers, body).await {
            Ok(notice) => {
                if self.is_replay(&format!("{id} {}", notice.delivery)) {
                    return StatusCode::OK;
                }
                if let Err(error) = self.engine.ask_now(id, &notice.remote_id, reference).await {
                    tracing::warn!(%error, "a webhook's hint was not written down");
                }
                StatusCode::OK
            }
            Err(doubt) => {
                tracing::info!(provider = id, %doubt, "a webhook was not believed");
                StatusCode::UNAUTHORIZED
            }
        }
    }

    async fn proved(
        &self,
        provider: &'static dyn Provider,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Notice, Doubt> {
        let now = self.clock.now_ms();
        let at = Timestamp::from_millisecond(now).map_err(|_| Doubt::Stale)?;
        let delivery = Delivery { headers, body, now: at };
        let (keys, since) = self.keys_of(provider, now, KEYS_MS).await?;
        match provider.webhook(&keys, &delivery) {
            // The provider may have changed its keys since.
            Err(Doubt::Forged) if now - since > ROTATED_MS => {
                let (keys, _) = self.keys_of(provider, now, ROTATED_MS).await?;
                provider.webhook(&keys, &delivery)
            }
            proved => proved,
        }
    }

    /// What a provider's deliveries are proved with, not older than `most_ms`, and since when.
    async fn keys_of(
        &self,
        provider: &'static dyn Provider,
        now: i64,
        most_ms: i64,
    ) -> Result<(String, i64), Doubt> {
        // One at a time: many deliveries may come at once, and one question is enough.
        let mut known = self.keys.lock().await;
        let id = &provider.manifest().id;
        if let Some((keys, since)) = known.get(id)
            && now - since <= most_ms
        {
            return Ok((keys.clone(), *since));
        }
        let line = self.lines.open(id).await.map_err(|_| Doubt::Unproved)?;
        let told = provider.webhook_keys(&line.call).await.map_err(|error| {
            tracing::info!(provider = id, %error, "no keys to prove webhooks with");
            Doubt::Unproved
        })?;
        let keys = told.or_else(|| Some(self.lines.receiver(id)?.secret)).ok_or(Doubt::Unproved)?;
        known.insert(id.clone(), (keys.clone(), now));
        Ok((keys, now))
    }

    /// Whether a delivery of this name came before.
    fn is_replay(&self, name: &str) -> bool {
        let now = self.clock.now_ms();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| (now - *at).abs() < REMEMBERED_MS);
        seen.insert(name.to_owned(), now).is_some()
    }
}
