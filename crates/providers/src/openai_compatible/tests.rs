//! The conformance suite for each way that work is asked for, and the wire against its fixtures and random
//! JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use super::probe::probe;
use super::wire::Way;
use super::{OPENAI_COMPATIBLE, wire};
use crate::conformance::{Dialect, KEY, Peer, Reply, Seen};
use crate::fuzz::mutated;
use crate::types::{Cancelled, Modality, Poll, PollState, RemoteOutput, Request, Task, Upload};
use crate::{Call, Error, Kind, Provider, Wire};

macro_rules! fixture {
    ($name:literal) => {{
        let text = include_str!(concat!("fixtures/", $name, ".json"));
        serde_json::from_str::<Value>(text).unwrap()["response"].clone()
    }};
}

macro_rules! body {
    ($name:literal) => {
        fixture!($name)["body"].clone()
    };
}

fn request(remote_model: &str, inputs: Value) -> Request {
    Request {
        remote_model: remote_model.into(),
        inputs: serde_json::from_value(inputs).unwrap(),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn with_files(mut request: Request, names: &[&str]) -> Request {
    for name in names {
        let file = Upload {
            name: format!("{name}.png"),
            content_type: "image/png".into(),
            bytes: format!("bytes of {name}").into(),
        };
        request.attached.insert((*name).to_owned(), file);
    }
    request
}

fn task(remote_model: &str, remote_id: &str) -> Task {
    Task { remote_id: remote_id.into(), remote_model: remote_model.into(), poll_url: None }
}

fn refusal(_: u16, words: &str) -> Value {
    json!({"error": {"message": words, "type": "x", "param": null, "code": null}})
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

mod images {
    use super::*;

    fn dialect() -> Dialect {
        let success = body!("image_success");
        let base = Url::parse("http://127.0.0.1:9/v1").unwrap();
        Dialect {
            provider: &OPENAI_COMPATIBLE,
            request: request("images/qwen/qwen-image", json!({"prompt": "x"})),
            task: task("images/qwen/qwen-image", "x"),
            accepted: (success.clone(), ""),
            without_id: json!({"created": 1, "data": [{"b64_json": "", "url": null}]}),
            unfinished: vec![],
            unknown_word: None,
            done: (success.clone(), wire::parse_outputs(&base, &success)),
            failed: vec![],
            refusal,
            ticket: None,
        }
    }

    crate::conformance_tests!(dialect());
}

mod videos {
    use super::*;

    fn dialect() -> Dialect {
        Dialect {
            provider: &OPENAI_COMPATIBLE,
            request: request("videos/local-video", json!({"prompt": "waves", "seconds": 4})),
            task: task("videos/local-video", "video_123"),
            accepted: (body!("queued"), "video_123"),
            without_id: json!({"object": "video", "status": "queued"}),
            unfinished: vec![body!("queued"), body!("running")],
            unknown_word: Some(with(body!("running"), "status", "rehearsing")),
            done: (
                body!("success"),
                vec![RemoteOutput::Link { url: "/videos/video_123/content".into() }],
            ),
            failed: vec![
                (body!("failed"), Kind::Unavailable),
                (body!("blocked_video"), Kind::Refused),
                (body!("vllm_omni_failed"), Kind::Unavailable),
            ],
            refusal,
            ticket: None,
        }
    }

    crate::conformance_tests!(dialect());
}

mod jobs {
    use super::*;

    fn dialect() -> Dialect {
        let done = body!("sdcpp_completed");
        let picture = json!({"data": done["result"]["images"]});
        let base = Url::parse("http://127.0.0.1:9/v1").unwrap();
        Dialect {
            provider: &OPENAI_COMPATIBLE,
            request: request("sdcpp/img_gen", json!({"prompt": "x"})),
            task: task("sdcpp/img_gen", "job_1"),
            accepted: (body!("sdcpp_submit"), "job_1"),
            without_id: json!({"kind": "img_gen", "status": "queued"}),
            unfinished: vec![body!("sdcpp_queued"), body!("sdcpp_generating")],
            unknown_word: Some(with(body!("sdcpp_queued"), "status", "warming")),
            done: (done, wire::parse_outputs(&base, &picture)),
            failed: vec![(body!("sdcpp_failed"), Kind::Unavailable)],
            refusal: |_, words| json!({"error": words}),
            ticket: None,
        }
    }

    crate::conformance_tests!(dialect());
}

/// A server that answers everything with this, its address below `/v1`, and what it has seen.
async fn peer(status: u16, body: Value) -> (Peer, Call) {
    let peer = Peer::start(move |_, _| Reply::Json(status, body.clone())).await;
    let base = peer.url().join("some/where/v1").unwrap();
    let call = Call::new(OPENAI_COMPATIBLE.manifest(), base, Some(KEY.into())).unwrap();
    (peer, call)
}

async fn polled(fixture: Value, task: &Task) -> (Result<Poll, Error>, Seen) {
    let status = u16::try_from(fixture["status"].as_u64().unwrap()).unwrap();
    let (peer, call) = peer(status, fixture["body"].clone()).await;
    let poll = OPENAI_COMPATIBLE.poll(&call, task).await;
    (poll, peer.seen().remove(0))
}

#[tokio::test]
async fn a_failed_run_is_told_with_any_status() {
    let video = task("videos/local-video", "video_123");
    let (poll, seen) = polled(fixture!("vllm_omni_failed"), &video).await;
    assert_eq!(seen.path, "/some/where/v1/videos/video_123");
    let PollState::Failed { kind, message, .. } = poll.unwrap().state else { panic!("it failed") };
    assert_eq!(kind, Kind::Unavailable);
    assert!(message.contains("OOM"), "{message}");
    // Whatever else comes with such a status is no answer about the run.
    for status in ["queued", "completed"] {
        let mut odd = fixture!("vllm_omni_failed");
        odd["body"]["status"] = status.into();
        let error = polled(odd, &video).await.0.unwrap_err();
        assert_eq!((error.kind, error.wire), (Kind::Unavailable, Wire::Answered(500)), "{status}");
    }
    let mut declined = fixture!("vllm_omni_failed");
    (declined["status"], declined["body"]["error"]["code"]) = (json!(422), json!(422));
    let poll = polled(declined, &video).await.0.unwrap();
    let PollState::Failed { kind, .. } = poll.state else { panic!("it failed") };
    assert_eq!(kind, Kind::Invalid { field: None });
    let error = polled(fixture!("content_not_ready"), &video).await.0.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::NotFound, Wire::Answered(404)));
}

#[tokio::test]
async fn progress_and_a_place_in_the_queue_are_told() {
    let video = task("videos", "video_123");
    let running = polled(fixture!("running"), &video).await.0.unwrap();
    assert_eq!(running.state, PollState::Running { progress: Some(0.42) });
    let deleted = polled(fixture!("sglang_deleted"), &video).await.0.unwrap();
    assert_eq!(deleted.state, PollState::Cancelled);
    let job = task("sdcpp/vid_gen", "job_1");
    let mut queued = fixture!("sdcpp_queued");
    queued["body"]["queue_position"] = json!(2);
    let (poll, seen) = polled(queued, &job).await;
    assert_eq!(poll.unwrap().note.as_deref(), Some("Place 2 in the queue."));
    assert_eq!(seen.path, "/some/where/sdcpp/v1/jobs/job_1");
    let cancelled = polled(fixture!("sdcpp_cancelled"), &job).await.0.unwrap();
    assert_eq!(cancelled.state, PollState::Cancelled);
    let gone = polled(fixture!("sdcpp_gone"), &job).await.0.unwrap_err();
    assert_eq!((gone.kind, gone.wire), (Kind::NotFound, Wire::Answered(410)));
    let mut clip = fixture!("sdcpp_completed");
    clip["body"]["result"] = json!({"output_format": "webm", "b64_json": "AAAA"});
    let clip = polled(clip, &job).await.0.unwrap();
    let bytes = bytes::Bytes::from_static(&[0, 0, 0]);
    assert_eq!(clip.state, PollState::Done { outputs: vec![RemoteOutput::Inline { bytes }] });
}

#[tokio::test]
async fn refusals_read_as_what_they_mean() {
    for (fixture, kind, wait) in [
        (fixture!("error_401"), Kind::Auth, None),
        (fixture!("error_429_seconds"), Kind::RateLimited, Some(Duration::from_secs(7))),
        (fixture!("sdcpp_queue_full_429"), Kind::RateLimited, None),
        (fixture!("error_429_quota"), Kind::Credit, None),
        (fixture!("blocked"), Kind::Refused, None),
        (fixture!("malformed_html_502"), Kind::Unavailable, None),
        (fixture!("malformed"), Kind::Protocol, None),
        (fixture!("error_429_http_date"), Kind::RateLimited, Some(Duration::ZERO)),
    ] {
        for model in ["images", "videos", "video", "sdcpp/vid_gen"] {
            let headers = fixture["headers"].as_object().unwrap();
            let mut headers: Vec<(String, String)> = headers
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect();
            // A clock that is past the date, so that the wait is over whenever this runs.
            headers.push(("date".into(), "Sun, 22 Nov 2026 07:00:00 GMT".into()));
            let text = fixture["body_raw"].as_str();
            let text = text.map_or_else(|| fixture["body"].to_string(), ToOwned::to_owned);
            let status = u16::try_from(fixture["status"].as_u64().unwrap()).unwrap();
            let peer =
                Peer::start(move |_, _| Reply::Full(status, headers.clone(), text.clone())).await;
            let call = Call::new(OPENAI_COMPATIBLE.manifest(), peer.url().clone(), None).unwrap();
            let request = request(model, json!({"prompt": "x"}));
            let error = OPENAI_COMPATIBLE.submit(&call, &request).await.unwrap_err();
            assert_eq!((&error.kind, error.retry_after), (&kind, wait), "{model} {fixture}");
            assert_eq!(error.wire, Wire::Answered(status));
            assert_eq!(peer.seen()[0].header("authorization"), None, "no key, no header");
        }
    }
}

#[tokio::test]
async fn a_link_may_be_relative_or_name_the_server_as_it_sees_itself() {
    let (peer, call) = peer(200, body!("localai_image")).await;
    let request = request("images/stablediffusion", json!({"prompt": "x"}));
    let submitted = OPENAI_COMPATIBLE.submit(&call, &request).await.unwrap();
    let link = |url: &str| RemoteOutput::Link { url: url.into() };
    let as_said = link("http://localhost:8080/generated-images/b64123.png");
    assert_eq!(submitted.at_once.unwrap().state, PollState::Done { outputs: vec![as_said] });
    let seen = peer.seen().remove(0);
    assert_eq!(seen.path, "/some/where/v1/images/generations");
    assert_eq!(seen.json(), json!({"model": "stablediffusion", "prompt": "x"}));

    let far = Url::parse("http://192.168.0.7:8080/v1").unwrap();
    let read = |url: &str| wire::parse_outputs(&far, &json!({"data": [{"url": url}]}));
    for (said, meant) in [
        ("http://localhost:8080/a.png?b=1", "http://192.168.0.7:8080/a.png?b=1"),
        ("http://127.0.0.1/a.png", "http://192.168.0.7:8080/a.png"),
        ("/generated-images/a.png", "http://192.168.0.7:8080/generated-images/a.png"),
        ("https://cdn.test/a.png", "https://cdn.test/a.png"),
    ] {
        assert_eq!(read(said), [link(meant)], "{said}");
    }
    assert_eq!(read("file:///etc/passwd"), []);
    assert_eq!(read(""), []);
    let bytes = bytes::Bytes::from_static(b"abc");
    assert_eq!(read("data:image/png;base64,YWJj"), [RemoteOutput::Inline { bytes }]);
}

#[tokio::test]
async fn work_is_asked_for_in_each_servers_way() {
    let (peer, call) = peer(200, with(body!("image_success"), "id", "x")).await;
    for (model, inputs) in [
        ("images/m", json!({"prompt": "x", "image": ["a", "b"], "mask_image": "c", "seed": 7})),
        ("images", json!({"prompt": "x", "image": ["a"]})),
        ("images/m", json!({"prompt": "x", "ref_images": ["a"], "step": 9})),
        ("videos", json!({"prompt": "x", "seconds": 4, "input_reference": "a"})),
        ("video/m", json!({"prompt": "x", "start_image": "a"})),
        (
            "sdcpp/img_gen",
            json!({"prompt": "x", "ref_images": ["a"], "sample_steps": 9, "txt_cfg": 3.5, "seed": 7}),
        ),
    ] {
        let request = with_files(request(model, inputs), &["a", "b", "c"]);
        OPENAI_COMPATIBLE.submit(&call, &request).await.unwrap();
    }
    let seen = peer.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| &*seen.path).collect();
    assert_eq!(
        paths,
        [
            "/some/where/v1/images/edits",
            "/some/where/v1/images/edits",
            "/some/where/v1/images/generations",
            "/some/where/v1/videos",
            "/some/where/video",
            "/some/where/sdcpp/v1/img_gen",
        ]
    );
    let holds = |n: usize, parts: &[&str]| {
        for part in parts {
            assert!(seen[n].holds(part), "{part} in {}", String::from_utf8_lossy(&seen[n].body));
        }
    };
    holds(
        0,
        &[
            "name=\"model\"\r\n\r\nm\r\n",
            "name=\"image[]\"; filename=\"a.png\"",
            "name=\"image[]\"; filename=\"b.png\"",
            "name=\"mask_image\"; filename=\"c.png\"",
            "name=\"seed\"\r\n\r\n7\r\n",
            "image/png",
            "bytes of c",
        ],
    );
    holds(1, &["name=\"image\"; filename=\"a.png\""]);
    assert!(!seen[1].holds("name=\"model\""), "the server's own model has no name");
    let a = "Ynl0ZXMgb2YgYQ==";
    let expected = json!({"model": "m", "prompt": "x", "ref_images": [a], "step": 9});
    assert_eq!(seen[2].json(), expected);
    holds(3, &["name=\"input_reference\"; filename=\"a.png\"", "name=\"seconds\"\r\n\r\n4\r\n"]);
    assert_eq!(seen[4].json(), json!({"model": "m", "prompt": "x", "start_image": a}));
    let expected = json!({
        "prompt": "x", "ref_images": [a], "seed": 7,
        "sample_params": {"sample_steps": 9, "guidance": {"txt_cfg": 3.5}},
    });
    assert_eq!(seen[5].json(), expected);
}

