//! Files of other programs, taken in through the studio's own door.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // a test writes its own files

mod support;

use std::path::{Path, PathBuf};

use futures_util::{StreamExt, stream};
use rushes_studio::Studio;
use rushes_studio::api::types::{
    Asset, Change, Diagnosis, Imported, Print, PrintBook, PrintPage, Verification,
};
use rushes_studio::http::Desk;
use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/recipes")
}

async fn import(studio: &Studio, paths: &[&Path]) -> Imported {
    call(studio, "import_files", json!({ "paths": paths })).await
}

async fn book(studio: &Studio, id: &str) -> PrintBook {
    call(studio, "get_print", json!({ "id": id })).await
}

async fn listed(studio: &Studio, find: &str) -> Vec<Print> {
    let page: PrintPage = call(studio, "list_prints", json!({ "find": find })).await;
    page.prints
}

/// A small picture, each number another one.
fn picture(to: &Path, n: u32) {
    let [r, g, b, _] = n.to_le_bytes();
    image::RgbImage::from_pixel(8, 6, image::Rgb([r, g, b])).save(to).unwrap();
}

#[tokio::test]
async fn what_other_programs_wrote_is_read_and_kept() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let imported = import(&studio, &[&fixtures()]).await;
    let written: Vec<PathBuf> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "py"))
        .collect();
    assert_eq!(imported.added.len() as u32 + imported.known, written.len() as u32);
    let skipped: Vec<_> = imported.skipped.iter().map(|s| (&s.path, s.message.as_str())).collect();
    let script = fixtures().join("make.py").display().to_string();
    let text = "This is a web page or other text, not a picture or clip that Rushes reads.";
    assert_eq!(skipped, [(&script, text)]);

    let mut programs = Vec::new();
    for id in &imported.added {
        let PrintBook { print, job, import, references, .. } = book(&studio, id).await;
        let record = import.unwrap();
        assert!(job.is_none() && references.is_empty() && print.job.is_none());
        let original = std::fs::read(fixtures().join(&record.name)).unwrap();
        assert_eq!(std::fs::read(&print.path).unwrap(), original, "{}", record.name);
        let sidecar = std::fs::read(format!("{}.json", print.path)).unwrap();
        let sidecar: Value = serde_json::from_slice(&sidecar).unwrap();
        assert_eq!((&sidecar["origin"], &sidecar["id"]), (&json!("import"), &json!(id)));
        assert_eq!((&sidecar["file_name"], &sidecar["price"]), (&json!(record.name), &Value::Null));
        assert_eq!(sidecar["recipe"].is_object(), !record.program.is_empty(), "{}", record.name);
        assert!(print.thumb_hash.is_some(), "{}", record.name);
        programs.push(record.program);
    }
    programs.sort_unstable();
    programs.dedup();
    assert_eq!(programs, ["", "AUTOMATIC1111", "ComfyUI", "Forge", "InvokeAI", "Stability Matrix"]);
    // One of them whole: what Pillow wrote as AUTOMATIC1111 documents it.
    let a1111 = listed(&studio, "is:import a1111.png").await;
    let one = book(&studio, &a1111[0].id).await;
    let read = rushes_studio::library::recipe::read_file(&fixtures().join("a1111.png"));
    let recipe = read.unwrap().unwrap();
    let record = one.import.unwrap();
    assert_eq!(
        (&one.print.prompt, Some(&one.print.model_name)),
        (&recipe.prompt, recipe.model.as_ref())
    );
    assert_eq!(
        (record.negative, record.seed, record.steps, record.sampler, record.inputs),
        (
            recipe.negative,
            recipe.seed.map(|s| s.to_string()),
            recipe.steps,
            recipe.sampler,
            recipe.inputs
        )
    );
    let seed = format!("seed:{}", recipe.seed.unwrap());
    assert!(listed(&studio, &seed).await.iter().any(|print| print.id == one.print.id));

    let again = import(&studio, &[&fixtures()]).await;
    assert_eq!((again.added.len(), again.known), (0, written.len() as u32));
    let verified: Verification = call(&studio, "verify_library", json!({})).await;
    assert_eq!(verified.sound as usize, imported.added.len());
    let seen: Diagnosis = call(&studio, "look_over", json!({ "repair": false })).await;
    let open: Vec<_> = seen.findings.iter().filter(|finding| finding.state.is_open()).collect();
    assert!(open.is_empty(), "{open:?}");
    studio.shutdown().await;
}

