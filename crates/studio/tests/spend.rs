//! What a month came to, as hosts are told, and the cap on it.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use rushes_studio::Studio;
use rushes_studio::api::types::{
    Job, JobBook, KeyRow, SpendFile, SpendReport, Spending, SyncReport,
};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::{Value, json};
use support::{Peer, Room, call, rested, still, submit};

/// A studio with a provider that bills a nickel for each picture, and the sandbox beside it.
async fn open(peer: &Peer, room: &Room) -> Arc<Studio> {
    let studio = room.open(peer).await;
    let address = json!({"provider": "wavespeed", "base_url": peer.0.base_url()});
    let _: KeyRow = call(&studio, "set_base_url", address).await;
    let key = json!({"provider": "wavespeed", "key": peer.0.token(), "place": "session"});
    let _: KeyRow = call(&studio, "set_key", key).await;
    let _: SyncReport = call(&studio, "sync_models", json!({"provider": "wavespeed"})).await;
    studio
}

async fn picture(studio: &Studio) -> Job {
    let inputs = json!({"prompt": "hills at dawn", "size": "256*256"});
    submit(studio, "wavespeed:sandbox/stills", inputs).await
}

/// Waits until this is true of a job's record.
async fn until(studio: &Studio, job: &Job, is_so: impl Fn(&JobBook) -> bool) -> JobBook {
    let mut changes = studio.changes();
    loop {
        let book: JobBook = call(studio, "get_job", json!({"id": job.id})).await;
        if is_so(&book) {
            return book;
        }
        changes.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_month_agrees_with_what_the_caps_count() {
    let (peer, room) =
        (Peer::start(json!({"base_price": 0.05, "balance": 5.0})).await, Room::new());
    let studio = open(&peer, &room).await;
    let before: SpendReport = call(&studio, "spend_report", json!({})).await;
    assert_eq!((before.sums.len(), before.months.as_slice()), (0, &[before.month.clone()][..]));
    for job in [picture(&studio).await, picture(&studio).await, still(&studio).await] {
        assert_eq!(rested(&studio, &job).await.job.state, JobState::Completed);
    }
    let report: SpendReport = call(&studio, "spend_report", json!({})).await;
    let spending: Spending = call(&studio, "spending", json!({})).await;
    let [sum] = report.sums.as_slice() else { panic!("one currency: {report:#?}") };
    let today: Vec<(&str, i64)> =
        spending.today.iter().map(|price| (price.currency.as_str(), price.micros)).collect();
    assert_eq!(today, [("USD", 100_000)]);
    assert_eq!((sum.currency.as_str(), sum.today, sum.this_month), ("USD", 100_000, 100_000));
    assert_eq!((sum.amounts.settled, sum.prints, sum.average), (100_000, 2, Some(50_000)));
    let day = sum.days.iter().find(|day| day.day == report.today).unwrap();
    assert_eq!((day.amounts.total(), day.prints), (100_000, 2));
    let jobs: Vec<Job> = call(&studio, "list_jobs", json!({"day": report.today})).await;
    assert_eq!(jobs.len(), 3, "those of the sandbox too");

    let file: SpendFile = call(&studio, "export_spend", json!({"month": report.month})).await;
    assert_eq!(file.name, format!("rushes-spend-{}.csv", report.month));
    let lines: Vec<&str> = file.csv.lines().collect();
    assert_eq!(lines.len(), 3, "{}", file.csv);
    assert!(lines[1..].iter().all(|line| line.contains(",succeeded,USD,0.05,settled,")));

    // The month is capped where it stands, and a day's jobs are refused in words.
    let mut settings: Value = call(&studio, "get_settings", json!({})).await;
    settings["caps"] = json!({"month": {"USD": 120_000}});
    let _: Value = call(&studio, "set_settings", settings.clone()).await;
    let inputs = json!({"prompt": "hills", "size": "256*256"});
    let wanted = json!({"endpoint": "wavespeed:sandbox/stills", "inputs": inputs});
    let refused = studio.call("submit_job", wanted).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        ("budget", "This would pass this month's $0.12 cap by $0.03.")
    );
    settings["caps"] = json!({"month": {"USD": -1}});
    let refused = studio.call("set_settings", settings).await.unwrap_err();
    assert_eq!(refused.message, "A cap can't be below zero.");
    studio.shutdown().await;
}

#[tokio::test]
async fn what_the_provider_had_while_rushes_was_closed_is_not_paid_twice() {
    let (peer, room) =
        (Peer::start(json!({"base_price": 0.05, "balance": 5.0})).await, Room::new());
    let studio = open(&peer, &room).await;
    assert_eq!(rested(&studio, &picture(&studio).await).await.job.state, JobState::Completed);
    let inputs = json!({"prompt": "sea", "resolution": "480p", "duration": 1});
    let clip = submit(&studio, "wavespeed:sandbox/clips", inputs).await;
    until(&studio, &clip, |book| book.job.phase == Some(AttemptState::Accepted)).await;
    studio.shutdown().await;
    drop(studio);
    // The key of a session went with it, and is given again.
    let studio = open(&peer, &room).await;
    let book = until(&studio, &clip, |book| book.job.state.over()).await;
    assert_eq!((book.job.state, book.attempts.len()), (JobState::Completed, 1));
    assert_eq!(peer.creates(), 2, "sent once each");
    let told = "Rushes was closed meanwhile. Taken up where it stood, not sent again.";
    assert_eq!(book.events.iter().filter(|event| event.cause == told).count(), 1);

    let report: SpendReport = call(&studio, "spend_report", json!({})).await;
    let [sum] = report.sums.as_slice() else { panic!("one currency: {report:#?}") };
    let of_clip = book.job.price.map(|price| price.micros);
    assert_eq!((sum.recovered, Some(sum.recovered_micros)), (1, of_clip));
    assert_eq!(sum.prints, 2, "the picture was never in question");
    // The next start finds nothing to take up.
    studio.shutdown().await;
    drop(studio);
    let studio = open(&peer, &room).await;
    let again: JobBook = call(&studio, "get_job", json!({"id": clip.id})).await;
    assert_eq!(again.events.len(), book.events.len());
    studio.shutdown().await;
}

#[tokio::test]
async fn a_month_that_is_none_is_refused_in_words() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    for (month, message) in [
        ("November", "“November” is no month."),
        ("2026-13", "“2026-13” is no month."),
        ("8999-12", "8999-12 has not begun, so nothing was spent in it."),
    ] {
        for command in ["spend_report", "export_spend"] {
            let refused = studio.call(command, json!({"month": month})).await.unwrap_err();
            assert_eq!((refused.code.as_str(), refused.message.as_str()), ("invalid", message));
        }
    }
    let refused = studio.call("list_jobs", json!({"day": "2026-02-30"})).await.unwrap_err();
    assert_eq!(refused.message, "“2026-02-30” is no day.");
    let long_ago: SpendReport = call(&studio, "spend_report", json!({"month": "1999-12"})).await;
    assert_eq!((long_ago.sums.len(), long_ago.months.len()), (0, 1));
    studio.shutdown().await;
}
