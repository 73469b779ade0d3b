//! Workflow files of the user's own as models: taken in, rendered with, replaced and removed.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use rushes_sandbox::EntryKind;
use rushes_studio::Studio;
use rushes_studio::api::types::{
    Change, Endpoint, ImportedWorkflow, Job, JobBook, KeyRow, Submission, SyncReport, WorkflowFile,
};
use rushes_studio::job::JobState;
use rushes_studio::schema::{Field, FieldKind};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, submit};

const ID: &str = "comfyui:my-portrait";

/// A picture of 384 by 256 with a checkpoint that is not the bundled workflow's.
fn portrait() -> Value {
    json!({
        "10": {"class_type": "KSampler", "inputs": {
            "seed": 18_446_744_073_709_551_615_u64, "steps": 4, "cfg": 6, "sampler_name": "euler",
            "scheduler": "simple", "denoise": 1, "model": ["4", 0], "positive": ["6", 0],
            "negative": ["7", 0], "latent_image": ["5", 0]}},
        "4": {"class_type": "CheckpointLoaderSimple",
              "inputs": {"ckpt_name": "sandbox.safetensors"}},
        "5": {"class_type": "EmptyLatentImage",
              "inputs": {"width": 384, "height": 256, "batch_size": 1}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a face", "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["10", 0], "vae": ["4", 2]}},
        "9": {"class_type": "SaveImage",
              "inputs": {"filename_prefix": "mine", "images": ["8", 0]}},
    })
}

/// The same from a picture: it has no width and no height.
fn retouched() -> Value {
    let mut file = portrait();
    file["11"] = json!({"class_type": "LoadImage", "inputs": {"image": "face.png"}});
    file["5"] =
        json!({"class_type": "VAEEncode", "inputs": {"pixels": ["11", 0], "vae": ["4", 2]}});
    file["4"]["inputs"]["ckpt_name"] = "v1-5-pruned-emaonly-fp16.safetensors".into();
    file
}

/// A studio whose ComfyUI is the sandbox's front of that name.
async fn open(peer: &Peer, room: &Room) -> Arc<Studio> {
    let studio = room.open(peer).await;
    stand_at(&studio, &format!("{}/comfyui", peer.0.base_url())).await;
    studio
}

async fn stand_at(studio: &Studio, base_url: &str) {
    let at = json!({"provider": "comfyui", "base_url": base_url});
    let _: KeyRow = call(studio, "set_base_url", at).await;
}

/// An address where nobody answers.
async fn stand_nowhere(studio: &Studio) {
    let closed = std::net::TcpListener::bind("127.0.0.3:0").unwrap().local_addr().unwrap();
    stand_at(studio, &format!("http://{closed}")).await;
}

async fn import(studio: &Studio, name: &str, file: &Value) -> ImportedWorkflow {
    let text = serde_json::to_string_pretty(file).unwrap();
    let wanted = json!({"provider": "comfyui", "name": name, "file": text});
    call(studio, "import_workflow", wanted).await
}

async fn listed(studio: &Studio, id: &str) -> Option<Endpoint> {
    let all: Vec<Endpoint> = call(studio, "list_endpoints", json!({})).await;
    all.into_iter().find(|endpoint| endpoint.id == id)
}

fn field<'a>(endpoint: &'a Endpoint, name: &str) -> Option<&'a Field> {
    endpoint.fields.iter().find(|field| field.name == name)
}

fn is_chosen_from_a_list(endpoint: &Endpoint) -> bool {
    matches!(field(endpoint, "ckpt_name").unwrap().kind, FieldKind::Choice { .. })
}

/// The checkpoints of what the server was asked to paint, in order.
fn painted_with(peer: &Peer) -> Vec<String> {
    let creates = peer.0.ledger().entries.into_iter().filter(|e| e.kind == EntryKind::Create);
    creates.map(|entry| entry.model).collect()
}

