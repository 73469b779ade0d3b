//! A provider that answers a submit with the picture itself: there is nothing to poll, and nothing to
//! ask again if the answer is lost.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use rushes_studio::Studio;
use rushes_studio::api::types::{Charge, Job, JobBook, KeyRow};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, submit};

/// A studio whose OpenAI is the sandbox's front of that name.
async fn open(peer: &Peer, room: &Room) -> Arc<Studio> {
    let studio = room.open(peer).await;
    let base_url = format!("{}/openai/v1", peer.0.base_url());
    let _: KeyRow =
        call(&studio, "set_base_url", json!({"provider": "openai", "base_url": base_url})).await;
    let key = json!({"provider": "openai", "key": "sk-for-tests", "place": "session"});
    let _: KeyRow = call(&studio, "set_key", key).await;
    studio
}

async fn picture(studio: &Studio, prompt: &str) -> Job {
    let inputs = json!({"prompt": prompt, "size": "1024x1024", "quality": "low"});
    submit(studio, "openai:gpt-image-2", inputs).await
}

fn entered(book: &JobBook) -> Vec<&str> {
    book.events.iter().map(|event| event.to.as_str()).collect()
}

#[tokio::test]
async fn the_picture_in_the_answer_is_a_print() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    let job = picture(&studio, "hills at dawn").await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!((book.job.charge, book.prints.len()), (Charge::Charged, 1));
    assert_eq!(book.attempts[0].polls, 0);
    let print = &book.prints[0];
    assert_eq!((print.width, print.height, print.media_type.as_str()), (1024, 1024, "image/png"));
    assert!(std::path::Path::new(&print.path).is_file());
    assert_eq!(
        entered(&book),
        ["queued", "running", "accepted", "downloading", "succeeded", "completed"]
    );
    assert_eq!(peer.creates(), 1);
    // No half of a picture is left beside it; a sidecar may be on its way to its name.
    let incoming = room.folder.path().join("library/.incoming");
    let left = incoming.read_dir().unwrap().map(|e| e.unwrap().file_name());
    let parts: Vec<_> = left.filter(|name| !name.to_string_lossy().starts_with("new-")).collect();
    assert_eq!(parts, Vec::<std::ffi::OsString>::new());
    studio.shutdown().await;
}

#[tokio::test]
async fn a_lost_answer_is_a_doubt_and_is_not_sent_again() {
    let script = json!({"rules": [{"on": "submit", "drop": "after_read"}]});
    let (peer, room) = (Peer::start(script).await, Room::new());
    let studio = open(&peer, &room).await;
    let job = picture(&studio, "sea").await;
    let mut changes = studio.changes();
    let book: JobBook = loop {
        let book: JobBook = call(&studio, "get_job", json!({"id": job.id})).await;
        if book.job.phase == Some(AttemptState::InDoubt) && book.job.needs_you {
            break book;
        }
        changes.recv().await.unwrap();
    };
    assert_eq!(book.job.charge, Charge::Unknown);
    assert_eq!((book.prints.len(), peer.creates()), (0, 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn what_the_filter_declines_is_not_charged() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = open(&peer, &room).await;
    let job = picture(&studio, "[blocked] a thing").await;
    let book = rested(&studio, &job).await;
    assert_eq!(
        (book.job.state, book.job.cause.as_str()),
        (JobState::Failed, "refused"),
        "{book:#?}"
    );
    let spent: Value = call(&studio, "spending", json!({})).await;
    assert_eq!(spent["today"], json!([]));
    studio.shutdown().await;
}
