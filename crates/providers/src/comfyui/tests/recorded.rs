//! What ComfyUI 0.3.64 itself said, recorded between it and this adapter: a picture in three steps, one that
//! was interrupted, one whose reference could not be read, two that it declined, a file handed over.

use serde_json::{Value, json};

use super::{COMFYUI, Peer, Reply, call, empty, request, server};
use crate::comfyui::frame::{Heard, of_bytes, of_text};
use crate::schema::FieldKind;
use crate::types::{PollState, RemoteOutput, Task, Upload};
use crate::{Kind, Provider, Wire};

fn recorded() -> Value {
    serde_json::from_str(include_str!("../fixtures/recorded.json")).unwrap()
}

/// The work that an answer speaks of.
fn task(id: &str) -> Task {
    Task { remote_id: id.into(), remote_model: "text-to-image".into(), poll_url: None }
}

fn only_key(entries: &Value) -> String {
    let entries = entries.as_object().unwrap();
    assert_eq!(entries.len(), 1);
    entries.keys().next().unwrap().clone()
}

#[tokio::test]
async fn a_picture_from_its_submit_to_its_files() {
    let told = recorded();
    let id = only_key(&told["done"]);
    let answer = told["submitted"].clone();
    let peer = Peer::start(move |_, _| Reply::Json(200, answer.clone())).await;
    let submitted = COMFYUI.submit(&call(&peer), &request(&json!({}))).await.unwrap();
    assert_eq!(submitted.remote_id, id);

    let peer = server(told["running"].clone(), json!({})).await;
    let poll = COMFYUI.poll(&call(&peer), &task(&id)).await.unwrap();
    assert!(matches!(poll.state, PollState::Running { .. }), "{:?}", poll.state);

    let peer = server(empty(), told["done"].clone()).await;
    let poll = COMFYUI.poll(&call(&peer), &task(&id)).await.unwrap();
    let link = |name: &str| {
        let url = peer.url().join(&format!("view?filename={name}&subfolder=&type=output")).unwrap();
        RemoteOutput::Link { url: url.into() }
    };
    let outputs = vec![link("rushes_00001_.png"), link("rushes_00002_.png")];
    assert_eq!(poll.state, PollState::Done { outputs });
}

#[tokio::test]
async fn work_that_did_not_come_to_its_end() {
    let told = recorded();
    for (what, cancelled) in [("interrupted", true), ("failed", false)] {
        let id = only_key(&told[what]);
        let peer = server(empty(), told[what].clone()).await;
        let poll = COMFYUI.poll(&call(&peer), &task(&id)).await.unwrap();
        match poll.state {
            PollState::Cancelled => assert!(cancelled),
            PollState::Failed { message, .. } => {
                assert!(!cancelled);
                assert!(message.contains("cannot identify image file"), "{message}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn requests_that_it_declined() {
    let told = recorded();
    for (what, field, says) in [
        ("refused_value", Some("ckpt_name"), "Value not in list: ckpt_name: 'nope.safetensors'"),
        ("refused_node", None, "Cannot execute because node NoSuchNode does not exist."),
    ] {
        let answer = told[what].clone();
        let peer = Peer::start(move |_, _| Reply::Json(400, answer.clone())).await;
        let error = COMFYUI.submit(&call(&peer), &request(&json!({}))).await.unwrap_err();
        let field = field.map(str::to_owned);
        assert_eq!((error.kind, error.wire), (Kind::Invalid { field }, Wire::Answered(400)));
        assert!(error.message.contains(says), "{}", error.message);
    }
}

#[tokio::test]
async fn a_file_it_took() {
    let answer = recorded()["uploaded"].clone();
    let peer = Peer::start(move |_, _| Reply::Json(200, answer.clone())).await;
    let file = Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: "a picture".into(),
    };
    assert_eq!(COMFYUI.upload(&call(&peer), &file).await.unwrap(), "rushes/reference-1.png");
}

#[test]
fn the_open_line_of_that_picture() {
    let told = recorded();
    let id = only_key(&told["done"]);
    let (mut parts, mut previews, mut ends) = (Vec::new(), 0, 0);
    for frame in told["line"].as_array().unwrap() {
        let heard = match frame["binary"].as_str() {
            Some(head) => {
                let bytes: Vec<u8> = (0..head.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&head[at..at + 2], 16).unwrap())
                    .collect();
                of_bytes(&bytes, &id)
            }
            None => of_text(&frame.to_string(), &id),
        };
        match heard {
            Heard::Progress(part) => parts.push(part),
            Heard::Preview(picture) => {
                assert!(picture.starts_with(b"\xff\xd8\xff"), "a JPEG");
                assert_eq!(previews + 1, parts.len(), "one after each step");
                previews += 1;
            }
            Heard::Ended => ends += 1,
            Heard::Nothing => assert_eq!(ends, 0, "nothing is left to say after the end"),
        }
    }
    assert_eq!(parts, [1.0 / 3.0, 2.0 / 3.0, 1.0]);
    assert_eq!(previews, 3);
    assert!(ends > 0);
}

#[tokio::test]
async fn what_it_says_of_its_nodes_becomes_a_form() {
    let nodes = recorded()["nodes"].clone();
    let server = Peer::start(move |seen, _| {
        let class = seen.path.rsplit('/').next().unwrap_or_default();
        Reply::Json(200, json!({ class: nodes[class] }))
    })
    .await;
    let file = json!({
        "1": {"class_type": "LoadImage", "inputs": {"image": "example.png"}},
        "3": {"class_type": "ImageScale", "inputs": {
            "image": ["1", 0], "upscale_method": "lanczos", "width": 128, "height": 96, "crop": "disabled",
        }},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "scaled"}},
    });
    let model = COMFYUI.workflow(Some(&call(&server)), &file).await.unwrap().unwrap();
    let kind = |name: &str| {
        &model
            .fields
            .iter()
            .find(|field| field.name == name)
            .unwrap_or_else(|| panic!("{name}"))
            .kind
    };
    assert!(matches!(kind("image"), FieldKind::Media { .. }), "{:?}", kind("image"));
    let FieldKind::Choice { options, .. } = kind("upscale_method") else { panic!("a choice") };
    assert_eq!(options.len(), 5);
    let FieldKind::Integer { min, max, .. } = kind("width") else { panic!("a whole number") };
    assert_eq!((*min, *max), (Some(0), Some(16384)));
}
