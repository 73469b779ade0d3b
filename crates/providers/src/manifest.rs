//! What a provider is and what it bundles: data, read from two TOML files beside its code.

mod rates;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::schema::Field;
use crate::types::{Licence, Modality, Price, Request, Retired};

pub use rates::{Per, Rates};

/// A provider as its `provider.toml` describes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Stable id, e.g. `wavespeed`.
    pub id: String,
    /// The name as the provider spells it.
    pub name: String,
    /// Two letters that stand for it where space is short, e.g. `Ws`.
    pub monogram: String,
    /// Its home page; empty where there is none.
    pub site: String,
    /// Where a person gets a key.
    pub key_url: Option<String>,
    /// The environment variable that its own tools read the key from.
    pub key_env: Option<String>,
    /// What its key looks like, in words.
    pub key_hint: String,
    /// Whether it works only with a key.
    pub needs_key: bool,
    /// Where its API lives, without a trailing slash.
    pub base_url: String,
    /// Whether a user may point it elsewhere.
    pub base_url_editable: bool,
    /// Which part of its address a user has to give, in words; empty where there is nothing to say.
    #[serde(default)]
    pub address_hint: String,
    /// How its key travels.
    #[serde(default)]
    pub auth: Auth,
    /// The hosts of its own API, `*.` for any below. Besides its base URL a call goes only there, and
    /// only as long as the user has not pointed the provider elsewhere.
    pub api_hosts: Vec<String>,
    /// Further addresses of its API by a name of ours, each without a trailing slash. At a base URL of
    /// the user's own all of them are that base.
    #[serde(default)]
    pub doors: BTreeMap<String, String>,
    /// Whether it may stand at a plain http address outside this computer: a server of the user's own,
    /// and only without a key.
    #[serde(default)]
    pub plain_http: bool,
    /// How references get there.
    #[serde(default)]
    pub references: References,
    /// The most bytes of references that travel inside one submit; the largest beyond that are handed
    /// over first. None where nothing else than inside is known.
    pub attach_most: Option<u64>,
    /// Whether it tells of the end of work by a webhook that a submit names.
    #[serde(default)]
    pub webhooks: bool,
    /// Whether it tells what happens between two polls ([`crate::Provider::watch`]).
    #[serde(default)]
    pub watches: bool,
    /// Whether the result of finished work is asked for apart from its state: a poll that finds it
    /// finished makes two requests then.
    #[serde(default)]
    pub result_apart: bool,
    /// Whether its results lie behind the key, at the base URL's own host.
    #[serde(default)]
    pub keyed_results: bool,
    /// How its models are known.
    #[serde(default)]
    pub catalogue: Catalogue,
    /// Whether it runs files of the user's own as models ([`crate::Provider::workflow`]).
    #[serde(default)]
    pub workflows: bool,
    /// Whether every submit is answered with the result itself. Where only some are, `at_once` of the
    /// answer says so.
    #[serde(default)]
    pub answers_at_once: bool,
    /// How long a submit may take in all where a minute is too short, in seconds.
    pub submit_timeout_s: Option<u64>,
    /// Hosts that results were seen on. To read, not to enforce.
    pub result_hosts: Vec<String>,
    /// How long an output stays at the provider, in seconds.
    pub output_life_s: Option<u64>,
    /// The shortest wait between two polls of one task, in milliseconds.
    pub poll_floor_ms: u64,
    /// How many tasks to have under way at once, unless the user says otherwise.
    pub max_in_flight: u32,
    /// How many requests a second it is asked at most, all kinds together.
    #[serde(default = "five")]
    pub requests_per_second: u32,
    /// How many submits a minute the provider takes, where one figure holds for every account.
    pub submits_per_minute: Option<u32>,
    /// The account levels that the provider documents, for the user to choose from.
    #[serde(default, rename = "tier")]
    pub tiers: Vec<Tier>,
    /// How long an uploaded file stays at the provider, in seconds.
    pub upload_life_s: Option<u64>,
    /// The header that carries our own id of an attempt, where the provider takes one.
    pub client_ref_header: Option<String>,
    /// Whether this is the built-in sandbox: free, labelled, left out of Spend.
    pub sandbox: bool,
    /// Whether lost work can be looked for in the provider's own list.
    pub lists_history: bool,
    /// Whether that list shows work only once it has ended, so that it takes longer to prove anything.
    #[serde(default)]
    pub lists_ended_only: bool,
    /// Whether accepted work can be stopped.
    pub can_cancel: bool,
    /// What the provider's own terms say about outputs.
    pub output_terms: Licence,
    #[serde(skip)]
    bundled: Vec<BundledEndpoint>,
}

