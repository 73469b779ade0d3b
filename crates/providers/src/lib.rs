//! Dialects of the media generation services.
//!
//! This crate knows HTTP and nothing else of Rushes. An adapter translates: it never retries,
//! sleeps, writes files, touches the keychain, logs a body or downloads an output. The engine does.
#![warn(missing_docs)]

#[macro_use]
extern crate rushes_words;

mod bfl;
pub mod call;
mod client;
mod comfyui;
#[cfg(any(test, feature = "testkit"))]
pub mod conformance;
pub mod error;
pub mod events;
mod failure;
mod fal;
#[cfg(test)]
mod fuzz;
mod gemini;
pub mod manifest;
pub mod net;
mod openai;
mod openai_compatible;
#[cfg(any(test, feature = "testkit"))]
pub mod probe;
mod received;
mod redact;
mod replicate;
mod runway;
mod sandbox;
pub mod schema;
mod sift;
pub mod signature;
pub mod tray;
pub mod types;
mod wait;
mod wavespeed;
mod words;

use async_trait::async_trait;
use serde_json::Value;

pub use call::Call;
pub use client::{bare_client, bare_client_for};
pub use error::{Error, Kind, Wire};
pub use manifest::{BundledEndpoint, Manifest};
pub use net::{Broken, Net, Reached, Wired};
pub use redact::redact;
pub use signature::{Delivery, Doubt, Notice};
pub use tray::{Bin, Tray};
pub use types::*;
pub use words::{not_charged, said, tells_of_money};

/// A service that runs models, seen through its dialect.
///
/// Every method makes at most one request, but for `upload` (ticket, then bytes), `find`, `models`,
/// `search` and `workflow` (page after page), and `poll` and `cancel` where one place tells of the
/// state and another of what came of it. Only one request of a submit can cost.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What the provider is: names, hosts, limits.
    fn manifest(&self) -> &'static Manifest;

    /// Asks for work. Sent at most once by whoever calls; `Error::wire` says how far it got.
    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error>;

    /// Asks how accepted work stands.
    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error>;

    /// Hands a file over; answers the URL that a submit may name.
    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error>;

    /// Wishes accepted work away.
    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error>;

    /// The live catalogue. None where the provider has no list, or one that is only searched.
    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error>;

    /// What these inputs would cost; never charges. None where the provider does not tell.
    async fn price(&self, call: &Call, request: &Request) -> Result<Option<Price>, Error>;

    /// A free call that proves the key: the account's balance where the provider tells it.
    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error>;

    /// Looks for lost work in the provider's own list. None where there is no such list.
    async fn find(&self, call: &Call, lookup: &Lookup) -> Result<Option<Vec<Found>>, Error>;

    /// Models that these words find, for a catalogue too large to be listed. None where the provider
    /// has no search.
    async fn search(&self, _call: &Call, _words: &str) -> Result<Option<Vec<LiveModel>>, Error> {
        Ok(None)
    }

    /// One model with its fields, for a catalogue whose list does not tell them. None where the
    /// provider does not tell them at all.
    async fn model(&self, _call: &Call, _remote_model: &str) -> Result<Option<LiveModel>, Error> {
        Ok(None)
    }

    /// What deliveries of this account's webhooks are proved with, as [`Provider::webhook`] reads it:
    /// a secret, or a document of public keys. None where it is the secret that a submit named, or
    /// where there are no webhooks.
    async fn webhook_keys(&self, _call: &Call) -> Result<Option<String>, Error> {
        Ok(None)
    }

    /// Proves a delivery of a webhook with what [`Provider::webhook_keys`] answered, or else with the
    /// secret that the submit named. Pure.
    fn webhook(&self, _keys: &str, _delivery: &Delivery<'_>) -> Result<Notice, Doubt> {
        Err(Doubt::Unproved)
    }

    /// Reads a file of the user's own as a model of this provider, without a name yet. Its last field is
    /// [`WORKFLOW`]: hidden, and the file itself. With `call` it is also asked what this provider's
    /// server offers to choose from; the fields are the same ones either way. None where the provider
    /// runs no such files, and only there ([`Manifest::workflows`]).
    async fn workflow(
        &self,
        _call: Option<&Call>,
        _file: &Value,
    ) -> Result<Option<LiveModel>, Error> {
        Ok(None)
    }

    /// Stays with accepted work and tells the call's tray what happens between two polls, until it
    /// ends or the line does. Only a courtesy: nothing is decided by it. Answers at once where the
    /// provider tells nothing.
    async fn watch(&self, _call: &Call, _task: &Task) -> Result<(), Error> {
        Ok(())
    }

    /// What no answer may make its readers do ([`probe`]). None where it reads as another one does.
    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<probe::Probe> {
        None
    }
}

