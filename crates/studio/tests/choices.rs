//! The user's choices, as a host keeps them.
#![allow(clippy::unwrap_used)]

mod support;

use rushes_studio::api::types::{Preset, Settings};
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

#[tokio::test]
async fn a_preset_brings_its_route_and_one_of_before_has_none() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let mut wanted = json!({
        "name": "Dusk",
        "modality": "image",
        "endpoint": "sandbox:sandbox/stills",
        "model_name": "Sandbox Stills",
        "inputs": {"size": "256*256"},
        "count": 2,
    });
    let before: Preset = call(&studio, "save_preset", json!({"preset": wanted})).await;
    assert_eq!(before.route, None);
    wanted["name"] = "Hero still".into();
    wanted["route"] = "Hero".into();
    let routed: Preset = call(&studio, "save_preset", json!({"preset": wanted})).await;
    assert_eq!(routed.route.as_deref(), Some("Hero"));
    let kept: Vec<Preset> = call(&studio, "list_presets", json!({})).await;
    assert_eq!(kept, [before, routed]);
    studio.shutdown().await;
}
