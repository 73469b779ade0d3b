//! Keys as the window may know them: never the key itself.

use rushes_providers::manifest::Tier;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A provider's key as the window may know it: never the key itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct KeyRow {
    /// Provider id.
    pub provider: String,
    /// Provider's name.
    pub provider_name: String,
    /// Two or three letters.
    pub monogram: String,
    /// False for the sandbox and for servers of the user's own.
    pub needs_key: bool,
    /// A server of the user's own: its address is theirs to give, and a key is optional.
    pub own_server: bool,
    /// What a key looks like, in words.
    pub key_hint: String,
    /// Where the key is: `keychain`, `session`, `environment`, or None.
    pub place: Option<String>,
    /// When it was saved, ms UTC.
    #[ts(type = "number | null")]
    pub saved_at: Option<i64>,
    /// Where to get one.
    pub key_url: Option<String>,
    /// Name of the environment variable that is read when nothing is saved.
    pub key_env: Option<String>,
    /// What the last test said.
    pub test: Option<KeyTest>,
    /// Address the provider is called at.
    pub base_url: String,
    /// Whether the address is the provider's own.
    pub base_url_is_default: bool,
    /// Which part of the address to give, in words; may be empty.
    pub address_hint: String,
    /// How many live models are known, and since when (`as_of`, ms UTC).
    pub models: u32,
    /// ms UTC of the last live list.
    #[ts(type = "number | null")]
    pub models_at: Option<i64>,
    /// Renders at once, unless the user chose otherwise.
    pub in_flight: u32,
    /// Submits a minute, unless the user chose otherwise; None for as many as it takes.
    pub per_minute: Option<u32>,
    /// The account levels that the provider documents.
    pub tiers: Vec<Tier>,
    /// Whether it runs workflow files of the user's own.
    pub workflows: bool,
}

/// What a free call with the key said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyTest {
    /// Whether it works.
    pub works: bool,
    /// One line: "Answered in 212 ms. Balance $41.80."
    pub message: String,
    /// ms UTC.
    #[ts(type = "number")]
    pub at: i64,
}

/// Where to keep a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The system keychain.
    #[default]
    Keychain,
    /// Only until Rushes closes.
    Session,
}
