//! The conformance suite, each fixture's meaning, and the wire against random JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::probe::probe;
use super::{FAL, wire};
use crate::conformance::{Dialect, KEY, Peer, Reply, Seen};
use crate::fuzz::mutated;
use crate::schema::{FieldKind, Role};
use crate::types::{
    Cancelled, Commercial, Lookup, Modality, Poll, PollState, Price, RemoteOutput, Request, Task,
    Upload,
};
use crate::{Call, Error, Kind, Provider, Wire};
use wire::Outcome;

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("fixtures/", $name, ".json"))).unwrap()
    };
}

macro_rules! body {
    ($name:literal) => {
        fixture!($name)["response"]["body"].clone()
    };
}

const ID: &str = "764cabcf-b745-4b3e-ae38-1200304cf45b";

fn request() -> Request {
    let sent = fixture!("submit");
    Request {
        remote_model: "fal-ai/nano-banana-2/edit".into(),
        inputs: sent["request"]["json"].as_object().unwrap().clone(),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn task() -> Task {
    let submitted = body!("submit");
    Task {
        remote_id: ID.into(),
        remote_model: "fal-ai/nano-banana-2/edit".into(),
        poll_url: submitted["status_url"].as_str().map(ToOwned::to_owned),
    }
}

fn call(peer: &Peer) -> Call {
    Call::new(FAL.manifest(), peer.url().clone(), Some(KEY.into())).unwrap()
}

/// Plays a recorded answer, head and all.
fn replay(fixture: &Value) -> Reply {
    let answer = &fixture["response"];
    let headers = answer["headers"].as_object().unwrap().iter();
    let headers: Vec<_> =
        headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    let body =
        answer["body_raw"].as_str().map_or_else(|| answer["body"].to_string(), ToOwned::to_owned);
    Reply::Full(answer["status"].as_u64().unwrap() as u16, headers, body)
}

/// A finished request whose result is this.
async fn poll_of(result: Value) -> (Result<Poll, Error>, Vec<Seen>) {
    let finished = body!("status_completed");
    let peer = Peer::start(move |seen, _| {
        if seen.path.contains("/status") {
            Reply::Json(200, finished.clone())
        } else {
            replay(&result)
        }
    })
    .await;
    let poll = FAL.poll(&call(&peer), &task()).await;
    (poll, peer.seen())
}

fn dialect() -> Dialect {
    let mut unknown_word = body!("running");
    unknown_word["status"] = "REHEARSING".into();
    let mut done = body!("status_completed");
    done["images"] = body!("success")["images"].clone();
    Dialect {
        provider: &FAL,
        request: request(),
        task: task(),
        accepted: (body!("submit"), ID),
        without_id: json!({"status": "IN_QUEUE", "queue_position": 2}),
        unfinished: vec![body!("queued"), body!("running")],
        unknown_word: Some(unknown_word),
        done: (done, vec![RemoteOutput::Link { url: "https://v3.fal.media/files/a/1.png".into() }]),
        failed: vec![(body!("status_completed_error"), Kind::Unavailable)],
        refusal: |status, words| match status {
            422 => json!({"detail": [{"loc": ["body", "x"], "msg": words, "type": "value_error"}]}),
            _ => json!({"detail": words}),
        },
        ticket: None,
    }
}

crate::conformance_tests!(dialect());

#[tokio::test]
async fn a_size_in_pixels_is_sent_as_an_object_and_a_word_as_it_is() {
    let accepted = body!("submit");
    let peer = Peer::start(move |_, _| Reply::Json(200, accepted.clone())).await;
    let sent = |inputs: Value| Request { inputs: inputs.as_object().unwrap().clone(), ..request() };
    let wide = json!({"prompt": "1024×768", "image_size": "1024×768", "video_size": "640 × 480"});
    FAL.submit(&call(&peer), &sent(wide)).await.unwrap();
    // Sizes that an endpoint takes as texts keep their own sign and stay texts.
    let plain = json!({"prompt": "a boat", "image_size": "1024x1024", "size": "square_hd"});
    FAL.submit(&call(&peer), &sent(plain.clone())).await.unwrap();
    let seen = peer.seen();
    assert_eq!(
        seen[0].json(),
        json!({
            "prompt": "1024×768",
            "image_size": {"width": 1024, "height": 768},
            "video_size": {"width": 640, "height": 480},
        })
    );
    assert_eq!(seen[1].json(), plain);
}

#[test]
fn bundled_sizes_are_free_or_named() {
    let sizes = FAL.manifest().bundled().iter().flat_map(|known| &known.fields);
    let sizes: Vec<&FieldKind> =
        sizes.filter(|field| field.name == "image_size").map(|field| &field.kind).collect();
    assert!(!sizes.is_empty());
    for size in sizes {
        let FieldKind::Size { separator, words, .. } = size else { panic!("{size:?}") };
        assert_eq!(separator, "×");
        assert!(words.iter().any(|word| word == "landscape_16_9"), "{words:?}");
    }
}

#[tokio::test]
async fn a_submit_says_how_long_to_keep_what_it_makes() {
    let accepted = body!("submit");
    let peer = Peer::start(move |_, _| Reply::Json(200, accepted.clone())).await;
    let submitted = FAL.submit(&call(&peer), &request()).await.unwrap();
    let seen = peer.seen();
    assert_eq!(seen[0].path, fixture!("submit")["request"]["path"].as_str().unwrap());
    assert_eq!(seen[0].header("authorization"), Some(format!("Key {KEY}").as_str()));
    assert_eq!(
        seen[0].header("x-fal-object-lifecycle-preference"),
        Some(r#"{"expiration_duration_seconds":604800}"#)
    );
    assert_eq!(seen[0].json(), fixture!("submit")["request"]["json"]);
    assert_eq!(submitted.poll_url, task().poll_url);
}

#[tokio::test]
async fn a_request_is_asked_after_without_its_sub_path() {
    for (model, app) in [
        ("fal-ai/flux/dev", "fal-ai/flux"),
        ("fal-ai/flux-2/klein/4b/edit", "fal-ai/flux-2"),
        ("openai/gpt-image-2", "openai/gpt-image-2"),
        ("workflows/me/mine/run", "workflows/me/mine"),
        ("comfy/me/mine", "comfy/me/mine"),
        ("one", "one"),
    ] {
        assert_eq!(wire::app(model), app);
    }
    let running = body!("running");
    let peer = Peer::start(move |_, _| Reply::Json(202, running.clone())).await;
    FAL.poll(&call(&peer), &task()).await.unwrap();
    assert_eq!(
        peer.seen()[0].path,
        format!("/fal-ai/nano-banana-2/requests/{ID}/status?logs=1"),
        "another host's address is not followed"
    );
    let named = peer.url().join("somewhere/else/status").unwrap().to_string();
    FAL.poll(&call(&peer), &Task { poll_url: Some(named), ..task() }).await.unwrap();
    assert_eq!(peer.seen()[1].path, "/somewhere/else/status?logs=1");
}

#[tokio::test]
async fn waiting_is_told_in_words() {
    let note = |body: Value| wire::parse_status(&body).unwrap().note();
    assert_eq!(note(body!("queued")).as_deref(), Some("1 in the queue before it."));
    assert_eq!(note(body!("running")).as_deref(), Some("50%"));
    assert_eq!(note(body!("status_completed")), None);
    let mut next = body!("queued");
    next["queue_position"] = 0.into();
    assert_eq!(note(next).as_deref(), Some("Next in the queue."));
    let time = wire::parse_status(&body!("status_completed")).unwrap().render_time();
    assert_eq!(time.unwrap().as_millis(), 3200);
}

#[tokio::test]
async fn a_result_is_what_the_model_made_of_it() {
    let failed =
        |kind, message: &str| PollState::Failed { kind, message: message.into(), refunded: false };
    let link = |url: &str| RemoteOutput::Link { url: url.into() };
    let cases = [
        (
            fixture!("success"),
            PollState::Done { outputs: vec![link("https://v3.fal.media/files/a/1.png")] },
        ),
        (
            fixture!("success_video"),
            PollState::Done { outputs: vec![link("https://v3.fal.media/files/a/1.mp4")] },
        ),
        (
            fixture!("success_nsfw_flag"),
            failed(Kind::Refused, "fal's filter blanked what came out. It may be charged."),
        ),
        (
            fixture!("blocked"),
            failed(
                Kind::Refused,
                "fal's filter declined this. It says: The content could not be processed because it was flagged.",
            ),
        ),
        (
            fixture!("error_422"),
            failed(
                Kind::Invalid { field: Some("prompt".into()) },
                "fal did not accept the settings. It says: Field required.",
            ),
        ),
        (
            fixture!("failed"),
            failed(Kind::Unavailable, "fal could not finish this. It says: Internal error."),
        ),
        (
            fixture!("error_504_user_timeout"),
            failed(Kind::Unavailable, "fal could not finish this. It says: Request timed out."),
        ),
    ];
    for (result, state) in cases {
        let (poll, seen) = poll_of(result.clone()).await;
        assert_eq!(poll.unwrap().state, state, "{result}");
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[1].path, format!("/fal-ai/nano-banana-2/requests/{ID}"));
    }
}

#[tokio::test]
async fn trouble_on_the_way_to_a_result_ends_nothing() {
    let cases = [
        (fixture!("error_401"), Kind::Auth),
        (fixture!("error_429_seconds"), Kind::RateLimited),
        (fixture!("error_429_http_date"), Kind::RateLimited),
        (fixture!("malformed_html_502"), Kind::Unavailable),
        (fixture!("malformed"), Kind::Protocol),
        (
            json!({"response": {"status": 404, "headers": {}, "body": {"detail": "gone"}}}),
            Kind::NotFound,
        ),
        (
            json!({"response": {"status": 500, "headers": {}, "body": {"detail": "?"}}}),
            Kind::Unavailable,
        ),
    ];
    for (result, kind) in cases {
        assert_eq!(poll_of(result).await.0.unwrap_err().kind, kind);
    }
    for waiting in [
        json!({"response": {"status": 202, "headers": {}, "body": {"detail": "wait"}}}),
        json!({"response": {"status": 400, "headers": {}, "body": {"detail": "Request is still in progress"}}}),
    ] {
        let poll = poll_of(waiting).await.0.unwrap();
        assert_eq!(poll.state, PollState::Running { progress: None });
    }
}

#[test]
fn every_error_of_a_model_reads_as_what_to_do_about_it() {
    let read = |status, body: Value| match wire::parse_outcome("fal", status, true, &body) {
        Outcome::Ended { state: PollState::Failed { kind, .. }, .. } => kind,
        other => panic!("{other:?}"),
    };
    let detail =
        |kind: &str, loc: Value| json!({"detail": [{"type": kind, "msg": "x", "loc": loc}]});
    let invalid = |field: Option<&str>| Kind::Invalid { field: field.map(ToOwned::to_owned) };
    for (kind, loc, expected) in [
        ("content_policy_violation", json!(["body", "image_url"]), Kind::Refused),
        ("image_too_small", json!(["body", "image_url"]), invalid(Some("image_url"))),
        ("unsupported_image_format", json!(["body"]), invalid(None)),
        ("generation_timeout", json!(["body"]), Kind::Unavailable),
        ("downstream_service_error", json!(["body", "prompt"]), Kind::Unavailable),
        ("never_heard_of", json!(["body"]), Kind::Unavailable),
        ("never_heard_of", json!(["body", "seed"]), invalid(Some("seed"))),
    ] {
        assert_eq!(read(422, detail(kind, loc)), expected, "{kind}");
    }
    assert_eq!(read(400, json!({"detail": "no"})), invalid(None));
    assert_eq!(read(503, json!({"error_type": "runner_disconnected"})), Kind::Unavailable);
    let cancelled =
        wire::parse_outcome("fal", 499, true, &json!({"error_type": "client_cancelled"}));
    assert!(matches!(cancelled, Outcome::Ended { state: PollState::Cancelled, .. }));
}

#[test]
fn outputs_are_found_wherever_a_model_puts_them() {
    let read = |body: Value| match wire::parse_outcome("fal", 200, true, &body) {
        Outcome::Ended { state: PollState::Done { outputs }, note } => (outputs, note),
        other => panic!("{other:?}"),
    };
    let link = |n: u8| RemoteOutput::Link { url: format!("https://a.test/{n}") };
    let at = |n: u8| json!({"url": format!("https://a.test/{n}")});
    let cases = [
        (json!({"image": at(1), "seed": 3}), vec![link(1)]),
        (json!({"images": [at(1), at(2)], "mask": at(3)}), vec![link(1), link(2)]),
        (json!({"depth": {"map": at(4)}}), vec![link(4)]),
        (
            json!({"clip": "https://a.test/a.mp4"}),
            vec![RemoteOutput::Link { url: "https://a.test/a.mp4".into() }],
        ),
        (
            json!({"images": [{"url": "data:image/png;base64,YWJj"}]}),
            vec![RemoteOutput::Inline { bytes: "abc".into() }],
        ),
        (json!({"output": "a caption"}), vec![RemoteOutput::Text { text: "a caption".into() }]),
        (json!({"images": []}), vec![]),
    ];
    for (body, outputs) in cases {
        assert_eq!(read(body.clone()), (outputs, None), "{body}");
    }
    let half = json!({"images": [at(1), at(2)], "has_nsfw_concepts": [true, false]});
    assert_eq!(read(half), (vec![link(2)], Some("fal's filter blanked 1 of 2.".into())));
}

#[tokio::test]
async fn a_wish_to_cancel_counts_once_the_state_says_so() {
    let cancel = |status: u16, word: &'static str, result: Value| async move {
        let mut finished = body!("status_completed");
        if word == "OK" {
            finished["error_type"] = "client_cancelled".into();
        }
        let peer = Peer::start(move |seen, _| match seen.method.as_str() {
            "PUT" => Reply::Json(status, json!({"status": word})),
            _ if seen.path.contains("/status") => Reply::Json(200, finished.clone()),
            _ => replay(&result),
        })
        .await;
        let answer = FAL.cancel(&call(&peer), &task()).await;
        assert_eq!(
            peer.seen()[0].path,
            fixture!("cancel_requested")["request"]["path"].as_str().unwrap()
        );
        answer
    };
    let stopped =
        json!({"response": {"status": 499, "headers": {}, "body": {"detail": "cancelled"}}});
    assert_eq!(
        cancel(202, "CANCELLATION_REQUESTED", stopped.clone()).await.unwrap(),
        Cancelled::Stopped
    );
    assert_eq!(cancel(200, "OK", stopped.clone()).await.unwrap(), Cancelled::Stopped);
    let made = cancel(202, "CANCELLATION_REQUESTED", fixture!("success")).await;
    assert_eq!(made.unwrap(), Cancelled::CannotStop);
    let late = cancel(400, "ALREADY_COMPLETED", fixture!("success")).await;
    assert_eq!(late.unwrap(), Cancelled::CannotStop);
    assert_eq!(cancel(404, "NOT_FOUND", stopped).await.unwrap_err().kind, Kind::NotFound);
}

fn picture() -> Upload {
    Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: "not really a picture".into(),
    }
}

