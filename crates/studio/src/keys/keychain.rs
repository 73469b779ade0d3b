//! The system keychain: Keychain on macOS, Credential Manager on Windows, Secret Service elsewhere.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use super::{Vault, VaultError};

/// The service name under which entries stand in the keychain.
const SERVICE: &str = "Rushes";

/// The system keychain; an entry a provider.
#[derive(Debug, Clone)]
pub struct Keychain {
    service: String,
}

impl Default for Keychain {
    fn default() -> Self {
        Self { service: SERVICE.into() }
    }
}

impl Keychain {
    /// Entries under the name "Rushes".
    pub fn new() -> Self {
        Self::default()
    }

    fn entry(&self, provider: &str) -> Result<Entry, VaultError> {
        Entry::new(&self.service, provider).map_err(|error| match (error, Entry::store_status()) {
            // The first call opens the store, and only it knows why that failed.
            (Error::NoDefaultStore, Err(why)) => VaultError::NoService { detail: why.to_string() },
            (error, _) => translate(&error),
        })
    }
}

impl Vault for Keychain {
    fn name(&self) -> &str {
        if cfg!(target_os = "macos") {
            t!("your Keychain")
        } else if cfg!(windows) {
            t!("Windows Credential Manager")
        } else {
            t!("your system keychain (Secret Service)")
        }
    }

    fn set(&self, provider: &str, key: &SecretString) -> Result<(), VaultError> {
        self.entry(provider)?.set_password(key.expose_secret()).map_err(|error| translate(&error))
    }

    fn get(&self, provider: &str) -> Result<Option<SecretString>, VaultError> {
        match self.entry(provider)?.get_password() {
            Ok(key) => Ok(Some(key.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(translate(&error)),
        }
    }

    fn remove(&self, provider: &str) -> Result<(), VaultError> {
        match self.entry(provider)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(translate(&error)),
        }
    }
}

/// The store's errors in our words. Of those that carry the secret's bytes only the name is told.
fn translate(error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore => VaultError::NoService { detail: error.to_string() },
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => {
            let detail = cause.to_string();
            let words = detail.to_lowercase();
            let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
            if says(&["dismissed", "denied", "cancel", "not allowed", "-128"]) {
                VaultError::Denied { detail }
            } else if matches!(error, Error::NoStorageAccess(_)) || says(&["locked"]) {
                VaultError::Locked { detail }
            } else if says(&[
                "no secret service",
                "serviceunknown",
                "not provided by any",
                "connection",
                "disconnected",
            ]) {
                VaultError::NoService { detail }
            } else {
                VaultError::Failed { detail }
            }
        }
        Error::TooLong(..) => VaultError::TooLong,
        Error::Ambiguous(_) => VaultError::Ambiguous,
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Mismatch,
        other => VaultError::Failed { detail: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Said(&'static str);

    #[test]
    fn the_stores_words_become_ours() {
        let cases = [
            (
                Error::NoStorageAccess(Box::new(Said("SS Error: object locked"))),
                "Your keychain is locked.",
            ),
            (
                Error::NoStorageAccess(Box::new(Said("SS error: result not returned from SS API"))),
                "Your keychain is locked.",
            ),
            (
                Error::NoStorageAccess(Box::new(Said("SS error: prompt dismissed"))),
                "Rushes was not allowed to use your keychain.",
            ),
            (
                Error::PlatformFailure(Box::new(Said(
                    "no secret service provider or dbus session found",
                ))),
                "No keychain answers on this computer, so keys cannot be kept in it.",
            ),
            (
                Error::PlatformFailure(Box::new(Said("The user name or passphrase is wrong"))),
                "Your keychain could not do it.",
            ),
            (
                Error::TooLong("password".into(), 2560),
                "This key is longer than your keychain can hold.",
            ),
            (
                Error::BadEncoding(b"sk-sentinel\xff".to_vec()),
                "Your keychain did not give back what was saved in it.",
            ),
        ];
        for (error, message) in cases {
            let ours = translate(&error);
            assert_eq!(ours.message(), message);
            assert!(!ours.hint().is_empty());
            assert!(!format!("{ours:?} {ours}").contains("sentinel"));
        }
    }
}
