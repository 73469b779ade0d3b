//! The conformance suite, the wire against its fixtures and random JSON, and what a stream brings.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::probe::probe;
use super::{OPENAI, wire};
use crate::conformance::{Dialect, KEY, Peer, Reply};
use crate::fuzz::mutated;
use crate::types::{Poll, PollState, RemoteOutput, Request, Submitted, Task, Upload};
use crate::{Bin, Call, Error, Kind, Provider, Tray, Wire};

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

/// The picture of every fixture: one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n";

fn request(inputs: Value) -> Request {
    Request {
        remote_model: "gpt-image-2.5-flare".into(),
        inputs: serde_json::from_value(inputs).unwrap(),
        client_ref: "att_0001".into(),
        attached: std::collections::BTreeMap::new(),
        webhook: None,
    }
}

fn lighthouse() -> Request {
    request(json!({"prompt": "a lighthouse", "size": "1024x1024", "quality": "low"}))
}

fn with_files(mut request: Request, names: &[(&str, &str)]) -> Request {
    for (name, bytes) in names {
        let file = Upload {
            name: format!("{name}.png"),
            content_type: "image/png".into(),
            bytes: (*bytes).to_owned().into(),
        };
        request.attached.insert((*name).to_owned(), file);
    }
    request
}

fn inline(body: &Value) -> RemoteOutput {
    wire::parse_pictures(body).remove(0)
}

fn dialect() -> Dialect {
    let success = body!("image_success");
    Dialect {
        provider: &OPENAI,
        request: lighthouse(),
        task: Task {
            remote_id: "req_1".into(),
            remote_model: "gpt-image-2.5-flare".into(),
            poll_url: None,
        },
        accepted: (success.clone(), ""),
        without_id: json!({"created": 1_795_327_200, "data": []}),
        unfinished: vec![],
        unknown_word: None,
        done: (success.clone(), vec![inline(&success)]),
        failed: vec![],
        refusal: |_, words| json!({"error": {"message": words, "type": "x", "param": null, "code": null}}),
        ticket: None,
    }
}

crate::conformance_tests!(dialect());

/// What a fixture answers to a submit, with or without someone who looks on.
async fn answered(fixture: &Value, tray: Option<Arc<Desk>>) -> (Result<Submitted, Error>, Value) {
    let headers = fixture["headers"].as_object().unwrap();
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    let text = fixture["body_raw"].as_str();
    let text = text.map_or_else(|| fixture["body"].to_string(), ToOwned::to_owned);
    let status = u16::try_from(fixture["status"].as_u64().unwrap()).unwrap();
    let peer = Peer::start(move |_, _| Reply::Full(status, headers.clone(), text.clone())).await;
    let call = Call::new(OPENAI.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let call = match tray {
        Some(tray) => call.with_tray(tray),
        None => call,
    };
    let answer = OPENAI.submit(&call, &lighthouse()).await;
    let seen = peer.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].path, "/images/generations");
    (answer, seen[0].json())
}

fn end(submitted: Submitted) -> Poll {
    submitted.at_once.unwrap()
}

#[tokio::test]
async fn a_picture_comes_with_its_cost_and_the_name_of_the_request() {
    let (answer, sent) = answered(&fixture!("image_success"), None).await;
    let expected = json!({
        "model": "gpt-image-2.5-flare", "prompt": "a lighthouse", "size": "1024x1024", "quality": "low",
    });
    assert_eq!(sent, expected);
    let submitted = answer.unwrap();
    assert_eq!(submitted.remote_id, "req_1");
    let end = end(submitted);
    // 11 tokens of text at $5 and 196 of picture at $30 for a million.
    let cost = end.cost.unwrap();
    assert_eq!((cost.micros, cost.exact), (11 * 5 + 196 * 30, true));
    let PollState::Done { outputs } = end.state else { panic!("{:?}", end.state) };
    let [RemoteOutput::Inline { bytes }] = &outputs[..] else { panic!("{outputs:?}") };
    assert!(bytes.starts_with(PIXEL));
}