#[tokio::test]
async fn an_import_is_used_exported_thrown_away_and_taken_in_again() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let own = rested(&studio, &still(&studio).await).await;
    let made: Print = listed(&studio, "").await.remove(0);
    assert_eq!(made.id, own.prints[0].id);
    // What a job made is here already, wherever a copy of it lies.
    let copy = room.folder.path().join("copy.png");
    std::fs::copy(&made.path, &copy).unwrap();
    let imported = import(&studio, &[&copy]).await;
    assert_eq!((imported.added.len(), imported.known), (0, 1));

    let file = room.folder.path().join("mine.png");
    picture(&file, 9);
    let id = import(&studio, &[&file]).await.added.remove(0);
    let asset: Asset = call(&studio, "get_asset", json!({ "id": id })).await;
    assert_eq!((asset.width, asset.height), (8, 6));
    let to = room.folder.path().join("out");
    std::fs::create_dir(&to).unwrap();
    let exported: Value =
        call(&studio, "export_prints", json!({ "ids": [id], "to": to, "form": "originals" })).await;
    let out = PathBuf::from(exported["files"][0].as_str().unwrap());
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&file).unwrap());

    let _: Value = call(&studio, "mark_prints", json!({ "ids": [id], "trashed": true })).await;
    let refused = import(&studio, &[&file]).await;
    assert_eq!(refused.skipped[0].message, "mine.png lies in the trash already.");
    let _: Value = call(&studio, "empty_trash", json!({})).await;
    assert!(!Path::new(&asset.path).exists());
    let again = import(&studio, &[&file]).await;
    assert_eq!(again.added.len(), 1);
    assert!(file.is_file());
    studio.shutdown().await;
}

#[tokio::test]
async fn an_import_that_is_stopped_keeps_what_it_has_and_goes_on_later() {
    const ALL: u32 = 160;
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let folder = room.folder.path().join("many");
    std::fs::create_dir(&folder).unwrap();
    (0..ALL).for_each(|n| picture(&folder.join(format!("{n}.png")), n));
    let mut news = studio.changes();
    let stop = async {
        loop {
            let told = news.recv().await.unwrap();
            if told.iter().any(|change| matches!(change, Change::Import { .. })) {
                let _: Value = call(&studio, "stop_import", json!({})).await;
                return;
            }
        }
    };
    let paths = [folder.as_path()];
    let (imported, ()) = tokio::join!(import(&studio, &paths), stop);
    assert!(imported.stopped && imported.added.len() < ALL as usize);
    assert_eq!((imported.known, imported.skipped.len()), (0, 0));
    let rest = import(&studio, &paths).await;
    assert_eq!(rest.known as usize, imported.added.len());
    assert_eq!(rest.added.len() as u32 + rest.known, ALL);
    let verified: Verification = call(&studio, "verify_library", json!({})).await;
    assert_eq!((verified.sound, verified.partial.len()), (ALL, 0));
    studio.shutdown().await;
}

#[tokio::test]
async fn what_was_cut_off_is_cleared_away_and_nothing_else() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    room.open(&peer).await.shutdown().await;
    let folder = room.folder.path().join("library/imports/2026-11");
    std::fs::create_dir_all(&folder).unwrap();
    let sql = Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    for (name, bytes, claimed) in [("a.png", "a", "a"), ("b.png", "of the user", "b")] {
        std::fs::write(folder.join(name), bytes).unwrap();
        let hash = blake3::hash(claimed.as_bytes()).to_hex().to_string();
        let path = format!("imports/2026-11/{name}");
        sql.execute("INSERT INTO import_claim (path, blake3) VALUES (?1, ?2)", [path, hash])
            .unwrap();
    }
    drop(sql);
    let studio = room.open(&peer).await;
    let file = room.folder.path().join("mine.png");
    picture(&file, 3);
    assert_eq!(import(&studio, &[&file]).await.added.len(), 1);
    assert!(!folder.join("a.png").exists());
    assert_eq!(std::fs::read(folder.join("b.png")).unwrap(), b"of the user");
    studio.shutdown().await;
    let sql = Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    let left: u32 =
        sql.query_row("SELECT count(*) FROM import_claim", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_file_that_is_sent_bears_its_own_name() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let bytes = std::fs::read(fixtures().join("comfyui.png")).unwrap();
    let send = |name: &str, bytes: Vec<u8>| {
        let chunks: Vec<_> = bytes.chunks(1_000).map(|c| Ok(c.to_vec().into())).collect();
        studio.take_upload(name.to_owned(), Some(1_600_000_000_000), stream::iter(chunks).boxed())
    };
    let sent = send("Dunes at noon.png", bytes.clone()).await.unwrap();
    let book = book(&studio, &sent.added[0]).await;
    let record = book.import.unwrap();
    assert_eq!(
        (record.name.as_str(), record.made_at),
        ("Dunes at noon.png", Some(1_600_000_000_000))
    );
    assert!(book.print.path.ends_with("dunes-at-noon.png"));
    assert_eq!(std::fs::read(&book.print.path).unwrap(), bytes);
    let page = send("page.html", b"<!doctype html><p>hello".to_vec()).await.unwrap();
    assert_eq!((page.added.len(), page.skipped[0].path.as_str()), (0, "page.html"));
    studio.shutdown().await;
}
