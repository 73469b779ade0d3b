//! Servers of the user's own: an address is given, checked and put right, with a key or without one.
#![allow(clippy::unwrap_used)]

mod support;

use rushes_studio::Studio;
use rushes_studio::api::types::{Endpoint, KeyRow, Quote, SyncReport};
use serde_json::{Value, json};
use support::{Peer, Room, call};

async fn at(studio: &Studio, provider: &str, base_url: &str) -> KeyRow {
    call(studio, "set_base_url", json!({"provider": provider, "base_url": base_url})).await
}

async fn checked(studio: &Studio, provider: &str) -> (bool, String) {
    let row: KeyRow = call(studio, "test_key", json!({ "provider": provider })).await;
    let test = row.test.unwrap();
    (test.works, test.message)
}

/// Its endpoints that can run.
async fn usable(studio: &Studio, provider: &str) -> usize {
    let all: Vec<Endpoint> = call(studio, "list_endpoints", json!({})).await;
    all.iter().filter(|one| one.provider == provider && one.usable).count()
}

#[tokio::test]
async fn an_address_is_checked_and_what_is_wrong_is_said() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let before: Vec<KeyRow> = call(&studio, "list_keys", json!({})).await;
    let own = before.iter().filter(|row| row.own_server);
    let own: Vec<(&str, bool)> = own.map(|row| (row.provider.as_str(), row.needs_key)).collect();
    assert_eq!(own, [("comfyui", false), ("openai_compatible", false)]);

    // Before it has answered too: there is nobody who would bill for a run.
    let wanted = json!({"endpoint": "comfyui:text-to-image", "inputs": {"prompt": "hills"}});
    let quote: Quote = call(&studio, "quote", wanted).await;
    assert_eq!((quote.total.map(|price| price.micros), quote.note.as_str()), (Some(0), ""));

    // Port 9 is kept for discarding; nobody listens there.
    at(&studio, "comfyui", "http://127.0.0.1:9/").await;
    let nobody = "Not reachable. Nothing answers at http://127.0.0.1:9. Start the server, or change \
                  the address, then check again.";
    assert_eq!(checked(&studio, "comfyui").await, (false, nobody.to_owned()));

    let base = peer.0.base_url();
    let wrong = format!("{base}/comfyui/nowhere");
    at(&studio, "comfyui", &wrong).await;
    let (works, said) = checked(&studio, "comfyui").await;
    assert!(!works && said.starts_with("Not the right server. "), "{said}");
    assert_eq!(usable(&studio, "comfyui").await, 0);

    let row = at(&studio, "comfyui", &format!("{base}/comfyui")).await;
    // What another address said proves nothing about this one.
    assert_eq!((row.test, row.place), (None, None));
    let (works, said) = checked(&studio, "comfyui").await;
    assert!(works && said.starts_with("Works. Answered in "), "{said}");
    let list: SyncReport = call(&studio, "sync_models", json!({"provider": "comfyui"})).await;
    assert_eq!(usable(&studio, "comfyui").await, list.models as usize);
    assert!(list.models > 0);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_key_is_optional_and_never_travels_unprotected() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let provider = "openai_compatible";
    let set_key =
        async |key: &str| studio.call("set_key", json!({"provider": provider, "key": key})).await;
    let here = format!("{}/openai_compatible/v1", peer.0.base_url());
    at(&studio, provider, &here).await;
    let (works, said) = checked(&studio, provider).await;
    assert!(!works && said.starts_with("Wants a key. "), "{said}");

    // Kept, tested and its models read, as with any other key.
    let row: KeyRow = serde_json::from_value(set_key(peer.0.token()).await.unwrap()).unwrap();
    assert_eq!(
        (row.test.map(|test| test.works), row.place.as_deref()),
        (Some(true), Some("keychain"))
    );
    assert!(usable(&studio, provider).await > 0);

    // While there is a key, plain http elsewhere is no address.
    let far = "http://192.168.1.20:8000/v1";
    let wanted = json!({"provider": provider, "base_url": far});
    let refused = studio.call("set_base_url", wanted.clone()).await.unwrap_err();
    assert!(refused.message.ends_with("would travel unprotected to that address."), "{refused:?}");
    let row: KeyRow = call(&studio, "remove_key", json!({ "provider": provider })).await;
    assert_eq!((row.base_url, row.place), (here, None));

    // Without one it is, and then no key is taken for it.
    let row: KeyRow = call(&studio, "set_base_url", wanted).await;
    assert_eq!(row.base_url, far);
    let refused = set_key("any-key").await.unwrap_err();
    assert_eq!(refused.code, "invalid");
    let rows: Vec<KeyRow> = call(&studio, "list_keys", json!({})).await;
    let row = rows.iter().find(|row| row.provider == provider).unwrap();
    assert_eq!((row.place.as_deref(), row.base_url.as_str()), (None, far));

    let none: Value = json!({"provider": "sandbox", "key": "any"});
    let refused = studio.call("set_key", none).await.unwrap_err();
    assert_eq!(refused.message, "Sandbox needs no key.");
    studio.shutdown().await;
}
