//! The conformance suite, snapshots of the wire, and parsers under random JSON.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::probe::probe;
use super::{WAVESPEED, wire};
use crate::conformance::{Dialect, KEY, Peer, Reply, Seen};
use crate::fuzz::any_json;
use crate::types::{Cancelled, Lookup, PollState, RemoteOutput, Request, Task, Upload};
use crate::{Call, Kind, Provider, Wire};

/// A recorded exchange by its file name.
macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("fixtures/", $name, ".json"))).unwrap()
    };
}

/// The body of a recorded answer.
macro_rules! body {
    ($name:literal) => {
        fixture!($name)["response"]["body"].clone()
    };
}

const ID: &str = "3f2a9c51b7d84e0fa1c2d3e4f5a6b7c8";

fn request() -> Request {
    let sent = fixture!("submit_created");
    Request {
        remote_model: "google/nano-banana-2.1/edit".into(),
        inputs: sent["request"]["json"].as_object().unwrap().clone(),
        client_ref: "att_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn task() -> Task {
    Task {
        remote_id: ID.into(),
        remote_model: "google/nano-banana-2.1/edit".into(),
        poll_url: None,
    }
}

fn call(peer: &Peer) -> Call {
    Call::new(WAVESPEED.manifest(), peer.url().clone(), Some(KEY.into())).unwrap()
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

fn dialect(provider: &'static dyn Provider) -> Dialect {
    let mut unknown_word = body!("running");
    unknown_word["data"]["status"] = "rehearsing".into();
    Dialect {
        provider,
        request: request(),
        task: task(),
        accepted: (body!("submit_created"), ID),
        without_id: json!({"code": 200, "message": "success", "data": {"status": "created"}}),
        unfinished: vec![body!("queued"), body!("running"), body!("sync_timeout_5004")],
        unknown_word: Some(unknown_word),
        done: (
            body!("success"),
            vec![RemoteOutput::Link {
                url: "https://d1q70pf5vjeyhc.cloudfront.net/predictions/x/1.png".into(),
            }],
        ),
        failed: vec![
            (body!("blocked"), Kind::Refused),
            (body!("failed"), Kind::Unavailable),
            (body!("failed_media_access"), Kind::Invalid { field: None }),
            (body!("terminal_timeout"), Kind::Unavailable),
        ],
        refusal: |status, words| json!({"code": status, "message": words}),
        ticket: Some(|store| {
            let mut ticket = body!("upload_ticket");
            ticket["data"]["upload"]["url"] = format!("{store}in/a.png?sig=1").into();
            ticket["data"]["upload"]["headers"]["Authorization"] = format!("Bearer {KEY}").into();
            ticket
        }),
    }
}

mod conformance {
    use super::{WAVESPEED, dialect};

    crate::conformance_tests!(dialect(&WAVESPEED));
}

mod conformance_of_the_sandbox {
    use super::dialect;
    use crate::sandbox::SANDBOX;

    crate::conformance_tests!(dialect(&SANDBOX));
}

#[test]
fn fixtures_of_a_poll_read_the_same_as_ever() {
    let read = |body: Value| {
        let task = match wire::open(&body) {
            wire::Letter::Data(data) => wire::parse_prediction(data).unwrap(),
            other => panic!("{other:?}"),
        };
        (task.status_word(), task.state("WaveSpeed"), task.render_time(), task.poll_url())
    };
    let hook: Value =
        serde_json::from_str(fixture!("webhook_completed")["body_raw"].as_str().unwrap()).unwrap();
    insta::assert_debug_snapshot!([
        read(body!("queued")),
        read(body!("running")),
        read(body!("success")),
        read(body!("success_base64")),
        read(body!("success_object_output")),
        read(body!("blocked")),
        read(body!("failed")),
        read(body!("failed_media_access")),
        read(body!("sync_timeout_5004")),
        read(body!("terminal_cancelled")),
        read(body!("terminal_deleted")),
        read(body!("terminal_timeout")),
        read(hook),
    ]);
}

#[test]
fn fixtures_of_the_catalogue_and_the_purse_read_the_same_as_ever() {
    let catalogue = body!("models");
    insta::assert_debug_snapshot!((
        wire::parse_models(&catalogue["data"]),
        wire::parse_price(&body!("price")["data"]),
        wire::parse_balance(&body!("balance")["data"]),
        wire::parse_ticket(&body!("upload_ticket")["data"]),
    ));
}

#[tokio::test]
async fn fixtures_of_refusals_read_the_same_as_ever() {
    let mut errors = Vec::new();
    for fixture in [
        fixture!("error_400"),
        fixture!("error_401"),
        fixture!("error_403"),
        fixture!("error_404"),
        fixture!("error_429_seconds"),
        fixture!("error_429_http_date"),
        fixture!("malformed"),
        fixture!("malformed_html_502"),
    ] {
        let peer = Peer::start(move |_, _| replay(&fixture)).await;
        errors.push(WAVESPEED.submit(&call(&peer), &request()).await.unwrap_err());
    }
    insta::assert_debug_snapshot!(errors);
}

#[tokio::test]
async fn a_submit_is_on_the_wire_what_the_docs_show() {
    let peer = Peer::start(|_, _| replay(&fixture!("submit_created"))).await;
    let mut wanted = request();
    wanted.inputs.insert("enable_sync_mode".into(), true.into());
    wanted.inputs.insert("enable_base64_output".into(), true.into());
    let submitted = WAVESPEED.submit(&call(&peer), &wanted).await.unwrap();
    assert_eq!(
        submitted.poll_url,
        Some(format!("https://api.wavespeed.ai/api/v3/predictions/{ID}/result")),
    );
    let recorded = fixture!("submit_created");
    let seen = peer.seen();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].path.as_str()),
        ("POST", recorded["request"]["path"].as_str().unwrap())
    );
    assert_eq!(
        seen[0].json(),
        recorded["request"]["json"],
        "sync mode and base64 are ours to refuse"
    );
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen[0].header("x-client-name"), Some("rushes"));
    assert_eq!(seen[0].header("user-agent"), Some(concat!("Rushes/", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn a_poll_asks_for_the_result_and_an_upload_for_a_ticket() {
    let peer = Peer::start(|_, _| replay(&fixture!("running"))).await;
    let poll = WAVESPEED.poll(&call(&peer), &task()).await.unwrap();
    assert_eq!(
        (poll.state, poll.status_word),
        (PollState::Running { progress: None }, "processing".to_owned())
    );
    assert_eq!(peer.seen()[0].path, format!("/api/v3/predictions/{ID}/result"));

    let answer = |seen: &Seen, here: &url::Url| match seen.method.as_str() {
        "PUT" => Reply::Full(200, vec![], String::new()),
        _ => Reply::Json(200, (dialect(&WAVESPEED).ticket.unwrap())(here)),
    };
    let peer = Peer::start(answer).await;
    let upload = Upload {
        name: "a.png".into(),
        content_type: "image/png".into(),
        bytes: vec![7; 70].into(),
    };
    let url = WAVESPEED.upload(&call(&peer), &upload).await.unwrap();
    assert_eq!(url, "https://d2p7pge43lyniu.cloudfront.net/in/a.png");
    let seen = peer.seen();
    assert_eq!(seen[0].json(), fixture!("upload_ticket")["request"]["json"]);
    assert_eq!(
        (seen[1].path.as_str(), seen[1].header("content-type")),
        ("/in/a.png?sig=1", Some("image/png"))
    );
    assert_eq!(seen[1].body, vec![7; 70]);
}

#[tokio::test]
async fn an_envelope_that_says_no_counts_as_the_status_it_names() {
    let cases = [
        (
            json!({"code": 400, "message": "seed must be an integer"}),
            Kind::Invalid { field: Some("seed".into()) },
            400,
        ),
        (json!({"code": 403, "message": "Insufficient balance"}), Kind::Credit, 403),
        (json!({"code": 429, "message": "Too many requests"}), Kind::RateLimited, 429),
        (json!({"code": 500, "message": "oops"}), Kind::Unavailable, 500),
        (json!({"code": 1, "message": "?"}), Kind::Protocol, 200),
        (json!({"code": 200, "data": null}), Kind::Protocol, 200),
    ];
    for (body, kind, status) in cases {
        let peer = Peer::start(move |_, _| Reply::Json(200, body.clone())).await;
        let error = WAVESPEED.submit(&call(&peer), &request()).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (kind, Wire::Answered(status)));
    }
}

#[tokio::test]
async fn an_id_is_kept_whatever_the_envelope_says() {
    let peer = Peer::start(|_, _| {
        Reply::Json(200, json!({"code": 504, "data": {"id": ID, "status": "processing"}}))
    })
    .await;
    assert_eq!(WAVESPEED.submit(&call(&peer), &request()).await.unwrap().remote_id, ID);
}

#[tokio::test]
async fn work_cannot_be_stopped_and_nothing_is_sent_to_try() {
    let peer = Peer::start(|_, _| Reply::Close).await;
    assert_eq!(WAVESPEED.cancel(&call(&peer), &task()).await.unwrap(), Cancelled::CannotStop);
    assert_eq!(peer.seen(), []);
}

#[tokio::test]
async fn a_server_without_prices_is_no_error() {
    let peer =
        Peer::start(|_, _| Reply::Json(404, json!({"code": 404, "message": "not found"}))).await;
    assert_eq!(WAVESPEED.price(&call(&peer), &request()).await.unwrap(), None);
    assert_eq!(peer.seen().len(), 1);
}

fn lookup(inputs: Value) -> Lookup {
    let Value::Object(inputs) = inputs else { panic!("inputs are an object") };
    Lookup {
        client_ref: "att_0001".into(),
        remote_model: "google/nano-banana-2.1/edit".into(),
        inputs,
        since: "2026-11-21T06:00:00.4Z".parse().unwrap(),
        until: "2026-11-22T05:59:59.2Z".parse().unwrap(),
    }
}

#[tokio::test]
async fn lost_work_is_looked_for_by_model_time_and_inputs() {
    let peer = Peer::start(|_, _| replay(&fixture!("list"))).await;
    let found = WAVESPEED
        .find(&call(&peer), &lookup(json!({"prompt": "a lighthouse"})))
        .await
        .unwrap()
        .unwrap();
    let seen = peer.seen();
    assert_eq!(
        seen[0].json(),
        json!({
            "page": 1, "page_size": 100, "model": "google/nano-banana-2.1/edit", "include_inputs": true,
            "created_after": "2026-11-21T06:00:00Z", "created_before": "2026-11-22T06:00:00Z",
        }),
    );
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].remote_id.as_str(), found[0].same_inputs), (ID, true));
    assert_eq!(found[0].created_at, Some("2026-11-22T06:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn inputs_are_the_same_only_when_each_of_ours_is_there() {
    for (ours, same) in [
        (json!({"prompt": "a lighthouse"}), true),
        (json!({"prompt": "a lighthouse", "seed": 7}), false),
        (json!({"prompt": "another lighthouse"}), false),
        (json!({}), false),
    ] {
        let peer = Peer::start(|_, _| replay(&fixture!("list"))).await;
        let found = WAVESPEED.find(&call(&peer), &lookup(ours.clone())).await.unwrap().unwrap();
        assert_eq!(found[0].same_inputs, same, "{ours}");
    }
}

#[tokio::test]
async fn a_long_list_is_read_page_after_page() {
    let page = |seen: &Seen, _: &url::Url| {
        let page = seen.json()["page"].as_u64().unwrap();
        let first = (page - 1) * 100;
        let items: Vec<Value> = (first..(first + 100).min(230))
            .map(|n| json!({"id": format!("task-{n}"), "model": "google/nano-banana-2.1/edit", "inputs": {"seed": n}}))
            .collect();
        Reply::Json(200, json!({"code": 200, "data": {"page": page, "items": items}}))
    };
    let peer = Peer::start(page).await;
    let all = WAVESPEED.find(&call(&peer), &lookup(json!({"seed": -7}))).await.unwrap().unwrap();
    assert_eq!(
        (all.len(), peer.seen().len()),
        (230, 3),
        "absence is known only after the last page"
    );
    let peer = Peer::start(page).await;
    let hit = WAVESPEED.find(&call(&peer), &lookup(json!({"seed": 150.0}))).await.unwrap().unwrap();
    let same: Vec<_> = hit
        .iter()
        .filter(|found| found.same_inputs)
        .map(|found| found.remote_id.as_str())
        .collect();
    assert_eq!((same, peer.seen().len()), (vec!["task-150"], 2));
}

#[tokio::test]
async fn a_list_without_end_is_no_proof_of_absence() {
    let endless = |_: &Seen, _: &url::Url| {
        let items: Vec<Value> = (0..100).map(|n| json!({"id": format!("task-{n}")})).collect();
        Reply::Json(200, json!({"code": 200, "data": {"items": items}}))
    };
    let peer = Peer::start(endless).await;
    let error = WAVESPEED.find(&call(&peer), &lookup(json!({"seed": 1}))).await.unwrap_err();
    assert_eq!((error.kind, peer.seen().len()), (Kind::Protocol, 20));
}

#[test]
fn both_layouts_of_a_schema_are_read() {
    let schema = json!({"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}});
    let fields = |api_schema: Value| {
        let model = json!([{"model_id": "a/b", "type": "text-to-image", "api_schema": api_schema}]);
        let models = wire::parse_models(&model).unwrap();
        models[0]
            .fields
            .iter()
            .map(|field| (field.name.clone(), field.required))
            .collect::<Vec<_>>()
    };
    let expected = vec![("prompt".to_owned(), true)];
    assert_eq!(
        fields(json!({"api_schemas": [{"type": "model_run", "request_schema": schema}]})),
        expected
    );
    assert_eq!(fields(json!({"components": {"schemas": {"Request": schema}}})), expected);
    assert_eq!(fields(json!({"api_schemas": []})), vec![]);
    assert_eq!(fields(json!(null)), vec![]);
}

#[test]
fn models_get_names_that_people_can_read() {
    for (path, name) in [
        ("google/nano-banana-2.1/edit", "Nano Banana 2.1, edit"),
        ("openai/gpt-image-2/edit", "GPT Image 2, edit"),
        ("bytedance/seedance-2.5/text-to-video", "Seedance 2.5"),
        ("alibaba/wan-2.2/i2v-plus-1080p", "WAN 2.2, i2v plus 1080p"),
        ("alone", "Alone"),
    ] {
        let models =
            wire::parse_models(&json!([{"model_id": path, "name": path, "type": ""}])).unwrap();
        assert_eq!(models[0].name, name);
    }
}

#[test]
fn the_sandbox_bundles_what_its_catalogue_says() {
    let live: Value =
        serde_json::from_str(include_str!("../../../sandbox/src/models.json")).unwrap();
    let live: Vec<_> = wire::parse_models(&live)
        .unwrap()
        .into_iter()
        .map(|model| (model.remote_model, model.task, model.modality, model.fields))
        .collect();
    let bundled: Vec<_> = crate::find("sandbox")
        .unwrap()
        .manifest()
        .bundled()
        .iter()
        .map(|known| {
            (
                known.remote_model.clone(),
                known.task.clone(),
                Some(known.modality),
                known.fields.clone(),
            )
        })
        .collect();
    assert_eq!(bundled, live);
}

#[test]
fn each_known_word_has_its_state() {
    let state = |word: &str| {
        wire::parse_prediction(&json!({"id": "x", "status": word})).unwrap().state("WaveSpeed")
    };
    for queued in ["created", "pending"] {
        assert_eq!(state(queued), PollState::Queued, "{queued}");
    }
    for ended in ["cancelled", "canceled", "deleted"] {
        assert_eq!(state(ended), PollState::Cancelled, "{ended}");
    }
    assert_eq!(state("processing"), PollState::Running { progress: None });
    assert_eq!(
        state("completed"),
        PollState::Done { outputs: vec![] },
        "empty, which is not success"
    );
}

#[test]
fn render_times_are_milliseconds() {
    let poll = wire::parse_prediction(&json!({"id": "x", "timings": {"inference": 8123}})).unwrap();
    assert_eq!(poll.render_time(), Some(Duration::from_millis(8123)));
    for strange in [json!(-1), json!(0), json!(1e300), json!("8123"), json!(null)] {
        let poll =
            wire::parse_prediction(&json!({"id": "x", "timings": {"inference": strange}})).unwrap();
        assert_eq!(poll.render_time(), None);
    }
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "id",
    "data",
    "code",
    "status",
    "outputs",
    "error",
    "timings",
    "inference",
    "urls",
    "get",
    "items",
    "inputs",
    "model",
    "created_at",
    "upload",
    "url",
    "headers",
    "download_url",
    "api_schema",
    "api_schemas",
    "model_id",
    "request_schema",
    "properties",
    "type",
    "enum",
    "size",
    "image",
    "prompt",
    "anyOf",
    "default",
    "minimum",
    "maximum",
    "maxItems",
    "string",
    "integer",
    "array",
    "number",
    "completed",
    "failed",
    "1024*1024",
    "total",
    "base_price",
    "unit_price",
    "balance",
    "name",
    "https://a.test/b?c",
    "x-order-properties",
    "required",
];

proptest! {
    #[test]
    fn no_json_makes_a_parser_panic(json in any_json(WORDS)) {
        probe(&json, 200);
    }

    #[test]
    fn an_unknown_status_is_running(word in "[a-z]{1,12}") {
        let known = ["created", "pending", "queued", "completed", "failed", "timeout", "cancelled", "canceled", "deleted"];
        prop_assume!(!known.contains(&word.as_str()));
        let task = wire::parse_prediction(&json!({"id": "x", "status": word})).unwrap();
        prop_assert_eq!(task.state("X"), PollState::Running { progress: None });
    }
}