#[tokio::test]
async fn an_upload_shows_its_pass_and_not_the_key() {
    let peer = Peer::start(|seen, _| match seen.path.split('?').next().unwrap() {
        "/storage/auth/token" => replay(&fixture!("upload_token")),
        _ => replay(&fixture!("upload_done")),
    })
    .await;
    let url = FAL.upload(&call(&peer), &picture()).await.unwrap();
    assert_eq!(url, "https://v3.fal.media/files/a/in.png");
    let seen = peer.seen();
    assert_eq!(seen[0].path, "/storage/auth/token?storage_type=fal-cdn-v3");
    assert!(seen[0].holds(KEY));
    assert_eq!(seen[1].path, "/files/upload");
    assert!(!seen[1].holds(KEY));
    assert_eq!(seen[1].header("authorization"), Some("Bearer t"));
    assert_eq!(seen[1].header("content-type"), Some("image/png"));
    assert_eq!(seen[1].header("x-fal-file-name"), Some("reference-1.png"));
    assert_eq!(seen[1].body, picture().bytes);
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn where_the_store_is_away_the_older_way_does() {
    for token in [404, 200] {
        let store = Peer::start(|_, _| Reply::Full(200, vec![], String::new())).await;
        let put = store.url().join("put/in.png").unwrap();
        let peer = Peer::start(move |seen, _| match seen.path.split('?').next().unwrap() {
            "/storage/auth/token" => Reply::Json(token, body!("upload_token")),
            "/storage/upload/initiate" => {
                Reply::Json(200, json!({"upload_url": put, "file_url": "https://a.test/in.png"}))
            }
            _ => Reply::Json(503, json!({"detail": "away"})),
        })
        .await;
        assert_eq!(FAL.upload(&call(&peer), &picture()).await.unwrap(), "https://a.test/in.png");
        let stored = store.seen();
        assert_eq!((stored.len(), stored[0].method.as_str()), (1, "PUT"));
        assert_eq!(stored[0].body, picture().bytes);
        assert_eq!(stored[0].header("content-type"), Some("image/png"));
        assert!(!stored[0].holds(KEY));
    }
    let full = Peer::start(|seen, _| match seen.path.split('?').next().unwrap() {
        "/storage/auth/token" => Reply::Json(200, body!("upload_token")),
        _ => Reply::Json(413, json!({"detail": "too large"})),
    })
    .await;
    let error = FAL.upload(&call(&full), &picture()).await.unwrap_err();
    assert_eq!((error.wire, full.seen().len()), (Wire::Answered(413), 2));
}

#[tokio::test]
async fn every_question_has_its_own_door() {
    let home = Call::new(FAL.manifest(), "https://queue.fal.run".parse().unwrap(), None).unwrap();
    for (door, host) in [
        ("rest", "https://rest.fal.ai/"),
        ("platform", "https://api.fal.ai/"),
        ("cdn", "https://v3.fal.media/"),
    ] {
        assert_eq!(home.by_door(door).base().as_str(), host);
    }
    for (address, fine) in [
        ("https://queue.fal.run/fal-ai/flux/requests/1/status", true),
        ("https://v3.fal.media/files/upload", false),
        ("https://queue.fal.run.elsewhere.test/", false),
        ("http://queue.fal.run/", false),
    ] {
        assert_eq!(home.toward(address).is_ok(), fine, "{address}");
    }
}

fn openapi() -> Value {
    json!({
        "paths": {
            "/fal-ai/flux/dev/requests/{id}": {"get": {}},
            "/fal-ai/flux/dev": {"post": {"requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/FluxDevInput"}}}}}},
        },
        "components": {"schemas": {
            "FluxDevInput": {
                "type": "object",
                "required": ["prompt"],
                "x-fal-order-properties": ["prompt", "image_size", "seed"],
                "properties": {
                    "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                    "image_size": {"anyOf": [{"$ref": "#/components/schemas/ImageSize"}, {"enum": ["square_hd", "square"], "type": "string"}], "default": "square_hd"},
                    "prompt": {"type": "string"},
                    "sync_mode": {"type": "boolean"},
                },
            },
            "ImageSize": {"type": "object", "title": "ImageSize", "x-fal-order-properties": ["width", "height"], "properties": {
                "width": {"type": "integer", "title": "Width", "description": "The width of the generated image.", "exclusiveMinimum": 0, "maximum": 14142, "default": 512},
                "height": {"type": "integer", "title": "Height", "description": "The height of the generated image.", "exclusiveMinimum": 0, "maximum": 14142, "default": 512},
            }},
        }},
    })
}

