#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use std::sync::{Condvar, Mutex};

use super::*;

fn secret(words: &str) -> SecretString {
    words.to_owned().into()
}

fn found(keys: &Keys, provider: &str) -> Option<(String, Place)> {
    keys.find(provider, Some("WAVE_KEY"))
        .unwrap()
        .map(|(key, place)| (key.expose_secret().to_owned(), place))
}

#[test]
fn session_goes_before_keychain_goes_before_environment() {
    let keys = Keys::with_environment(Arc::new(Memory::default()), |name| {
        (name == "WAVE_KEY").then(|| " from-env\n".to_owned())
    });
    assert_eq!(found(&keys, "wavespeed"), Some(("from-env".into(), Place::Environment)));
    keys.keep("wavespeed", &secret("kept")).unwrap();
    assert_eq!(found(&keys, "wavespeed"), Some(("kept".into(), Place::Keychain)));
    keys.keep_for_session("wavespeed", &secret("today")).unwrap();
    assert_eq!(found(&keys, "wavespeed"), Some(("today".into(), Place::Session)));
    keys.keep("wavespeed", &secret("newer")).unwrap();
    assert_eq!(found(&keys, "wavespeed"), Some(("newer".into(), Place::Keychain)));
    keys.remove("wavespeed").unwrap();
    assert_eq!(found(&keys, "wavespeed"), Some(("from-env".into(), Place::Environment)));
    assert!(keys.find("fal", None).unwrap().is_none());
}

#[test]
fn an_empty_variable_is_no_key() {
    let keys = Keys::with_environment(Arc::new(Memory::default()), |_| Some("  ".into()));
    assert_eq!(found(&keys, "wavespeed"), None);
}

/// A keychain that always says the same.
struct Broken(VaultError);

impl Vault for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }
    fn set(&self, _: &str, _: &SecretString) -> Result<(), VaultError> {
        Err(self.0.clone())
    }
    fn get(&self, _: &str) -> Result<Option<SecretString>, VaultError> {
        Err(self.0.clone())
    }
    fn remove(&self, _: &str) -> Result<(), VaultError> {
        Err(self.0.clone())
    }
}

#[test]
fn no_keychain_is_empty_but_a_locked_one_is_said() {
    let none = VaultError::NoService { detail: "no bus".into() };
    let locked = VaultError::Locked { detail: "login".into() };
    let bare =
        |error: &VaultError| Keys::with_environment(Arc::new(Broken(error.clone())), |_| None);
    let with_env = |error: &VaultError| {
        Keys::with_environment(Arc::new(Broken(error.clone())), |_| Some("e".into()))
    };
    assert!(bare(&none).find("p", Some("E")).unwrap().is_none());
    assert_eq!(bare(&locked).find("p", Some("E")).err(), Some(locked.clone()));
    assert_eq!(found(&with_env(&none), "p"), Some(("e".into(), Place::Environment)));
    assert_eq!(found(&with_env(&locked), "p"), Some(("e".into(), Place::Environment)));
    // A key of this session needs no keychain, and it can be forgotten without one.
    let keys = bare(&none);
    keys.keep_for_session("p", &secret("s")).unwrap();
    assert_eq!(found(&keys, "p"), Some(("s".into(), Place::Session)));
    keys.remove("p").unwrap();
    assert_eq!(found(&keys, "p"), None);
    assert_eq!(keys.keep("p", &secret("s")), Err(none.clone()));
    assert_eq!(keys.self_test(Duration::from_secs(5)), Err(none));
}

/// Gives back another secret than was set.
#[derive(Default)]
struct Forgetful(Memory);

impl Vault for Forgetful {
    fn name(&self) -> &'static str {
        "forgetful"
    }
    fn set(&self, provider: &str, _: &SecretString) -> Result<(), VaultError> {
        self.0.set(provider, &secret("something else"))
    }
    fn get(&self, provider: &str) -> Result<Option<SecretString>, VaultError> {
        self.0.get(provider)
    }
    fn remove(&self, provider: &str) -> Result<(), VaultError> {
        self.0.remove(provider)
    }
}

