//! Keys: kept, tested, forgotten; never read out.

use std::time::Instant;

use rushes_providers::{Call, Error, Kind, Manifest};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::catalogue::sync_models;
use super::commands::{ByProvider, Nothing, SetBaseUrl, SetKey};
use crate::Studio;
use crate::catalog::Entry;
use crate::job::words::money;
use crate::store::{self, KeyRecord};
use crate::view::{ApiError, KeyPlace, KeyRow, KeyTest};

pub(super) fn manifest(provider: &str) -> Result<&'static Manifest, ApiError> {
    rushes_providers::find(provider).map(rushes_providers::Provider::manifest).ok_or_else(|| {
        let known: Vec<&str> = rushes_providers::all()
            .iter()
            .map(|provider| provider.manifest().id.as_str())
            .collect();
        ApiError::new(
            "not_found",
            t!("There is no provider “{provider}”.", provider),
            t!("Rushes knows {known}.", known = known.join(", ")),
        )
    })
}

async fn row(studio: &Studio, manifest: &'static Manifest) -> Result<KeyRow, ApiError> {
    let id = manifest.id.clone();
    let record = studio.store.read(move |sql| store::keys::record(sql, &id)).await?;
    let lists = studio.store.read(store::catalogues::ages).await?;
    let list = lists.iter().find(|list| list.provider == manifest.id);
    // A keychain that does not answer shows as "no key here" with the vault's own words above.
    let place =
        if manifest.sandbox { None } else { studio.lines.key_place(manifest).await.ok().flatten() };
    let base_url = studio.lines.base_url(manifest);
    let is_own = |entry: &&Entry| entry.own && entry.provider == manifest.id;
    let own = studio.entries().iter().filter(is_own).count();
    Ok(KeyRow {
        provider: manifest.id.clone(),
        provider_name: manifest.name.clone(),
        monogram: manifest.monogram.clone(),
        needs_key: manifest.needs_key,
        own_server: manifest.is_own_server(),
        key_hint: rushes_providers::said(&manifest.key_hint).to_owned(),
        place: place.map(|place| place.word().to_owned()),
        saved_at: record.saved_at.filter(|_| place.is_some()),
        key_url: manifest.key_url.clone(),
        key_env: manifest.key_env.clone(),
        test: record.test.filter(|_| place.is_some() || manifest.is_own_server()),
        base_url_is_default: base_url == manifest.base_url,
        base_url,
        address_hint: rushes_providers::said(&manifest.address_hint).to_owned(),
        models: list.map_or(manifest.bundled().len() as u32, |list| list.models) + own as u32,
        models_at: list.map(|list| list.fetched_at),
        in_flight: manifest.max_in_flight,
        per_minute: manifest.submits_per_minute,
        tiers: manifest.tiers.clone(),
        workflows: manifest.workflows,
    })
}

pub(super) async fn list_keys(studio: &Studio, _: Nothing) -> Result<Vec<KeyRow>, ApiError> {
    let mut rows = Vec::new();
    for provider in rushes_providers::all() {
        rows.push(row(studio, provider.manifest()).await?);
    }
    Ok(rows)
}

pub(super) async fn set_key(studio: &Studio, wanted: SetKey) -> Result<KeyRow, ApiError> {
    let manifest = manifest(&wanted.provider)?;
    if manifest.sandbox {
        return Err(ApiError::new(
            "invalid",
            t!("{name} needs no key.", name = manifest.name),
            t!("It is ready as it is."),
        ));
    }
    let trimmed = wanted.key.expose_secret().trim();
    if trimmed.is_empty() || trimmed.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(ApiError::new(
            "invalid",
            t!("That is not one key: it is empty or has spaces in it."),
            t!("Copy the key from {name} again and paste it whole.", name = manifest.name),
        ));
    }
    if !may_call(manifest, &studio.lines.base_url(manifest), true) {
        return Err(unprotected(manifest));
    }
    let key = SecretString::from(trimmed);
    let keys = studio.lines.keys().clone();
    let place = wanted.place.unwrap_or_default();
    tokio::task::spawn_blocking(move || match place {
        KeyPlace::Keychain => keys.keep(&manifest.id, &key),
        KeyPlace::Session => keys.keep_for_session(&manifest.id, &key),
    })
    .await
    .map_err(|error| ApiError::internal(&error))??;
    let id = manifest.id.clone();
    let now = studio.clock.now_ms();
    let word = match place {
        KeyPlace::Keychain => "keychain",
        KeyPlace::Session => "session",
    };
    studio
        .store
        .write(move |tx| {
            let base_url = tx.key_record(&id)?.base_url;
            tx.keep_key_record(&KeyRecord {
                provider: id,
                place: Some(word.into()),
                saved_at: Some(now),
                test: None,
                base_url,
            })
        })
        .await?;
    let provider = wanted.provider.clone();
    let tested = test_key(studio, ByProvider { provider: provider.clone() }).await?;
    if tested.test.as_ref().is_some_and(|test| test.works) {
        welcome(studio).await?;
        // The key works, so a list that does not come now only means an older list.
        if let Err(error) = sync_models(studio, ByProvider { provider }).await {
            tracing::warn!(%error, "the live models could not be listed");
        }
    }
    studio.engine.key_changed(&manifest.id).await?;
    row(studio, manifest).await
}

