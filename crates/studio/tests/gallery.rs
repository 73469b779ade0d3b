//! The gallery through the studio's own door: found, marked, taken back, thrown away.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rushes_studio::Studio;
use rushes_studio::api::types::{
    Collection, Emptied, Job, JobBook, Marked, Offers, Print, PrintPage, QueryReading, SavedSearch,
    Undone,
};
use rushes_studio::http::Desk;
use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still, submit};

/// The numbers of a view, newest first.
async fn view(studio: &Studio, query: &str) -> Vec<u32> {
    let bytes = studio.view(query, "", None).await.unwrap();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(&bytes[..4], b"RSV1");
    let (count, days) = (number(4) as usize, number(8) as usize);
    assert_eq!(bytes.len(), 16 + days * 8 + count * 6);
    (0..count).map(|n| number(16 + days * 8 + n * 4)).collect()
}

async fn prints(studio: &Studio) -> Vec<Print> {
    let seqs = view(studio, "").await;
    call(studio, "view_rows", json!({ "seqs": seqs })).await
}

async fn mark(studio: &Studio, marks: Value) -> Marked {
    call(studio, "mark_prints", marks).await
}

fn sidecar(print: &Print) -> PathBuf {
    PathBuf::from(format!("{}.json", print.path))
}

/// Waits until a sidecar says so; a hang is the suite's to end.
async fn told(path: &Path, wanted: &Value) {
    loop {
        let read: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        if wanted.as_object().unwrap().iter().all(|(name, value)| read[name] == *value) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn marks_are_found_by_written_beside_the_print_and_taken_back() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    for _ in 0..2 {
        rested(&studio, &still(&studio).await).await;
    }
    let [second, first] = <[Print; 2]>::try_from(prints(&studio).await).unwrap();
    assert_eq!((first.seq, second.seq), (1, 2));
    let best: Collection = call(&studio, "save_collection", json!({ "name": " Best  of " })).await;
    assert_eq!((best.name.as_str(), best.count), ("Best of", 0));

    let marked = mark(
        &studio,
        json!({
            "ids": [first.id, second.id], "rating": 4, "note": "for the poster",
            "add_tags": ["Golden hour"], "add_to": best.id,
        }),
    )
    .await;
    assert_eq!(marked.changed, 2);
    for query in
        ["rating:>=4", "poster", "tag:\"golden HOUR\"", "in:\"best of\"", "hills model:stills"]
    {
        assert_eq!(view(&studio, query).await, [2, 1], "{query}");
    }
    let wanted = json!({ "rating": 4, "note": "for the poster", "tags": ["Golden hour"] });
    told(&sidecar(&first), &wanted).await;
    told(&sidecar(&second), &wanted).await;

    let undone: Undone = call(&studio, "undo_marks", json!({ "undo": marked.undo })).await;
    assert_eq!(undone.changed, 2);
    assert_eq!(prints(&studio).await, [second.clone(), first.clone()]);
    assert_eq!(view(&studio, "rating:>=4").await, Vec::<u32>::new());
    told(&sidecar(&first), &json!({ "rating": 0, "note": "", "tags": [] })).await;
    let again = studio.call("undo_marks", json!({ "undo": marked.undo })).await.unwrap_err();
    assert_eq!(again.code, "not_found");

    let refused =
        studio.call("mark_prints", json!({ "ids": [first.id, "ast_x"], "rating": 1 })).await;
    assert_eq!(refused.unwrap_err().code, "not_found");
    for wrong in [
        json!({ "ids": [first.id], "rating": 6 }),
        json!({ "ids": [first.id], "add_tags": ["a"], "remove_tags": ["Á"] }),
        json!({ "ids": [first.id], "add_tags": ["\"a\""] }),
        json!({ "ids": [first.id], "add_to": best.id, "remove_from": best.id }),
    ] {
        assert_eq!(studio.call("mark_prints", wrong).await.unwrap_err().code, "invalid");
    }
    assert_eq!(prints(&studio).await, [second, first]);
    studio.shutdown().await;
}

#[tokio::test]
async fn queries_are_read_suggested_kept_and_refused_in_words() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;

    let read: QueryReading =
        call(&studio, "read_query", json!({ "query": "dusk rating:>=3 x:y" })).await;
    assert_eq!(read.words, "dusk");
    assert_eq!(read.chips.iter().map(|chip| chip.known).collect::<Vec<_>>(), [true, false]);
    let offers: Offers = call(&studio, "suggest", json!({ "text": "model:st", "at": 8 })).await;
    assert_eq!((offers.from, offers.to, offers.offers[0].count), (6, 8, Some(1)));

    let refused = studio.view("colour:red", "", None).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        ("query", "There is no filter “colour”.")
    );
    assert_eq!(studio.view("", "best", None).await.unwrap_err().code, "query");
    assert_eq!(studio.view(&"a".repeat(1_001), "", None).await.unwrap_err().code, "query");

    let kept = json!({ "name": "Picks", "query": "is:circled", "sort": "cost" });
    let _: SavedSearch = call(&studio, "save_search", kept.clone()).await;
    let unread = json!({ "name": "Picks", "query": "is:good", "sort": "cost" });
    assert_eq!(studio.call("save_search", unread).await.unwrap_err().code, "query");
    let all: Value = call(&studio, "list_searches", json!({})).await;
    assert_eq!(all, json!([kept]));
    let _: Value = call(&studio, "delete_search", json!({ "name": "PICKS" })).await;
    let all: Value = call(&studio, "list_searches", json!({})).await;
    assert_eq!(all, json!([]));

    let make = |name: &str| studio.call("save_collection", json!({ "name": name }));
    let id = make("Noir").await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(make("NOIR").await.unwrap_err().code, "invalid");
    assert_eq!(make("  ").await.unwrap_err().code, "invalid");
    let renamed = json!({ "id": id, "name": "Film noir" });
    let renamed: Collection = call(&studio, "save_collection", renamed).await;
    assert_eq!((renamed.id.as_str(), renamed.name.as_str()), (id.as_str(), "Film noir"));
    let _: Value = call(&studio, "delete_collection", json!({ "id": id })).await;
    let all: Value = call(&studio, "list_collections", json!({})).await;
    assert_eq!(all, json!([]));
    studio.shutdown().await;
}

