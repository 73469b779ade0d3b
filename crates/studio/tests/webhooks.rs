//! Webhooks from the provider to the studio: proved, and only a hint to ask now.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

mod support;

use std::time::Duration;

use rushes_studio::api::types::{JobBook, Settings};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, submit};

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn receiving(studio: &rushes_studio::Studio) -> String {
    let mut settings: Settings = call(studio, "get_settings", json!({})).await;
    settings.webhook_port = free_port();
    settings.webhook_url = format!("http://127.0.0.1:{}", settings.webhook_port);
    let kept: Settings =
        call(studio, "set_settings", serde_json::to_value(&settings).unwrap()).await;
    format!("{}/hook/sandbox", kept.webhook_url)
}

/// Polls that wait this long show that nothing but the webhook brought the next one.
fn slow_polls() -> Value {
    json!({"rules": [{"on": "poll", "times": 1, "answer": {
        "status": 503, "headers": {"retry-after": "600"},
        "body": {"code": 503, "message": "later"}
    }}]})
}

#[tokio::test]
async fn a_webhook_brings_the_next_poll_forward() {
    let (peer, room) = (Peer::start(slow_polls()).await, Room::new());
    let studio = room.open(&peer).await;
    receiving(&studio).await;
    let inputs = json!({"prompt": "[slow] sea", "resolution": "480p", "duration": 1});
    let job = submit(&studio, "sandbox:sandbox/clips", inputs).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!(book.attempts[0].polls, 2);
    assert_eq!(peer.creates(), 1);
    studio.shutdown().await;
}

/// A list that shows nothing, so that only the webhook can tell.
fn no_list() -> Value {
    json!({"on": "list", "answer": {"status": 200, "body": {
        "code": 200, "message": "success", "data": {"page": 1, "total": 0, "items": []}
    }}})
}

#[tokio::test]
async fn work_whose_answer_was_lost_is_known_by_the_webhook_of_its_attempt() {
    for (fault, when) in [
        (json!({"on": "submit", "times": 1, "drop": "after_read"}), "after the doubt"),
        (json!({"on": "submit", "times": 1, "hold_ms": 1500, "cut_after": 5}), "before it"),
    ] {
        let script = json!({"rules": [fault, no_list()]});
        let (peer, room) = (Peer::start(script).await, Room::new());
        let studio = room.open(&peer).await;
        receiving(&studio).await;
        let inputs = json!({"prompt": "dunes", "size": "256*256"});
        let job = submit(&studio, "sandbox:sandbox/stills", inputs).await;
        // A doubt that waits for its next look rests as well.
        let mut changes = studio.changes();
        let mut book = rested(&studio, &job).await;
        while book.job.phase == Some(AttemptState::InDoubt) {
            changes.recv().await.unwrap();
            book = rested(&studio, &job).await;
        }
        assert_eq!(book.job.state, JobState::Completed, "{when}: {book:#?}");
        assert_eq!(book.job.resolved_by.as_deref(), Some("webhook"), "{when}");
        assert!(book.events.iter().any(|event| event.to == "in_doubt"), "{when}");
        assert_eq!((book.attempts.len(), peer.creates()), (1, 1), "{when}");
        studio.shutdown().await;
    }
}

#[tokio::test]
async fn what_is_not_proved_moves_nothing() {
    let script = json!({"rules": [{"on": "poll", "answer": {
        "status": 503, "headers": {"retry-after": "600"},
        "body": {"code": 503, "message": "later"}
    }}]});
    let (peer, room) = (Peer::start(script).await, Room::new());
    let studio = room.open(&peer).await;
    let address = receiving(&studio).await;
    let inputs = json!({"prompt": "hills", "size": "256*256"});
    let job = submit(&studio, "sandbox:sandbox/stills", inputs).await;
    let client = rushes_providers::bare_client_for(&address.parse().unwrap());
    let mut book: JobBook;
    loop {
        book = call(&studio, "get_job", json!({"id": job.id})).await;
        if book.attempts.first().is_some_and(|attempt| attempt.polls == 1) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let body =
        json!({"id": book.job.remote_id, "status": "completed", "outputs": ["https://x.test/1"]});
    let now = jiff::Timestamp::now().as_second().to_string();
    for (provider, signature, expected) in [
        ("sandbox", "v3,00", 401),
        ("sandbox", "", 401),
        ("nobody", "v3,00", 404),
        ("bfl", "", 401),
    ] {
        let answer = client
            .post(address.replace("sandbox", provider))
            .header("webhook-id", "msg_forged")
            .header("webhook-timestamp", &now)
            .header("webhook-signature", signature)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{provider} {signature}");
    }
    let after: JobBook = call(&studio, "get_job", json!({"id": job.id})).await;
    assert_eq!(after.job.phase, Some(AttemptState::Accepted));
    assert_eq!(after.prints, vec![]);
    studio.shutdown().await;
}

#[tokio::test]
async fn an_address_that_no_provider_could_reach_is_refused_and_nothing_changes() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let before: Settings = call(&studio, "get_settings", json!({})).await;
    for wrong in ["http://example.com", "ftp://example.com", "example.com", "https://a.test/?q=1"] {
        let settings = Settings { webhook_url: wrong.into(), ..before.clone() };
        let payload = serde_json::to_value(&settings).unwrap();
        let error = studio.call("set_settings", payload).await.unwrap_err();
        assert_eq!(error.code, "invalid", "{wrong}");
    }
    let after: Settings = call(&studio, "get_settings", json!({})).await;
    assert_eq!(after, before);
    studio.shutdown().await;
}
