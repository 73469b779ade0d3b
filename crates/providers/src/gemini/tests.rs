//! The conformance suite for both ways of answering, and the wire against its fixtures and random
//! JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

mod dialects;
mod files;
mod random;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{GEMINI, wire};
use crate::conformance::{KEY, Peer, Reply};
use crate::types::{Cancelled, Modality, PollState, RemoteOutput, Request, Task, Upload};
use crate::{Call, Error, Kind, Provider, Wire};

macro_rules! body {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/gemini/fixtures/",
            $name,
            ".json"
        )))
        .unwrap()["response"]["body"]
            .clone()
    };
}
use body;

fn request(model: &str, inputs: &Value) -> Request {
    Request {
        remote_model: model.into(),
        inputs: serde_json::from_value(inputs.clone()).unwrap(),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn file(content_type: &str, bytes: &'static str) -> Upload {
    Upload { name: "reference-1".into(), content_type: content_type.into(), bytes: bytes.into() }
}

fn task(id: &str) -> Task {
    Task { remote_id: id.into(), remote_model: "gemini-omni-1.2-flash".into(), poll_url: None }
}

fn call(peer: &Peer) -> Call {
    Call::new(GEMINI.manifest(), peer.url().clone(), Some(KEY.into())).unwrap()
}

async fn answering(status: u16, body: Value) -> Peer {
    Peer::start(move |_, _| Reply::Json(status, body.clone())).await
}

async fn state_of(id: &str, body: Value) -> PollState {
    let peer = answering(200, body).await;
    GEMINI.poll(&call(&peer), &task(id)).await.unwrap().state
}

fn link(url: &str) -> RemoteOutput {
    RemoteOutput::Link { url: url.into() }
}

#[tokio::test]
async fn a_picture_is_asked_for_as_the_docs_print_it() {
    let peer = answering(200, body!("image_success")).await;
    let inputs = json!({"prompt": "x", "aspect_ratio": "1:1", "resolution": "1K"});
    let request = request("gemini-3.1-flash-image", &inputs);
    GEMINI.submit(&call(&peer), &request).await.unwrap();
    let seen = peer.seen();
    let fixture: Value = serde_json::from_str(include_str!("fixtures/image_success.json")).unwrap();
    assert_eq!(seen[0].json(), fixture["request"]["json"]);
    assert_eq!(seen[0].path, "/v1/models/gemini-3.1-flash-image:generateContent");
    assert_eq!(seen[0].header("x-goog-api-key"), Some(KEY));
    assert_eq!(seen[0].header("authorization"), None);
}

#[tokio::test]
async fn references_travel_inside_after_the_words() {
    let peer = answering(200, body!("image_success")).await;
    let inputs = json!({"images": ["attached:1", "https://a.test/files/2"], "prompt": "x"});
    let mut request = request("gemini-3-pro-image", &inputs);
    request.attached.insert("attached:1".into(), file("image/png", "abc"));
    GEMINI.submit(&call(&peer), &request).await.unwrap();
    let parts = json!([
        {"text": "x"},
        {"inlineData": {"mimeType": "image/png", "data": "YWJj"}},
        {"fileData": {"fileUri": "https://a.test/files/2"}},
    ]);
    assert_eq!(peer.seen()[0].json()["contents"][0]["parts"], parts);
}

#[tokio::test]
async fn a_clip_is_asked_for_in_the_background() {
    let peer = answering(200, body!("queued")).await;
    let inputs = json!({
        "prompt": "waves", "image": "attached:1", "aspect_ratio": "16:9", "resolution": "720p",
        "duration": 5, "task": "image_to_video", "seed": 7,
    });
    let mut request = request("gemini-omni-1.2-flash", &inputs);
    request.attached.insert("attached:1".into(), file("image/png", "abc"));
    GEMINI.submit(&call(&peer), &request).await.unwrap();
    assert_eq!(peer.seen()[0].path, "/v1/interactions");
    assert_eq!(
        peer.seen()[0].json(),
        json!({
            "model": "gemini-omni-1.2-flash",
            "input": [
                {"type": "text", "text": "waves"},
                {"type": "image", "mime_type": "image/png", "data": "YWJj"},
            ],
            "background": true,
            "response_format": {
                "type": "video", "delivery": "uri", "aspect_ratio": "16:9", "resolution": "720p",
                "duration": "5s",
            },
            "generation_config": {"video_config": {"task": "image_to_video"}, "seed": 7},
        })
    );
}

#[tokio::test]
async fn references_beyond_what_a_request_holds_are_not_sent() {
    let peer = answering(200, body!("image_success")).await;
    let mut request = request("gemini-3-pro-image", &json!({"images": ["a"]}));
    let large = Upload { bytes: vec![0; 74_000_001].into(), ..file("image/png", "") };
    request.attached.insert("a".into(), large);
    let error = GEMINI.submit(&call(&peer), &request).await.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Invalid { field: None }, Wire::NotSent));
    assert!(error.hint.is_some());
    assert_eq!(peer.seen(), []);
}

