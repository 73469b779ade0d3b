//! ComfyUI.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rushes_providers::schema::FieldKind;
use rushes_providers::types::{
    Cancelled, Found, Lookup, PollState, RemoteOutput, Request, Task, Upload,
};
use rushes_providers::{Bin, Kind, Tray, Wire};
use rushes_sandbox::{Config, On, RenderTime};
use serde_json::{Value, json};

use crate::customer::{Customer, picture, prompt, size_of};

/// A workflow of the user's own that makes a clip.
fn clip() -> Value {
    json!({
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sandbox.safetensors"}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "waves", "clip": ["1", 1]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["1", 1]}},
        "4": {"class_type": "EmptyHunyuanLatentVideo",
              "inputs": {"width": 512, "height": 288, "length": 25, "batch_size": 1}},
        "5": {"class_type": "KSampler", "inputs": {
            "seed": 1, "steps": 4, "cfg": 6, "sampler_name": "euler", "scheduler": "simple",
            "denoise": 1, "model": ["1", 0], "positive": ["2", 0], "negative": ["3", 0],
            "latent_image": ["4", 0]}},
        "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
        "7": {"class_type": "CreateVideo", "inputs": {"images": ["6", 0], "fps": 24}},
        "8": {"class_type": "SaveVideo", "inputs": {
            "video": ["7", 0], "filename_prefix": "video/x", "format": "auto", "codec": "auto"}},
    })
}

/// Requests are told apart by the attempt's own id.
async fn named(comfyui: &Customer, name: &str, inputs: Value) -> Request {
    let request = comfyui.request("text-to-image", inputs, &[]).await;
    Request { client_ref: name.into(), ..request }
}

/// A sandbox where nothing is done before it is stopped.
async fn slow() -> Customer {
    let time = Duration::from_secs(600);
    Customer::painting("comfyui", RenderTime { image: time, video: time }, Config::default()).await
}

async fn submitted(comfyui: &Customer, request: &Request) -> Task {
    let submitted = comfyui.provider.submit(&comfyui.call, request).await.unwrap();
    Task {
        remote_id: submitted.remote_id,
        remote_model: request.remote_model.clone(),
        poll_url: submitted.poll_url,
    }
}

#[tokio::test]
async fn a_picture_an_edit_and_a_clip_of_a_workflow_file() {
    let comfyui = Customer::of("comfyui").await;
    let inputs = json!({"prompt": "hills at dawn", "width": 512, "height": 256, "seed": 7});
    let made = comfyui.outputs_of(&named(&comfyui, "ref_1", inputs).await).await;
    assert_eq!(made.len(), 1);
    assert_eq!(size_of(&made[0]), (512, 256));
    let edit = comfyui.request("image-to-image", prompt("gold"), &[("image", picture())]).await;
    assert_eq!(edit.inputs["image"], "rushes/reference-1.png");
    assert_eq!(comfyui.outputs_of(&edit).await.len(), 1);
    let inputs = json!({"prompt": "slow waves", "workflow": clip()});
    let request = Request { remote_model: "mine".into(), ..named(&comfyui, "ref_3", inputs).await };
    let made = comfyui.outputs_of(&request).await;
    assert_eq!(&made[0][4..8], b"ftyp");
    let ledger = comfyui.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.settles), (3, 3));
    assert_eq!(ledger.entries[0].model, "v1-5-pruned-emaonly-fp16.safetensors");
}

#[tokio::test]
async fn the_same_inputs_make_the_same_picture() {
    let comfyui = Customer::of("comfyui").await;
    let inputs = json!({"prompt": "hills", "width": 256, "height": 256, "seed": 7});
    let one = comfyui.outputs_of(&named(&comfyui, "ref_1", inputs.clone()).await).await;
    let two = comfyui.outputs_of(&named(&comfyui, "ref_2", inputs).await).await;
    assert_eq!(one, two);
}

#[tokio::test]
async fn a_file_keeps_its_name_unless_another_has_it() {
    let comfyui = Customer::of("comfyui").await;
    let upload = |bytes: &'static str| {
        let (provider, call) = (comfyui.provider, comfyui.call.clone());
        let content_type = "image/png".into();
        let file = Upload { name: "a.png".into(), content_type, bytes: bytes.into() };
        async move { provider.upload(&call, &file).await.unwrap() }
    };
    assert_eq!(upload("one").await, "rushes/a.png");
    assert_eq!(upload("one").await, "rushes/a.png");
    assert_eq!(upload("two").await, "rushes/a (1).png");
}