#[tokio::test]
async fn a_file_becomes_a_model_and_its_inputs_become_fields() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    let mut changes = studio.changes();
    let taken = import(&studio, "My Portrait.json", &portrait()).await;
    assert_eq!(taken.before, None);
    let endpoint = taken.endpoint;
    assert_eq!((endpoint.id.as_str(), endpoint.name.as_str()), (ID, "My Portrait"));
    // The server was there: it is known what it offers to choose from.
    assert!(endpoint.own && endpoint.live && endpoint.usable, "{endpoint:#?}");
    assert!(is_chosen_from_a_list(&endpoint));
    let names: Vec<&str> = endpoint.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names[..6], ["prompt", "negative_prompt", "width", "height", "batch_size", "seed"]);
    assert_eq!(field(&endpoint, "width").unwrap().default, Some(json!(384)));
    // The file itself stays in the studio.
    assert_eq!(field(&endpoint, "workflow"), None);
    assert_eq!(listed(&studio, ID).await, Some(endpoint));
    let told = changes.recv().await.unwrap();
    assert_eq!(*told, [Change::Catalog { provider: "comfyui".into() }]);
    let rows: Vec<KeyRow> = call(&studio, "list_keys", json!({})).await;
    let runs = rows.iter().filter(|row| row.workflows);
    let counted: Vec<_> = runs.map(|row| (row.provider.as_str(), row.models)).collect();
    assert_eq!(counted, [("comfyui", 3)]);

    let job = submit(&studio, ID, json!({"prompt": "an old sailor", "width": 320})).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    let print = &book.prints[0];
    assert_eq!((print.width, print.height), (320, 256));
    assert_eq!(painted_with(&peer), ["sandbox.safetensors"]);
    // What is shown of the job leaves the workflow out, what it was made from keeps it whole.
    assert_eq!(Value::from(book.job.inputs), json!({"prompt": "an old sailor", "width": 320}));
    let story = std::fs::read(format!("{}.json", print.path)).unwrap();
    let story: Value = serde_json::from_slice(&story).unwrap();
    assert_eq!(story["inputs"]["workflow"], portrait());
    studio.shutdown().await;
}

#[tokio::test]
async fn it_stays_through_a_refresh_a_restart_and_a_server_that_is_off() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    import(&studio, "My Portrait", &portrait()).await;
    let report: SyncReport = call(&studio, "sync_models", json!({"provider": "comfyui"})).await;
    assert_eq!(report.models, 3);
    assert!(listed(&studio, ID).await.is_some());

    stand_nowhere(&studio).await;
    assert!(studio.call("sync_models", json!({"provider": "comfyui"})).await.is_err());
    let away = import(&studio, "Retouched", &retouched()).await.endpoint;
    assert!(away.own && !away.live && away.usable);
    assert!(!is_chosen_from_a_list(&away));
    studio.shutdown().await;
    drop(studio);

    let studio = room.open(&peer).await;
    let kept = listed(&studio, ID).await.unwrap();
    assert!(kept.own && kept.live && is_chosen_from_a_list(&kept));
    assert_eq!(listed(&studio, "comfyui:retouched").await, Some(away));
    stand_at(&studio, &format!("{}/comfyui", peer.0.base_url())).await;
    let report: SyncReport = call(&studio, "sync_models", json!({"provider": "comfyui"})).await;
    assert_eq!(report.models, 4);
    let there = listed(&studio, "comfyui:retouched").await.unwrap();
    assert!(there.live && is_chosen_from_a_list(&there));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_job_keeps_the_workflow_that_it_ran_with() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    import(&studio, "My Portrait", &portrait()).await;
    let first = submit(&studio, ID, json!({"prompt": "a sailor", "width": 320})).await;
    assert_eq!(rested(&studio, &first).await.job.state, JobState::Completed);

    // Replaced under the same name by one that has no width.
    let taken = import(&studio, "my portrait", &retouched()).await;
    let before = taken.before.unwrap();
    assert_eq!((before.provider.as_str(), before.name.as_str()), ("comfyui", "My Portrait"));
    assert_eq!(serde_json::from_str::<Value>(&before.file).unwrap(), portrait());
    assert_eq!(field(&taken.endpoint, "width"), None);
    assert!(field(&taken.endpoint, "image").is_some());
    let again: Submission = call(&studio, "rerun_job", json!({"id": first.id})).await;
    assert_eq!(again.problems, vec![]);
    let book = rested(&studio, &again.jobs[0]).await;
    assert_eq!((book.prints[0].width, book.prints[0].height), (320, 256));

    let gone: WorkflowFile = call(&studio, "remove_workflow", json!({"id": ID})).await;
    assert_eq!(serde_json::from_str::<Value>(&gone.file).unwrap(), retouched());
    assert_eq!(listed(&studio, ID).await, None);
    let again: Submission = call(&studio, "rerun_job", json!({"id": first.id, "count": 2})).await;
    assert_eq!((again.problems.len(), again.jobs.len()), (0, 2));
    for job in &again.jobs {
        let book = rested(&studio, job).await;
        assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
        assert_eq!((book.job.model_name.as_str(), book.job.endpoint.as_str()), ("My Portrait", ID));
        assert_eq!((book.prints[0].width, book.prints[0].height), (320, 256));
    }
    assert_eq!(painted_with(&peer), ["sandbox.safetensors"; 4]);
    let book: JobBook = call(&studio, "get_job", json!({"id": first.id})).await;
    assert!(std::path::Path::new(&book.prints[0].path).is_file());

    // What was removed can be taken back as it was.
    let back: ImportedWorkflow =
        call(&studio, "import_workflow", serde_json::to_value(&gone).unwrap()).await;
    // But for what its runs have taught meanwhile.
    assert_eq!(back.endpoint.estimate.map(|estimate| estimate.runs), Some(4));
    let as_it_was = Endpoint { estimate: None, ..back.endpoint };
    let before = Endpoint { estimate: None, ..taken.endpoint };
    assert_eq!((as_it_was, back.before), (before, None));
    studio.shutdown().await;
}

