//! What the file of a print says about itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// What stands in the file beside picture or sound.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct PrintWords {
    /// Content Credentials; None where there are none that can be read.
    pub credentials: Option<CredentialsWords>,
    /// What another program wrote that it was made from; None where none did.
    pub recipe: Option<RecipeWords>,
    /// BLAKE3 of the file as it was saved, hex.
    pub blake3: String,
}

/// How far credentials hold, as far as that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Signature and bytes fit.
    Holds,
    /// The bytes are not those that were signed.
    Changed,
    /// The credentials themselves are not what was signed.
    Broken,
    /// The signature fits; the bytes were not checked.
    Unchecked,
    /// The signature could not be checked.
    Unread,
}

/// Content Credentials (C2PA) in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CredentialsWords {
    /// How far they hold.
    pub standing: Standing,
    /// Who signed and whether it holds, in a sentence or two.
    pub says: String,
    /// What is not known about the signer.
    pub trust: String,
    /// The program or service that made the claim; may be empty.
    pub generator: String,
    /// What the claim calls the work.
    pub title: Option<String>,
    /// Whose certificate came with the signature, by its own words.
    pub signer: Option<String>,
    /// Who gave out that certificate.
    pub issuer: Option<String>,
    /// Until when the certificate holds, ms UTC.
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
    /// What was done, oldest first, a line each.
    pub actions: Vec<String>,
}

/// A recipe as another program wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RecipeWords {
    /// The program, as it spells itself.
    pub program: String,
    /// The words; may be empty.
    pub prompt: String,
    /// The words for what was not wanted.
    pub negative: Option<String>,
    /// The model, as the program names it.
    pub model: Option<String>,
    /// The seed in decimal digits: some have more than a page can count.
    pub seed: Option<String>,
    /// Steps of the sampler.
    pub steps: Option<u32>,
    /// The sampler, as the program names it.
    pub sampler: Option<String>,
    /// Guidance scale (CFG).
    pub guidance: Option<f64>,
    /// All the rest, by the program's own names.
    #[ts(type = "Record<string, unknown>")]
    pub inputs: Map<String, Value>,
    /// Whether the graph that ran stands in the file too.
    pub graph: bool,
}