/// Every provider that Rushes speaks with.
static ALL: &[&dyn Provider] = &[
    &wavespeed::WAVESPEED,
    &openai::OPENAI,
    &gemini::GEMINI,
    &fal::FAL,
    &replicate::REPLICATE,
    &runway::RUNWAY,
    &bfl::BFL,
    &comfyui::COMFYUI,
    &openai_compatible::OPENAI_COMPATIBLE,
    &sandbox::SANDBOX,
];

/// Every provider, in the order that people are shown.
pub fn all() -> &'static [&'static dyn Provider] {
    ALL
}

/// The provider with this id.
pub fn find(id: &str) -> Option<&'static dyn Provider> {
    ALL.iter().copied().find(|provider| provider.manifest().id == id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[tokio::test]
    async fn who_runs_files_of_the_users_own_says_so() {
        for provider in all() {
            let read = provider.workflow(None, &Value::Null).await;
            let manifest = provider.manifest();
            assert_eq!(!matches!(read, Ok(None)), manifest.workflows, "{}", manifest.id);
        }
    }

    #[test]
    fn every_manifest_reads_and_its_id_finds_it() {
        for provider in all() {
            let manifest = provider.manifest();
            let found = find(&manifest.id).map(|provider| provider.manifest().name.clone());
            assert_eq!(found, Some(manifest.name.clone()));
            assert!(!manifest.bundled().is_empty(), "{} bundles nothing", manifest.id);
        }
        assert!(find("nobody").is_none());
    }

    #[test]
    fn what_was_switched_off_names_models_that_are_there() {
        let bundled = || all().iter().flat_map(|provider| provider.manifest().bundled());
        let there: Vec<&str> = bundled()
            .filter(|known| known.retired.is_none())
            .map(|known| known.model.as_str())
            .collect();
        let gone: Vec<&BundledEndpoint> =
            bundled().filter(|known| known.retired.is_some()).collect();
        for known in &gone {
            let Some(retired) = &known.retired else { continue };
            let day = retired.on.parse::<jiff::civil::Date>();
            assert!(day.is_ok_and(|day| day <= known.as_of.parse().unwrap()), "{retired:?}");
            assert!(known.fields.is_empty(), "{} can't be asked for", known.remote_model);
            assert!(!retired.successors.is_empty() && retired.reason.ends_with('.'));
            for next in &retired.successors {
                assert!(there.contains(&next.as_str()), "{}: {next}", known.remote_model);
            }
        }
        let ids: Vec<String> = gone.iter().map(|known| known.remote_model.clone()).collect();
        for id in ["sora-2", "imagen-4.0-generate-001", "veo-3.0-generate-001", "dall-e-3"] {
            assert!(ids.iter().any(|known| known == id), "{id}");
        }
        for provider in ["fal", "wavespeed", "replicate"] {
            let manifest = find(provider).unwrap().manifest();
            let sora = |known: &&BundledEndpoint| known.remote_model.contains("/sora-2");
            let sora: Vec<_> = manifest.bundled().iter().filter(sora).collect();
            assert!(!sora.is_empty(), "{provider}");
            assert!(sora.iter().all(|known| known.retired.is_some()), "{provider}");
        }
    }
}
