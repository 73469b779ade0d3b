//! The conformance suite, the wire against its fixtures and random JSON, and workflows as forms.
#![allow(clippy::unwrap_used, reason = "tests")]

mod dialect;
mod forms;
mod line;
mod random;
mod recorded;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{COMFYUI, FOLDER, prompt_id, wire};
use crate::conformance::{KEY, Peer, Reply};
use crate::types::{Cancelled, Found, Lookup, PollState, RemoteOutput, Request, Task, Upload};
use crate::{Call, Kind, Provider, Wire};

/// The id in the fixtures.
const ID: &str = "7d9d5f2e-0a53-4d6f-9e0f-2f7b2d6f1c11";

macro_rules! body {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/comfyui/fixtures/",
            $name,
            ".json"
        )))
        .unwrap()["response"]["body"]
            .clone()
    };
}
use body;

fn request(inputs: &Value) -> Request {
    Request {
        remote_model: "text-to-image".into(),
        inputs: serde_json::from_value(inputs.clone()).unwrap(),
        client_ref: "ref_0001".into(),
        attached: BTreeMap::new(),
        webhook: None,
    }
}

fn task() -> Task {
    Task { remote_id: ID.into(), remote_model: "text-to-image".into(), poll_url: None }
}

fn call(peer: &Peer) -> Call {
    Call::new(COMFYUI.manifest(), peer.url().clone(), None).unwrap()
}

/// A server whose queue and history are these, and which says yes to the rest.
async fn server(queue: Value, history: Value) -> Peer {
    Peer::start(move |seen, _| {
        let body = match (seen.method.as_str(), seen.path.as_str()) {
            ("GET", "/queue") => queue.clone(),
            ("GET", _) => history.clone(),
            _ => return Reply::Full(200, vec![], String::new()),
        };
        Reply::Json(200, body)
    })
    .await
}

fn empty() -> Value {
    json!({"queue_running": [], "queue_pending": []})
}

#[tokio::test]
async fn a_request_is_the_workflow_with_its_inputs_under_a_name_of_ours() {
    let peer = Peer::start(|_, _| Reply::Json(200, body!("submit"))).await;
    let inputs = json!({"prompt": "hills", "seed": 7, "width": 768});
    COMFYUI.submit(&call(&peer), &request(&inputs)).await.unwrap();
    let seen = peer.seen();
    assert_eq!(seen[0].path, "/prompt");
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[0].header("origin"), None, "a server on loopback declines a foreign origin");
    let sent = seen[0].json();
    assert_eq!(sent["prompt_id"], prompt_id("ref_0001"));
    assert_eq!(sent["client_id"], sent["prompt_id"]);
    assert_eq!(sent["prompt"]["6"]["inputs"]["text"], "hills");
    assert_eq!(sent["prompt"]["3"]["inputs"]["seed"], 7);
    assert_eq!(sent["prompt"]["5"]["inputs"]["width"], 768);
    assert_eq!(sent["prompt"]["9"]["inputs"]["filename_prefix"], "rushes");
    // A file of the user's own goes the same way, whatever it is called.
    let own = json!({"1": {"class_type": "Api", "inputs": {"prompt": "old", "n": 2}}});
    let mut request = request(&json!({"prompt": "new", "workflow": own}));
    request.remote_model = "mine".into();
    COMFYUI.submit(&call(&peer), &request).await.unwrap();
    let expected = json!({"1": {"class_type": "Api", "inputs": {"prompt": "new", "n": 2}}});
    assert_eq!(peer.seen()[1].json()["prompt"], expected);
}

#[test]
fn the_name_of_an_attempt_is_always_the_same_uuid() {
    let id = prompt_id("ref_0001");
    assert_eq!(id, prompt_id("ref_0001"));
    assert_ne!(id, prompt_id("ref_0002"));
    assert!(uuid::Uuid::try_parse(&id).is_ok(), "{id}");
}

