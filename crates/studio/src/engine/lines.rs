//! Lines to the providers: who answers at which address with which key.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use rushes_providers::types::Webhook;
use rushes_providers::{Call, Manifest, Net, Provider};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

use crate::chance;
use crate::keys::{Keys, Place, VaultError};

/// How long a line stays at hand for questions. A key that was changed past us is seen after this
/// long, or when the provider refuses the old one.
const AT_HAND: Duration = Duration::from_secs(30);

/// Starts the built-in sandbox when it is first needed. Hosts bring it; the core does not know how
/// it is made.
#[async_trait]
pub trait Embedded: Send + Sync {
    /// Starts it with its state in this folder; a sentence for a person when it cannot.
    async fn start(&self, state_dir: &Path) -> Result<Address, String>;
}

/// Where an embedded provider answers.
#[derive(Clone)]
pub struct Address {
    /// `http://127.0.0.1:PORT`
    pub base_url: String,
    /// The key it takes.
    pub key: SecretString,
}

/// An open line to a provider.
pub struct Line {
    /// Its dialect.
    pub provider: &'static dyn Provider,
    /// Its address and key.
    pub call: Call,
    /// Names the account: address and key, hashed. Tasks of one account never mix with another's.
    pub account: String,
}

/// Why there is no line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// No such provider in this version.
    #[error("{}", stranger(.0))]
    Unknown(String),
    /// No key anywhere.
    #[error("{}", keyless(.0))]
    NoKey(String),
    /// The keychain did not give it.
    #[error("{}", .0.message())]
    Vault(#[from] VaultError),
    /// The address cannot be used.
    #[error("{}", unusable(.0))]
    Address(String),
    /// The built-in sandbox did not start.
    #[error("{}", not_started(.0))]
    Embedded(String),
}

fn stranger(provider: &str) -> String {
    t!("This version of Rushes does not know the provider “{provider}”.", provider)
}

fn keyless(provider: &str) -> String {
    t!("There is no key for {provider}.", provider)
}

fn unusable(address: &str) -> String {
    t!("The address {address} cannot be used.", address)
}

fn not_started(why: &str) -> String {
    t!("The sandbox did not start: {why}", why)
}

impl LineError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown(_) => t!("Choose another model, or update Rushes.").into(),
            Self::NoKey(name) => t!("Add your {name} key in Settings, then run it again.", name),
            Self::Vault(error) => error.hint().into(),
            Self::Address(_) => {
                t!("Use an address that begins with https, or one on this computer.").into()
            }
            Self::Embedded(_) => {
                t!("Start Rushes again. If it stays, free some memory or a port.").into()
            }
        }
    }

    /// A word for hosts that branch.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKey(_) => "no_key",
            Self::Vault(_) => "vault",
            Self::Unknown(_) | Self::Address(_) => "invalid",
            Self::Embedded(_) => "provider",
        }
    }
}

/// Opens lines.
pub struct Lines {
    keys: Arc<Keys>,
    embedded: Option<Arc<dyn Embedded>>,
    state_dir: PathBuf,
    address: OnceCell<Address>,
    base_urls: RwLock<HashMap<String, String>>,
    in_flight: RwLock<BTreeMap<String, u32>>,
    per_minute: RwLock<BTreeMap<String, u32>>,
    /// The address that leads to our receiver, and the secret to sign with.
    receiver: RwLock<Option<Webhook>>,
    at_hand: RwLock<HashMap<String, (Instant, Arc<Line>)>>,
    net: Arc<dyn Net>,
}

impl Lines {
    /// `state_dir` is where the embedded sandbox keeps its tasks; `net` is the way out.
    pub fn new(
        keys: Arc<Keys>,
        embedded: Option<Arc<dyn Embedded>>,
        state_dir: PathBuf,
        net: Arc<dyn Net>,
    ) -> Self {
        Self {
            keys,
            net,
            embedded,
            state_dir,
            address: OnceCell::new(),
            base_urls: RwLock::new(HashMap::new()),
            in_flight: RwLock::default(),
            per_minute: RwLock::default(),
            receiver: RwLock::default(),
            at_hand: RwLock::default(),
        }
    }

    /// The way out.
    pub fn net(&self) -> &dyn Net {
        &*self.net
    }

    /// The keys.
    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// Sets or clears the address a provider is called at.
    pub fn set_base_url(&self, provider: &str, base_url: Option<String>) {
        self.put_away(provider);
        let mut urls = self.base_urls.write().unwrap_or_else(PoisonError::into_inner);
        match base_url {
            Some(url) => urls.insert(provider.to_owned(), url),
            None => urls.remove(provider),
        };
    }

    /// Sets how many renders each provider may have at once, where the user chose.
    pub fn set_in_flight(&self, chosen: BTreeMap<String, u32>) {
        *self.in_flight.write().unwrap_or_else(PoisonError::into_inner) = chosen;
    }

    /// Sets how many submits a minute each provider may get, where the user chose.
    pub fn set_per_minute(&self, chosen: BTreeMap<String, u32>) {
        *self.per_minute.write().unwrap_or_else(PoisonError::into_inner) = chosen;
    }

