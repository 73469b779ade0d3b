//! The user's choices, as a host keeps them.
#![allow(clippy::unwrap_used)]

mod support;

use rushes_studio::api::types::Settings;
use serde_json::json;
use support::{Peer, Room, call};

#[tokio::test]
async fn favourites_are_kept_once_each_in_the_order_in_which_they_were_chosen() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let before: Settings = call(&studio, "get_settings", json!({})).await;
    assert_eq!(before.favourites, [""; 0]);
    let chosen = ["sandbox:sandbox/stills", "gone:long/ago", "sandbox:sandbox/stills", ""];
    let wanted = Settings { favourites: chosen.map(String::from).to_vec(), ..before };
    let kept: Settings =
        call(&studio, "set_settings", serde_json::to_value(&wanted).unwrap()).await;
    assert_eq!(kept.favourites, ["sandbox:sandbox/stills", "gone:long/ago"]);
    studio.shutdown().await;
    drop(studio);

    let studio = room.open(&peer).await;
    let again: Settings = call(&studio, "get_settings", json!({})).await;
    assert_eq!(again, kept);
    studio.shutdown().await;
}
