//! Copies of the job book through the studio's own door: kept, handed out, and gone back to.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::Write;
use std::path::Path;

use rushes_studio::api::types::{
    BookCopies, CopyKind, PrintPage, RestorePreview, SavedFile, Verification,
};
use rushes_studio::{clock, rebuild_book};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still};

async fn prints(studio: &rushes_studio::Studio) -> usize {
    let page: PrintPage = call(studio, "list_prints", json!({})).await;
    page.prints.len()
}

#[tokio::test]
async fn going_back_to_a_copy_keeps_what_it_replaces_and_touches_no_file() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    let made: BookCopies = call(&studio, "make_copy", json!({})).await;
    let copy = made.copies.iter().find(|copy| copy.kind == CopyKind::Asked).unwrap().clone();
    assert_eq!((copy.jobs, copy.prints, copy.fault), (1, 1, None));
    assert!(Path::new(&made.folder).join(&copy.name).is_file());
    let later = rested(&studio, &still(&studio).await).await.prints.remove(0);

    let from = json!({ "name": copy.name });
    let told: RestorePreview = call(&studio, "preview_restore", from.clone()).await;
    assert_eq!((told.jobs, told.prints, told.jobs_now, told.prints_now), (1, 1, 2, 2));
    assert_eq!((told.waiting, told.under_way_now), (0, 0));
    let before: BookCopies = call(&studio, "list_copies", json!({})).await;
    assert_eq!(before.waiting, None, "a look changes nothing");

    // Asked, thought better of it, asked again.
    let asked: BookCopies = call(&studio, "restore_book", from.clone()).await;
    assert_eq!(asked.waiting.unwrap().name, copy.name);
    let off: BookCopies = call(&studio, "call_off_restore", json!({})).await;
    assert_eq!(off.waiting, None);
    call::<BookCopies>(&studio, "restore_book", from).await;
    assert_eq!(prints(&studio).await, 2, "the open book goes on as it is");
    studio.shutdown().await;
    drop(studio);

    let studio = room.open(&peer).await;
    assert_eq!(prints(&studio).await, 1);
    let now: BookCopies = call(&studio, "list_copies", json!({})).await;
    assert_eq!((now.waiting, now.trouble.as_str()), (None, ""));
    assert_eq!(now.restored.unwrap().name, copy.name);
    let replaced = now.copies.iter().find(|copy| copy.kind == CopyKind::Replaced).unwrap();
    assert_eq!((replaced.jobs, replaced.prints), (2, 2));
    assert!(Path::new(&later.path).is_file());
    let found: Verification = call(&studio, "verify_library", json!({})).await;
    // The later print and what stands beside it.
    assert_eq!((found.sound, found.missing, found.strangers.len()), (1, vec![], 2));

    // And forth again.
    let name = replaced.name.clone();
    call::<BookCopies>(&studio, "restore_book", json!({ "name": name })).await;
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    assert_eq!(prints(&studio).await, 2);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_copy_is_written_where_the_user_wants_it_and_comes_back_from_there() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    let made: BookCopies = call(&studio, "make_copy", json!({})).await;
    let name = &made.copies.iter().find(|copy| copy.kind == CopyKind::Asked).unwrap().name;
    let folder = room.folder.path().join("stick");
    let refused = |payload: Value| {
        let studio = studio.clone();
        async move { studio.call("save_copy", payload).await.unwrap_err() }
    };
    let gone = refused(json!({ "name": name, "folder": folder })).await;
    assert_eq!(gone.message, format!("There is no folder {}.", folder.display()));
    assert_eq!(refused(json!({ "name": name, "folder": "stick" })).await.code, "invalid");
    std::fs::create_dir(&folder).unwrap();
    for strange in ["../studio.db", "studio.db", "", "/etc/passwd"] {
        let error = refused(json!({ "name": strange, "folder": folder })).await;
        assert_eq!(error.code, "not_found", "{strange}");
    }
    let save = json!({ "name": name, "folder": folder });
    let saved: [SavedFile; 2] =
        [call(&studio, "save_copy", save.clone()).await, call(&studio, "save_copy", save).await];
    assert_ne!(saved[0].path, saved[1].path, "nothing is replaced");
    rested(&studio, &still(&studio).await).await;
    let from = json!({ "path": saved[1].path });
    call::<BookCopies>(&studio, "restore_book", from).await;
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    assert_eq!(prints(&studio).await, 1);
    studio.shutdown().await;
    drop(studio);

    // What was made since the copy comes back from the folder, as it is said.
    let (data, library) = (room.folder.path().join("data"), room.folder.path().join("library"));
    let rebuilt = rebuild_book(&data, &library, &clock::System, true, &mut |_, _| {}).unwrap();
    assert_eq!(rebuilt.prints, 2);
    let studio = room.open(&peer).await;
    assert_eq!(prints(&studio).await, 2);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_damaged_file_is_refused_with_a_sentence_and_nothing_is_changed() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    let made: BookCopies = call(&studio, "make_copy", json!({})).await;
    let name = made.copies.iter().find(|copy| copy.kind == CopyKind::Asked).unwrap().name.clone();
    let kept = Path::new(&made.folder).join(&name);
    let mut bytes = std::fs::read(&kept).unwrap();
    bytes[4096..20_480].fill(0xA5);
    std::fs::File::create(&kept).unwrap().write_all(&bytes).unwrap();
    let listed: BookCopies = call(&studio, "list_copies", json!({})).await;
    let copy = listed.copies.iter().find(|copy| copy.name == name).unwrap();
    assert!(copy.fault.is_some(), "{copy:?}");
    for command in ["preview_restore", "restore_book"] {
        for from in [json!({ "name": name }), json!({ "path": kept })] {
            let error = studio.call(command, from).await.unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.message.as_str(), error.hint.as_str()),
                (
                    "damaged",
                    "This copy is damaged and can't be used. The job book is as it was.",
                    "Choose another copy."
                )
            );
        }
    }
    let book = room.folder.path().join("data/studio.db");
    let error = studio.call("restore_book", json!({ "path": book })).await.unwrap_err();
    assert_eq!(error.message, "That is the job book that is open.");
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    assert_eq!(prints(&studio).await, 1);
    let now: BookCopies = call(&studio, "list_copies", json!({})).await;
    assert_eq!((now.waiting, now.restored), (None, None));
    studio.shutdown().await;
}
