//! The conformance suite, and the wire against its fixtures and random JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::probe::probe;
use super::{RUNWAY, wire};
use crate::conformance::{Dialect, KEY, Peer, Reply, Seen};
use crate::fuzz::mutated;
use crate::schema::Role;
use crate::types::{
    Cancelled, Modality, Poll, PollState, Price, RemoteOutput, Request, Task, Upload,
};
use crate::{Call, Kind, Provider, Wire};

macro_rules! body {
    ($name:literal) => {
        body_of(include_str!(concat!("fixtures/", $name, ".json")))
    };
}

const ID: &str = "d2e3d1f4-1b3c-4b5c-8d46-1c1d7ee86892";

fn body_of(fixture: &str) -> Value {
    serde_json::from_str::<Value>(fixture).unwrap()["response"]["body"].clone()
}

/// What a fixture answers: its status, headers and body.
fn replay(fixture: &str) -> Reply {
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let answer = &fixture["response"];
    let headers = answer["headers"].as_object().unwrap().iter();
    let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    let body = answer["body"].as_str().map_or_else(|| answer["body"].to_string(), str::to_owned);
    Reply::Full(answer["status"].as_u64().unwrap() as u16, headers.collect(), body)
}

fn inputs(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn request(model: &str, value: Value) -> Request {
    Request {
        remote_model: model.into(),
        inputs: inputs(value),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn clip() -> Request {
    request(
        "gen4.5/text-to-video",
        json!({"prompt_text": "x", "ratio": "1280:720", "duration": 5, "seed": 7}),
    )
}

fn task() -> Task {
    Task { remote_id: ID.into(), remote_model: "gen4.5/text-to-video".into(), poll_url: None }
}

fn call(peer: &Peer) -> Call {
    Call::new(RUNWAY.manifest(), peer.url().clone(), Some(KEY.into())).unwrap()
}

fn usd(micros: i64) -> Price {
    Price { micros, currency: "USD".into(), exact: true }
}

fn dialect() -> Dialect {
    let mut unknown_word = body!("running");
    unknown_word["status"] = "REHEARSING".into();
    unknown_word["progress"] = Value::Null;
    Dialect {
        provider: &RUNWAY,
        request: clip(),
        task: task(),
        accepted: (body!("submit"), ID),
        without_id: json!({"estimatedCost": {"credits": 60}}),
        unfinished: vec![body!("pending"), body!("throttled"), body!("running")],
        unknown_word: Some(unknown_word),
        done: (
            body!("success"),
            vec![RemoteOutput::Link {
                url: "https://dnznrvs05pmza.cloudfront.net/a/clip.mp4?_jwt=x".into(),
            }],
        ),
        failed: vec![
            (body!("blocked"), Kind::Refused),
            (body!("blocked_output"), Kind::Refused),
            (body!("failed"), Kind::Unavailable),
            (body!("failed_asset"), Kind::Invalid { field: None }),
        ],
        refusal: |_, words| json!({"error": words}),
        // The suite's rule is about bytes that are put to an https address. Here a form goes there, and a
        // name of Runway's own stands for the file: tested below.
        ticket: None,
    }
}

crate::conformance_tests!(dialect());

#[tokio::test]
async fn every_request_names_the_version_and_what_is_wanted() {
    let peer = Peer::start(|_, _| replay(include_str!("fixtures/submit.json"))).await;
    RUNWAY.submit(&call(&peer), &clip()).await.unwrap();
    let seen = peer.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", "/v1/text_to_video"));
    assert_eq!(seen[0].header("x-runway-version"), Some("2024-11-06"));
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(
        seen[0].json(),
        json!({
            "model": "gen4.5", "promptText": "x", "ratio": "1280:720", "duration": 5, "seed": 7,
        })
    );
    let peer = Peer::start(|_, _| replay(include_str!("fixtures/pending.json"))).await;
    RUNWAY.poll(&call(&peer), &task()).await.unwrap();
    assert_eq!(peer.seen()[0].path, format!("/v1/tasks/{ID}"));
    assert_eq!(peer.seen()[0].header("x-runway-version"), Some("2024-11-06"));
}

#[test]
fn inputs_are_written_as_runway_names_them() {
    let body = |model: &str, value: Value| wire::to_body(model, &inputs(value));
    assert_eq!(
        body("veo3.1", json!({"image": "runway://a", "negative_prompt": "fog", "audio": null})),
        json!({"model": "veo3.1", "promptImage": "runway://a", "negativePrompt": "fog"})
    );
    assert_eq!(
        body("veo3.1", json!({"image": "runway://a", "last_image": "runway://b"})),
        json!({"model": "veo3.1", "promptImage": [
            {"uri": "runway://a", "position": "first"}, {"uri": "runway://b", "position": "last"},
        ]})
    );
    assert_eq!(
        body("wan3", json!({"last_image": "runway://b"}))["promptImage"],
        json!([{"uri": "runway://b", "position": "last"}])
    );
    assert_eq!(
        body("gen4_image", json!({"images": ["runway://a", "runway://b"], "num_images": 2})),
        json!({"model": "gen4_image", "outputCount": 2, "referenceImages": [
            {"uri": "runway://a", "tag": "image1"}, {"uri": "runway://b", "tag": "image2"},
        ]})
    );
    assert_eq!(
        body("nano_banana_2.1", json!({"images": "runway://a"}))["referenceImages"],
        json!([{"uri": "runway://a"}])
    );
    assert_eq!(body("aleph2", json!({"video": "runway://v"}))["videoUri"], "runway://v");
    assert_eq!(body("aleph2", json!({"model": "another"})), json!({"model": "aleph2"}));
    for (name, found) in [
        ("gen4.5/image-to-video", Some(("gen4.5", "v1/image_to_video"))),
        ("gen4_image/text-to-image", Some(("gen4_image", "v1/text_to_image"))),
        ("aleph2/video-to-video", Some(("aleph2", "v1/video_to_video"))),
        ("gen4.5", None),
        ("gen4.5/uploads", None),
    ] {
        assert_eq!(wire::asked(name), found, "{name}");
    }
}

#[test]
fn every_bundled_model_has_a_path_and_roles_that_a_form_knows() {
    let bundled = RUNWAY.manifest().bundled();
    for known in bundled {
        let (_, path) = wire::asked(&known.remote_model).unwrap();
        assert_eq!(path.ends_with("image"), known.modality == Modality::Image, "{path}");
        let has = |role: Role| known.fields.iter().any(|field| field.role == role);
        assert!(has(Role::Prompt), "{}", known.remote_model);
        assert_eq!(path == "v1/image_to_video", has(Role::FirstFrame), "{}", known.remote_model);
        let named = |name: &str| known.fields.iter().any(|field| field.name == name);
        assert_eq!(named("last_image"), has(Role::LastFrame), "{}", known.remote_model);
        assert_eq!(named("images") || named("video"), has(Role::Reference), "{path}");
    }
    let ids: Vec<&str> = bundled.iter().map(|known| known.model.as_str()).collect();
    for id in ["runway-gen-4.5", "runway-gen-4.5-image-to-video", "runway-gen-4-image"] {
        assert!(ids.contains(&id), "{id}");
    }
}

#[tokio::test]
async fn bundled_prices_follow_the_inputs() {
    let peer = Peer::start(|_, _| Reply::Close).await;
    let call = call(&peer);
    let cost = async |request: Request| {
        RUNWAY.price(&call, &request).await.unwrap().map(|price| price.micros)
    };
    assert_eq!(cost(clip()).await, Some(600_000));
    let picture = |ratio: &str| request("gen4_image/text-to-image", json!({"ratio": ratio}));
    assert_eq!(cost(picture("1280:720")).await, Some(50_000));
    assert_eq!(cost(picture("1920:1080")).await, Some(80_000));
    assert_eq!(cost(picture("1168:880")).await, None, "neither of the two that have a price");
    assert_eq!(cost(request("veo3.1/text-to-video", json!({"duration": 8}))).await, None);
    assert_eq!(peer.seen(), []);
}

#[tokio::test]
async fn polls_tell_the_wait_the_progress_and_the_cost() {
    let poll = async |fixture: &'static str| -> Poll {
        let peer = Peer::start(move |_, _| replay(fixture)).await;
        RUNWAY.poll(&call(&peer), &task()).await.unwrap()
    };
    let waiting = poll(include_str!("fixtures/pending.json")).await;
    assert_eq!((waiting.state, waiting.note, waiting.cost), (PollState::Queued, None, None));
    let throttled = poll(include_str!("fixtures/throttled.json")).await;
    assert_eq!(throttled.state, PollState::Queued);
    assert!(throttled.note.unwrap().contains("waits at Runway"));
    let running = poll(include_str!("fixtures/running.json")).await;
    assert_eq!(running.state, PollState::Running { progress: Some(0.42) });
    assert_eq!(poll(include_str!("fixtures/success.json")).await.cost, Some(usd(600_000)));
    let failed = |poll: Poll| match poll.state {
        PollState::Failed { message, refunded, .. } => (message, refunded),
        other => panic!("{other:?}"),
    };
    let (message, refunded) = failed(poll(include_str!("fixtures/blocked.json")).await);
    assert!(message.starts_with("Runway's filter declined this. It says: "), "{message}");
    assert!(!refunded, "moderated work costs as much as any");
    let (message, _) = failed(poll(include_str!("fixtures/blocked_output.json")).await);
    assert!(message.starts_with("Runway's filter declined what came out."), "{message}");
    let (_, refunded) = failed(poll(include_str!("fixtures/failed.json")).await);
    assert!(refunded, "it cost nothing in the end");
    let cancelled = poll(include_str!("fixtures/cancelled.json")).await;
    assert_eq!((cancelled.state, cancelled.cost), (PollState::Cancelled, Some(usd(0))));
    let mut untold = body!("failed");
    untold["cost"] = Value::Null;
    untold["failureCode"] = "INPUT_PREPROCESSING.SAFETY.TEXT".into();
    let told = wire::parse_task(&untold).unwrap().state("Runway");
    let PollState::Failed { kind, refunded, .. } = told else { panic!("{told:?}") };
    assert_eq!((kind, refunded), (Kind::Refused, false));
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let submit = async |fixture: &'static str| {
        let peer = Peer::start(move |_, _| replay(fixture)).await;
        RUNWAY.submit(&call(&peer), &clip()).await.unwrap_err()
    };
    let error = submit(include_str!("fixtures/error_400.json")).await;
    assert_eq!(error.kind, Kind::Invalid { field: Some("ratio".into()) });
    assert!(error.message.contains("ratio: Expected '1280:720'"), "{}", error.message);
    assert!(error.raw.unwrap().contains("docUrl"));
    let error = submit(include_str!("fixtures/error_400_credits.json")).await;
    assert_eq!((error.kind, error.wire), (Kind::Credit, Wire::Answered(400)));
    assert_eq!(submit(include_str!("fixtures/error_401.json")).await.kind, Kind::Auth);
    assert_eq!(submit(include_str!("fixtures/error_404.json")).await.kind, Kind::NotFound);
    let busy = submit(include_str!("fixtures/error_429.json")).await;
    assert_eq!((busy.kind, busy.retry_after.unwrap().as_secs()), (Kind::RateLimited, 30));
    let shedding = submit(include_str!("fixtures/malformed_html_502.json")).await;
    assert_eq!((shedding.kind, shedding.wire), (Kind::Unavailable, Wire::Answered(502)));
    let named = |path: Value| {
        wire::parse_issue(&json!({"issues": [{"path": path, "message": "no"}]})).unwrap().field
    };
    for (path, field) in [
        (json!(["promptText"]), Some("prompt_text")),
        (json!(["promptImage", 0, "uri"]), Some("image")),
        (json!(["referenceImages", 1]), Some("images")),
        (json!(["videoUri"]), Some("video")),
        (json!([]), None),
    ] {
        assert_eq!(named(path).as_deref(), field);
    }
}

#[tokio::test]
async fn a_file_goes_to_the_store_without_the_key() {
    let file = Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: "not really a picture".into(),
    };
    let store = Peer::start(|_, _| Reply::Full(204, vec![], String::new())).await;
    let mut ticket = body!("upload");
    ticket["uploadUrl"] = store.url().as_str().into();
    let answer = ticket.clone();
    let peer = Peer::start(move |_, _| Reply::Json(200, answer.clone())).await;
    let uri = RUNWAY.upload(&call(&peer), &file).await.unwrap();
    assert_eq!(uri, "runway://eyJ1IjoiN2YxYyJ9");
    let asked = peer.seen();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/v1/uploads"));
    assert_eq!(asked[0].json(), json!({"filename": "reference-1.png", "type": "ephemeral"}));
    let stored = store.seen();
    assert_eq!((stored.len(), stored[0].method.as_str()), (1, "POST"));
    assert!(!stored[0].holds(KEY), "the store has seen the key");
    assert_eq!(stored[0].header("authorization"), None);
    let body = String::from_utf8(stored[0].body.clone()).unwrap();
    let at = |part: &str| body.find(part).unwrap_or_else(|| panic!("{part}: {body}"));
    assert!(at("name=\"key\"\r\n\r\nephemeral/7f1c\r\n") < at("not really a picture\r\n"));
    assert!(at("name=\"policy\"") < at("name=\"file\"; filename=\"reference-1.png\""));

    let refusing = Peer::start(|_, _| Reply::Full(403, vec![], "<Error>old</Error>".into())).await;
    ticket["uploadUrl"] = refusing.url().as_str().into();
    let answer = ticket.clone();
    let peer = Peer::start(move |_, _| Reply::Json(200, answer.clone())).await;
    let error = RUNWAY.upload(&call(&peer), &file).await.unwrap_err();
    assert_eq!(error.wire, Wire::Answered(403));
    assert_eq!(refusing.seen().len(), 1);
    // A ticket may not send files from a safe address to an unsafe one, and has to be whole.
    ticket["uploadUrl"] = "http://store.test/".into();
    let peer = Peer::start(move |_, _| Reply::Json(200, ticket.clone())).await;
    let error = RUNWAY.upload(&call(&peer), &file).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::NotSent));
    let peer = Peer::start(|_, _| Reply::Json(200, json!({"runwayUri": "runway://x"}))).await;
    let error = RUNWAY.upload(&call(&peer), &file).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::Answered(200)));
}

