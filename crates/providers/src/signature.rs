//! Whether a webhook comes from whom it says. Each service signs in its own way; all sign the raw body
//! and, but for one, a time. Compared in constant time.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use ring::{digest, hmac, signature};
use serde_json::Value;

/// How far a delivery's time may lie from ours.
const APART: Duration = Duration::from_mins(5);

/// A webhook as it came.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, byte for byte.
    pub body: &'a [u8],
    /// When it came.
    pub now: Timestamp,
}

/// A webhook that was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Names the delivery: a second one of this name is a replay.
    pub delivery: String,
    /// The provider's handle for the work it is about.
    pub remote_id: String,
}

/// Why a webhook is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// The provider sends none, or there is nothing to prove them with.
    #[error("nothing is known to prove it with")]
    Unproved,
    /// A header is missing or makes no sense.
    #[error("a header is missing")]
    Incomplete,
    /// Its time is not now.
    #[error("its time is not now")]
    Stale,
    /// The signature is not theirs.
    #[error("the signature does not fit")]
    Forged,
    /// It does not say what it is about.
    #[error("it does not say what it is about")]
    Mute,
}

impl Delivery<'_> {
    fn header(&self, name: &str) -> Result<&str, Doubt> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Doubt::Incomplete)
    }

    /// The time in a header, in seconds since 1970, if it is now.
    fn time(&self, name: &str) -> Result<&str, Doubt> {
        let text = self.header(name)?;
        let at: i64 = text.parse().map_err(|_| Doubt::Incomplete)?;
        let apart = self.now.as_second().abs_diff(at);
        if apart > APART.as_secs() { Err(Doubt::Stale) } else { Ok(text) }
    }

    /// `id.time.body`.
    fn signed(&self, id: &str, time: &str) -> Vec<u8> {
        [id.as_bytes(), b".", time.as_bytes(), b".", self.body].concat()
    }

    /// The body's text at this path of names.
    pub(crate) fn text_at(&self, path: &str) -> Result<String, Doubt> {
        let json: Value = serde_json::from_slice(self.body).map_err(|_| Doubt::Mute)?;
        let text = json.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(ToOwned::to_owned).ok_or(Doubt::Mute)
    }
}