#[tokio::test]
async fn what_waits_in_the_queue_runs_though_its_file_is_removed() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    import(&studio, "My Portrait", &portrait()).await;
    stand_nowhere(&studio).await;
    let job: Job = submit(&studio, ID, json!({"prompt": "a sailor"})).await;
    let _: WorkflowFile = call(&studio, "remove_workflow", json!({"id": ID})).await;
    studio.shutdown().await;
    drop(studio);
    let studio = open(&peer, &room).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!(painted_with(&peer), ["sandbox.safetensors"]);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_file_of_this_computer_is_named_after_itself() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    let path = room.folder.path().join("My  Portrait.JSON");
    let write = |bytes: &[u8]| {
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), bytes).unwrap();
    };
    let wanted = json!({"provider": "comfyui", "path": path});
    // As some editors save it.
    write(format!("\u{feff}{}", portrait()).as_bytes());
    let taken: ImportedWorkflow = call(&studio, "import_workflow_file", wanted.clone()).await;
    assert_eq!((taken.endpoint.id.as_str(), taken.endpoint.name.as_str()), (ID, "My Portrait"));
    write(b"\x89PNG\r\n\x1a\n\xff\xfe");
    let said = studio.call("import_workflow_file", wanted.clone()).await.unwrap_err();
    assert_eq!(said.message, "This file is not JSON, so it is no workflow.");
    std::fs::remove_file(&path).unwrap();
    let said = studio.call("import_workflow_file", wanted).await.unwrap_err();
    assert_eq!(
        (said.code.as_str(), said.message.as_str()),
        ("invalid", "This file can't be read.")
    );
    studio.shutdown().await;
}

#[tokio::test]
async fn what_is_no_workflow_is_told_why_and_nothing_is_kept() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    let mut unsaved = portrait();
    unsaved.as_object_mut().unwrap().shift_remove("9");
    let mut large = portrait();
    large["6"]["inputs"]["text"] = "x".repeat(1 << 20).into();
    let text = |file: &Value| file.to_string();
    for (name, file, message, hint) in [
        ("a", text(&json!({"nodes": [], "links": []})), "as the editor draws it", "Export (API)"),
        ("a", "{\"10\": ".to_owned(), "not JSON", "Export (API)"),
        ("a", text(&json!({"a": 1})), "no workflow in ComfyUI's API format", "Export (API)"),
        ("a", text(&unsaved), "Nothing in this workflow saves", "Save Image"),
        ("a", text(&large), "larger than 1 MiB", "Take out the pictures"),
        (".json", text(&portrait()), "needs a name", "Rename"),
        (&"x".repeat(101), text(&portrait()), "this has 101", "Shorten"),
    ] {
        let wanted = json!({"provider": "comfyui", "name": name, "file": file});
        let said = studio.call("import_workflow", wanted).await.unwrap_err();
        assert_eq!(said.code, "invalid");
        assert!(said.message.contains(message), "{message}: {said:?}");
        assert!(said.hint.contains(hint), "{hint}: {said:?}");
    }
    let elsewhere = json!({"provider": "openai", "name": "a", "file": text(&portrait())});
    let said = studio.call("import_workflow", elsewhere).await.unwrap_err();
    assert_eq!(said.message, "OpenAI runs no workflow files.");
    assert!(said.hint.contains("comfyui"), "{said:?}");
    let all: Vec<Endpoint> = call(&studio, "list_endpoints", json!({})).await;
    assert!(!all.iter().any(|endpoint| endpoint.own));
    let bundled = json!({"id": "comfyui:text-to-image"});
    let said = studio.call("remove_workflow", bundled).await.unwrap_err();
    assert_eq!(said.code, "invalid");
    let said = studio.call("remove_workflow", json!({"id": ID})).await.unwrap_err();
    assert_eq!(said.code, "not_found");
    studio.shutdown().await;
}