#[tokio::test]
async fn refusals_read_as_what_they_mean() {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let invalid = |field: &str| Kind::Invalid { field: Some(field.into()) };
    for (fixture, kind, status, wait) in [
        (fixture!("blocked"), Kind::Refused, 400, None),
        (fixture!("error_400"), invalid("size"), 400, None),
        (fixture!("error_401"), Kind::Auth, 401, None),
        (fixture!("error_404_model"), Kind::NotFound, 404, None),
        (fixture!("error_429_quota"), Kind::Credit, 429, None),
        (fixture!("error_429_seconds"), Kind::RateLimited, 429, seconds(7)),
        (fixture!("error_429_ms"), Kind::RateLimited, 429, Some(Duration::from_millis(1500))),
        (fixture!("error_500"), Kind::Unavailable, 500, None),
        (fixture!("malformed"), Kind::Protocol, 200, None),
        (fixture!("malformed_html_502"), Kind::Unavailable, 502, None),
    ] {
        for tray in [None, Some(Arc::default())] {
            let error = answered(&fixture, tray).await.0.unwrap_err();
            assert_eq!((&error.kind, error.wire), (&kind, Wire::Answered(status)), "{fixture}");
            assert_eq!(error.retry_after, wait, "{fixture}");
        }
    }
    let dated = answered(&fixture!("error_429_http_date"), None).await.0.unwrap_err();
    assert_eq!(dated.kind, Kind::RateLimited);
    assert!(dated.retry_after.is_some());
    let blocked = answered(&fixture!("blocked"), None).await.0.unwrap_err();
    assert!(blocked.message.contains("filter declined"), "{}", blocked.message);
    assert!(blocked.message.contains("violence"), "{}", blocked.message);
}

#[tokio::test]
async fn a_stream_shows_previews_and_ends_with_the_picture() {
    let desk = Arc::new(Desk::default());
    let (answer, sent) = answered(&fixture!("image_stream"), Some(desk.clone())).await;
    assert_eq!((&sent["stream"], &sent["partial_images"]), (&json!(true), &json!(1)));
    let end = end(answer.unwrap());
    assert_eq!(end.cost.unwrap().micros, 11 * 5 + 196 * 30);
    let PollState::Done { outputs } = end.state else { panic!("{:?}", end.state) };
    assert_eq!(outputs.len(), 1);
    let shown = desk.shown.lock().unwrap();
    let [RemoteOutput::Inline { bytes }] = &shown[..] else { panic!("{shown:?}") };
    assert!(bytes.starts_with(PIXEL));
}

