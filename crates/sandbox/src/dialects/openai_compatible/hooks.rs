//! Webhooks of finished videos, signed by the Standard Webhooks rules, as OpenAI's were. One place at a
//! time, kept in memory.

use std::sync::{Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::dialects::Hook;
use crate::routes::{Here, JsonBody};
use crate::task::End;
use crate::tasks::Running;
use crate::webhook::{hmac, is_allowed};
use crate::world::World;

/// Where the account wants to be told of its videos.
#[derive(Debug, Default)]
pub(crate) struct Subscription(Mutex<Option<String>>);

impl Subscription {
    /// The place, if there is one.
    pub(crate) fn url(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, url: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(url.to_owned());
    }
}

/// `POST /v1/webhook_endpoints`: the only answer that tells the secret.
pub(super) async fn create(
    State(world): Here,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    let url = body["url"].as_str().filter(|url| is_allowed(url));
    let url = url.ok_or_else(|| Refusal::invalid("url must be https, or on this computer"))?;
    world.subscription.set(url);
    Ok(Json(json!({
        "id": "we_sandbox",
        "object": "webhook_endpoint",
        "created_at": Timestamp::now().as_second(),
        "name": body["name"],
        "url": url,
        "event_types": body["event_types"],
        "signing_secret": world.webhook_secret,
    })))
}

/// What is delivered when a video has ended.
pub(super) fn hook(world: &World, running: &Running) -> Hook {
    let task = running.task();
    let kind = match task.end {
        Some(End::Completed { .. }) => "video.completed",
        _ => "video.failed",
    };
    let now = Timestamp::now().as_second();
    let body = json!({
        "id": format!("evt_{}", task.id),
        "object": "event",
        "type": kind,
        "created_at": now,
        "data": {"id": task.id},
    })
    .to_string();
    let (id, timestamp) = (format!("msg_{}", task.id), now.to_string());
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

/// The value of `webhook-signature`: the key is what the secret's letters after `whsec_` stand for in base64.
fn sign(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let letters = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD.decode(letters).unwrap_or_else(|_| letters.as_bytes().to_vec());
    format!("v1,{}", STANDARD.encode(hmac(&key, &format!("{id}.{timestamp}.{body}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_documented_one() {
        let body = r#"{"id": "evt_1", "object": "event", "type": "video.completed", "created_at": 1795327200, "data": {"id": "video_123"}}"#;
        assert_eq!(
            sign(
                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "msg_0001",
                "1795327200",
                body
            ),
            "v1,4KQzEL2Z1ah3StmdAzfklGpMOLOOtpe40DN687eOn9U="
        );
    }
}
