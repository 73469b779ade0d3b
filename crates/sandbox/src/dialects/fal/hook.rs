//! Webhooks: signed with Ed25519 over request id, user id, time and the body's SHA-256, one a line. The
//! keys are public (docs, read 2026-11-22).

use std::sync::LazyLock;

use axum::Json;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::dialects::Hook;
use crate::tasks::Running;
use crate::webhook::hex;
use crate::world::World;

/// Who all of the sandbox's work is done for.
const USER: &str = "sandbox";

/// The key of this run: nobody needs to trust another one's.
static PAIR: LazyLock<Option<Ed25519KeyPair>> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&rand::random::<[u8; 32]>()).ok());

/// `GET /.well-known/jwks.json`.
pub(super) async fn keys() -> Json<Value> {
    let keys: Vec<Value> = PAIR
        .iter()
        .map(|pair| {
            let public = URL_SAFE_NO_PAD.encode(pair.public_key());
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "sandbox-1", "x": public})
        })
        .collect();
    Json(json!({"keys": keys}))
}

pub(super) fn webhook(world: &World, running: &Running) -> Hook {
    let id = running.task().id;
    let (status, payload) = super::outcome(world, running);
    let mut told = json!({"request_id": id, "gateway_request_id": id, "payload": payload});
    if status == StatusCode::OK {
        told["status"] = "OK".into();
    } else {
        told["status"] = "ERROR".into();
        told["error"] = format!("Unexpected status code: {}", status.as_u16()).into();
    }
    let body = told.to_string();
    let time = Timestamp::now().as_second().to_string();
    let message = format!("{id}\n{USER}\n{time}\n{}", hex(&Sha256::digest(body.as_bytes())));
    let signed = PAIR.as_ref().map(|pair| hex(pair.sign(message.as_bytes()).as_ref()));
    let headers = vec![
        ("x-fal-webhook-request-id", id),
        ("x-fal-webhook-user-id", USER.to_owned()),
        ("x-fal-webhook-timestamp", time),
        ("x-fal-webhook-signature", signed.unwrap_or_default()),
    ];
    Hook { headers, body }
}