#[tokio::test]
async fn a_stream_that_says_no_has_failed_and_one_that_ends_early_leaves_a_doubt() {
    let (answer, _) = answered(&fixture!("image_stream_error"), Some(Arc::default())).await;
    let PollState::Failed { kind, message, refunded } = end(answer.unwrap()).state else {
        panic!("it failed")
    };
    assert_eq!((kind, refunded), (Kind::Unavailable, false));
    assert!(message.contains("The server had an error"), "{message}");

    let mut blocked = fixture!("image_stream_error");
    let text = blocked["body_raw"].as_str().unwrap();
    let text = text.replace(r#""code": "server_error""#, r#""code": "moderation_blocked""#);
    blocked["body_raw"] = text.into();
    let (answer, _) = answered(&blocked, Some(Arc::default())).await;
    let PollState::Failed { kind, .. } = end(answer.unwrap()).state else { panic!("blocked") };
    assert_eq!(kind, Kind::Refused);

    let mut early = fixture!("image_stream");
    let text = early["body_raw"].as_str().unwrap();
    early["body_raw"] = text[..text.find("event: image_generation.completed").unwrap()].into();
    let error = answered(&early, Some(Arc::default())).await.0.unwrap_err();
    assert_eq!((error.kind, error.wire), (Kind::Protocol, Wire::Unanswered));
}

#[tokio::test]
async fn large_pictures_go_to_the_tray_while_they_come() {
    use base64::Engine as _;
    let large = base64::engine::general_purpose::STANDARD.encode(vec![7_u8; 300_000]);
    let event = |kind: &str| {
        format!(
            "event: image_edit.{kind}\ndata: {{\"type\":\"image_edit.{kind}\",\"b64_json\":\"{large}\"}}\n\n"
        )
    };
    let fixture = json!({
        "status": 200,
        "headers": {"content-type": "text/event-stream; charset=utf-8"},
        "body_raw": format!(": hello\n\n{}{}data: [DONE]\n\n", event("partial_image"), event("completed")),
    });
    let desk = Arc::new(Desk::default());
    let end = end(answered(&fixture, Some(desk.clone())).await.0.unwrap());
    let kept = |n: usize| RemoteOutput::Kept { id: n.to_string() };
    assert_eq!(end.state, PollState::Done { outputs: vec![kept(2)] });
    assert_eq!(*desk.shown.lock().unwrap(), [kept(1)]);
    assert_eq!(*desk.files.lock().unwrap(), vec![vec![7_u8; 300_000]; 2]);
    assert_eq!(end.cost, None, "no usage was told");
}

#[tokio::test]
async fn several_pictures_come_whole() {
    let success = body!("image_success");
    let one = &success["data"][0];
    let peer = Peer::start({
        let two = json!({"created": 1, "data": [one, one]});
        move |_, _| Reply::Json(200, two.clone())
    })
    .await;
    let call = Call::new(OPENAI.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let call = call.with_tray(Arc::new(Desk::default()));
    let request =
        request(json!({"prompt": "x", "n": 2, "partial_images": 3, "background": "transparent"}));
    let end = end(OPENAI.submit(&call, &request).await.unwrap());
    let picture = inline(&success);
    assert_eq!(end.state, PollState::Done { outputs: vec![picture.clone(), picture] });
    let expected = json!({
        "model": "gpt-image-2.5-flare", "prompt": "x", "n": 2, "background": "transparent",
    });
    assert_eq!(peer.seen()[0].json(), expected);
}

/// The parts of a form: name, file name, bytes as text.
fn parts(body: &[u8]) -> Vec<(String, Option<String>, String)> {
    let text = String::from_utf8_lossy(body);
    let (boundary, _) = text.split_once("\r\n").unwrap();
    text.split(boundary)
        .filter_map(|part| part.trim_start_matches("\r\n").split_once("\r\n\r\n"))
        .map(|(head, body)| {
            let quoted = |name: &str| {
                let (_, rest) = head.split_once(&format!("{name}=\""))?;
                Some(rest.split_once('"')?.0.to_owned())
            };
            (quoted("; name").unwrap(), quoted("filename"), body.trim_end().to_owned())
        })
        .collect()
}

#[tokio::test]
async fn an_edit_carries_its_files() {
    let success = body!("image_success");
    let peer = Peer::start(move |_, _| Reply::Json(200, success.clone())).await;
    let call = Call::new(OPENAI.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let files = [("a", "first"), ("b", "second"), ("m", "clear")];
    let two = request(json!({"prompt": "in gold", "image": ["a", "b"], "mask": "m", "n": 1}));
    OPENAI.submit(&call, &with_files(two, &files)).await.unwrap();
    let one = request(json!({"prompt": "in gold", "image": ["b"]}));
    OPENAI.submit(&call, &with_files(one, &files)).await.unwrap();
    let linked = request(json!({"prompt": "in gold", "image": ["a", "https://x.test/1.png"]}));
    OPENAI.submit(&call, &with_files(linked, &files)).await.unwrap();

    let seen = peer.seen();
    assert!(seen.iter().all(|seen| seen.path == "/images/edits"));
    let form = seen[0].header("content-type").unwrap();
    assert!(form.starts_with("multipart/form-data"), "{form}");
    let text = |name: &str, value: &str| (name.to_owned(), None, value.to_owned());
    let file = |name: &str, file: &str, bytes: &str| {
        (name.to_owned(), Some(format!("{file}.png")), bytes.to_owned())
    };
    assert_eq!(
        parts(&seen[0].body),
        [
            text("prompt", "in gold"),
            text("model", "gpt-image-2.5-flare"),
            text("n", "1"),
            file("image[]", "a", "first"),
            file("image[]", "b", "second"),
            file("mask", "m", "clear"),
        ]
    );
    assert_eq!(parts(&seen[1].body).pop().unwrap(), file("image", "b", "second"));
    assert_eq!(
        seen[2].json()["images"],
        json!([{"image_url": "data:image/png;base64,Zmlyc3Q="}, {"image_url": "https://x.test/1.png"}])
    );
}

#[tokio::test]
async fn the_list_of_models_tells_when_one_ends() {
    let mut list = body!("models");
    let rows = list["data"].as_array_mut().unwrap();
    rows.push(json!({"id": "gpt-image-2-2026-04-21", "object": "model"}));
    rows.push(json!({"id": "gpt-image-9", "object": "model"}));
    rows.push(json!({"id": "gpt-5.5", "object": "model"}));
    let peer = Peer::start(move |_, _| Reply::Json(200, list.clone())).await;
    let call = Call::new(OPENAI.manifest(), peer.url().clone(), Some(KEY.into())).unwrap();
    let models = OPENAI.models(&call).await.unwrap().unwrap();
    let told: Vec<_> = models
        .iter()
        .map(|model| (&*model.remote_model, &*model.name, model.ends_on.as_deref()))
        .collect();
    let expected = [
        ("gpt-image-2.6-sunburst", "GPT Image 2.6 Sunburst", None),
        ("gpt-image-1.5", "GPT Image 1.5", Some("2027-01-01")),
        ("gpt-image-2-2026-04-21", "gpt-image-2-2026-04-21", None),
        ("gpt-image-9", "gpt-image-9", None),
    ];
    assert_eq!(told, expected);
    let fields = |id: &str| {
        let bundled = OPENAI.manifest().bundled();
        bundled.iter().find(|known| known.remote_model == id).unwrap().fields.clone()
    };
    assert_eq!(models[2].fields, fields("gpt-image-2"));
    assert_eq!(models[3].fields, fields("gpt-image-2.6-sunburst"));
    assert!(OPENAI.balance(&call).await.unwrap().is_none());
    assert_eq!(peer.seen()[0].path, "/models");
}

#[test]
fn a_cost_is_told_only_where_every_price_is_known() {
    let usage = json!({
        "input_tokens": 50, "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
        "output_tokens": 4160, "total_tokens": 4210,
    });
    let micros =
        |model: &str, usage: &Value| wire::parse_cost(model, usage).map(|cost| cost.micros);
    for model in ["gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-2.6-sunburst"] {
        assert_eq!(micros(model, &usage), Some(10 * 5 + 40 * 8 + 4160 * 30), "{model}");
    }
    for model in ["gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest", "gpt-image-20"] {
        assert_eq!(micros(model, &usage), None, "{model}");
    }
    let mut thought = usage.clone();
    thought["output_tokens_details"] = json!({"text_tokens": 0, "image_tokens": 4000});
    assert_eq!(micros("gpt-image-2", &thought), Some(10 * 5 + 40 * 8 + 4000 * 30));
    thought["output_tokens_details"]["text_tokens"] = json!(160);
    assert_eq!(micros("gpt-image-2", &thought), None);
    assert_eq!(micros("gpt-image-2", &json!({"output_tokens": 4160})), None);
    assert_eq!(micros("gpt-image-2", &Value::Null), None);
}

/// A tray in memory.
#[derive(Default)]
struct Desk {
    files: Arc<Mutex<Vec<Vec<u8>>>>,
    shown: Mutex<Vec<RemoteOutput>>,
}

struct Sheet(Vec<u8>, Arc<Mutex<Vec<Vec<u8>>>>);

impl Tray for Desk {
    fn open(&self) -> io::Result<Box<dyn Bin>> {
        Ok(Box::new(Sheet(Vec::new(), self.files.clone())))
    }

    fn preview(&self, picture: RemoteOutput) {
        self.shown.lock().unwrap().push(picture);
    }

    fn progress(&self, _part: Option<f32>, _note: &str) {}
}

impl Bin for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<String> {
        let mut files = self.1.lock().unwrap();
        files.push(self.0);
        Ok(files.len().to_string())
    }
}

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    "data",
    "b64_json",
    "error",
    "code",
    "type",
    "message",
    "moderation_blocked",
    "insufficient_quota",
    "image_generation.partial_image",
    "image_generation.completed",
    "image_edit.completed",
    "usage",
    "input_tokens_details",
    "text_tokens",
    "image_tokens",
    "output_tokens",
    "id",
    "gpt-image-2",
    "shutdown_date",
    "iVBORw0KGgo=",
];

fn answers() -> Vec<Value> {
    let event = json!({
        "type": "image_generation.completed", "b64_json": "iVBORw0KGgo=",
        "usage": body!("image_success")["usage"],
    });
    let refused = json!({"type": "error", "error": body!("blocked")["error"]});
    vec![body!("image_success"), body!("blocked"), body!("models"), event, refused]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }
}
