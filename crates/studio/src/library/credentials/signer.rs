//! The certificate that came with a signature.

use ciborium::Value;
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use super::cbor;

/// Name of the certificates in the head of a COSE signature (RFC 9360), by number or in words.
const CHAIN: i128 = 33;

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

impl Signer {
    /// Reads the first certificate of a COSE_Sign1: `[protected, unprotected, payload, signature]`.
    pub(super) fn of(signature: &Value) -> Option<Self> {
        let mut signature = signature;
        while let Value::Tag(_, inside) = signature {
            signature = inside;
        }
        let parts = signature.as_array()?;
        let protected = cbor(parts.first()?.as_bytes()?);
        let chain = protected.as_ref().and_then(chain).or_else(|| chain(parts.get(1)?))?;
        let certificate = match chain {
            Value::Array(all) => all.first()?.as_bytes()?,
            one => one.as_bytes()?,
        };
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let (name, unit) = owner(certificate.subject())?;
        Some(Self {
            name,
            unit,
            issuer: owner(certificate.issuer()).map(|(name, _)| name).unwrap_or_default(),
            expires_at: certificate.validity().not_after.timestamp().saturating_mul(1000),
        })
    }
}

fn chain(head: &Value) -> Option<&Value> {
    let is_chain = |key: &Value| match key {
        Value::Integer(number) => i128::from(*number) == CHAIN,
        Value::Text(word) => word == "x5chain",
        _ => false,
    };
    head.as_map()?.iter().find(|(key, _)| is_chain(key)).map(|(_, value)| value)
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