#[tokio::test]
async fn refusals_read_as_what_they_are() {
    let comfyui = Customer::of("comfyui").await;
    for (n, words) in ["[blocked]", "[fails]"].into_iter().enumerate() {
        let request = named(&comfyui, &format!("ref_{n}"), prompt(words)).await;
        let PollState::Failed { kind, message, .. } = comfyui.end_of(&request).await.unwrap().state
        else {
            panic!("{words} did not fail")
        };
        assert_eq!(kind, Kind::Unavailable);
        assert!(message.contains("KSampler"), "{message}");
    }
    let declined = |inputs: Value| async {
        let request = named(&comfyui, "ref_x", inputs).await;
        let error = comfyui.end_of(&request).await.unwrap_err();
        assert_eq!(error.wire, Wire::Answered(400));
        (error.kind, error.message)
    };
    let invalid = |field: &str| Kind::Invalid { field: Some(field.into()) };
    let (kind, message) = declined(json!({"ckpt_name": "gone.safetensors"})).await;
    assert_eq!(kind, invalid("ckpt_name"));
    assert!(message.contains("'gone.safetensors' not in"), "{message}");
    assert_eq!(declined(json!({"width": 8})).await.0, invalid("width"));
    let mut strange = clip();
    strange["9"] = json!({"class_type": "Sharpen", "inputs": {}});
    let (_, message) = declined(json!({"workflow": strange})).await;
    assert!(message.contains("Node 'Sharpen' not found"), "{message}");
    let unsaved = json!({"1": clip()["1"]});
    assert!(declined(json!({"workflow": unsaved})).await.1.contains("no outputs"));
    let request = comfyui.request("image-to-image", json!({"image": "gone.png"}), &[]).await;
    assert_eq!(comfyui.end_of(&request).await.unwrap_err().kind, invalid("image"));
    assert_eq!(comfyui.sandbox.ledger().creates, 2);
    comfyui.decline(429, json!({"error": {"message": "slow down"}}));
    let request = named(&comfyui, "ref_y", prompt("x")).await;
    assert_eq!(comfyui.end_of(&request).await.unwrap_err().kind, Kind::RateLimited);
}

