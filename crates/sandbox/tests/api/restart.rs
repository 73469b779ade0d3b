use std::time::Duration;

use rushes_sandbox::{Config, RenderTime};
use serde_json::json;

use crate::caller::{Caller, quick, small};

#[tokio::test]
async fn a_task_outlives_a_restart_and_comes_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let state_dir = Some(folder.path().join("state"));
    let ledger = Some(folder.path().join("ledger.jsonl"));
    let before = Caller::start(quick()).await.make("sandbox/stills", &small("hills", 3)).await;

    // Long enough that the first run cannot complete it, short enough that the second one may.
    let hour = Duration::from_hours(1);
    let slow = RenderTime { image: hour, video: hour };
    let caller = Caller::start(Config {
        render_time: slow,
        state_dir: state_dir.clone(),
        ledger: ledger.clone(),
        ..Config::default()
    })
    .await;
    let id = caller.submit("sandbox/stills", &small("hills", 3)).await;
    assert_eq!(caller.poll(&id).await["status"], "created");
    caller.sandbox.stop().await;

    // The hour passes.
    let path = folder.path().join(format!("state/tasks/{id}.json"));
    let mut task: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    task["render_ms"] = json!(0);
    std::fs::write(&path, task.to_string()).unwrap();

    let config =
        || Config { state_dir: state_dir.clone(), ledger: ledger.clone(), ..Config::default() };
    let caller = Caller::start(config()).await;
    let prediction = caller.ended(&id).await;
    assert_eq!(prediction["status"], "completed");
    let url = prediction["outputs"][0].as_str().unwrap().to_owned();
    assert!(url.starts_with(&caller.sandbox.base_url()), "the URL names the present port");
    assert_eq!(caller.fetch(&url).await.bytes().await.unwrap(), before);
    let counts = caller.sandbox.ledger();
    assert_eq!((counts.creates, counts.settles), (1, 1));
    caller.sandbox.stop().await;

    // A completed task whose file was lost is painted again.
    std::fs::remove_file(folder.path().join(format!("state/tasks/{id}.output"))).unwrap();
    let caller = Caller::start(config()).await;
    let url = caller.poll(&id).await["outputs"][0].as_str().unwrap().to_owned();
    assert_eq!(caller.fetch(&url).await.bytes().await.unwrap(), before);
    assert_eq!(caller.sandbox.ledger(), counts, "nothing more was charged or settled");
}

#[tokio::test]
async fn uploads_of_an_earlier_run_still_serve_as_references() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { state_dir: Some(folder.path().to_owned()), ..quick() };
    let caller = Caller::start(config()).await;
    let picture = caller.make("sandbox/stills", &small("forest", 3)).await;
    let url = caller.upload("forest.png", "image/png", &picture).await;
    let edit = json!({"prompt": "dusk", "seed": 1, "images": [url]});
    let first = caller.make("sandbox/stills/edit", &edit).await;
    caller.sandbox.stop().await;
    let caller = Caller::start(config()).await;
    assert!(!url.starts_with(&caller.sandbox.base_url()), "another port");
    assert_eq!(caller.make("sandbox/stills/edit", &edit).await, first);
}

#[tokio::test]
async fn what_is_older_than_seven_days_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { state_dir: Some(folder.path().to_owned()), ..quick() };
    let caller = Caller::start(config()).await;
    let id = caller.submit("sandbox/stills", &small("forest", 3)).await;
    caller.ended(&id).await;
    caller.sandbox.stop().await;
    let path = folder.path().join(format!("tasks/{id}.json"));
    let mut task: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    task["created_at"] = json!("2026-01-01T00:00:00Z");
    std::fs::write(&path, task.to_string()).unwrap();
    let caller = Caller::start(config()).await;
    assert_eq!(caller.get(&format!("/api/v3/predictions/{id}/result")).await.1["code"], 404);
    assert_eq!(std::fs::read_dir(folder.path().join("tasks")).unwrap().count(), 0);
}

#[tokio::test]
async fn stopping_ends_open_connections_at_once() {
    use tokio::io::AsyncReadExt;
    let caller = Caller::start(Config {
        render_time: RenderTime { image: Duration::from_hours(1), ..quick().render_time },
        ..Config::default()
    })
    .await;
    let address = caller.sandbox.base_url().strip_prefix("http://").unwrap().to_owned();
    let mut idle = tokio::net::TcpStream::connect(&address).await.unwrap();
    caller.get("/api/v3/balance").await;
    tokio::time::timeout(Duration::from_secs(4), caller.sandbox.stop())
        .await
        .expect("stop returns");
    let mut rest = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(4), idle.read_to_end(&mut rest))
        .await
        .expect("the connection ends");
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
}
