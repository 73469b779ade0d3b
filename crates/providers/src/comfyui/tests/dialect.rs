//! The suite.

use serde_json::json;

use super::{COMFYUI, ID, body, request, task};
use crate::Kind;
use crate::conformance::Dialect;

/// A finished job, saved by one node and shown by none; where it is fetched depends on the server, so
/// that is looked at elsewhere.
fn done() -> serde_json::Value {
    let mut done = body!("success");
    done[ID]["outputs"] = json!({});
    done
}

fn dialect() -> Dialect {
    let mut unknown_word = body!("success");
    unknown_word[ID]["status"]["status_str"] = "rehearsing".into();
    Dialect {
        provider: &COMFYUI,
        request: request(&json!({"prompt": "x", "seed": 7})),
        task: task(),
        accepted: (body!("submit"), ID),
        without_id: json!({"number": 3, "node_errors": {}}),
        unfinished: vec![body!("queued"), body!("running")],
        unknown_word: Some(unknown_word),
        done: (done(), vec![]),
        failed: vec![(body!("failed"), Kind::Unavailable)],
        refusal: |_, words| json!({"error": {"type": "x", "message": words}, "node_errors": {}}),
        ticket: None,
    }
}

crate::conformance_tests!(dialect());

#[tokio::test]
async fn what_was_interrupted_is_cancelled_and_what_broke_says_where() {
    use super::{Peer, PollState, Provider, Reply, call};
    let state = |body: serde_json::Value| async move {
        let peer = Peer::start(move |_, _| Reply::Json(200, body.clone())).await;
        COMFYUI.poll(&call(&peer), &task()).await.unwrap().state
    };
    assert_eq!(state(body!("cancelled")).await, PollState::Cancelled);
    let PollState::Failed { message, .. } = state(body!("failed")).await else { panic!() };
    assert_eq!(
        message,
        "ComfyUI could not finish it at the node KSampler. It says: out of memory."
    );
}