/// Wishes a task away that stands so before, where Runway answers so afterwards.
async fn wish(before: Value, after: Option<Value>) -> (Cancelled, Vec<Seen>) {
    let gone = std::sync::atomic::AtomicBool::new(false);
    let peer = Peer::start(move |seen, _| {
        use std::sync::atomic::Ordering::SeqCst;
        if seen.method == "DELETE" {
            gone.store(true, SeqCst);
            return Reply::Full(204, vec![], String::new());
        }
        if !gone.load(SeqCst) {
            return Reply::Json(200, before.clone());
        }
        match &after {
            Some(body) => Reply::Json(200, body.clone()),
            None => replay(include_str!("fixtures/error_404.json")),
        }
    })
    .await;
    (RUNWAY.cancel(&call(&peer), &task()).await.unwrap(), peer.seen())
}

#[tokio::test]
async fn only_what_waits_is_wished_away() {
    for waiting in [body!("pending"), body!("throttled")] {
        for after in [None, Some(body!("cancelled"))] {
            let (became, seen) = wish(waiting.clone(), after).await;
            assert_eq!(became, Cancelled::Stopped);
            assert_eq!(seen[1].method, "DELETE");
            assert_eq!(seen[1].path, format!("/v1/tasks/{ID}"));
            assert_eq!(seen[1].header("x-runway-version"), Some("2024-11-06"));
        }
    }
    let mut charged = body!("cancelled");
    charged["cost"]["credits"] = 60.into();
    for after in [charged, body!("running")] {
        let (became, _) = wish(body!("pending"), Some(after)).await;
        assert_eq!(became, Cancelled::CannotStop, "it began in between");
    }
    // Deleting these would throw away what is paid for.
    for begun in [body!("running"), body!("success"), body!("failed"), body!("cancelled")] {
        let (became, seen) = wish(begun, None).await;
        assert_eq!((became, seen.len()), (Cancelled::CannotStop, 1));
    }
}

