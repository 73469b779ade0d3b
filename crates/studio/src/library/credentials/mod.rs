//! Content Credentials (C2PA) in a file: who says what about it.
//!
//! Read, and not believed. Two things are checked where they are of the usual kinds: whether the bytes are those
//! that the manifest was made for, and whether its claim is what the certificate's key signed. Whether that
//! certificate's owner is one to trust is not: anybody can make a certificate in any name, and no list of
//! trusted ones is shipped. What is answered here says so. The reference implementation would check that too, at the price of 96 more
//! crates (`c2pa` 0.90 without TLS and network, measured against this project's lock file); this reader
//! takes 13, each of which does one thing.
//!
//! Shapes: C2PA specification 2.2 (<https://spec.c2pa.org>), boxes ISO/IEC 19566-5, signature RFC 9052.

mod jumbf;
mod place;
mod signature;
mod signer;

use std::fs::File;
use std::path::Path;

use ciborium::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::IMAGE_LIMIT;
use super::error::{LibraryError, Result};
use jumbf::Superbox;
pub(super) use place::{BMFF, instances, is_of, store};
pub use signature::Signature;
use signer::Cose;
pub use signer::Signer;

/// Depth of CBOR that is followed.
const DEPTH: usize = 32;
/// Most actions that are answered.
const ACTIONS: usize = 256;

/// What the newest manifest in a file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The program or service that made the claim, e.g. `Firefly 3.0`; may be empty.
    pub generator: String,
    /// What the claim calls the work.
    pub title: Option<String>,
    /// Whose certificate came with the signature, by its own words.
    pub signer: Option<Signer>,
    /// What was done, oldest first.
    pub actions: Vec<Action>,
    /// Whether the claim is what that certificate's key signed.
    pub signature: Signature,
    /// Whether the bytes are those that the manifest was made for.
    pub content: Content,
    /// How many manifests there are: those of earlier versions and of what it was made from count too.
    pub manifests: usize,
}

/// One thing that was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// e.g. `c2pa.created`.
    pub action: String,
    /// When, as written.
    pub when: Option<String>,
    /// With which program.
    pub agent: Option<String>,
    /// Kind of source by the IPTC's words, e.g. `trainedAlgorithmicMedia` for what a model made.
    pub source: Option<String>,
}

/// How the file stands to the hash in its manifest. It says something only where the signature fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The bytes are those that the manifest was made for.
    Unchanged,
    /// They are others.
    Changed,
    /// The hash is of a kind that is not checked here.
    NotChecked,
}

/// Reads the credentials in the bytes of a PNG, JPEG or WebP; None where there are none that can be read.
pub fn read(file: &[u8]) -> Option<Credentials> {
    told(&place::store(file)?, Some(file))
}

/// The same for a file, clips included; the bytes of a clip are not checked.
pub fn read_file(path: &Path) -> Result<Option<Credentials>> {
    let failed = |error| LibraryError::read(path, error);
    let file = File::open(path).map_err(failed)?;
    if let Some(credentials) = read_clip(&file) {
        return Ok(Some(credentials));
    }
    if file.metadata().map_err(failed)?.len() > IMAGE_LIMIT {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(read(&bytes))
}

/// The same for a clip that is open; None where it is none.
pub(super) fn read_clip(mut file: &File) -> Option<Credentials> {
    told(&place::store_of_clip(&mut file)?, None)
}

fn told(store: &[u8], file: Option<&[u8]>) -> Option<Credentials> {
    let store = Superbox::read(store)?;
    // The newest stands last.
    let manifest = store.children.last()?;
    let claim = manifest.children.iter().find(|part| part.label.starts_with("c2pa.claim"))?;
    let signed = claim.content(b"cbor")?;
    let claim = cbor(signed)?;
    let assertions = manifest.child("c2pa.assertions");
    let assertion = |label: &str| {
        let all = assertions.into_iter().flat_map(|assertions| &assertions.children);
        let label = label.to_owned();
        all.filter(move |part| part.label.starts_with(&label))
            .filter_map(|part| cbor(part.content(b"cbor")?))
    };
    let actions = assertion("c2pa.actions").flat_map(|said| match get(&said, "actions") {
        Some(Value::Array(actions)) => actions.iter().map(action).collect(),
        _ => Vec::new(),
    });
    let cose = manifest
        .child("c2pa.signature")
        .and_then(|part| Cose::read(&cbor(part.content(b"cbor")?)?));
    let signature = cose
        .as_ref()
        .map_or(Signature::NotChecked, |cose| signature::check(cose, signed, &claim, assertions));
    Some(Credentials {
        generator: get(&claim, "claim_generator_info")
            .and_then(named)
            .or_else(|| text(get(&claim, "claim_generator")?))
            .unwrap_or_default(),
        title: get(&claim, "dc:title").and_then(text),
        signer: cose.and_then(|cose| cose.signer),
        signature,
        actions: actions.take(ACTIONS).collect(),
        content: assertion("c2pa.hash.data")
            .next()
            .zip(file)
            .and_then(|(hash, file)| content(&hash, file))
            .unwrap_or(Content::NotChecked),
        manifests: store.children.len(),
    })
}

fn action(said: &Value) -> Action {
    let source = get(said, "digitalSourceType").and_then(text);
    Action {
        action: get(said, "action").and_then(text).unwrap_or_default(),
        when: get(said, "when").and_then(text),
        agent: get(said, "softwareAgent").and_then(named),
        source: source.map(|source| source.rsplit('/').next().unwrap_or_default().to_owned()),
    }
}

/// Compares the hash over the file, less the places that it leaves out (the manifest itself).
fn content(said: &Value, file: &[u8]) -> Option<Content> {
    if get(said, "alg").and_then(text).is_some_and(|alg| alg != "sha256") {
        return None;
    }
    let Value::Bytes(expected) = get(said, "hash")? else { return None };
    let mut left_out = Vec::new();
    if let Some(Value::Array(ranges)) = get(said, "exclusions") {
        for range in ranges {
            left_out.push((place_in(range, "start")?, place_in(range, "length")?));
        }
    }
    left_out.sort_unstable();
    let (mut hasher, mut at) = (Sha256::new(), 0_usize);
    for (start, length) in left_out {
        // Ranges that overlap or lie outside are no description of this file.
        let Some(bytes) = file.get(at..start) else { return Some(Content::Changed) };
        hasher.update(bytes);
        at = start.checked_add(length)?;
    }
    let Some(rest) = file.get(at..) else { return Some(Content::Changed) };
    hasher.update(rest);
    let same = hasher.finalize().as_slice() == expected.as_slice();
    Some(if same { Content::Unchanged } else { Content::Changed })
}

fn place_in(range: &Value, key: &str) -> Option<usize> {
    get(range, key)?.as_integer()?.try_into().ok()
}

/// A program, as words or as `{name, version}`, of which there may be a row.
fn named(value: &Value) -> Option<String> {
    match value {
        Value::Array(all) => named(all.first()?),
        Value::Map(_) => {
            let name = text(get(value, "name")?)?;
            let version = get(value, "version").and_then(text);
            Some(version.map_or(name.clone(), |version| format!("{name} {version}")))
        }
        other => text(other),
    }
}

fn cbor(bytes: &[u8]) -> Option<Value> {
    ciborium::de::from_reader_with_recursion_limit(bytes, DEPTH).ok()
}

fn get<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let (_, value) = value.as_map()?.iter().find(|(name, _)| name.as_text() == Some(key))?;
    Some(value)
}

/// Words, also where they carry a tag that says what they mean, as times do.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Tag(_, inside) => inside.as_text().map(ToOwned::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
