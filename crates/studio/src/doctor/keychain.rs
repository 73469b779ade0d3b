//! The keychain: whether it gives back what is written, and whether the keys we know of are in it.

use super::blocking;
use crate::Studio;
use crate::keys::{Place, VaultError};
use crate::store::keys;
use crate::studio::KEYCHAIN_PATIENCE;
use crate::view::{ApiError, Finding, FindingState};

pub(super) async fn look(studio: &Studio) -> Result<Vec<Finding>, ApiError> {
    let mut kept = Vec::new();
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        let id = manifest.id.clone();
        let record = studio.store.read(move |sql| keys::record(sql, &id)).await?;
        if record.place.as_deref() == Some(Place::Keychain.word()) {
            kept.push((manifest.id.clone(), manifest.name.clone()));
        }
    }
    let keys = studio.lines.keys().clone();
    let (tested, gone) = blocking(move || {
        let tested = keys.self_test(KEYCHAIN_PATIENCE);
        let mut gone = Vec::new();
        if tested.is_ok() {
            let lost = kept.iter().filter(|(id, _)| matches!(keys.find(id, None), Ok(None)));
            gone.extend(lost.map(|(_, name)| name.clone()));
        }
        (tested.map(|()| keys.name().to_owned()).map_err(|error| (error, !kept.is_empty())), gone)
    })
    .await?;
    let mut findings = vec![match tested {
        Ok(name) => Finding::fine("keychain", format!("Keys can be kept in {name} and read back.")),
        // Where no key was ever kept in one, a computer without a keychain lacks nothing.
        Err((error @ VaultError::NoService { .. }, false)) => {
            Finding::new("keychain", FindingState::Note, error.message(), error.hint())
        }
        Err((error, _)) => {
            Finding::new("keychain", FindingState::Yours, error.message(), error.hint())
        }
    }];
    if !gone.is_empty() {
        findings.push(
            Finding::new(
                "keychain",
                FindingState::Yours,
                "A key that was saved is no longer in the keychain.",
                "Save it again with `rushes keys set`, or in Settings.",
            )
            .about(gone),
        );
    }
    Ok(findings)
}
