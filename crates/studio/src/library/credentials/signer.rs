//! The certificate that came with a signature.

use ciborium::Value;
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use super::cbor;

/// Name of the certificates in the head of a COSE signature (RFC 9360), by number or in words.
const CHAIN: i128 = 33;
/// Name of the kind of signature there.
const ALGORITHM: i128 = 1;

/// Who a certificate says its owner is. Nobody has checked that here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The owner: organisation, or the common name where there is none.
    pub name: String,
    /// The common name, where there is an organisation too.
    pub unit: Option<String>,
    /// Who gave out the certificate, in the same way.
    pub issuer: String,
    /// Until when it holds, ms UTC.
    pub expires_at: i64,
}

/// What is in a COSE_Sign1: `[protected, unprotected, payload, signature]`.
#[derive(Debug)]
pub(super) struct Cose {
    /// The owner of the certificate.
    pub(super) signer: Option<Signer>,
    /// The certificate's key.
    pub(super) key: Vec<u8>,
    /// Number of the kind of signature.
    pub(super) algorithm: i128,
    /// The head that is signed too.
    pub(super) protected: Vec<u8>,
    /// What was signed, where it was put in.
    pub(super) payload: Option<Vec<u8>>,
    /// The signature.
    pub(super) signature: Vec<u8>,
}

impl Cose {
    /// Reads the parts, and the first certificate.
    pub(super) fn read(said: &Value) -> Option<Self> {
        let mut said = said;
        while let Value::Tag(_, inside) = said {
            said = inside;
        }
        let [protected, unprotected, payload, signature] = said.as_array()?.as_slice() else {
            return None;
        };
        let protected = protected.as_bytes()?;
        let head = cbor(protected)?;
        let chain = named(&head, CHAIN).or_else(|| named(unprotected, CHAIN))?;
        let certificate = match chain {
            Value::Array(all) => all.first()?.as_bytes()?,
            one => one.as_bytes()?,
        };
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let issuer = owner(certificate.issuer()).map(|(name, _)| name).unwrap_or_default();
        let expires_at = certificate.validity().not_after.timestamp().saturating_mul(1000);
        Some(Self {
            signer: owner(certificate.subject()).map(|(name, unit)| Signer {
                name,
                unit,
                issuer,
                expires_at,
            }),
            key: certificate.public_key().subject_public_key.data.to_vec(),
            algorithm: named(&head, ALGORITHM)?.as_integer()?.into(),
            protected: protected.clone(),
            payload: payload.as_bytes().cloned(),
            signature: signature.as_bytes()?.clone(),
        })
    }
}

/// An entry of a head by its number, or by its name where it is the chain's.
fn named(head: &Value, number: i128) -> Option<&Value> {
    let is_it = |key: &Value| match key {
        Value::Integer(key) => i128::from(*key) == number,
        Value::Text(word) => number == CHAIN && word == "x5chain",
        _ => false,
    };
    head.as_map()?.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

fn owner(name: &X509Name<'_>) -> Option<(String, Option<String>)> {
    let organisation = name.iter_organization().find_map(|part| part.as_str().ok());
    let common = name.iter_common_name().find_map(|part| part.as_str().ok());
    match (organisation, common) {
        (Some(organisation), common) => {
            Some((organisation.to_owned(), common.map(ToOwned::to_owned)))
        }
        (None, Some(common)) => Some((common.to_owned(), None)),
        (None, None) => None,
    }
}
