//! The conformance suite, and the wire against its fixtures and random JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::BFL;
use super::probe::probe;
use crate::conformance::{Dialect, KEY, Peer, Reply};
use crate::fuzz::mutated;
use crate::types::{RemoteOutput, Request, Task, Upload};
use crate::{Call, Kind, Provider};

macro_rules! body {
    ($name:literal) => {
        body_of(include_str!(concat!("fixtures/", $name, ".json")))
    };
}

fn body_of(fixture: &str) -> Value {
    serde_json::from_str::<Value>(fixture).unwrap()["response"]["body"].clone()
}

fn request() -> Request {
    Request {
        remote_model: "flux-2-pro".into(),
        inputs: serde_json::from_value(json!({"prompt": "x", "width": 1024, "height": 1024}))
            .unwrap(),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn dialect() -> Dialect {
    let mut unknown_word = body!("running");
    unknown_word["status"] = "Rehearsing".into();
    unknown_word["progress"] = Value::Null;
    Dialect {
        provider: &BFL,
        request: request(),
        task: Task {
            remote_id: "7f1c".into(),
            remote_model: "flux-2-pro".into(),
            poll_url: Some("https://api.eu1.bfl.ai/v1/get_result?id=7f1c".into()),
        },
        accepted: (body!("submit"), "7f1c"),
        without_id: json!({"polling_url": "https://api.eu1.bfl.ai/v1/get_result?id=7f1c"}),
        unfinished: vec![body!("queued"), body!("running")],
        unknown_word: Some(unknown_word),
        done: (
            body!("success"),
            vec![RemoteOutput::Link {
                url: "https://delivery-eu1.bfl.ai/results/a/sample.jpeg?se=2026-11-22T06%3A10%3A00Z&sig=x"
                    .into(),
            }],
        ),
        failed: vec![
            (body!("blocked"), Kind::Refused),
            (body!("blocked_output"), Kind::Refused),
            (body!("failed"), Kind::Unavailable),
        ],
        refusal: |_, words| json!({"detail": words}),
        ticket: None,
    }
}

crate::conformance_tests!(dialect());

#[tokio::test]
async fn attached_pictures_travel_as_base64() {
    let accepted = body!("submit");
    let peer = Peer::start(move |_, _| Reply::Json(200, accepted.clone())).await;
    let call = Call::new(BFL.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let mut request = request();
    request.inputs.insert("input_image".into(), "attached:1".into());
    let file = Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: "abc".into(),
    };
    request.attached.insert("attached:1".into(), file);
    BFL.submit(&call, &request).await.unwrap();
    let seen = peer.seen();
    assert_eq!(seen[0].path, "/v1/flux-2-pro");
    assert_eq!(seen[0].header("x-key"), Some(KEY));
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(
        seen[0].json(),
        json!({"prompt": "x", "width": 1024, "height": 1024, "input_image": "YWJj"})
    );
}

#[tokio::test]
async fn a_task_is_asked_after_at_its_own_region() {
    let running = body!("running");
    let peer = Peer::start(move |_, _| Reply::Json(200, running.clone())).await;
    let call = Call::new(BFL.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let task = Task {
        poll_url: Some(peer.url().join("eu/get_result?id=7f1c").unwrap().to_string()),
        ..dialect().task
    };
    BFL.poll(&call, &task).await.unwrap();
    assert_eq!(peer.seen()[0].path, "/eu/get_result?id=7f1c");
    // At home the key goes to the regions, and nowhere else.
    let home = Call::new(BFL.manifest(), "https://api.bfl.ai".parse().unwrap(), None).unwrap();
    for (address, fine) in [
        ("https://api.eu1.bfl.ai/v1/get_result?id=1", true),
        ("https://api.bfl.ai/v1/get_result?id=1", true),
        ("http://api.eu1.bfl.ai/v1/get_result?id=1", false),
        ("https://api.eu1.bfl.ai:444/v1/get_result?id=1", false),
        ("https://bfl.ai.elsewhere.test/", false),
        ("https://notbfl.ai/", false),
        ("https://me:pw@api.bfl.ai/", false),
    ] {
        assert_eq!(home.toward(address).is_ok(), fine, "{address}");
    }
}

#[tokio::test]
async fn a_task_that_is_not_known_is_not_found() {
    let unknown = body!("not_found");
    let peer = Peer::start(move |_, _| Reply::Json(200, unknown.clone())).await;
    let call = Call::new(BFL.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let error = BFL.poll(&call, &dialect().task).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "id",
    "polling_url",
    "status",
    "Ready",
    "Error",
    "Pending",
    "result",
    "sample",
    "progress",
    "details",
    "Moderation Reasons",
    "duration",
    "credits",
    "https://a.test/b?c",
];

fn answers() -> Vec<Value> {
    vec![
        body!("submit"),
        body!("queued"),
        body!("running"),
        body!("success"),
        body!("blocked"),
        body!("failed"),
        json!({"credits": 12.5}),
    ]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }
}