    /// Sets the public address that leads to the receiver, without a trailing slash; None when there
    /// is none.
    pub fn set_receiver(&self, receiver: Option<Webhook>) {
        *self.receiver.write().unwrap_or_else(PoisonError::into_inner) = receiver;
    }

    /// What the submit of the attempt with this reference may name as its webhook.
    pub fn webhook(&self, provider: &str, client_ref: &str) -> Option<Webhook> {
        let Webhook { url, secret } = self.receiver(provider)?;
        Some(Webhook { url: format!("{url}/hook/{provider}/{client_ref}"), secret })
    }

    /// Where the receiver is, and the secret of its own, for a provider that has webhooks.
    pub fn receiver(&self, provider: &str) -> Option<Webhook> {
        rushes_providers::find(provider).filter(|provider| provider.manifest().webhooks)?;
        self.receiver.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The address a provider is called at.
    pub fn base_url(&self, manifest: &Manifest) -> String {
        self.base_urls
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&manifest.id)
            .cloned()
            .unwrap_or_else(|| manifest.base_url.clone())
    }

    /// How many submits and renders a provider may have at once.
    pub fn limit(&self, provider: &str) -> u32 {
        let chosen =
            self.in_flight.read().unwrap_or_else(PoisonError::into_inner).get(provider).copied();
        chosen
            .or_else(|| rushes_providers::find(provider).map(|p| p.manifest().max_in_flight))
            .unwrap_or(1)
            .max(1)
    }

    /// Least mean time between two requests to a provider, ms.
    pub fn interval_ms(&self, provider: &str) -> i64 {
        let rate = rushes_providers::find(provider).map_or(1, |p| p.manifest().requests_per_second);
        1_000 / i64::from(rate.max(1))
    }

    /// Least mean time between two submits to a provider, ms, where the account's rate is known.
    pub fn submit_interval_ms(&self, provider: &str) -> Option<i64> {
        let chosen =
            self.per_minute.read().unwrap_or_else(PoisonError::into_inner).get(provider).copied();
        let rate =
            chosen.or_else(|| rushes_providers::find(provider)?.manifest().submits_per_minute)?;
        Some(60_000 / i64::from(rate.max(1)))
    }

    /// Whether a key can be found, and where. The sandbox needs none.
    pub async fn key_place(
        &self,
        manifest: &'static Manifest,
    ) -> Result<Option<Place>, VaultError> {
        Ok(self.key(manifest).await?.map(|(_, place)| place))
    }

    async fn key(
        &self,
        manifest: &'static Manifest,
    ) -> Result<Option<(SecretString, Place)>, VaultError> {
        let keys = self.keys.clone();
        chance::off_thread(move || keys.find(&manifest.id, manifest.key_env.as_deref()))
            .await
            .unwrap_or(Err(VaultError::Late))
    }

    /// A line that was opened a moment ago, or a fresh one: for questions that are asked often,
    /// because a keychain takes its time over each key.
    pub async fn at_hand(&self, provider: &str) -> Result<Arc<Line>, LineError> {
        let kept =
            self.at_hand.read().unwrap_or_else(PoisonError::into_inner).get(provider).cloned();
        if let Some((since, line)) = kept
            && since.elapsed() < AT_HAND
        {
            return Ok(line);
        }
        let line = Arc::new(self.open(provider).await?);
        self.at_hand
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(provider.to_owned(), (Instant::now(), line.clone()));
        Ok(line)
    }

    /// The key or the address of a provider may be another now.
    pub fn put_away(&self, provider: &str) {
        self.at_hand.write().unwrap_or_else(PoisonError::into_inner).remove(provider);
    }

    /// Opens a line.
    pub async fn open(&self, provider: &str) -> Result<Line, LineError> {
        let provider = rushes_providers::find(provider)
            .ok_or_else(|| LineError::Unknown(provider.to_owned()))?;
        let manifest = provider.manifest();
        let (base_url, key) = if manifest.sandbox {
            let address = self.sandbox().await?;
            (address.base_url.clone(), Some(address.key.clone()))
        } else {
            let key = self.key(manifest).await?.map(|(key, _)| key);
            if key.is_none() && manifest.needs_key {
                return Err(LineError::NoKey(manifest.name.clone()));
            }
            (self.base_url(manifest), key)
        };
        let url = Url::parse(&base_url).map_err(|_| LineError::Address(base_url.clone()))?;
        // The embedded sandbox gets a new port and key at every start; its tasks stay the same.
        let account = if manifest.sandbox {
            "embedded".to_owned()
        } else {
            let mut hash = blake3::Hasher::new();
            hash.update(base_url.as_bytes());
            if let Some(key) = &key {
                hash.update(key.expose_secret().as_bytes());
            }
            hash.finalize().to_hex()[..16].to_owned()
        };
        let call = Call::new(manifest, url, key)
            .map_err(|error| LineError::Address(error.message))?
            .with_net(self.net.clone());
        Ok(Line { provider, call, account })
    }

    async fn sandbox(&self) -> Result<&Address, LineError> {
        let embedded = self.embedded.as_ref().ok_or_else(|| {
            LineError::Embedded(t!("this build of Rushes comes without it").to_owned())
        })?;
        self.address
            .get_or_try_init(|| embedded.start(&self.state_dir))
            .await
            .map_err(LineError::Embedded)
    }
}
