//! The conformance suite, each fixture's meaning, and the wire against random JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::probe::probe;
use super::{REPLICATE, wire};
use crate::conformance::{Dialect, KEY, Peer, Reply};
use crate::fuzz::mutated;
use crate::schema::Role;
use crate::types::{Cancelled, Lookup, Modality, PollState, RemoteOutput, Request, Task, Upload};
use crate::{Call, Kind, Provider, Wire};

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

const ID: &str = "gm3qorzdhgbfurvjtvhg6dckhu";

fn request() -> Request {
    Request {
        remote_model: "black-forest-labs/flux-schnell".into(),
        inputs: serde_json::from_value(json!({"prompt": "x"})).unwrap(),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn task() -> Task {
    Task {
        remote_id: ID.into(),
        remote_model: "black-forest-labs/flux-schnell".into(),
        poll_url: Some(format!("https://api.replicate.com/v1/predictions/{ID}")),
    }
}

fn call(peer: &Peer) -> Call {
    Call::new(REPLICATE.manifest(), peer.url().clone(), Some(KEY.into())).unwrap()
}

/// Plays a recorded answer, head and all.
fn replay(fixture: &Value) -> Reply {
    let answer = &fixture["response"];
    let headers = answer["headers"].as_object().unwrap().iter();
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    headers.push(("date".into(), "Sun, 22 Nov 2026 06:00:00 GMT".into()));
    let body =
        answer["body_raw"].as_str().map_or_else(|| answer["body"].to_string(), ToOwned::to_owned);
    Reply::Full(answer["status"].as_u64().unwrap() as u16, headers, body)
}

fn dialect() -> Dialect {
    let mut unknown_word = body!("running");
    unknown_word["status"] = "rehearsing".into();
    Dialect {
        provider: &REPLICATE,
        request: request(),
        task: task(),
        accepted: (body!("queued"), ID),
        without_id: json!({"status": "starting"}),
        unfinished: vec![body!("queued"), body!("running")],
        unknown_word: Some(unknown_word),
        done: (
            body!("success"),
            vec![RemoteOutput::Link { url: "https://replicate.delivery/xezq/a/out-0.webp".into() }],
        ),
        failed: vec![
            (body!("failed"), Kind::Unavailable),
            (body!("blocked"), Kind::Refused),
            (body!("aborted"), Kind::Unavailable),
            (body!("data_removed"), Kind::NotFound),
        ],
        refusal: |status, words| json!({"title": "No", "detail": words, "status": status}),
        ticket: None,
    }
}

crate::conformance_tests!(dialect());

#[tokio::test]
async fn official_models_and_versions_are_asked_at_their_own_places() {
    let accepted = body!("queued");
    let peer = Peer::start(move |_, _| Reply::Json(201, accepted.clone())).await;
    let version = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa";
    let named = format!("owner/name:{version}");
    for model in ["black-forest-labs/flux-schnell", named.as_str(), version] {
        let request = Request { remote_model: model.into(), ..request() };
        REPLICATE.submit(&call(&peer), &request).await.unwrap();
    }
    let seen = peer.seen();
    assert_eq!(seen[0].path, fixture!("queued")["request"]["path"].as_str().unwrap());
    assert_eq!(seen[0].json(), json!({"input": {"prompt": "x"}}));
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen[0].header("cancel-after"), Some("2h"));
    assert_eq!(
        (seen[1].path.as_str(), seen[2].path.as_str()),
        ("/v1/predictions", "/v1/predictions")
    );
    assert_eq!(seen[1].json(), json!({"version": named, "input": {"prompt": "x"}}));
    assert_eq!(seen[2].json(), json!({"version": version, "input": {"prompt": "x"}}));
}

#[tokio::test]
async fn refusals_of_a_submit_say_what_to_mend() {
    for (recorded, kind, wait) in [
        (fixture!("error_401"), Kind::Auth, None),
        (fixture!("error_402"), Kind::Credit, None),
        (fixture!("error_404"), Kind::NotFound, None),
        (fixture!("error_422"), Kind::Invalid { field: Some("prompt".into()) }, None),
        (fixture!("error_429_seconds"), Kind::RateLimited, Some(7)),
        (fixture!("error_429_http_date"), Kind::RateLimited, Some(150)),
        (fixture!("malformed"), Kind::Protocol, None),
        (fixture!("malformed_html_502"), Kind::Unavailable, None),
    ] {
        let answer = recorded.clone();
        let peer = Peer::start(move |_, _| replay(&answer)).await;
        let error = REPLICATE.submit(&call(&peer), &request()).await.unwrap_err();
        let waits = error.retry_after.map(|wait| wait.as_secs());
        assert_eq!((error.kind, waits), (kind, wait), "{recorded}");
    }
    // The body says it where no header does.
    let peer = Peer::start(|_, _| Reply::Json(429, body!("error_429_seconds"))).await;
    let error = REPLICATE.submit(&call(&peer), &request()).await.unwrap_err();
    assert_eq!(error.retry_after, Some(Duration::from_secs(30)));
    // A list of fields is there only sometimes.
    let fields = json!({"detail": "Input validation failed", "invalid_fields": [{"description": "seed must be an integer"}]});
    let peer = Peer::start(move |_, _| Reply::Json(422, fields.clone())).await;
    let error = REPLICATE.submit(&call(&peer), &request()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Invalid { field: Some("seed".into()) });
}

#[test]
fn every_status_reads_as_what_it_is() {
    let read = |body: Value| wire::parse_prediction(&body).unwrap().state("Replicate");
    assert_eq!(read(body!("queued")), PollState::Queued);
    assert_eq!(read(body!("running")), PollState::Running { progress: Some(0.5) });
    assert_eq!(read(body!("canceled")), PollState::Cancelled);
    let failed = |kind, message: &str, refunded| PollState::Failed {
        kind,
        message: message.into(),
        refunded,
    };
    assert_eq!(
        read(body!("aborted")),
        failed(Kind::Unavailable, "Replicate had no machine free in time.", true)
    );
    assert_eq!(
        read(body!("failed")),
        failed(
            Kind::Unavailable,
            "Replicate could not finish this. It says: CUDA out of memory.",
            false
        )
    );
    let mut blocked = body!("failed");
    for words in [
        "NSFW content detected. Try running it again, or try a different prompt.",
        "Prediction failed: The input or output was flagged as sensitive (E005)",
        "Blocked by the safety filter",
    ] {
        blocked["error"] = words.into();
        let PollState::Failed { kind, .. } = read(blocked.clone()) else { panic!("{words}") };
        assert_eq!(kind, Kind::Refused, "{words}");
    }
    let note = |body: Value| wire::parse_prediction(&body).unwrap().note();
    assert_eq!(note(body!("running")).as_deref(), Some("50%|#####     | 2/4"));
    assert_eq!(note(body!("success")), None);
    let done = wire::parse_prediction(&body!("success")).unwrap();
    assert_eq!(done.render_time(), Some(Duration::from_millis(900)));
    let hook: Value =
        serde_json::from_str(fixture!("webhook_completed")["body_raw"].as_str().unwrap()).unwrap();
    assert!(matches!(read(hook), PollState::Done { outputs } if outputs.len() == 1));
}

#[test]
fn progress_is_the_last_percentage_of_the_log() {
    let progress = |logs: &str| {
        let mut body = body!("running");
        body["logs"] = logs.into();
        match wire::parse_prediction(&body).unwrap().state("Replicate") {
            PollState::Running { progress } => progress,
            other => panic!("{other:?}"),
        }
    };
    for (logs, part) in [
        ("", None),
        ("loading weights", None),
        ("  0%|    | 0/4\r 25%|#   | 1/4\r", Some(0.25)),
        ("100%|####| 4/4\nsaving", None),
        ("step 12.5% done", Some(0.125)),
        ("900% better", None),
    ] {
        assert_eq!(progress(logs), part, "{logs}");
    }
}

#[test]
fn outputs_of_every_form_are_found() {
    let link = |url: &str| RemoteOutput::Link { url: url.into() };
    let words = |text: &str| RemoteOutput::Text { text: text.into() };
    let at = "https://replicate.delivery/x/a";
    let cases = [
        (json!(null), vec![]),
        (json!([]), vec![]),
        (json!(at), vec![link(at)]),
        (json!([at, at]), vec![link(at), link(at)]),
        (json!({"video": at, "seed": 3, "all": [{"file": at}]}), vec![link(at), link(at)]),
        (
            json!([{"file": "https://a.test/b.png?c=1", "text": null}]),
            vec![link("https://a.test/b.png?c=1")],
        ),
        (json!("data:image/png;base64,YWJj"), vec![RemoteOutput::Inline { bytes: "abc".into() }]),
        (json!(["a ", "streamed ", "text"]), vec![words("a streamed text")]),
        (json!("see https://a.test/b.png"), vec![words("see https://a.test/b.png")]),
        (json!("https://a.test/page"), vec![words("https://a.test/page")]),
        (json!({"score": 0.5}), vec![words("{\"score\":0.5}")]),
        (json!(" "), vec![]),
    ];
    for (output, expected) in cases {
        assert_eq!(wire::parse_outputs(&output), expected, "{output}");
    }
}

#[tokio::test]
async fn only_what_never_began_is_stopped_for_free() {
    let cancel = |started: Value, status: &'static str| async move {
        let mut body = body!("canceled");
        body["started_at"] = started;
        body["status"] = status.into();
        let peer = Peer::start(move |_, _| Reply::Json(200, body.clone())).await;
        let answer = REPLICATE.cancel(&call(&peer), &task()).await.unwrap();
        let seen = peer.seen();
        assert_eq!(
            (seen[0].method.as_str(), seen[0].path.as_str()),
            ("POST", format!("/v1/predictions/{ID}/cancel").as_str())
        );
        answer
    };
    assert_eq!(cancel(Value::Null, "canceled").await, Cancelled::Stopped);
    assert_eq!(cancel(Value::Null, "aborted").await, Cancelled::Stopped);
    let began = json!("2026-11-22T06:00:01.000Z");
    assert_eq!(cancel(began.clone(), "canceled").await, Cancelled::CannotStop);
    assert_eq!(cancel(began, "succeeded").await, Cancelled::CannotStop);
    assert_eq!(cancel(Value::Null, "starting").await, Cancelled::CannotStop);
}