#[tokio::test]
async fn what_cannot_be_a_request_is_not_sent() {
    let peer = Peer::start(|_, _| Reply::Json(200, body!("submit"))).await;
    let ui_format = json!({"nodes": [], "links": []});
    for (model, inputs, kind) in [
        ("gone", json!({}), Kind::NotFound),
        ("mine", json!({"workflow": ui_format}), Kind::Invalid { field: Some("workflow".into()) }),
        ("mine", json!({"workflow": 7}), Kind::Invalid { field: Some("workflow".into()) }),
        ("mine", json!({"workflow": {}}), Kind::Invalid { field: Some("workflow".into()) }),
        (
            "text-to-image",
            json!({"sharpness": 7}),
            Kind::Invalid { field: Some("sharpness".into()) },
        ),
    ] {
        let request = Request { remote_model: model.into(), ..request(&inputs) };
        let error = COMFYUI.submit(&call(&peer), &request).await.unwrap_err();
        assert_eq!((error.kind, error.wire), (kind, Wire::NotSent), "{model} {inputs}");
        assert!(error.hint.is_some());
    }
    assert_eq!(peer.seen(), []);
}

#[tokio::test]
async fn a_node_that_declines_an_input_names_its_field() {
    let peer = Peer::start(|_, _| Reply::Json(400, body!("blocked_validation"))).await;
    let error = COMFYUI.submit(&call(&peer), &request(&json!({}))).await.unwrap_err();
    let field = Some("ckpt_name".to_owned());
    assert_eq!((error.kind, error.wire), (Kind::Invalid { field }, Wire::Answered(400)));
    assert_eq!(
        error.message,
        "ComfyUI did not accept the settings. Not charged. It says: Value not in list: ckpt_name: 'x' not in []."
    );
    let missing = json!({"error": {
        "type": "missing_node_type", "message": "Node 'Sharpen' not found.", "details": "",
    }, "node_errors": {}});
    let peer = Peer::start(move |_, _| Reply::Json(400, missing.clone())).await;
    let error = COMFYUI.submit(&call(&peer), &request(&json!({}))).await.unwrap_err();
    assert!(matches!(error.kind, Kind::Invalid { .. }));
    assert!(error.message.ends_with("Node 'Sharpen' not found."), "{}", error.message);
}

#[tokio::test]
async fn the_queue_is_asked_before_the_history() {
    let peer = server(empty(), body!("success")).await;
    let poll = COMFYUI.poll(&call(&peer), &task()).await.unwrap();
    let url = peer.url().join("view?filename=ComfyUI_00001_.png&subfolder=&type=output").unwrap();
    let link = RemoteOutput::Link { url: url.into() };
    assert_eq!(poll.state, PollState::Done { outputs: vec![link] });
    let paths: Vec<String> = peer.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/queue".to_owned(), format!("/history/{ID}")]);
    // In neither: the server was started anew, or someone cleared its lists.
    let peer = server(empty(), body!("history_empty")).await;
    let error = COMFYUI.poll(&call(&peer), &task()).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
    // What is no queue proves nothing.
    let peer = server(json!({}), body!("history_empty")).await;
    let error = COMFYUI.poll(&call(&peer), &task()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Protocol);
}

#[tokio::test]
async fn the_place_in_the_queue_is_told() {
    let row = |number: f64, id: &str| json!([number, id, {}, {}, ["9"]]);
    for (running, pending, note) in [
        (vec![], vec![row(3.0, ID)], "It is next."),
        (vec![row(1.0, "a")], vec![row(9.0, "b"), row(3.0, ID)], "One job is before it."),
        (
            vec![row(1.0, "a")],
            vec![row(4.0, ID), row(-2.0, "b"), row(3.0, "c")],
            "3 jobs are before it.",
        ),
    ] {
        let queue = json!({"queue_running": running, "queue_pending": pending});
        let peer = server(queue, json!({})).await;
        let poll = COMFYUI.poll(&call(&peer), &task()).await.unwrap();
        assert_eq!((poll.state, poll.note.as_deref()), (PollState::Queued, Some(note)));
    }
}

#[test]
fn what_was_saved_is_taken_and_what_was_shown_only_where_nothing_was() {
    let file = |name: &str, kind: &str| json!({"filename": name, "subfolder": "a b", "type": kind});
    let entry =
        |outputs: Value| json!({ID: {"outputs": outputs, "status": {"status_str": "success"}}});
    let call = |base: &str| Call::new(COMFYUI.manifest(), base.parse().unwrap(), None).unwrap();
    let names = |outputs: Value| -> Vec<String> {
        let told = wire::told(&entry(outputs), ID, &call("http://127.0.0.1:8188/comfy")).unwrap();
        let PollState::Done { outputs } = told.state else { panic!("{told:?}") };
        outputs
            .into_iter()
            .map(|output| match output {
                RemoteOutput::Link { url } => {
                    url.strip_prefix("http://127.0.0.1:8188/comfy/view?").unwrap().to_owned()
                }
                other => panic!("{other:?}"),
            })
            .collect()
    };
    let shown = json!({"1": {"images": [file("p.png", "temp")]}});
    assert_eq!(names(shown.clone()), ["filename=p.png&subfolder=a+b&type=temp"]);
    let mut both = shown;
    both["2"] = json!({"gifs": [file("c&d.mp4", "output")], "text": ["x"], "images": []});
    both["3"] = json!({"videos": [file("e.webm", "output")], "audio": [file("f.mp3", "output")]});
    assert_eq!(
        names(both),
        [
            "filename=c%26d.mp4&subfolder=a+b&type=output",
            "filename=e.webm&subfolder=a+b&type=output"
        ]
    );
}

