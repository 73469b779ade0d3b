//! The camera roll through the studio's own door: looked into, shown small, and taken from only when one is chosen.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use rushes_studio::Studio;
use rushes_studio::api::types::{Asset, CameraRoll, Settings};
use serde_json::{Value, json};
use support::{Peer, Room, call};

fn picture(folder: &Path, name: &str, side: u32, at: u64) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    image::RgbImage::from_pixel(side, side, image::Rgb([90, 120, 200])).save(&path).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(at)).unwrap();
    path
}

async fn choose(studio: &Arc<Studio>, folder: &str) -> Result<Value, String> {
    let settings: Settings = call(studio, "get_settings", json!({})).await;
    let wanted = Settings { camera_roll: folder.into(), ..settings };
    let kept = studio.call("set_settings", serde_json::to_value(wanted).unwrap()).await;
    kept.map_err(|error| error.message)
}

/// What the door gives out under this path.
async fn asked(studio: &Studio, path: &str) -> reqwest::Response {
    let url = format!("{}{path}", studio.door().unwrap().base).parse().unwrap();
    rushes_providers::bare_client_for(&url).get(url).send().await.unwrap()
}

fn references(room: &Room) -> usize {
    let months = room.folder.path().join("library/references").read_dir();
    months.into_iter().flatten().flatten().map(|m| m.path().read_dir().unwrap().count()).sum()
}

#[tokio::test]
async fn the_newest_pictures_are_offered_and_only_a_chosen_one_is_copied() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let none: CameraRoll = call(&studio, "list_camera_roll", json!({})).await;
    assert_eq!((none.folder, none.pictures), (None, vec![]));

    let folder = room.folder.path().canonicalize().unwrap().join("phone");
    picture(&folder, "DCIM/old.png", 8, 10);
    let newest = picture(&folder, "DCIM/100/new.png", 300, 20);
    std::fs::File::create(folder.join("notes.png")).unwrap().write_all(b"buy milk").unwrap();
    let shown = folder.display().to_string();
    choose(&studio, &format!("  {shown} ")).await.unwrap();
    let roll: CameraRoll = call(&studio, "list_camera_roll", json!({})).await;
    assert_eq!((roll.folder.as_deref(), roll.cut_short), (Some(shown.as_str()), false));
    let names: Vec<&str> = roll.pictures.iter().map(|picture| picture.name.as_str()).collect();
    assert_eq!(names, ["DCIM/100/new.png", "DCIM/old.png"]);
    let one: CameraRoll = call(&studio, "list_camera_roll", json!({ "most": 1 })).await;
    assert_eq!(one.pictures, roll.pictures[..1]);
    assert_eq!(references(&room), 0);

    let id = &roll.pictures[0].id;
    let shown = asked(&studio, &format!("roll/{id}")).await;
    assert_eq!(shown.headers()["cache-control"], "no-store");
    let small = image::load_from_memory(&shown.bytes().await.unwrap()).unwrap();
    assert_eq!((small.width(), small.height()), (256, 256));
    for strange in ["roll_0", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"] {
        let refused = asked(&studio, &format!("roll/{strange}")).await;
        assert_eq!(refused.status(), 404, "{strange}");
    }
    assert_eq!(references(&room), 0, "a look copies nothing");

    let asset: Asset = call(&studio, "take_camera_picture", json!({ "id": id })).await;
    assert_eq!((asset.width, asset.height), (300, 300));
    assert_eq!(references(&room), 1);
    assert!(newest.is_file(), "copied, never moved");
    let again: Asset = call(&studio, "take_camera_picture", json!({ "id": id })).await;
    assert_eq!(again.id, asset.id);
    for strange in ["roll_0", "../phone/DCIM/old.png", "/etc/passwd", newest.to_str().unwrap()] {
        let taken = studio.call("take_camera_picture", json!({ "id": strange })).await;
        assert_eq!(taken.unwrap_err().code, "not_found", "{strange}");
    }

    // None any more: nothing of it is given out, though it was seen.
    choose(&studio, "").await.unwrap();
    assert_eq!(asked(&studio, &format!("roll/{id}")).await.status(), 404);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_folder_that_is_away_is_said_and_comes_back() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    assert_eq!(choose(&studio, "phone").await.unwrap_err(), "That is no full path to a folder.");
    let folder = room.folder.path().canonicalize().unwrap().join("phone");
    choose(&studio, folder.to_str().unwrap()).await.unwrap();
    let away = studio.call("list_camera_roll", json!({})).await.unwrap_err();
    assert_eq!(away.message, format!("The camera roll folder {} is not there.", folder.display()));
    assert_eq!(
        away.hint,
        "Connect its drive, or choose another folder in Settings, under Library."
    );
    let file = picture(&folder, "a.png", 8, 10);
    let roll: CameraRoll = call(&studio, "list_camera_roll", json!({})).await;
    let id = &roll.pictures[0].id;
    // Moved away since it was listed.
    std::fs::remove_file(file).unwrap();
    let gone = studio.call("take_camera_picture", json!({ "id": id })).await.unwrap_err();
    assert_eq!(gone.message, "a.png is not where it was.");
    studio.shutdown().await;
}
