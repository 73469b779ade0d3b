use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc::unbounded_channel;

use crate::caller::{Caller, quick, small};

#[tokio::test]
async fn both_ends_are_told_and_signed() {
    let (send, mut received) = unbounded_channel();
    let app = axum::Router::new().route(
        "/hook",
        post(move |headers: HeaderMap, body: Bytes| {
            let send = send.clone();
            async move { send.send((headers, body)).unwrap() }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });

    let caller = Caller::start(quick()).await;
    let (_, answer) = caller.get("/api/v3/webhook/secret").await;
    let secret = answer["data"]["secret"].as_str().unwrap().to_owned();
    let key = secret.strip_prefix("whsec_").unwrap();
    for (prompt, status) in [("hills", "completed"), ("hills [blocked]", "failed")] {
        let inputs = small(prompt, 1);
        let id = caller.submit(&format!("sandbox/stills?webhook={hook}"), &inputs).await;
        let (headers, body) = received.recv().await.unwrap();
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).as_bytes());
        mac.update(&body);
        let signature = mac.finalize().into_bytes();
        let (high, low) = signature.split_at(16);
        let number = |half: &[u8]| u128::from_be_bytes(half.try_into().unwrap());
        let expected = format!("v3,{:032x}{:032x}", number(high), number(low));
        assert_eq!(header("webhook-signature"), expected);

        let told: Value = serde_json::from_slice(&body).unwrap();
        let mut expected = caller.poll(&id).await;
        expected["input"] = inputs;
        assert_eq!(told, expected);
        assert_eq!(told["status"], status);
    }
    server.abort();
}

#[tokio::test]
async fn a_webhook_must_not_leave_this_computer_in_clear() {
    let caller = Caller::start(quick()).await;
    let (status, answer) = caller
        .post("/api/v3/sandbox/stills?webhook=http://example.com/x", &small("hills", 1))
        .await;
    let message = "invalid parameter: webhook must be an https URL, or a URL on this computer";
    assert_eq!(
        (status, answer),
        (StatusCode::BAD_REQUEST, json!({"code": 400, "message": message}))
    );
    assert_eq!(caller.sandbox.ledger().creates, 0);
}