/// What an account may do at one of a provider's levels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The level's name as the provider writes it.
    pub name: String,
    /// Renders at once.
    pub in_flight: Option<u32>,
    /// Submits a minute.
    pub per_minute: Option<u32>,
}

/// How a key travels: in which header, after which words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// The header's name in lower case.
    pub header: String,
    /// What stands before the key, with its space: `Bearer `.
    #[serde(default)]
    pub scheme: String,
}

impl Default for Auth {
    fn default() -> Self {
        Self { header: "authorization".into(), scheme: "Bearer ".into() }
    }
}

/// How a provider's models are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Catalogue {
    /// It lists all of them: what is not in the list is gone.
    #[default]
    Listed,
    /// Too many to list: what was searched for stands beside what is bundled.
    Searched,
    /// Only what is bundled.
    Bundled,
}

/// How references get to a provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum References {
    /// Handed over first; the submit names them.
    #[default]
    Uploaded,
    /// Inside the submit.
    Attached,
}

/// One model at one provider, known without asking.
#[derive(Debug, Clone, PartialEq)]
pub struct BundledEndpoint {
    /// The provider's name for the model, the path of a submit.
    pub remote_model: String,
    /// The model's family slug: endpoints with the same one are the same model elsewhere.
    pub model: String,
    /// A readable name.
    pub name: String,
    /// The provider's own kind, e.g. `text-to-image`.
    pub task: String,
    /// What it makes.
    pub modality: Modality,
    /// Its inputs. Empty when only the live catalogue knows them.
    pub fields: Vec<Field>,
    /// Its list price, where one was read.
    pub price: Option<Price>,
    /// Its list prices by the inputs, where those were read.
    pub rates: Option<Rates>,
    /// The model's licence.
    pub licence: Licence,
    /// The page to read about it.
    pub docs: Option<String>,
    /// The day these facts were true, `2026-11-22`.
    pub as_of: String,
    /// The day it stops, where that was announced.
    pub ends_on: Option<String>,
    /// Set when it has stopped: kept so that old work still says what made it.
    pub retired: Option<Retired>,
}

fn five() -> u32 {
    5
}

impl Manifest {
    /// Reads a provider's two files.
    pub(crate) fn parse(provider: &str, models: &str) -> Result<Self, toml::de::Error> {
        let mut manifest: Self = toml::from_str(provider)?;
        let models: ModelsFile = toml::from_str(models)?;
        manifest.bundled = models.endpoints.into_iter().map(EndpointRow::read).collect();
        Ok(manifest)
    }

    /// Fields of endpoints that stand elsewhere than in `models.toml`.
    pub(crate) fn with_fields(mut self, of: impl Fn(&str) -> Option<Vec<Field>>) -> Self {
        for endpoint in &mut self.bundled {
            if let Some(fields) = of(&endpoint.remote_model) {
                endpoint.fields = fields;
            }
        }
        self
    }

    /// What a request costs by the bundled list, where that says so.
    pub(crate) fn reckon(&self, request: &Request) -> Option<Price> {
        let known = self.bundled.iter().find(|k| k.remote_model == request.remote_model)?;
        known.rates.as_ref()?.of(&known.fields, &request.inputs)
    }

    /// Whether it is a server of the user's own: it has an address to give, and a key only where the
    /// user put one in front of it.
    pub fn is_own_server(&self) -> bool {
        !self.needs_key && !self.sandbox
    }

    /// The endpoints that are known without asking the live catalogue.
    pub fn bundled(&self) -> &[BundledEndpoint] {
        &self.bundled
    }
}

/// `models.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelsFile {
    #[serde(default, rename = "endpoint")]
    endpoints: Vec<EndpointRow>,
}

/// One `[[endpoint]]` as written; `schema` is JSON Schema in TOML's clothes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointRow {
    remote_model: String,
    model: String,
    name: String,
    task: String,
    modality: Modality,
    price: Option<Price>,
    rates: Option<Rates>,
    #[serde(default)]
    licence: Licence,
    docs: Option<String>,
    as_of: String,
    ends_on: Option<String>,
    retired: Option<Retired>,
    schema: Option<Value>,
}

impl EndpointRow {
    fn read(self) -> BundledEndpoint {
        let fields =
            self.schema.map(|schema| Field::for_task(&schema, &self.task)).unwrap_or_default();
        let least = || self.rates.as_ref().and_then(|rates| rates.least(&fields));
        let price = self.price.clone().or_else(least);
        BundledEndpoint {
            remote_model: self.remote_model,
            model: self.model,
            name: self.name,
            task: self.task,
            modality: self.modality,
            fields,
            price,
            rates: self.rates,
            licence: self.licence,
            docs: self.docs,
            as_of: self.as_of,
            ends_on: self.ends_on,
            retired: self.retired,
        }
    }
}