fn entry(id: &str, openapi: Option<Value>) -> Value {
    let mut entry = json!({
        "endpoint_id": id,
        "metadata": {
            "display_name": "FLUX.1 [dev]", "category": "text-to-image", "description": " Open weights. ",
            "status": "active", "license_type": "commercial", "model_url": "https://fal.ai/models/fal-ai/flux/dev",
        },
    });
    if let Some(openapi) = openapi {
        entry["openapi"] = openapi;
    }
    entry
}

#[tokio::test]
async fn the_catalogue_is_read_page_by_page() {
    let peer = Peer::start(|seen, _| {
        let (id, next) = if seen.path.contains("cursor=b%3D") {
            ("fal-ai/never-heard-of", Value::Null)
        } else {
            ("fal-ai/flux/dev", "b=".into())
        };
        let page = json!({"models": [entry(id, None), {"metadata": {}}], "has_more": !next.is_null(), "next_cursor": next});
        Reply::Json(200, page)
    })
    .await;
    let models = FAL.models(&call(&peer)).await.unwrap().unwrap();
    let names: Vec<&str> = models.iter().map(|model| model.remote_model.as_str()).collect();
    assert_eq!(names, ["fal-ai/flux/dev", "fal-ai/never-heard-of"]);
    assert!(!models[0].fields.is_empty(), "the bundled fields stand in");
    assert!(models[1].fields.is_empty());
    assert_eq!(models[0].modality, Some(Modality::Image));
    assert_eq!(models[0].licence.as_ref().unwrap().commercial, Commercial::Yes);
    assert_eq!(peer.seen()[1].path, "/v1/models?limit=100&status=active&cursor=b%3D");
    let found = FAL.search(&call(&peer), "flux dev").await.unwrap().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(peer.seen()[2].path, "/v1/models?limit=50&status=active&q=flux+dev");
}