#[tokio::test]
async fn a_wish_to_cancel_is_answered_with_what_became_of_it() {
    let (video, job) = (task("videos/m", "video_123"), task("sdcpp/img_gen", "job_1"));
    for (fixture, task, path, became) in [
        (
            fixture!("video_delete"),
            &video,
            "DELETE /some/where/v1/videos/video_123",
            Cancelled::Stopped,
        ),
        // SGLang paints on.
        (
            fixture!("sglang_deleted"),
            &video,
            "DELETE /some/where/v1/videos/video_123",
            Cancelled::CannotStop,
        ),
        (
            fixture!("content_not_ready"),
            &video,
            "DELETE /some/where/v1/videos/video_123",
            Cancelled::CannotStop,
        ),
        (
            fixture!("sdcpp_cancelled"),
            &job,
            "POST /some/where/sdcpp/v1/jobs/job_1/cancel",
            Cancelled::Stopped,
        ),
        (
            fixture!("sdcpp_gone"),
            &job,
            "POST /some/where/sdcpp/v1/jobs/job_1/cancel",
            Cancelled::CannotStop,
        ),
    ] {
        let status = u16::try_from(fixture["status"].as_u64().unwrap()).unwrap();
        let (peer, call) = peer(status, fixture["body"].clone()).await;
        assert_eq!(OPENAI_COMPATIBLE.cancel(&call, task).await.unwrap(), became, "{fixture}");
        let seen = peer.seen().remove(0);
        assert_eq!(format!("{} {}", seen.method, seen.path), path);
    }
    let (peer, call) = peer(200, json!({})).await;
    let picture = task("images", "");
    let became = OPENAI_COMPATIBLE.cancel(&call, &Task { remote_id: "x".into(), ..picture }).await;
    assert_eq!(became.unwrap(), Cancelled::CannotStop);
    assert_eq!(peer.seen(), []);
    let (_peer, call) = self::peer(401, body!("error_401")).await;
    assert_eq!(OPENAI_COMPATIBLE.cancel(&call, &video).await.unwrap_err().kind, Kind::Auth);
}

