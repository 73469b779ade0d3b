//! A job's way through the engine, against a provider whose faults are scripted and whose ledger
//! is the truth.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

mod support;

use std::time::Duration;

use rushes_studio::api::types::{Asset, Charge, Job, JobBook, PrintPage, Verification};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still, submit};

fn rules(rules: Value) -> Value {
    json!({ "rules": rules })
}

/// One create, one print, its file sound: what every road must end in.
async fn assert_saved_once(studio: &rushes_studio::Studio, peer: &Peer, book: &JobBook) {
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!(book.job.charge, Charge::Charged);
    assert_eq!(book.prints.len(), 1);
    assert_eq!(peer.creates(), 1);
    assert!(std::path::Path::new(&book.prints[0].path).is_file());
    let check: Verification = call(studio, "verify_library", json!({})).await;
    assert_eq!((check.sound, check.missing.len(), check.changed.len()), (1, 0, 0));
    assert_eq!(check.partial, Vec::<String>::new());
}

#[tokio::test]
async fn a_prompt_becomes_a_saved_picture() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    let print = &book.prints[0];
    assert_eq!((print.width, print.height, print.media_type.as_str()), (256, 256, "image/png"));
    assert_eq!(print.code, "1-1\u{b7}1");
    assert!(print.sandbox);
    let entered: Vec<&str> = book.events.iter().map(|event| event.to.as_str()).collect();
    assert_eq!(entered, ["queued", "running", "accepted", "downloading", "succeeded", "completed"]);
    assert!(book.job.estimate.is_some_and(|estimate| estimate.runs == 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_clip_goes_on_after_the_studio_was_closed_in_the_middle() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let inputs = json!({"prompt": "sea", "resolution": "480p", "duration": 1});
    let job = submit(&studio, "sandbox:sandbox/clips", inputs).await;
    let mut changes = studio.changes();
    loop {
        let now: JobBook = call(&studio, "get_job", json!({"id": job.id})).await;
        if now.job.phase == Some(AttemptState::Accepted) {
            break;
        }
        changes.recv().await.unwrap();
    }
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    assert_eq!(book.attempts.len(), 1);
    assert_eq!(book.prints[0].duration_ms, Some(1000));
    studio.shutdown().await;
}

#[tokio::test]
async fn an_answer_lost_after_the_submit_is_found_and_not_paid_twice() {
    for fault in [
        json!({"on": "submit", "times": 1, "drop": "after_read"}),
        json!({"on": "submit", "times": 1, "cut_after": 40}),
        json!({"on": "submit", "times": 1, "answer": {"status": 502, "body": "<html>bad gateway</html>"}, "create": true}),
        json!({"on": "submit", "times": 1, "answer": {"status": 200, "body": "<html>sign in</html>"}, "create": true}),
        json!({"on": "submit", "times": 1, "answer": {"status": 307, "headers": {"location": "/api/v3/elsewhere"}}, "create": true}),
    ] {
        let (peer, room) = (Peer::start(rules(json!([fault]))).await, Room::new());
        let studio = room.open(&peer).await;
        let job = still(&studio).await;
        let book = rested(&studio, &job).await;
        assert_saved_once(&studio, &peer, &book).await;
        assert!(book.events.iter().any(|event| event.to == "in_doubt"), "{fault}");
        assert!(book.events.iter().any(|event| event.cause.contains("Not paid twice")), "{fault}");
        assert_eq!(book.job.resolved_by.as_deref(), Some("history"), "{fault}");
        studio.shutdown().await;
    }
}

#[tokio::test]
async fn what_needs_the_user_is_listed_however_old_it_is() {
    let fault = rules(json!([
        {"on": "submit", "times": 1, "drop": "after_read", "create": false},
        {"on": "submit", "times": 1, "answer": {"status": 451}}
    ]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let mut needing = Vec::new();
    for _ in 0..2 {
        let job = still(&studio).await;
        rested(&studio, &job).await;
        needing.insert(0, job.id);
    }
    for _ in 0..3 {
        rested(&studio, &still(&studio).await).await;
    }
    let listed: Vec<Job> = call(&studio, "list_jobs", json!({"needing": true, "limit": 2})).await;
    assert_eq!(listed.iter().map(|job| job.id.clone()).collect::<Vec<_>>(), needing);
    // What the user closed needs nobody any more.
    let dismissed = json!({"id": needing[1], "choice": "dismiss"});
    let _: Job = call(&studio, "resolve_doubt", dismissed).await;
    let listed: Vec<Job> = call(&studio, "list_jobs", json!({"needing": true})).await;
    assert_eq!(listed.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), [&needing[0]]);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_note_that_a_crash_left_is_swept_when_its_output_has_ended() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    rested(&studio, &still(&studio).await).await;
    studio.shutdown().await;
    drop(studio);
    let book = rusqlite::Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    let ended: String = book.query_row("SELECT id FROM output", [], |row| row.get(0)).unwrap();
    drop(book);
    let incoming = room.folder.path().join("library/.incoming");
    // The other may be of a job book that shares this library.
    for output in [ended.as_str(), "out_elsewhere"] {
        std::fs::File::create(incoming.join(format!("{output}.placed"))).unwrap();
    }
    let studio = room.open(&peer).await;
    let left: Vec<_> =
        incoming.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["out_elsewhere.placed"]);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_submit_that_may_have_been_made_waits_for_the_user_and_is_never_sent_again() {
    let fault = rules(json!([{"on": "submit", "times": 1, "drop": "after_read", "create": false}]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.phase, Some(AttemptState::InDoubt));
    assert_eq!(book.job.charge, Charge::Unknown);
    assert_eq!(peer.creates(), 0);
    // A restart changes nothing about it.
    studio.shutdown().await;
    drop(studio);
    let studio = room.open(&peer).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.phase, Some(AttemptState::InDoubt));
    assert_eq!(peer.creates(), 0);
    // The user's word sends it again, as a second attempt.
    let _: Job = call(&studio, "resolve_doubt", json!({"id": job.id, "choice": "again"})).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    assert_eq!(book.attempts.len(), 2);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_doubt_can_be_closed() {
    let fault = rules(json!([{"on": "submit", "drop": "after_read", "create": false}]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    rested(&studio, &job).await;
    let closed: Job =
        call(&studio, "resolve_doubt", json!({"id": job.id, "choice": "dismiss"})).await;
    assert_eq!((closed.state, closed.charge), (JobState::Cancelled, Charge::Unknown));
    assert_eq!(peer.creates(), 0);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_under_the_same_attempt() {
    let fault = rules(json!([
        {"on": "submit", "times": 2, "answer": {"status": 429, "headers": {"retry-after": "1"}}}
    ]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let began = std::time::Instant::now();
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    assert_eq!(book.attempts.len(), 1);
    assert!(began.elapsed() >= Duration::from_secs(2), "sent before the provider's time");
    studio.shutdown().await;
}

#[tokio::test]
async fn a_refusal_ends_the_job_and_costs_nothing() {
    for (status, cause) in
        [(422, "invalid"), (451, "refused"), (400, "invalid"), (404, "not_found")]
    {
        let fault = rules(json!([{"on": "submit", "answer": {"status": status}}]));
        let (peer, room) = (Peer::start(fault).await, Room::new());
        let studio = room.open(&peer).await;
        let job = still(&studio).await;
        let book = rested(&studio, &job).await;
        assert_eq!(book.job.state, JobState::Failed, "{status}");
        assert_eq!(book.job.charge, Charge::None, "{status}");
        assert_eq!(book.job.cause, cause, "{status}");
        assert_eq!(book.job.message.matches("Not charged.").count(), 1, "{}", book.job.message);
        assert!(!book.job.hint.is_empty());
        assert_eq!(peer.creates(), 0);
        studio.shutdown().await;
    }
}

#[tokio::test]
async fn a_key_to_be_mended_holds_everything_of_that_provider_and_lets_it_go_after() {
    for (status, cause) in [(401, "auth"), (402, "credit")] {
        let fault = json!({"balance": 5.0, "rules": [
            {"on": "submit", "times": 1, "answer": {"status": status}},
            {"on": "balance", "times": 1, "answer": {"status": status}}
        ]});
        let (peer, room) = (Peer::start(fault).await, Room::new());
        let studio = room.open(&peer).await;
        let first = still(&studio).await;
        let held = rested(&studio, &first).await;
        assert_eq!(held.job.state, JobState::Queued, "{status}");
        assert!(held.job.needs_you, "{status}");
        assert_eq!((held.job.cause.as_str(), held.job.charge), (cause, Charge::None), "{status}");
        assert!(!held.job.hint.is_empty());
        let second = rested(&studio, &still(&studio).await).await;
        assert_eq!((second.job.state, second.attempts.len()), (JobState::Queued, 0), "{status}");
        assert_eq!(peer.creates(), 0);

        // The test of the key fails once more; the look that follows finds it mended.
        let _: serde_json::Value = call(&studio, "test_key", json!({"provider": "sandbox"})).await;
        for id in [&first.id, &second.job.id] {
            let ended = async {
                loop {
                    let book: JobBook = call(&studio, "get_job", json!({"id": id})).await;
                    if book.job.state.over() {
                        return book;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            let book = tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap();
            assert_eq!(book.job.state, JobState::Completed, "{status}");
            assert_eq!(book.attempts.len(), 1, "{status}");
        }
        assert_eq!(peer.creates(), 2);
        studio.shutdown().await;
    }
}

#[tokio::test]
async fn polls_that_fail_end_nothing() {
    let fault = rules(json!([
        {"on": "poll", "times": 1, "answer": {"status": 503}},
        {"on": "poll", "times": 1, "answer": {"status": 200, "body": "<html>sign in</html>"}},
        {"on": "poll", "times": 1, "status_word": "pondering"},
        {"on": "poll", "times": 1, "drop": "after_read"}
    ]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    studio.shutdown().await;
}

#[tokio::test]
async fn a_blocked_and_a_failed_render_say_so_and_are_refunded() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    for (prompt, phase) in
        [("[blocked] hills", AttemptState::Blocked), ("[fails] hills", AttemptState::Failed)]
    {
        let job = submit(&studio, "sandbox:sandbox/stills", json!({ "prompt": prompt })).await;
        let book = rested(&studio, &job).await;
        assert_eq!((book.job.state, book.job.phase), (JobState::Failed, Some(phase)));
        assert_eq!(book.job.charge, Charge::Released);
        assert_eq!(book.prints, vec![]);
    }
    studio.shutdown().await;
}

#[tokio::test]
async fn a_cut_download_is_finished_and_leads_to_no_new_render() {
    let fault = rules(json!([
        {"on": "download", "times": 1, "cut_after": 4096},
        {"on": "download", "times": 1, "answer": {"status": 503}}
    ]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    studio.shutdown().await;
}

#[tokio::test]
async fn a_dead_link_is_asked_for_anew_once_and_then_called_gone() {
    let once = rules(json!([{"on": "download", "times": 1, "answer": {"status": 404}}]));
    let (peer, room) = (Peer::start(once).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    studio.shutdown().await;

    let forever = rules(json!([{"on": "download", "answer": {"status": 410}}]));
    let (peer, room) = (Peer::start(forever).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.phase, Some(AttemptState::Expired));
    assert_eq!(book.job.charge, Charge::Charged);
    assert_eq!(peer.creates(), 1);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_web_page_in_the_place_of_a_picture_is_no_print_and_is_waited_out() {
    let fault = rules(json!([
        {"on": "download", "times": 2, "answer": {"status": 200, "headers": {"content-type": "image/png"}, "body": "<html><script>1</script></html>"}}
    ]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    let page: PrintPage = call(&studio, "list_prints", json!({})).await;
    assert_eq!(page.total, 1);
    studio.shutdown().await;
}

#[tokio::test]
async fn four_prints_are_four_jobs_of_one_take_with_four_seeds() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let made: rushes_studio::api::types::Submission = call(
        &studio,
        "submit_job",
        json!({"endpoint": "sandbox:sandbox/stills", "count": 4,
               "inputs": {"prompt": "hills", "size": "256*256", "seed": 5}}),
    )
    .await;
    let mut seeds = std::collections::BTreeSet::new();
    let mut codes = Vec::new();
    for job in &made.jobs {
        let book = rested(&studio, job).await;
        seeds.insert(book.job.seed);
        codes.push(book.prints[0].code.clone());
    }
    assert_eq!(seeds.len(), 4);
    assert_eq!(codes, ["1-1\u{b7}1", "1-1\u{b7}2", "1-1\u{b7}3", "1-1\u{b7}4"]);
    assert_eq!(peer.creates(), 4);
    // Run again stays in the thread; another prompt begins a new one.
    let again: rushes_studio::api::types::Submission =
        call(&studio, "rerun_job", json!({"id": made.jobs[0].id})).await;
    assert_eq!((again.jobs[0].shot_number, again.jobs[0].take), (1, 2));
    rested(&studio, &again.jobs[0]).await;
    let other = submit(&studio, "sandbox:sandbox/stills", json!({"prompt": "sea"})).await;
    assert_eq!((other.shot_number, other.take), (2, 1));
    rested(&studio, &other).await;
    studio.shutdown().await;
}

#[tokio::test]
async fn a_reference_is_uploaded_and_used() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let first = still(&studio).await;
    let book = rested(&studio, &first).await;
    let print = &book.prints[0];
    let copy: Asset = call(&studio, "import_file", json!({"path": print.path})).await;
    let again: Asset = call(&studio, "import_file", json!({"path": print.path})).await;
    assert_eq!(copy.id, again.id, "the same bytes are one reference");
    let made: rushes_studio::api::types::Submission = call(
        &studio,
        "submit_job",
        json!({"endpoint": "sandbox:sandbox/stills/edit", "inputs": {"prompt": "at night"},
               "references": [{"field": "images", "asset": copy.id}, {"field": "images", "asset": print.id}]}),
    )
    .await;
    assert_eq!(made.problems, vec![]);
    let book = rested(&studio, &made.jobs[0]).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!(book.job.references.len(), 2);
    studio.shutdown().await;
}

#[tokio::test]
async fn a_job_that_waits_can_be_cancelled_and_tried_again() {
    let fault = rules(json!([
        {"on": "submit", "times": 1, "answer": {"status": 429, "headers": {"retry-after": "3"}}}
    ]));
    let (peer, room) = (Peer::start(fault).await, Room::new());
    let studio = room.open(&peer).await;
    let mut changes = studio.changes();
    let began = std::time::Instant::now();
    let job = still(&studio).await;
    loop {
        let now: JobBook = call(&studio, "get_job", json!({"id": job.id})).await;
        if now.job.wait_until.is_some() {
            assert_eq!(now.job.cause, "rate_limited");
            break;
        }
        changes.recv().await.unwrap();
    }
    let cancelled: Job = call(&studio, "cancel_job", json!({"id": job.id})).await;
    assert_eq!((cancelled.state, cancelled.charge), (JobState::Cancelled, Charge::None));
    let _: Job = call(&studio, "retry_job", json!({"id": job.id})).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    // The user's haste does not shorten the pause that the provider asked for.
    assert!(began.elapsed() >= Duration::from_secs(3));
    studio.shutdown().await;
}

/// Found by a seed of the simulation: the words of the cancelling took the place of those by which a
/// job that is set aside is taken up again, and its paid render was never fetched.
#[tokio::test]
async fn a_job_that_is_set_aside_stays_so_when_it_is_cancelled() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    rested(&studio, &job).await;
    studio.shutdown().await;
    drop(studio);
    // As three crashes while it was being fetched leave it.
    let book = rusqlite::Connection::open(room.folder.path().join("data/studio.db")).unwrap();
    let put = [
        "UPDATE job SET state = 'running', cause = 'quarantined', crash_count = 3 WHERE id = ?1",
        "UPDATE attempt SET state = 'downloading', due_at = NULL WHERE job = ?1",
        "UPDATE output SET state = 'waiting', asset = NULL
           WHERE attempt = (SELECT id FROM attempt WHERE job = ?1)",
    ];
    for change in put {
        assert_eq!(book.execute(change, [&job.id]).unwrap(), 1, "{change}");
    }
    drop(book);
    let studio = room.open(&peer).await;
    let cancelled: Job = call(&studio, "cancel_job", json!({"id": job.id})).await;
    assert_eq!((cancelled.state, cancelled.cause.as_str()), (JobState::Running, "quarantined"));
    let _: Job = call(&studio, "retry_job", json!({"id": job.id})).await;
    let book = rested(&studio, &job).await;
    assert_eq!((book.job.state, peer.creates()), (JobState::Completed, 1));
    studio.shutdown().await;
}

#[tokio::test]
async fn a_picture_that_comes_inside_the_answer_is_saved() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let inputs = json!({"prompt": "hills", "size": "256*256", "enable_base64_output": true});
    let job = submit(&studio, "sandbox:sandbox/stills", inputs).await;
    let book = rested(&studio, &job).await;
    assert_saved_once(&studio, &peer, &book).await;
    studio.shutdown().await;
}

#[tokio::test]
async fn problems_are_told_and_nothing_is_written_down() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let made: rushes_studio::api::types::Submission = call(
        &studio,
        "submit_job",
        json!({"endpoint": "sandbox:sandbox/clips",
               "inputs": {"prompt": "sea", "duration": 99, "colour": "red"}}),
    )
    .await;
    let fields: Vec<&str> = made.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert!(fields.contains(&"duration") && fields.contains(&"colour"), "{fields:?}");
    assert_eq!(made.jobs, vec![]);
    let jobs: Vec<Job> = call(&studio, "list_jobs", json!({})).await;
    assert_eq!(jobs, vec![]);
    let refused = studio
        .call(
            "submit_job",
            json!({"endpoint": "wavespeed:google/nano-banana-2.1/edit", "inputs": {}}),
        )
        .await
        .unwrap_err();
    assert_eq!(refused.code, "no_key");
    studio.shutdown().await;
}

#[tokio::test]
async fn a_second_engine_is_kept_out() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let second = rushes_studio::Studio::open(rushes_studio::Config {
        data: room.folder.path().join("data"),
        library: room.folder.path().join("library"),
        vault: std::sync::Arc::new(rushes_studio::keys::Memory::default()),
        embedded: None,
        door: rushes_studio::http::DoorConfig::default(),
        net: std::sync::Arc::new(rushes_studio::net::Wired),
        language: rushes_studio::Language::English,
        clock: std::sync::Arc::new(rushes_studio::clock::System),
    })
    .await;
    assert!(matches!(second, Err(rushes_studio::OpenError::Locked)));
    studio.shutdown().await;
}
