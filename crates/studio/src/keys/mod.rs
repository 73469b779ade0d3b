//! Where keys live. They go to the system keychain, or stay in memory until Rushes closes; never
//! into a file of ours. Nothing here prints, logs or serialises one.

mod error;
mod keychain;
mod memory;

use std::sync::{Arc, mpsc};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use error::VaultError;
pub use keychain::Keychain;
pub use memory::Memory;

/// A place that keeps keys. Calls block, some on a dialog of the system: call from
/// `spawn_blocking`.
pub trait Vault: Send + Sync {
    /// The place in words, e.g. "your system keychain (Secret Service)".
    fn name(&self) -> &str;
    /// Keeps the key of a provider, in place of any before.
    fn set(&self, provider: &str, key: &SecretString) -> Result<(), VaultError>;
    /// The key of a provider; None when there is none.
    fn get(&self, provider: &str) -> Result<Option<SecretString>, VaultError>;
    /// Forgets the key of a provider; no key is fine too.
    fn remove(&self, provider: &str) -> Result<(), VaultError>;
}

/// Where a key was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In memory, until Rushes closes.
    Session,
    /// In the system keychain.
    Keychain,
    /// In the provider's usual environment variable.
    Environment,
}

impl Place {
    /// The word that hosts know: `session`, `keychain` or `environment`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Keychain => "keychain",
            Self::Environment => "environment",
        }
    }
}

type Environment = dyn Fn(&str) -> Option<String> + Send + Sync;

/// All places where a key may be, in the order in which they are asked.
pub struct Keys {
    main: Arc<dyn Vault>,
    session: Memory,
    environment: Box<Environment>,
}

impl Keys {
    /// Keys in the given vault, in this session's memory and in this process's environment.
    pub fn new(main: Arc<dyn Vault>) -> Self {
        Self::with_environment(main, |name| std::env::var(name).ok())
    }

    /// The same with another environment.
    pub fn with_environment(
        main: Arc<dyn Vault>,
        environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self { main, session: Memory::default(), environment: Box::new(environment) }
    }

    /// The keychain's name in words.
    pub fn name(&self) -> &str {
        self.main.name()
    }

    /// Finds a provider's key: in this session, in the keychain, then in the environment variable
    /// `key_env`. A keychain that is not there counts as empty; a locked one is an error, because
    /// the key may well be in it, unless the environment has one.
    pub fn find(
        &self,
        provider: &str,
        key_env: Option<&str>,
    ) -> Result<Option<(SecretString, Place)>, VaultError> {
        if let Some(key) = self.session.get(provider)? {
            return Ok(Some((key, Place::Session)));
        }
        let kept = self.main.get(provider);
        if let Ok(Some(key)) = kept {
            return Ok(Some((key, Place::Keychain)));
        }
        let given = key_env.and_then(|name| (self.environment)(name));
        if let Some(key) = given.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()) {
            return Ok(Some((key.into(), Place::Environment)));
        }
        match kept {
            Ok(_) | Err(VaultError::NoService { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps a key in the keychain. A key of this session gives way to it.
    pub fn keep(&self, provider: &str, key: &SecretString) -> Result<(), VaultError> {
        self.main.set(provider, key)?;
        self.session.remove(provider)
    }

    /// Keeps a key in memory until Rushes closes. It goes before one in the keychain.
    pub fn keep_for_session(&self, provider: &str, key: &SecretString) -> Result<(), VaultError> {
        self.session.set(provider, key)
    }

    /// Forgets a key in this session and in the keychain. An environment variable is not ours.
    pub fn remove(&self, provider: &str) -> Result<(), VaultError> {
        self.session.remove(provider)?;
        match self.main.remove(provider) {
            Err(VaultError::NoService { .. }) => Ok(()),
            other => other,
        }
    }

    /// Writes a random secret to the keychain, reads it back and removes it. Answers
    /// [`VaultError::Late`] after `limit`: the system may be asking the user to unlock it.
    pub fn self_test(&self, limit: Duration) -> Result<(), VaultError> {
        let vault = Arc::clone(&self.main);
        let (tell, told) = mpsc::channel();
        // Not joined: a call into the system's keychain cannot be called off.
        std::thread::Builder::new()
            .name("keychain-test".into())
            .spawn(move || tell.send(probe(vault.as_ref())))
            .map_err(|error| VaultError::Failed { detail: error.to_string() })?;
        told.recv_timeout(limit).unwrap_or(Err(VaultError::Late))
    }
}

fn probe(vault: &dyn Vault) -> Result<(), VaultError> {
    let random =
        || getrandom::u64().map_err(|error| VaultError::Failed { detail: error.to_string() });
    let name = format!("self-test-{:016x}", random()?);
    let secret = SecretString::from(format!("{:016x}", random()?));
    vault.set(&name, &secret)?;
    let read = vault.get(&name);
    vault.remove(&name)?;
    match read? {
        Some(read) if read.expose_secret() == secret.expose_secret() => Ok(()),
        _ => Err(VaultError::Mismatch),
    }
}

#[cfg(test)]
mod tests;
