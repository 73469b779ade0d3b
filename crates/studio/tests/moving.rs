//! Moving the library through the studio's own door, and what hosts are told of it.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use rushes_studio::api::types::{AppState, MovePhase, Moved, PrintBook};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still};

#[tokio::test]
async fn prints_are_told_and_saved_at_the_new_place_at_once_and_after_a_restart() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let print = rested(&studio, &still(&studio).await).await.prints.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().canonicalize().unwrap().join("deep/Rushes");
    let to = json!({ "to": place });
    let refused = studio.call("move_library", json!({ "to": "here" })).await.unwrap_err();
    assert_eq!(refused.code, "invalid");
    let moved = loop {
        let moved: Moved = call(&studio, "move_library", to.clone()).await;
        if moved.phase == MovePhase::Over {
            break moved;
        }
    };
    assert_eq!((Path::new(&moved.to), moved.left), (place.as_path(), vec![]));
    let at = |path: &str| Path::new(path).starts_with(&place) && Path::new(path).is_file();
    let told: PrintBook = call(&studio, "get_print", json!({ "id": print.id })).await;
    assert!(at(&told.print.path), "{}", told.print.path);
    let next = rested(&studio, &still(&studio).await).await.prints.remove(0);
    assert!(at(&next.path), "{}", next.path);
    studio.shutdown().await;
    drop(studio);

    let studio = room.open(&peer).await;
    let app: AppState = call(&studio, "app_state", json!({})).await;
    assert_eq!((Path::new(&app.library), app.notices), (place.as_path(), vec![]));
    let found: Value = call(&studio, "verify_library", json!({})).await;
    assert_eq!((&found["sound"], &found["missing"]), (&json!(2), &json!([])));
    studio.shutdown().await;
}