#[tokio::test]
async fn the_balance_proves_the_key() {
    let peer = Peer::start(|_, _| replay(include_str!("fixtures/organization.json"))).await;
    let balance = RUNWAY.balance(&call(&peer)).await.unwrap();
    assert_eq!(balance, Some(usd(50_000_000)));
    assert_eq!(peer.seen()[0].path, "/v1/organization");
    let peer = Peer::start(|_, _| replay(include_str!("fixtures/error_401.json"))).await;
    assert_eq!(RUNWAY.balance(&call(&peer)).await.unwrap_err().kind, Kind::Auth);
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "id",
    "status",
    "SUCCEEDED",
    "FAILED",
    "CANCELLED",
    "PENDING",
    "THROTTLED",
    "RUNNING",
    "progress",
    "output",
    "failure",
    "failureCode",
    "SAFETY.INPUT.TEXT",
    "ASSET.INVALID",
    "cost",
    "credits",
    "creditBalance",
    "issues",
    "path",
    "message",
    "uploadUrl",
    "fields",
    "runwayUri",
    "images",
    "image",
    "last_image",
    "prompt_text",
    "https://a.test/b?c",
];

fn answers() -> Vec<Value> {
    vec![
        body!("submit"),
        body!("pending"),
        body!("throttled"),
        body!("running"),
        body!("success"),
        body!("blocked"),
        body!("blocked_output"),
        body!("failed"),
        body!("failed_asset"),
        body!("cancelled"),
        body!("upload"),
        body!("organization"),
        body!("error_400"),
        json!({"prompt_text": "x", "images": ["a"], "image": "b", "last_image": "c"}),
    ]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }
}