#[tokio::test]
async fn a_file_goes_up_as_one_part_of_a_form() {
    let peer = Peer::start(|_, _| replay(&fixture!("file_created"))).await;
    let upload = Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: "not really a picture".into(),
    };
    let url = REPLICATE.upload(&call(&peer), &upload).await.unwrap();
    assert_eq!(url, "https://api.replicate.com/v1/files/cneqzikepnug6xezperrr4z55o");
    let seen = peer.seen();
    assert_eq!(seen[0].path, "/v1/files");
    assert!(seen[0].header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8(seen[0].body.clone()).unwrap();
    assert!(body.contains(r#"name="content"; filename="reference-1.png""#), "{body}");
    assert!(body.contains("Content-Type: image/png\r\n\r\nnot really a picture\r\n"), "{body}");
}

fn lookup() -> Lookup {
    Lookup {
        remote_model: "black-forest-labs/flux-schnell".into(),
        inputs: serde_json::from_value(json!({"prompt": "x", "seed": 7})).unwrap(),
        since: "2026-11-22T05:59:00Z".parse().unwrap(),
        until: "2026-11-22T06:01:00Z".parse().unwrap(),
        client_ref: "att_0001".into(),
    }
}

#[tokio::test]
async fn lost_work_is_found_by_its_inputs() {
    let row = |id: &str, model: &str, input: Value, at: &str| {
        let mut row = body!("success");
        (row["id"], row["model"], row["input"], row["created_at"]) =
            (id.into(), model.into(), input, at.into());
        row
    };
    let own = "black-forest-labs/flux-schnell";
    let first = json!([
        row("late", own, json!({"prompt": "x", "seed": 7}), "2026-11-22T06:30:00Z"),
        row("other", "someone/else", json!({"prompt": "x", "seed": 7}), "2026-11-22T06:00:30Z"),
        row("twin", own, json!({"prompt": "x", "seed": 8}), "2026-11-22T06:00:20Z"),
    ]);
    let second = json!([row(
        "ours",
        own,
        json!({"prompt": "x", "seed": 7.0, "go_fast": true}),
        "2026-11-22T06:00:10Z"
    )]);
    let peer = Peer::start(move |seen, at| {
        if seen.path.contains("cursor") {
            Reply::Json(200, json!({"results": second, "next": "https://elsewhere.test/never"}))
        } else {
            let next = at.join("v1/predictions?cursor=b").unwrap();
            Reply::Json(200, json!({"results": first, "next": next}))
        }
    })
    .await;
    let mut asked = lookup();
    asked.inputs = serde_json::from_value(json!({"prompt": "x", "seed": 7})).unwrap();
    let found = REPLICATE.find(&call(&peer), &asked).await.unwrap().unwrap();
    let found: Vec<(&str, bool)> =
        found.iter().map(|found| (found.remote_id.as_str(), found.same_inputs)).collect();
    assert_eq!(found, [("twin", false), ("ours", true)]);
    assert_eq!(
        peer.seen()[0].path,
        "/v1/predictions?created_after=2026-11-22T05%3A59%3A00Z&created_before=2026-11-22T06%3A01%3A00Z"
    );
    assert_eq!(peer.seen()[1].path, "/v1/predictions?cursor=b");
    let endless = Peer::start(|_, at| Reply::Json(200, json!({"results": [], "next": at}))).await;
    let error = REPLICATE.find(&call(&endless), &asked).await.unwrap_err();
    assert_eq!((error.wire, endless.seen().len()), (Wire::Answered(200), 20));
}

fn model() -> Value {
    json!({
        "owner": "acme", "name": "waves-1.1", "description": "Moves water.", "is_official": true,
        "license_url": "https://acme.test/licence", "cover_image_url": "https://a.test/cover.webp",
        "default_example": {"output": ["https://replicate.delivery/x/out.mp4"]},
        "latest_version": {"id": "hidden", "openapi_schema": {"components": {"schemas": {
            "Input": {
                "type": "object", "required": ["image"],
                "properties": {
                    "mode": {"allOf": [{"$ref": "#/components/schemas/mode"}], "default": "calm", "x-order": 2},
                    "image": {"type": "string", "format": "uri", "x-order": 0},
                    "prompt": {"type": "string", "x-order": 1},
                },
            },
            "mode": {"type": "string", "enum": ["calm", "wild"]},
            "Output": {"type": "array", "items": {"type": "string", "format": "uri"}},
        }}}},
    })
}

#[tokio::test]
async fn a_model_comes_with_its_form_and_licence() {
    let peer = Peer::start(|seen, _| {
        let told = model();
        if seen.path.contains("/versions/") {
            return Reply::Json(200, told["latest_version"].clone());
        }
        if seen.path.contains("/search") {
            return Reply::Json(
                200,
                json!({"query": "waves", "models": [{"model": told, "metadata": {}}, {}]}),
            );
        }
        Reply::Json(200, told)
    })
    .await;
    let told = REPLICATE.model(&call(&peer), "acme/waves-1.1").await.unwrap().unwrap();
    assert_eq!((told.name.as_str(), told.task.as_str()), ("Waves 1.1", "image-to-video"));
    assert_eq!(told.modality, Some(Modality::Video));
    assert_eq!(told.licence.unwrap().url.as_deref(), Some("https://acme.test/licence"));
    let fields: Vec<(&str, Role)> =
        told.fields.iter().map(|field| (field.name.as_str(), field.role)).collect();
    assert_eq!(
        fields,
        [("image", Role::FirstFrame), ("prompt", Role::Prompt), ("mode", Role::Other)]
    );
    let version = REPLICATE.model(&call(&peer), "acme/waves-1.1:abc").await.unwrap().unwrap();
    assert_eq!(version.remote_model, "acme/waves-1.1:abc");
    assert_eq!(version.fields.len(), 3);
    assert_eq!(peer.seen()[1].path, "/v1/models/acme/waves-1.1/versions/abc");
    let found = REPLICATE.search(&call(&peer), "waves & foam").await.unwrap().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(peer.seen()[2].path, "/v1/search?limit=50&query=waves+%26+foam");
}

#[test]
fn what_a_model_makes_is_told_by_its_example_or_its_inputs() {
    let makes = |change: fn(&mut Value)| {
        let mut model = model();
        change(&mut model);
        wire::parse_model(&model).unwrap().modality
    };
    assert_eq!(
        makes(|m| m["default_example"]["output"] = json!({"a": "https://a.test/b.PNG"})),
        Some(Modality::Image)
    );
    assert_eq!(makes(|m| m["default_example"]["output"] = json!("https://a.test/b.wav")), None);
    assert_eq!(makes(|m| m["default_example"] = Value::Null), Some(Modality::Image));
    assert_eq!(
        makes(|m| {
            m["default_example"] = Value::Null;
            m["latest_version"]["openapi_schema"]["components"]["schemas"]["Output"] =
                json!({"type": "string"});
        }),
        None
    );
    let mut own = model();
    own["is_official"] = false.into();
    own["latest_version"]["id"] = "abc".into();
    assert_eq!(wire::parse_model(&own).unwrap().remote_model, "acme/waves-1.1:abc");
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "id",
    "status",
    "succeeded",
    "failed",
    "canceled",
    "aborted",
    "starting",
    "processing",
    "output",
    "error",
    "nsfw",
    "logs",
    "50%",
    "metrics",
    "predict_time",
    "urls",
    "get",
    "data_removed",
    "results",
    "next",
    "input",
    "models",
    "owner",
    "name",
    "latest_version",
    "https://replicate.delivery/a.png",
    "data:image/png;base64,YWJj",
];

fn answers() -> Vec<Value> {
    vec![
        body!("queued"),
        body!("running"),
        body!("success"),
        body!("blocked"),
        body!("failed"),
        body!("aborted"),
        body!("canceled"),
        body!("data_removed"),
        body!("file_created"),
        json!({"results": [body!("success")], "next": null}),
        model(),
        json!({"models": [{"model": model()}]}),
    ]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }
}