/// Standard Webhooks (standardwebhooks.com), as `OpenAI` and Replicate sign: the secret after `whsec_`
/// is base64, signatures are `v1,` and base64, any of several may fit. Answers the delivery's name.
pub(crate) fn standard(secret: &str, delivery: &Delivery<'_>) -> Result<String, Doubt> {
    let key = match secret.strip_prefix("whsec_") {
        Some(encoded) => STANDARD.decode(encoded).map_err(|_| Doubt::Unproved)?,
        None => secret.as_bytes().to_vec(),
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let id = delivery.header("webhook-id")?;
    let signed = delivery.signed(id, delivery.time("webhook-timestamp")?);
    let fits = delivery
        .header("webhook-signature")?
        .split_whitespace()
        .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
        .any(|tag| hmac::verify(&key, &signed, &tag).is_ok());
    if fits { Ok(id.to_owned()) } else { Err(Doubt::Forged) }
}

/// WaveSpeed: like Standard Webhooks, but the secret after `whsec_` is the key as it stands, and the
/// signature is `v3,` and hex (docs, read 2026-11-22).
pub(crate) fn wavespeed(secret: &str, delivery: &Delivery<'_>) -> Result<String, Doubt> {
    let key = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let id = delivery.header("webhook-id")?;
    let signed = delivery.signed(id, delivery.time("webhook-timestamp")?);
    let tag = delivery.header("webhook-signature")?.strip_prefix("v3,").and_then(from_hex);
    let tag = tag.ok_or(Doubt::Incomplete)?;
    hmac::verify(&key, &signed, &tag).map_err(|_| Doubt::Forged)?;
    Ok(id.to_owned())
}

/// Black Forest Labs: `sha256=` and hex over the body alone (the maker's skill file of 2026-02;
/// unverified). There is no time in it: a delivery is named by what it says.
pub(crate) fn bfl(secret: &str, delivery: &Delivery<'_>) -> Result<String, Doubt> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = delivery.header("x-bfl-signature")?.strip_prefix("sha256=").and_then(from_hex);
    let tag = tag.ok_or(Doubt::Incomplete)?;
    hmac::verify(&key, delivery.body, &tag).map_err(|_| Doubt::Forged)?;
    Ok(to_hex(digest::digest(&digest::SHA256, delivery.body).as_ref()))
}

/// fal: Ed25519 over request id, user id, time and the body's SHA-256, one a line; any of the keys of
/// its JWKS may fit (docs, read 2026-11-22). `keys` is the JWKS document.
pub(crate) fn fal(keys: &Value, delivery: &Delivery<'_>) -> Result<String, Doubt> {
    let id = delivery.header("x-fal-webhook-request-id")?;
    let user = delivery.header("x-fal-webhook-user-id")?;
    let time = delivery.time("x-fal-webhook-timestamp")?;
    let tag = from_hex(delivery.header("x-fal-webhook-signature")?).ok_or(Doubt::Incomplete)?;
    let body = to_hex(digest::digest(&digest::SHA256, delivery.body).as_ref());
    let signed = [id, user, time, &body].join("\n");
    let fits = keys["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|key| key["kty"] == "OKP" && key["crv"] == "Ed25519")
        .filter_map(|key| URL_SAFE_NO_PAD.decode(key["x"].as_str()?).ok())
        .any(|key| {
            let key = signature::UnparsedPublicKey::new(&signature::ED25519, key);
            key.verify(signed.as_bytes(), &tag).is_ok()
        });
    if fits { Ok(format!("{id} {time}")) } else { Err(Doubt::Forged) }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // A String takes whatever is written.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    type Prove = Box<dyn Fn(&Delivery<'_>) -> Result<String, Doubt>>;

    /// A recorded delivery and the way to prove it.
    fn recorded() -> Vec<(&'static str, Value, Prove)> {
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let secret = |fixture: &Value| fixture["secret"].as_str().unwrap().to_owned();
        let wave = read(include_str!("wavespeed/fixtures/webhook_completed.json"));
        let replicate = read(include_str!("fixtures/webhook_replicate.json"));
        let openai = read(include_str!("fixtures/webhook_openai.json"));
        let bfl_one = read(include_str!("bfl/fixtures/webhook.json"));
        let fal_one = read(include_str!("fixtures/webhook_fal.json"));
        let jwks = read(include_str!("fixtures/jwks_fal.json"));
        let (w, r) = (secret(&wave), secret(&replicate));
        let (o, b) = (secret(&openai), secret(&bfl_one));
        vec![
            ("wavespeed", wave, Box::new(move |d: &Delivery<'_>| wavespeed(&w, d)) as Prove),
            ("replicate", replicate, Box::new(move |d: &Delivery<'_>| standard(&r, d))),
            ("openai", openai, Box::new(move |d: &Delivery<'_>| standard(&o, d))),
            ("bfl", bfl_one, Box::new(move |d: &Delivery<'_>| bfl(&b, d))),
            ("fal", fal_one, Box::new(move |d: &Delivery<'_>| fal(&jwks, d))),
        ]
    }

    fn headers(fixture: &Value) -> HeaderMap {
        let pairs = fixture["headers"].as_object().unwrap().iter();
        pairs
            .map(|(name, value)| {
                let value = HeaderValue::try_from(value.as_str().unwrap()).unwrap();
                (HeaderName::try_from(name).unwrap(), value)
            })
            .collect()
    }

    #[test]
    fn recorded_deliveries_are_proved_and_altered_ones_are_not() {
        let now = Timestamp::from_second(1_795_327_200).unwrap();
        for (name, fixture, prove) in recorded() {
            let (headers, body) = (headers(&fixture), fixture["body_raw"].as_str().unwrap());
            let delivery = Delivery { headers: &headers, body: body.as_bytes(), now };
            assert!(prove(&delivery).is_ok(), "{name}: {:?}", prove(&delivery));
            let altered = body.replacen("\"id\"", "\"di\"", 1).replacen("request_id", "r", 1);
            let delivery = Delivery { body: altered.as_bytes(), ..delivery };
            assert_eq!(prove(&delivery), Err(Doubt::Forged), "{name}");
            for missing in headers.keys() {
                let mut fewer = headers.clone();
                fewer.remove(missing);
                let delivery = Delivery { headers: &fewer, body: body.as_bytes(), now };
                assert_eq!(prove(&delivery), Err(Doubt::Incomplete), "{name} without {missing}");
            }
        }
    }

    #[test]
    fn a_delivery_of_another_time_is_not_believed() {
        for (name, fixture, prove) in recorded() {
            let (headers, body) = (headers(&fixture), fixture["body_raw"].as_str().unwrap());
            for (off, fine) in [(-301, false), (-300, true), (300, true), (301, false)] {
                let now = Timestamp::from_second(1_795_327_200 + off).unwrap();
                let proved = prove(&Delivery { headers: &headers, body: body.as_bytes(), now });
                // Only one of them has no time in it.
                assert_eq!(proved.is_ok(), fine || name == "bfl", "{name} {off} s off");
            }
        }
    }

    #[test]
    fn hex_is_read_as_hex() {
        assert_eq!(from_hex("00ff"), Some(vec![0, 255]));
        for wrong in ["0", "0g", "+1", "é"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }
}