#[tokio::test]
async fn models_are_offered_for_what_they_make() {
    let list = json!({"object": "list", "data": [
        {"id": "Qwen/Qwen-Image", "object": "model", "created": 1, "owned_by": "vllm"},
        {"id": "Wan-AI/Wan2.2-T2V-A14B-Diffusers", "object": "model", "owned_by": "sglang"},
        {"id": "flux.1-dev", "object": "model"},
        {"id": "ltx-2", "object": "model"},
        {"id": "sd-cpp-local", "object": "model", "owned_by": "local"},
        {"id": "openai/gpt-image-2", "object": "model", "owned_by": "openai"},
        {"id": "mystery", "object": "model", "owned_by": "me"},
        {"id": "mystery-2", "mode": "video_generation", "owned_by": "me"},
        {"id": "reader", "pipeline_tag": "image-to-text", "owned_by": "me"},
        {"id": "llama-4-scout", "object": "model"},
        {"id": "has space", "object": "model", "owned_by": "me"},
        {"object": "model"},
    ]});
    let (peer, call) = peer(200, list).await;
    let models = OPENAI_COMPATIBLE.models(&call).await.unwrap().unwrap();
    assert_eq!(peer.seen()[0].path, "/some/where/v1/models");
    let offered: Vec<(&str, Modality)> =
        models.iter().map(|model| (&*model.remote_model, model.modality.unwrap())).collect();
    let (image, video) = (Modality::Image, Modality::Video);
    assert_eq!(
        offered,
        [
            ("images", image),
            ("videos", video),
            ("images/Qwen/Qwen-Image", image),
            ("videos/Wan-AI/Wan2.2-T2V-A14B-Diffusers", video),
            ("images/flux.1-dev", image),
            ("video/ltx-2", video),
            ("sdcpp/img_gen", image),
            ("sdcpp/vid_gen", video),
            ("images/openai/gpt-image-2", image),
            ("images/mystery", image),
            ("videos/mystery", video),
            ("videos/mystery-2", video),
        ]
    );
    for model in &models {
        assert!(Way::of(&model.remote_model).is_some(), "{}", model.remote_model);
        assert!(!model.fields.is_empty());
    }
    let takes = |n: usize, name: &str| models[n].fields.iter().any(|field| field.name == name);
    assert!(takes(0, "mask") && !takes(0, "mask_image"));
    assert!(takes(2, "mask_image") && !takes(2, "mask"), "vLLM-Omni's name for it");
    assert!(
        takes(4, "ref_images") && takes(4, "step") && !takes(4, "image"),
        "LocalAI has no edits"
    );
    assert!(takes(8, "image") && !takes(8, "seed"), "OpenAI declines what it does not know");

    // A server without a list may still be asked.
    let (_peer, call) = self::peer(404, json!({"detail": "Not Found"})).await;
    assert_eq!(OPENAI_COMPATIBLE.models(&call).await.unwrap().unwrap().len(), 2);
    assert!(OPENAI_COMPATIBLE.balance(&call).await.unwrap().is_none());
    let (_peer, call) = self::peer(401, body!("error_401")).await;
    assert_eq!(OPENAI_COMPATIBLE.balance(&call).await.unwrap_err().kind, Kind::Auth);
}