async fn welcome(studio: &Studio) -> Result<(), ApiError> {
    let mut settings = studio.store.read(store::settings::settings).await?;
    if !settings.welcomed {
        settings.welcomed = true;
        studio.store.write(move |tx| tx.keep_settings(&settings)).await?;
    }
    Ok(())
}

pub(super) async fn test_key(studio: &Studio, wanted: ByProvider) -> Result<KeyRow, ApiError> {
    let manifest = manifest(&wanted.provider)?;
    let line = studio.lines.open(&manifest.id).await?;
    let began = Instant::now();
    let answer = line.provider.balance(&line.call).await;
    let took = began.elapsed().as_millis();
    let test = match answer {
        Ok(balance) => {
            let left =
                balance.map_or_else(String::new, |sum| t!(" Balance {sum}.", sum = money(&sum)));
            KeyTest {
                works: true,
                message: format!("Works. {}", t!("Answered in {took} ms.{left}", took, left)),
                at: studio.clock.now_ms(),
            }
        }
        Err(error) => {
            let address = studio.lines.base_url(manifest);
            let keyed = studio.lines.key_place(manifest).await.is_ok_and(|place| place.is_some());
            KeyTest {
                works: false,
                message: failed(manifest, &address, keyed, error),
                at: studio.clock.now_ms(),
            }
        }
    };
    let id = manifest.id.clone();
    studio
        .store
        .write(move |tx| {
            let record = tx.key_record(&id)?;
            tx.keep_key_record(&KeyRecord { test: Some(test), ..record })
        })
        .await?;
    studio.engine.key_changed(&manifest.id).await?;
    row(studio, manifest).await
}

/// Why a test failed and what to do. Where the server is the user's own, that is about its address, and the
/// first words tell hosts what it is: they are the same in every language, as is the `Works.` of a test that
/// did not fail.
fn failed(manifest: &Manifest, address: &str, keyed: bool, error: Error) -> String {
    let own = manifest.is_own_server();
    let name = &manifest.name;
    match error.kind {
        Kind::Network if own => format!(
            "Not reachable. {}",
            t!(
                "Nothing answers at {address}. Start the server, or change the address, then check again.",
                address
            )
        ),
        Kind::NotFound | Kind::Protocol if own => format!(
            "Not the right server. {}",
            t!(
                "What answers at {address} is no {name}. Check the port and the path of the address.",
                address,
                name
            )
        ),
        Kind::Auth if own && !keyed => format!(
            "Wants a key. {}",
            t!(
                "The server at {address} lets nobody in without one. Add the one that it was started with.",
                address
            )
        ),
        _ => match error.hint {
            Some(hint) => format!("{} {hint}", error.message),
            None => error.message,
        },
    }
}

/// Whether calls may go to an address, with a key or without one.
fn may_call(manifest: &'static Manifest, address: &str, with_key: bool) -> bool {
    // Where a key may travel does not depend on which one it is.
    let key = with_key.then(|| SecretString::from("any"));
    Url::parse(address).is_ok_and(|url| Call::new(manifest, url, key).is_ok())
}

fn unprotected(manifest: &Manifest) -> ApiError {
    ApiError::new(
        "invalid",
        t!("A key for {name} would travel unprotected to that address.", name = manifest.name),
        t!("Use an address that begins with https, or one on this computer. Or go without a key."),
    )
}

pub(super) async fn remove_key(studio: &Studio, wanted: ByProvider) -> Result<KeyRow, ApiError> {
    let manifest = manifest(&wanted.provider)?;
    let keys = studio.lines.keys().clone();
    tokio::task::spawn_blocking(move || keys.remove(&manifest.id))
        .await
        .map_err(|error| ApiError::internal(&error))??;
    let id = manifest.id.clone();
    studio
        .store
        .write(move |tx| {
            let base_url = tx.key_record(&id)?.base_url;
            tx.keep_key_record(&KeyRecord { provider: id, base_url, ..KeyRecord::default() })
        })
        .await?;
    studio.engine.key_changed(&manifest.id).await?;
    row(studio, manifest).await
}

pub(super) async fn set_base_url(studio: &Studio, wanted: SetBaseUrl) -> Result<KeyRow, ApiError> {
    let manifest = manifest(&wanted.provider)?;
    if !manifest.base_url_editable {
        return Err(ApiError::new(
            "invalid",
            t!("{name} has one address only.", name = manifest.name),
            t!("It stays as it is."),
        ));
    }
    let base_url = wanted
        .base_url
        .map(|text| text.trim().trim_end_matches('/').to_owned())
        .filter(|text| !text.is_empty() && *text != manifest.base_url);
    if let Some(text) = &base_url {
        if !may_call(manifest, text, false) {
            return Err(ApiError::new(
                "invalid",
                t!("“{text}” is not an address a key may travel to.", text),
                t!("Use one that begins with https, or http on this computer."),
            ));
        }
        let safe = may_call(manifest, text, true);
        if !safe && studio.lines.key_place(manifest).await?.is_some() {
            return Err(unprotected(manifest));
        }
    }
    let (id, kept) = (manifest.id.clone(), base_url.clone());
    studio
        .store
        .write(move |tx| {
            let record = tx.key_record(&id)?;
            tx.keep_key_record(&KeyRecord {
                base_url: kept,
                // What another address said proves nothing about this one.
                test: None,
                ..record
            })
        })
        .await?;
    studio.lines.set_base_url(&manifest.id, base_url);
    studio.engine.key_changed(&manifest.id).await?;
    row(studio, manifest).await
}
