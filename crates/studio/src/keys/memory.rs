//! Keys that are gone when Rushes closes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use super::{Vault, VaultError};

/// A vault in memory.
#[derive(Default)]
pub struct Memory {
    keys: Mutex<BTreeMap<String, SecretString>>,
}

impl Memory {
    fn keys(&self) -> MutexGuard<'_, BTreeMap<String, SecretString>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for Memory {
    fn name(&self) -> &'static str {
        t!("this session only")
    }

    fn set(&self, provider: &str, key: &SecretString) -> Result<(), VaultError> {
        self.keys().insert(provider.to_owned(), key.clone());
        Ok(())
    }

    fn get(&self, provider: &str) -> Result<Option<SecretString>, VaultError> {
        Ok(self.keys().get(provider).cloned())
    }

    fn remove(&self, provider: &str) -> Result<(), VaultError> {
        self.keys().remove(provider);
        Ok(())
    }
}