#[tokio::test]
async fn what_waits_and_what_runs_is_stopped_and_nothing_else() {
    let comfyui = slow().await;
    let other = submitted(&comfyui, &named(&comfyui, "ref_1", prompt("a")).await).await;
    let ours = submitted(&comfyui, &named(&comfyui, "ref_2", prompt("b")).await).await;
    let poll = comfyui.provider.poll(&comfyui.call, &ours).await.unwrap();
    assert_eq!(
        (poll.state, poll.note.as_deref()),
        (PollState::Queued, Some("One job is before it."))
    );
    let stopped = comfyui.provider.cancel(&comfyui.call, &ours).await.unwrap();
    assert_eq!(stopped, Cancelled::Stopped);
    // Out of the queue, and in no history.
    let gone = comfyui.provider.poll(&comfyui.call, &ours).await.unwrap_err();
    assert_eq!(gone.kind, Kind::NotFound);
    let again = comfyui.provider.cancel(&comfyui.call, &ours).await.unwrap();
    assert_eq!(again, Cancelled::CannotStop);
    assert_eq!(
        comfyui.provider.poll(&comfyui.call, &other).await.unwrap().state,
        PollState::Queued
    );
    let ledger = comfyui.sandbox.ledger();
    assert_eq!((ledger.creates, ledger.refunds), (2, 1));

    // Of its time an eighth is waiting: this one runs after a fifth of a second.
    let time = Duration::from_millis(1_600);
    let times = RenderTime { image: time, video: time };
    let comfyui = Customer::painting("comfyui", times, Config::default()).await;
    let inputs = json!({"prompt": "[slow] c", "width": 256, "height": 256});
    let runs = submitted(&comfyui, &named(&comfyui, "ref_3", inputs).await).await;
    while comfyui.provider.poll(&comfyui.call, &runs).await.unwrap().state == PollState::Queued {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let stopped = comfyui.provider.cancel(&comfyui.call, &runs).await.unwrap();
    assert_eq!(stopped, Cancelled::Stopped);
    let after = comfyui.provider.poll(&comfyui.call, &runs).await.unwrap().state;
    assert_eq!(after, PollState::Cancelled);
    assert_eq!(comfyui.sandbox.ledger().refunds, 1);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_the_name_that_was_sent() {
    let comfyui = slow().await;
    let lookup = |name: &str| Lookup {
        remote_model: "text-to-image".into(),
        client_ref: name.into(),
        inputs: serde_json::Map::default(),
        since: "2026-01-01T00:00:00Z".parse().unwrap(),
        until: "2027-01-01T00:00:00Z".parse().unwrap(),
    };
    let work = submitted(&comfyui, &named(&comfyui, "ref_1", prompt("a")).await).await;
    let found = comfyui.provider.find(&comfyui.call, &lookup("ref_1")).await.unwrap();
    let ours = Found { remote_id: work.remote_id, created_at: None, same_inputs: true };
    assert_eq!(found, Some(vec![ours]));
    let none = comfyui.provider.find(&comfyui.call, &lookup("ref_2")).await.unwrap();
    assert_eq!(none, Some(vec![]));
}

#[derive(Default)]
struct Shelf {
    parts: Mutex<Vec<f32>>,
    pictures: Mutex<Vec<bytes::Bytes>>,
}

impl Tray for Shelf {
    fn open(&self) -> io::Result<Box<dyn Bin>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn preview(&self, picture: RemoteOutput) {
        let RemoteOutput::Inline { bytes } = picture else { panic!("{picture:?}") };
        self.pictures.lock().unwrap().push(bytes);
    }

    fn progress(&self, part: Option<f32>, _: &str) {
        self.parts.lock().unwrap().extend(part);
    }
}

#[tokio::test]
async fn progress_and_previews_come_while_it_is_made() {
    let time = Duration::from_millis(600);
    let times = RenderTime { image: time, video: time };
    let comfyui = Customer::painting("comfyui", times, Config::default()).await;
    let inputs = json!({"prompt": "hills", "width": 256, "height": 256, "steps": 10});
    let work = submitted(&comfyui, &named(&comfyui, "ref_1", inputs).await).await;
    let shelf = Arc::new(Shelf::default());
    let call = comfyui.call.clone().with_tray(shelf.clone());
    comfyui.provider.watch(&call, &work).await.unwrap();
    let state = comfyui.provider.poll(&comfyui.call, &work).await.unwrap().state;
    assert!(matches!(state, PollState::Done { .. }), "{state:?}");
    let parts = shelf.parts.lock().unwrap().clone();
    assert!(parts.is_sorted() && parts.last() == Some(&1.0), "{parts:?}");
    let pictures = shelf.pictures.lock().unwrap().clone();
    assert_eq!(pictures.len(), parts.len());
    assert!(pictures.iter().all(|picture| size_of(picture) == (64, 48)));
    // Once all is done there is nothing to wait for.
    comfyui.provider.watch(&call, &work).await.unwrap();
}

#[tokio::test]
async fn the_server_says_what_there_is_to_choose_from() {
    let comfyui = Customer::of("comfyui").await;
    assert_eq!(comfyui.provider.balance(&comfyui.call).await.unwrap(), None);
    let live = comfyui.provider.models(&comfyui.call).await.unwrap().unwrap();
    let bundled = comfyui.provider.manifest().bundled();
    assert_eq!(live.len(), bundled.len());
    for (live, known) in live.iter().zip(bundled) {
        assert_eq!(live.remote_model, known.remote_model);
        let names = |fields: &[rushes_providers::schema::Field]| -> Vec<String> {
            fields.iter().map(|field| field.name.clone()).collect()
        };
        assert_eq!(names(&live.fields), names(&known.fields));
    }
    let own = comfyui.provider.workflow(Some(&comfyui.call), &clip()).await.unwrap().unwrap();
    let checkpoint = own.fields.iter().find(|field| field.name == "ckpt_name").unwrap();
    let FieldKind::Choice { options } = &checkpoint.kind else { panic!("{checkpoint:?}") };
    assert_eq!(options[0], "sandbox.safetensors");
    assert_eq!(own.task, "text-to-video");
    assert!(comfyui.sandbox.requests(On::Models) > 0);
}