#[tokio::test]
async fn an_address_that_ends_too_early_is_said_to() {
    let peer = Peer::start(|seen, _| match seen.path.as_str() {
        "/v1/models" | "/gateway/v1/models" => Reply::Json(200, json!({"data": []})),
        _ => Reply::Json(404, json!({"detail": "Not Found"})),
    })
    .await;
    for (path, works) in [("/v1", true), ("/v1/", true), ("/gateway", false), ("/", false)] {
        let base = peer.url().join(path).unwrap();
        let call = Call::new(OPENAI_COMPATIBLE.manifest(), base, None).unwrap();
        let checked = OPENAI_COMPATIBLE.balance(&call).await;
        assert_eq!(checked.is_ok(), works, "{path}");
        if let Err(error) = checked {
            assert!(error.hint.unwrap().contains("/v1"));
        }
    }
}

#[test]
fn a_server_in_the_house_needs_no_https_and_gets_no_key_without_it() {
    let base = || Url::parse("http://192.168.0.7:8000/v1").unwrap();
    assert!(Call::new(OPENAI_COMPATIBLE.manifest(), base(), None).is_ok());
    assert!(Call::new(OPENAI_COMPATIBLE.manifest(), base(), Some(KEY.into())).is_err());
    let call = Call::new(OPENAI_COMPATIBLE.manifest(), base(), None).unwrap();
    assert!(call.key_for_results().is_none());
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "data",
    "b64_json",
    "url",
    "id",
    "status",
    "queued",
    "in_progress",
    "completed",
    "failed",
    "cancelled",
    "deleted",
    "progress",
    "error",
    "code",
    "message",
    "moderation_blocked",
    "result",
    "images",
    "queue_position",
    "owned_by",
    "vllm",
    "/a.png",
    "http://localhost:1/x",
    "iVBORw0KGgo=",
];

fn answers() -> Vec<Value> {
    vec![
        body!("image_success"),
        body!("localai_image"),
        body!("queued"),
        body!("running"),
        body!("success"),
        body!("failed"),
        body!("vllm_omni_failed"),
        body!("sglang_deleted"),
        body!("sdcpp_queued"),
        body!("sdcpp_completed"),
        body!("sdcpp_failed"),
        json!({"data": [{"id": "x", "object": "model", "type": ["image"]}]}),
    ]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }
}
