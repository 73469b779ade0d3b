//! Whether a claim is what the owner of a certificate signed (RFC 9052), and whether the parts that it names are
//! those that stand there. Whether that owner is one to trust is another question, and not asked here.

use ciborium::Value;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::jumbf::Superbox;
use super::signer::Cose;
use super::{get, text};

/// How the signature stands to the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// The claim and its parts are what the certificate's key signed.
    Fits,
    /// They are not.
    Broken,
    /// There is none, or it is of a kind that is not checked here.
    NotChecked,
}

/// Checks signature and parts. `bytes` is the claim as it stands.
pub(super) fn check(
    cose: &Cose,
    bytes: &[u8],
    claim: &Value,
    assertions: Option<&Superbox<'_>>,
) -> Signature {
    let Some(how) = algorithm(cose.algorithm) else { return Signature::NotChecked };
    let mut signed = Vec::new();
    let structure = Value::Array(vec![
        "Signature1".into(),
        Value::Bytes(cose.protected.clone()),
        Value::Bytes(Vec::new()),
        Value::Bytes(bytes.to_vec()),
    ]);
    if ciborium::into_writer(&structure, &mut signed).is_err() {
        return Signature::NotChecked;
    }
    // Signers leave the payload out. One that is put in must be the claim, or something else was signed.
    let other = cose.payload.as_ref().is_some_and(|payload| payload != bytes);
    let key = UnparsedPublicKey::new(how, &cose.key);
    if other || key.verify(&signed, &cose.signature).is_err() {
        return Signature::Broken;
    }
    parts(claim, assertions)
}

/// The kinds of signature that the specification allows, by their COSE numbers. ES512 is not among those
/// that `ring` knows.
fn algorithm(number: i128) -> Option<&'static dyn VerificationAlgorithm> {
    let how: &'static dyn VerificationAlgorithm = match number {
        -7 => &ECDSA_P256_SHA256_FIXED,
        -35 => &ECDSA_P384_SHA384_FIXED,
        -8 => &ED25519,
        -37 => &RSA_PSS_2048_8192_SHA256,
        -38 => &RSA_PSS_2048_8192_SHA384,
        -39 => &RSA_PSS_2048_8192_SHA512,
        _ => return None,
    };
    Some(how)
}

/// Compares the assertions with the hashes in the claim, and lets none stand that the claim does not name.
fn parts(claim: &Value, assertions: Option<&Superbox<'_>>) -> Signature {
    let standing = assertions.map(|assertions| assertions.children.as_slice()).unwrap_or_default();
    let named = ["assertions", "created_assertions", "gathered_assertions"];
    let named = named.iter().filter_map(|key| get(claim, key)?.as_array()).flatten();
    let usual = get(claim, "alg").and_then(text);
    let mut covered = 0;
    for part in named {
        let label = get(part, "url").and_then(text);
        let label = label.as_deref().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        let kind = get(part, "alg").and_then(text).or_else(|| usual.clone());
        if kind.is_some_and(|kind| kind != "sha256") {
            return Signature::NotChecked;
        }
        let expected = get(part, "hash").and_then(Value::as_bytes);
        let there = standing.iter().find(|standing| standing.label == label);
        let Some((there, expected)) = there.zip(expected) else { return Signature::Broken };
        if Sha256::digest(there.raw).as_slice() != expected.as_slice() {
            return Signature::Broken;
        }
        covered += 1;
    }
    if covered == standing.len() { Signature::Fits } else { Signature::Broken }
}
