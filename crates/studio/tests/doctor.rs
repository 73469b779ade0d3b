//! The look over the studio, where only the job book can be made to disagree.
#![allow(clippy::unwrap_used)]

mod support;

use rushes_studio::Studio;
use rushes_studio::api::types::{Diagnosis, Finding, FindingState, PrintPage};
use rusqlite::Connection;
use serde_json::json;
use support::{Peer, Room, call, rested, still};

async fn look(studio: &Studio, check: &str, repair: bool) -> Finding {
    let found: Diagnosis = call(studio, "look_over", json!({ "repair": repair })).await;
    found.findings.into_iter().find(|finding| finding.check == check).unwrap()
}

async fn found_by_words(studio: &Studio) -> usize {
    let page: PrintPage = call(studio, "list_prints", json!({ "words": "dawn" })).await;
    page.prints.len()
}

#[tokio::test]
async fn an_index_of_words_that_disagrees_is_made_anew() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    assert_eq!(look(&studio, "search", false).await.state, FindingState::Fine);
    let book = Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    for harm in [
        "DELETE FROM print_words",
        "INSERT INTO print_words (rowid, prompt, model) VALUES (4711, 'a stranger', 'm')",
        "UPDATE print_words SET prompt = 'other words'",
        // The rows are there, and the index over them is not.
        "UPDATE print_words_data SET block = x'0000000000' WHERE id > 10",
    ] {
        book.execute(harm, []).unwrap();
        assert_eq!(look(&studio, "search", false).await.state, FindingState::Repairable, "{harm}");
        assert_eq!(look(&studio, "search", true).await.state, FindingState::Repaired, "{harm}");
        assert_eq!(look(&studio, "search", false).await.state, FindingState::Fine, "{harm}");
        assert_eq!(found_by_words(&studio).await, 1, "{harm}");
    }
    studio.shutdown().await;
}

#[tokio::test]
async fn a_job_in_doubt_is_named_with_what_to_do() {
    let peer = Peer::start(json!({ "rules": [
        { "on": "submit", "drop": "before_read" },
        { "on": "list", "answer": { "status": 503 } },
    ]}))
    .await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    let job = rested(&studio, &still(&studio).await).await.job;
    let found = look(&studio, "jobs", true).await;
    assert_eq!(found.state, FindingState::Yours);
    assert!(found.items[0].starts_with(&job.id), "{found:?}");
    assert!(found.hint.contains("rushes jobs resolve"), "{found:?}");
    studio.shutdown().await;
}

#[tokio::test]
async fn a_lost_guard_of_the_job_book_and_a_loose_row_are_found() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    let book = Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    assert_eq!(look(&studio, "database", false).await.state, FindingState::Fine);
    book.execute_batch("DROP INDEX attempt_one_live").unwrap();
    assert_eq!(look(&studio, "database", false).await.items, ["attempt_one_live"]);
    book.execute_batch(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO event (job, at, left, entered, cause) VALUES ('job_nowhere', 0, '', '', '');",
    )
    .unwrap();
    assert_eq!(look(&studio, "database", false).await.items, ["event: 1 row"]);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_start_keeps_the_days_copy_and_room_on_the_disk() {
    let peer = Peer::start(json!({})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    studio.shutdown().await;
    let data = room.folder.path().join("data");
    let copies = std::fs::read_dir(data.join("backups")).unwrap().count();
    assert_eq!(copies, 1);
    assert_eq!(data.join("studio.reserve").metadata().unwrap().len(), 16 << 20);
    assert!(data.join("studio.clean").exists());
}