#[test]
fn the_last_picture_that_is_no_thought_is_the_one() {
    let part = |data: &str, thought: bool| json!({"inlineData": {"mimeType": "image/png", "data": data}, "thought": thought});
    let bytes = |text: &'static str| RemoteOutput::Inline { bytes: text.into() };
    let parts = [part("YQ==", true), part("Yg==", false), part("Yw==", false), part("ZA==", true)];
    let answer = json!({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]});
    let told = wire::content::parse(&answer, "G").unwrap();
    assert_eq!(told.state, PollState::Done { outputs: vec![bytes("c")] });
    assert_eq!(told.drafts, [bytes("a"), bytes("b"), bytes("d")]);
}

#[test]
fn answers_without_a_picture_say_why() {
    let ended = |word: &str| {
        let answer = json!({"candidates": [{"content": {"parts": []}, "finishReason": word}]});
        match wire::content::parse(&answer, "Gemini").unwrap().state {
            PollState::Failed { kind, message, .. } => (kind, message),
            other => panic!("{other:?}"),
        }
    };
    for word in ["SAFETY", "IMAGE_PROHIBITED_CONTENT", "RECITATION", "BLOCKLIST", "SPII"] {
        assert_eq!(ended(word).0, Kind::Refused, "{word}");
    }
    for word in ["NO_IMAGE", "IMAGE_OTHER", "STOP", "MAX_TOKENS", "A_NEW_ONE"] {
        assert_eq!(ended(word).0, Kind::Unavailable, "{word}");
    }
    assert_eq!(ended("NO_IMAGE").1, "Gemini made no picture this time (no image).");
    let words = wire::content::parse(&body!("image_text_only"), "Gemini").unwrap();
    let PollState::Failed { message, .. } = words.state else { panic!("{words:?}") };
    assert_eq!(
        message,
        "Gemini answered in words and made no picture. It says: I cannot draw that."
    );
    // Nothing in these says how it ended.
    for silent in [json!({}), json!({"candidates": []}), json!({"candidates": [{"index": 0}]})] {
        assert_eq!(wire::content::parse(&silent, "Gemini"), None, "{silent}");
    }
}

