//! Telling a caller that a task has ended. The signature is WaveSpeed's (docs, read 2026-11-22): the key is the
//! secret without its `whsec_`, as plain text; the signature is hex with the version tag `v3`.

use std::fmt::Write as _;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use url::Url;

use crate::dialects::{self, Hook};
use crate::fetch::is_loopback;
use crate::tasks::Running;
use crate::world::World;

/// Waits between deliveries that were not answered with 2xx.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];

/// Whether a webhook may go there: anywhere over https, and to this computer over http.
pub(crate) fn is_allowed(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => is_loopback(&url),
        _ => false,
    })
}

/// Sends the prediction, bare, until it is taken or the pauses are used up.
pub(crate) async fn deliver(world: &World, url: &str, running: &Running) {
    let task = running.task();
    let own = match dialects::find(&task.dialect) {
        Some(dialect) => dialect.webhook,
        None => Some(own_hook as fn(&World, &Running) -> Hook),
    };
    let Some(hook) = own else { return };
    let mut pauses = PAUSES.iter();
    loop {
        let Hook { headers, body } = hook(world, running);
        let mut delivery = world.client.post(url).header("content-type", "application/json");
        for (name, value) in headers {
            delivery = delivery.header(name, value);
        }
        let answer = delivery.body(body).send().await;
        if answer.is_ok_and(|a| a.status().is_success()) {
            return;
        }
        let Some(pause) = pauses.next() else { break };
        tokio::time::sleep(*pause).await;
    }
    tracing::warn!(id = %task.id, "a webhook was not taken");
}

/// The prediction, bare, in WaveSpeed's way.
fn own_hook(world: &World, running: &Running) -> Hook {
    let task = running.task();
    let mut body = world.prediction(running);
    body["input"] = task.inputs;
    let body = body.to_string();
    let (id, timestamp) = (format!("msg_{}", task.id), Timestamp::now().as_second().to_string());
    let signature = sign(&world.webhook_secret, &id, &timestamp, &body);
    Hook {
        headers: vec![
            ("webhook-id", id),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signature),
        ],
        body,
    }
}

/// The value of `webhook-signature`.
pub(crate) fn sign(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = secret.strip_prefix("whsec_").unwrap_or(secret);
    format!("v3,{}", hmac_hex(key.as_bytes(), &format!("{id}.{timestamp}.{body}")))
}

/// HMAC-SHA256 in hex.
pub(crate) fn hmac_hex(key: &[u8], text: &str) -> String {
    hex(&hmac(key, text))
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// HMAC-SHA256.
pub(crate) fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_documented_one() {
        let body = r#"{"id":"3f2a9c51b7d84e0fa1c2d3e4f5a6b7c8","model":"google/nano-banana-2.1/edit","input":{"prompt":"a lighthouse"},"outputs":["https://x.test/1.png"],"urls":{"get":"https://api.wavespeed.ai/api/v3/predictions/3f2a9c51b7d84e0fa1c2d3e4f5a6b7c8/result"},"has_nsfw_contents":[false],"status":"completed","created_at":"2026-11-22T06:00:00.000Z","error":""}"#;
        assert_eq!(
            sign("whsec_abc123secret", "msg_0001", "1795327200", body),
            "v3,4dcffb09b067365c62c694cebf0a31e8a983d5fd039a6b630f08c5c19ab6f6d0"
        );
    }

    #[test]
    fn webhooks_leave_this_computer_only_over_https() {
        assert!(is_allowed("http://127.0.0.1:9/x"));
        assert!(is_allowed("http://localhost/x"));
        assert!(is_allowed("https://example.com/x"));
        assert!(!is_allowed("http://example.com/x"));
        assert!(!is_allowed("file:///etc/hosts"));
    }
}