#[tokio::test]
async fn one_model_comes_with_its_form() {
    let peer = Peer::start(|_, _| {
        Reply::Json(200, json!({"models": [entry("fal-ai/flux/dev", Some(openapi()))]}))
    })
    .await;
    let model = FAL.model(&call(&peer), "fal-ai/flux/dev").await.unwrap().unwrap();
    let fields: Vec<(&str, Role, bool)> =
        model.fields.iter().map(|field| (field.name.as_str(), field.role, field.hidden)).collect();
    assert_eq!(
        fields,
        [
            ("prompt", Role::Prompt, false),
            ("image_size", Role::Shape, false),
            ("seed", Role::Seed, false),
            ("sync_mode", Role::Other, true),
        ]
    );
    assert_eq!(
        model.fields[1].kind,
        FieldKind::Size {
            min: 64,
            max: 14142,
            separator: "×".into(),
            options: Vec::new(),
            words: vec!["square_hd".into(), "square".into()],
        }
    );
    assert_eq!(
        peer.seen()[0].path,
        "/v1/models?expand=openapi-3.0&endpoint_id=fal-ai%2Fflux%2Fdev"
    );
    assert_eq!(FAL.model(&call(&peer), "fal-ai/other").await.unwrap(), None);
}

#[tokio::test]
async fn a_price_is_worked_out_from_its_unit() {
    let price = |unit: &'static str, inputs: Value| async move {
        let mut prices = body!("pricing");
        prices["prices"][0]["unit"] = unit.into();
        let peer = Peer::start(move |_, _| Reply::Json(200, prices.clone())).await;
        let request = Request {
            remote_model: "fal-ai/flux/dev".into(),
            inputs: inputs.as_object().unwrap().clone(),
            ..request()
        };
        let price = FAL.price(&call(&peer), &request).await.unwrap();
        assert_eq!(peer.seen()[0].path, "/v1/models/pricing?endpoint_id=fal-ai%2Fflux%2Fdev");
        price.map(|Price { micros, exact, .. }| (micros, exact))
    };
    for (unit, inputs, expected) in [
        ("images", json!({}), (25_000, true)),
        ("image", json!({"num_images": 3}), (75_000, true)),
        ("image", json!({"resolution": "4K"}), (25_000, false)),
        ("megapixels", json!({"image_size": "square_hd"}), (50_000, false)),
        (
            "megapixels",
            json!({"image_size": {"width": 512, "height": 512}, "num_images": 2}),
            (50_000, false),
        ),
        ("megapixels", json!({"image_size": "2048×1024"}), (75_000, false)),
        ("megapixels", json!({}), (25_000, false)),
        ("seconds", json!({"duration": 5}), (125_000, false)),
        ("seconds", json!({"duration": "8s"}), (200_000, false)),
        ("seconds", json!({"duration": "auto"}), (25_000, false)),
        ("compute seconds", json!({}), (25_000, false)),
    ] {
        assert_eq!(price(unit, inputs.clone()).await, Some(expected), "{unit} {inputs}");
    }
    let none = Peer::start(|_, _| Reply::Json(200, json!({"prices": []}))).await;
    assert_eq!(FAL.price(&call(&none), &request()).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_without_a_look_at_the_money_is_still_a_key() {
    let rich = Peer::start(|_, _| {
        Reply::Json(
            200,
            json!({"username": "me", "credits": {"current_balance": 24.5, "currency": "USD"}}),
        )
    })
    .await;
    assert_eq!(FAL.balance(&call(&rich)).await.unwrap().unwrap().micros, 24_500_000);
    let plain = Peer::start(|seen, _| match seen.method.as_str() {
        "GET" => {
            Reply::Json(403, json!({"error": {"type": "forbidden", "message": "admins only"}}))
        }
        _ => replay(&fixture!("upload_token")),
    })
    .await;
    assert_eq!(FAL.balance(&call(&plain)).await.unwrap(), None);
    let wrong = Peer::start(|_, _| replay(&fixture!("error_401"))).await;
    assert_eq!(FAL.balance(&call(&wrong)).await.unwrap_err().kind, Kind::Auth);
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "request_id",
    "status_url",
    "status",
    "COMPLETED",
    "IN_QUEUE",
    "error",
    "error_type",
    "client_cancelled",
    "logs",
    "message",
    "metrics",
    "images",
    "video",
    "url",
    "https://a.test/b.png",
    "data:image/png;base64,YWJj",
    "has_nsfw_concepts",
    "detail",
    "type",
    "loc",
    "content_policy_violation",
    "models",
    "endpoint_id",
    "openapi",
    "prices",
    "unit_price",
    "credits",
];

fn answers() -> Vec<Value> {
    vec![
        body!("submit"),
        body!("queued"),
        body!("running"),
        body!("status_completed"),
        body!("status_completed_error"),
        body!("success"),
        body!("success_nsfw_flag"),
        body!("success_video"),
        body!("blocked"),
        body!("failed"),
        body!("pricing"),
        body!("upload_token"),
        body!("upload_done"),
        json!({"models": [entry("fal-ai/flux/dev", Some(openapi()))], "next_cursor": "x"}),
    ]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS), status in 200u16..600) {
        probe(&answer, status);
    }
}