/// Answers only when the test lets it.
#[derive(Default)]
struct Slow {
    open: Mutex<bool>,
    bell: Condvar,
}

impl Vault for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }
    fn set(&self, _: &str, _: &SecretString) -> Result<(), VaultError> {
        let open = self.open.lock().unwrap();
        drop(self.bell.wait_while(open, |open| !*open).unwrap());
        Ok(())
    }
    fn get(&self, _: &str) -> Result<Option<SecretString>, VaultError> {
        Ok(None)
    }
    fn remove(&self, _: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

#[test]
fn the_self_test_tells_sound_from_forgetful_from_late() {
    let minute = Duration::from_mins(1);
    let sound = Arc::new(Memory::default());
    assert_eq!(Keys::new(Arc::clone(&sound) as Arc<dyn Vault>).self_test(minute), Ok(()));
    assert_eq!(
        Keys::new(Arc::new(Forgetful::default())).self_test(minute),
        Err(VaultError::Mismatch)
    );
    let slow = Arc::new(Slow::default());
    let late = Keys::new(Arc::clone(&slow) as Arc<dyn Vault>).self_test(Duration::from_millis(20));
    assert_eq!(late, Err(VaultError::Late));
    *slow.open.lock().unwrap() = true;
    slow.bell.notify_all();
}

#[test]
fn a_key_never_shows() {
    let keys = Keys::new(Arc::new(Memory::default()));
    keys.keep_for_session("p", &secret("sk-sentinel")).unwrap();
    let found = keys.find("p", None).unwrap();
    assert!(!format!("{found:?}").contains("sentinel"));
}

/// Talks to the real keychain of this session; asked for by `RUSHES_TEST_KEYRING=1`, which the
/// test runner sets where it has started one.
#[test]
fn the_real_keychain_keeps_a_key() {
    if std::env::var("RUSHES_TEST_KEYRING").as_deref() != Ok("1") {
        return;
    }
    let keys = Keys::with_environment(Arc::new(Keychain::new()), |_| None);
    assert_eq!(keys.self_test(Duration::from_mins(1)), Ok(()));
    let provider = format!("test-{:016x}", getrandom::u64().unwrap());
    assert_eq!(found(&keys, &provider), None);
    keys.keep(&provider, &secret("sk-sécret-1")).unwrap();
    keys.keep(&provider, &secret("sk-sécret-2")).unwrap();
    let again = Keys::with_environment(Arc::new(Keychain::new()), |_| None);
    assert_eq!(found(&again, &provider), Some(("sk-sécret-2".into(), Place::Keychain)));
    again.remove(&provider).unwrap();
    again.remove(&provider).unwrap();
    assert_eq!(found(&keys, &provider), None);
}

/// Where no keychain runs, that is said in time; asked for by `RUSHES_TEST_KEYRING=none`.
#[test]
fn without_a_keychain_that_is_said() {
    if std::env::var("RUSHES_TEST_KEYRING").as_deref() != Ok("none") {
        return;
    }
    let keys = Keys::with_environment(Arc::new(Keychain::new()), |_| None);
    let said = keys.self_test(Duration::from_secs(30));
    assert!(matches!(said, Err(VaultError::NoService { .. })), "{said:?}");
    assert_eq!(found(&keys, "wavespeed"), None);
}

/// Where the keychain is locked, that is said; asked for by `RUSHES_TEST_KEYRING=locked`.
#[test]
fn a_locked_keychain_is_said() {
    if std::env::var("RUSHES_TEST_KEYRING").as_deref() != Ok("locked") {
        return;
    }
    let keys = Keys::with_environment(Arc::new(Keychain::new()), |_| None);
    let said = keys.self_test(Duration::from_secs(30));
    assert!(matches!(said, Err(VaultError::Locked { .. })), "{said:?}");
}