#[tokio::test]
async fn a_file_goes_to_a_folder_of_ours_and_its_answered_name_is_the_input() {
    for (answer, name) in [
        (json!({"name": "a (1).png", "subfolder": FOLDER, "type": "input"}), "rushes/a (1).png"),
        (body!("upload"), "a.png"),
    ] {
        let peer = Peer::start(move |_, _| Reply::Json(200, answer.clone())).await;
        let file = Upload {
            name: "reference-1.png".into(),
            content_type: "image/png".into(),
            bytes: "not really a picture".into(),
        };
        assert_eq!(COMFYUI.upload(&call(&peer), &file).await.unwrap(), name);
        let seen = &peer.seen()[0];
        assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/upload/image"));
        for part in ["not really a picture", "name=\"image\"; filename=\"reference-1.png\"", FOLDER]
        {
            assert!(seen.holds(part), "{part}");
        }
        assert!(!seen.holds("overwrite"));
    }
}

#[tokio::test]
async fn only_work_of_ours_is_stopped() {
    let none = Vec::<(String, Value)>::new();
    for (queue, asked, expected) in [
        (body!("queued"), vec![("/queue".to_owned(), json!({"delete": [ID]}))], Cancelled::Stopped),
        (
            body!("running"),
            vec![("/interrupt".to_owned(), json!({"prompt_id": ID}))],
            Cancelled::Stopped,
        ),
        (empty(), none.clone(), Cancelled::CannotStop),
        (
            json!({"queue_running": [[1, "another", {}, {}, []]], "queue_pending": []}),
            none,
            Cancelled::CannotStop,
        ),
    ] {
        let peer = server(queue, json!({})).await;
        assert_eq!(COMFYUI.cancel(&call(&peer), &task()).await.unwrap(), expected);
        let posts: Vec<_> = peer
            .seen()
            .into_iter()
            .filter(|seen| seen.method == "POST")
            .map(|seen| (seen.path.clone(), seen.json()))
            .collect();
        assert_eq!(posts, asked);
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_by_its_own_name() {
    let id = prompt_id("ref_0001");
    let lookup = Lookup {
        remote_model: "text-to-image".into(),
        client_ref: "ref_0001".into(),
        inputs: serde_json::Map::default(),
        since: jiff::Timestamp::UNIX_EPOCH,
        until: jiff::Timestamp::UNIX_EPOCH,
    };
    let row = json!([[3, id, {}, {}, []]]);
    let ours = vec![Found { remote_id: id.clone(), created_at: None, same_inputs: true }];
    for (queue, history, expected) in [
        (json!({"queue_running": [], "queue_pending": row}), json!({}), ours.clone()),
        (json!({"queue_running": row, "queue_pending": []}), json!({}), ours.clone()),
        (empty(), json!({ id: {"outputs": {}} }), ours),
        (empty(), json!({}), vec![]),
        (body!("queued"), body!("success"), vec![]),
    ] {
        let peer = server(queue, history).await;
        assert_eq!(COMFYUI.find(&call(&peer), &lookup).await.unwrap(), Some(expected));
    }
    for (queue, history) in [(json!({}), json!({})), (empty(), json!([]))] {
        let peer = server(queue, history).await;
        let error = COMFYUI.find(&call(&peer), &lookup).await.unwrap_err();
        assert_eq!(error.kind, Kind::Protocol, "what cannot be read proves nothing");
    }
}

#[test]
fn a_server_in_the_users_network_is_spoken_to_without_a_key_only() {
    let at = |key: Option<&str>| {
        let base = "http://192.168.0.2:8188".parse().unwrap();
        Call::new(COMFYUI.manifest(), base, key.map(Into::into))
    };
    assert!(at(None).is_ok());
    assert!(at(Some(KEY)).is_err());
}