#[tokio::test]
async fn what_is_thrown_away_can_come_back_until_the_trash_is_emptied() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    rested(&studio, &job).await;
    rested(&studio, &still(&studio).await).await;
    let [kept, lost] = <[Print; 2]>::try_from(prints(&studio).await).unwrap();

    let trash = |trashed: bool| json!({ "ids": [lost.id], "trashed": trashed });
    mark(&studio, trash(true)).await;
    assert_eq!(view(&studio, "").await, [2]);
    assert_eq!(view(&studio, "is:trashed").await, [1]);
    let page: PrintPage = call(&studio, "list_prints", json!({})).await;
    assert_eq!((page.total, page.prints[0].id.as_str()), (1, kept.id.as_str()));
    mark(&studio, trash(false)).await;
    assert_eq!(view(&studio, "").await, [2, 1]);

    mark(&studio, trash(true)).await;
    let emptied: Emptied = call(&studio, "empty_trash", json!({})).await;
    assert_eq!(emptied.count, 1);
    assert_eq!(view(&studio, "is:trashed").await, Vec::<u32>::new());
    assert!(!Path::new(&lost.path).exists() && !sidecar(&lost).exists());
    assert!(Path::new(&kept.path).exists() && sidecar(&kept).exists());
    let book: JobBook = call(&studio, "get_job", json!({ "id": job.id })).await;
    assert_eq!(book.job.prints, Vec::<String>::new());
    let rows: Vec<Print> = call(&studio, "view_rows", json!({ "seqs": [1, 2] })).await;
    assert_eq!(rows, [kept]);
    let emptied: Emptied = call(&studio, "empty_trash", json!({})).await;
    assert_eq!(emptied.count, 0);
    studio.shutdown().await;
}

#[tokio::test]
async fn what_lies_in_the_trash_for_a_month_goes_at_the_next_start() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    rested(&studio, &still(&studio).await).await;
    let [young, old] = <[Print; 2]>::try_from(prints(&studio).await).unwrap();
    mark(&studio, json!({ "ids": [young.id, old.id], "trashed": true })).await;
    studio.shutdown().await;
    drop(studio);
    let book = Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    let month = 30 * 24 * 3_600_000_i64;
    book.execute("UPDATE asset SET trashed_at = trashed_at - ?1 WHERE seq = 1", [month]).unwrap();
    drop(book);
    let studio = room.open(&peer).await;
    while view(&studio, "is:trashed").await != [2] {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!Path::new(&old.path).exists() && Path::new(&young.path).exists());
    studio.shutdown().await;
}

#[tokio::test]
async fn a_print_that_another_was_made_from_leaves_its_story() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    let from = prints(&studio).await.remove(0);
    let wanted = json!({
        "endpoint": "sandbox:sandbox/stills/edit",
        "inputs": { "prompt": "at night" },
        "references": [{ "field": "images", "asset": from.id }],
    });
    let made: Value = studio.call("submit_job", wanted).await.unwrap();
    let job: Job = serde_json::from_value(made["jobs"][0].clone()).unwrap();
    rested(&studio, &job).await;
    assert_eq!(view(&studio, "has:refs").await, [2]);
    mark(&studio, json!({ "ids": [from.id], "trashed": true })).await;
    let emptied: Emptied = call(&studio, "empty_trash", json!({})).await;
    assert_eq!(emptied.count, 1);
    let book: JobBook = call(&studio, "get_job", json!({ "id": job.id })).await;
    assert_eq!(book.job.references.len(), 1);
    let verified: Value = call(&studio, "verify_library", json!({})).await;
    assert_eq!(verified["missing"], json!([]));
    let again =
        submit(&studio, "sandbox:sandbox/stills", json!({ "prompt": "hills", "size": "256*256" }));
    rested(&studio, &again.await).await;
    assert_eq!(view(&studio, "").await, [3, 2]);
    studio.shutdown().await;
}