fn lookup() -> Lookup {
    let inputs = json!({"prompt": "cat astronaut", "seed": 7.0, "image_size": "512×256"});
    Lookup {
        remote_model: "fal-ai/flux/dev".into(),
        client_ref: "att_0001".into(),
        inputs: inputs.as_object().unwrap().clone(),
        since: "2026-11-21T23:59:00Z".parse().unwrap(),
        until: "2026-11-22T00:03:00Z".parse().unwrap(),
    }
}

/// An account whose list of requests has these pages.
async fn listing(pages: Vec<Value>) -> Peer {
    let asked = AtomicUsize::new(0);
    Peer::start(move |_, _| {
        let n = asked.fetch_add(1, Ordering::SeqCst).min(pages.len() - 1);
        Reply::Json(200, pages[n].clone())
    })
    .await
}

#[tokio::test]
async fn lost_work_is_looked_for_in_the_list_of_requests() {
    let mut last = body!("requests");
    last["items"].as_array_mut().unwrap().remove(0);
    (last["has_more"], last["next_cursor"]) = (json!(false), Value::Null);
    let peer = listing(vec![body!("requests"), last]).await;
    let found = FAL.find(&call(&peer), &lookup()).await.unwrap().unwrap();
    let same: Vec<&str> =
        found.iter().filter(|row| row.same_inputs).map(|row| row.remote_id.as_str()).collect();
    assert_eq!((found.len(), same), (3, vec!["a1b2c3d4-e5f6-7890-abcd-ef1234567890"]));
    let asked: Vec<String> = peer.seen().into_iter().map(|seen| seen.path).collect();
    let list = "/v1/models/requests/by-endpoint?limit=100&expand=payloads\
                &endpoint_id=fal-ai%2Fflux%2Fdev&start=2026-11-21T23%3A59%3A00Z";
    assert_eq!(asked, [list.to_owned(), format!("{list}&cursor=Mg%3D%3D")]);

    // What was sent at another time or to another endpoint is not ours.
    for other in [
        Lookup { since: "2026-11-22T00:01:00Z".parse().unwrap(), ..lookup() },
        Lookup { remote_model: "fal-ai/flux/schnell".into(), ..lookup() },
    ] {
        let mut page = body!("requests");
        page["has_more"] = json!(false);
        let peer = listing(vec![page]).await;
        assert_eq!(FAL.find(&call(&peer), &other).await.unwrap(), Some(vec![]));
    }
}

#[tokio::test]
async fn a_list_that_does_not_tell_all_proves_nothing() {
    let mut silent = body!("requests");
    silent["items"][1].as_object_mut().unwrap().remove("json_input");
    let mut timeless = body!("requests");
    timeless["items"][1]["sent_at"] = Value::Null;
    for page in [silent, timeless, json!({}), json!([]), json!({"items": [{}]})] {
        let peer = listing(vec![page]).await;
        let error = FAL.find(&call(&peer), &lookup()).await.unwrap_err();
        assert_eq!(error.kind, Kind::Protocol);
    }
    // A list without an end.
    let peer = listing(vec![body!("requests")]).await;
    assert!(FAL.find(&call(&peer), &lookup()).await.is_err());
    // A key that may render and not read the list: nothing is held for it.
    for status in [401, 403] {
        let peer = Peer::start(move |_, _| Reply::Json(status, json!({"detail": "no"}))).await;
        assert_eq!(FAL.find(&call(&peer), &lookup()).await.unwrap(), None);
    }
}