#[tokio::test]
async fn interactions_read_as_their_states() {
    assert_eq!(state_of("v1_abc", body!("cancelled")).await, PollState::Cancelled);
    let ended = |status: &str, extra: Value| {
        let mut body = json!({"id": "v1_abc", "status": status});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let step = |content: Value, error: Value| {
        json!({"steps": [
            {"type": "user_input", "content": [{"type": "video", "uri": "https://in.test/"}]},
            {"type": "thought"},
            {"type": "model_output", "content": content, "error": error},
        ]})
    };
    for (body, expected, said) in [
        (ended("incomplete", json!({})), Kind::Unavailable, "could not finish"),
        (ended("budget_exceeded", json!({})), Kind::Unavailable, "budget"),
        (
            ended("failed", json!({"errors": [{"code": "safety_blocked", "message": "No faces"}]})),
            Kind::Refused,
            "No faces.",
        ),
        (
            ended("completed", step(json!([]), json!({"code": 3, "message": "too long"}))),
            Kind::Unavailable,
            "too long.",
        ),
        (
            ended("completed", step(json!([{"type": "text", "text": "I won't."}]), json!(null))),
            Kind::Refused,
            "I won't.",
        ),
    ] {
        let PollState::Failed { kind, message, .. } = state_of("v1_abc", body.clone()).await else {
            panic!("{body}")
        };
        assert_eq!(kind, expected, "{body}");
        assert!(message.contains(said), "{message}");
    }
    let outputs = vec![
        link("https://a.test/v1beta/files/x:download?alt=media"),
        RemoteOutput::Inline { bytes: "abc".into() },
        link("https://storage.test/y"),
    ];
    let content = json!([
        {"type": "video", "uri": "https://a.test/v1beta/files/x"},
        {"type": "video", "mime_type": "video/mp4", "data": "YWJj"},
        {"type": "text", "text": "Here."},
        {"type": "video", "uri": "https://storage.test/y"},
    ]);
    let done = state_of("v1_abc", ended("completed", step(content, json!(null)))).await;
    assert_eq!(done, PollState::Done { outputs });
    // Nobody can answer for the user here, but it is not over.
    let peer = answering(200, ended("requires_action", json!({}))).await;
    let waits = GEMINI.poll(&call(&peer), &task("v1_abc")).await.unwrap();
    assert_eq!(waits.state, PollState::Running { progress: None });
    assert!(waits.note.unwrap().contains("can't take"));
}

#[tokio::test]
async fn jobs_of_veo_are_followed_to_their_end() {
    let id = "models/veo-3.1-generate-preview/operations/abc";
    let peer = answering(200, body!("veo_running")).await;
    let poll = GEMINI.poll(&call(&peer), &task(id)).await.unwrap();
    assert_eq!(poll.state, PollState::Running { progress: None });
    assert_eq!(peer.seen()[0].path, format!("/v1beta/{id}"));
    assert_eq!(GEMINI.cancel(&call(&peer), &task(id)).await.unwrap(), Cancelled::CannotStop);
    let file = "https://generativelanguage.googleapis.com/v1beta/files/v1:download?alt=media";
    assert_eq!(
        state_of(id, body!("veo_success")).await,
        PollState::Done { outputs: vec![link(file)] }
    );
    for (body, expected, said) in [
        (body!("veo_blocked"), Kind::Refused, "The audio was blocked."),
        (body!("veo_failed"), Kind::Unavailable, "Internal error."),
    ] {
        let PollState::Failed { kind, message, .. } = state_of(id, body).await else { panic!() };
        assert_eq!(kind, expected);
        assert!(message.ends_with(said), "{message}");
    }
    let cancelled = json!({"name": id, "done": true, "error": {"code": 1, "message": "x"}});
    assert_eq!(state_of(id, cancelled).await, PollState::Cancelled);
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let refused = |status: u16, body: Value| async move {
        let peer = answering(status, body).await;
        GEMINI.submit(&call(&peer), &request("m", &json!({}))).await.unwrap_err()
    };
    let told =
        |error: Error| (error.kind, error.wire, error.retry_after.map(|wait| wait.as_secs()));
    for (status, body, kind, wait) in [
        (400, body!("error_400_key"), Kind::Auth, None),
        (401, body!("error_401"), Kind::Auth, None),
        (402, body!("error_402"), Kind::Credit, None),
        (429, body!("error_429_retryinfo"), Kind::RateLimited, Some(27)),
        (503, body!("error_503"), Kind::Unavailable, None),
    ] {
        let error = refused(status, body).await;
        assert_eq!(told(error), (kind, Wire::Answered(status), wait), "{status}");
    }
}

#[tokio::test]
async fn a_wish_to_stop_says_what_became_of_it() {
    for (body, expected) in [
        (body!("cancelled"), Cancelled::Stopped),
        (body!("success"), Cancelled::CannotStop),
        (body!("running"), Cancelled::CannotStop),
    ] {
        let peer = answering(200, body).await;
        assert_eq!(GEMINI.cancel(&call(&peer), &task("v1_abc")).await.unwrap(), expected);
        assert_eq!(peer.seen()[0].path, "/v1/interactions/v1_abc/cancel");
        assert_eq!(peer.seen()[0].method, "POST");
    }
}

#[tokio::test]
async fn the_list_of_models_is_read_page_by_page() {
    let peer = Peer::start(|seen, _| {
        let generates = json!(["generateContent", "countTokens"]);
        let page = if seen.path.contains("pageToken=a%2Fb%3D") {
            json!({"models": [
                {"name": "models/gemini-nano-banana-9", "supportedGenerationMethods": generates},
                {"name": "models/veo-3.1-generate-preview",
                 "supportedGenerationMethods": ["predictLongRunning"]},
            ]})
        } else {
            json!({"models": [
                {"name": "models/gemini-3-pro-image", "displayName": "Nano Banana Pro",
                 "description": "Draws.", "supportedGenerationMethods": generates},
                {"name": "models/gemini-4-argon", "supportedGenerationMethods": generates},
            ], "nextPageToken": "a/b="})
        };
        Reply::Json(200, page)
    })
    .await;
    let models = GEMINI.models(&call(&peer)).await.unwrap().unwrap();
    let told: Vec<_> = models.iter().map(|m| (m.remote_model.as_str(), m.modality)).collect();
    assert_eq!(
        told,
        [
            ("gemini-3-pro-image", Some(Modality::Image)),
            ("gemini-4-argon", None),
            ("gemini-nano-banana-9", Some(Modality::Image)),
            ("veo-3.1-generate-preview", None),
            ("gemini-omni-1.2-flash", Some(Modality::Video)),
            ("gemini-omni-1.1-flash", Some(Modality::Video)),
        ]
    );
    let bundled = GEMINI.manifest().bundled();
    let of = |name: &str| &bundled.iter().find(|known| known.remote_model == name).unwrap().fields;
    assert_eq!(&models[0].fields, of("gemini-3-pro-image"));
    assert_eq!(&models[2].fields, of("gemini-nano-banana-2.1"), "a newcomer has its sister's form");
    assert_eq!(models[0].description, "Draws.");
    assert_eq!(peer.seen().len(), 2);
    assert_eq!(GEMINI.balance(&call(&peer)).await.unwrap(), None);
}
