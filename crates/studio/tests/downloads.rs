//! Downloads that are cut, changed under way, lied about: they go on where they may, begin anew
//! where they must, and never lead to a new render.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use image::ImageFormat;
use rushes_sandbox::On;
use rushes_studio::api::types::{Charge, Job, JobBook};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::json;
use support::media::{Asked, Media, answer};
use support::{Peer, Room, call, rested, still};
use tokio::task::JoinSet;

/// A picture of some 260 KB that no two calls with another number share.
fn picture(salt: u32) -> Vec<u8> {
    let noise = image::RgbImage::from_fn(300, 290, |x, y| {
        let n = (x * 7919 + y * 104_729 + salt).wrapping_mul(2_654_435_761);
        image::Rgb([(n >> 8) as u8, (n >> 16) as u8, (n >> 24) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn etag(name: &str) -> (&'static str, String) {
    ("etag", name.to_owned())
}

fn length(bytes: usize) -> (&'static str, String) {
    ("content-length", bytes.to_string())
}

fn range(first: usize, last: usize, total: usize) -> (&'static str, String) {
    ("content-range", format!("bytes {first}-{last}/{total}"))
}

/// Everything, under a strong ETag.
fn whole(file: &[u8]) -> Vec<u8> {
    answer(200, &[etag("\"a\""), length(file.len())], file)
}

/// The rest from a byte on.
fn rest(file: &[u8], from: usize) -> Vec<u8> {
    let (total, rest) = (file.len(), &file[from..]);
    answer(206, &[etag("\"a\""), length(rest.len()), range(from, total - 1, total)], rest)
}

/// The head of the whole, and only so many bytes.
fn cut(file: &[u8], at: usize) -> Vec<u8> {
    answer(200, &[etag("\"a\""), length(file.len())], &file[..at])
}

type Script = Box<dyn Fn(usize, &Asked) -> Vec<u8> + Send + Sync>;

struct Case {
    name: String,
    script: Script,
    /// From which byte on each request asked.
    asked: Vec<Option<usize>>,
    /// The file that is saved; None when what came is no picture.
    saved: Option<Vec<u8>>,
}

fn case(
    name: impl Into<String>,
    asked: &[Option<usize>],
    saved: Option<&[u8]>,
    script: impl Fn(usize, &Asked) -> Vec<u8> + Send + Sync + 'static,
) -> Case {
    Case {
        name: name.into(),
        script: Box::new(script),
        asked: asked.to_vec(),
        saved: saved.map(<[u8]>::to_vec),
    }
}

async fn play(case: Case) {
    let name = &case.name;
    let media = Media::start(case.script).await;
    let elsewhere = json!({"status": 302, "headers": {"location": media.url}});
    let rules = json!({"rules": [{"on": "download", "answer": elsewhere}]});
    let (peer, room) = (Peer::start(rules).await, Room::new());
    let studio = room.open(&peer).await;
    let book = rested(&studio, &still(&studio).await).await;
    let asked = media.asked();
    let from: Vec<Option<usize>> = asked.iter().map(|asked| asked.from).collect();
    assert_eq!(from, case.asked, "{name}: {book:#?}");
    for asked in asked {
        assert_eq!(asked.if_range.as_deref(), asked.from.map(|_| "\"a\""), "{name}");
    }
    if let Some(file) = case.saved {
        assert_eq!(book.job.state, JobState::Completed, "{name}: {book:#?}");
        let saved = std::fs::read(&book.prints[0].path).unwrap();
        assert!(saved == file, "{name}: other bytes were saved");
    } else {
        let (state, phase) = (JobState::Failed, Some(AttemptState::Failed));
        assert_eq!((book.job.state, book.job.phase), (state, phase), "{name}");
        assert_eq!((book.job.charge, book.prints.len()), (Charge::Charged, 0), "{name}");
    }
    assert_eq!((peer.creates(), peer.0.requests(On::Submit)), (1, 1), "{name}");
    // A sidecar on its way to its name is no part.
    let incoming = std::fs::read_dir(room.folder.path().join("library/.incoming")).unwrap();
    let parts = incoming
        .filter(|entry| !entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("new-"))
        .count();
    assert_eq!(parts, usize::from(book.prints.is_empty() && !name.contains("beyond")), "{name}");
    studio.shutdown().await;
}

async fn run(cases: Vec<Case>) {
    let mut running = JoinSet::new();
    for case in cases {
        running.spawn(play(case));
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cut_download_goes_on_at_the_byte_where_it_was_cut() {
    let file = picture(1);
    assert!(file.len() > 3 * 65_536 + 1, "{}", file.len());
    let mut cases = Vec::new();
    for boundary in [65_536, 131_072, 196_608] {
        for at in [boundary - 1, boundary, boundary + 1] {
            let sent = file.clone();
            cases.push(case(
                format!("cut at {at}"),
                &[None, Some(at)],
                Some(&file),
                move |n, asked| match (n, asked.from) {
                    (0, _) => cut(&sent, at),
                    (_, Some(from)) => rest(&sent, from),
                    _ => whole(&sent),
                },
            ));
        }
    }
    run(cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_does_not_fit_together_begins_anew() {
    const AT: usize = 70_000;
    let (file, other) = (picture(1), picture(2));
    let total = file.len();
    // The second answer, after a cut: what the server says about the rest.
    let after_cut = |name: &str, asked: &[Option<usize>], second: Vec<u8>| {
        let sent = file.clone();
        case(name, asked, Some(&file), move |n, asked| match (n, asked.from) {
            (0, _) => cut(&sent, AT),
            (1, _) => second.clone(),
            (_, Some(from)) => rest(&sent, from),
            _ => whole(&sent),
        })
    };
    let anew = [None, Some(AT), None];
    let tail = |from: usize| file[from..].to_vec();
    let mut cases = vec![
        after_cut(
            "another version in the place of the rest",
            &anew,
            answer(
                206,
                &[etag("\"b\""), length(total - AT), range(AT, total - 1, total)],
                &tail(AT),
            ),
        ),
        after_cut(
            "a piece that begins elsewhere",
            &anew,
            answer(206, &[etag("\"a\""), length(total), range(0, total - 1, total)], &file),
        ),
        after_cut("a piece that does not say where it belongs", &anew, {
            answer(206, &[etag("\"a\""), length(total - AT)], &tail(AT))
        }),
        after_cut("a range that is refused", &anew, {
            answer(416, &[("content-range", format!("bytes */{total}")), length(0)], b"")
        }),
        after_cut("a piece out of the middle", &[None, Some(AT), Some(AT + 1_000)], {
            let piece = &file[AT..AT + 1_000];
            answer(206, &[etag("\"a\""), length(1_000), range(AT, AT + 999, total)], piece)
        }),
    ];
    let (sent, changed) = (file.clone(), other.clone());
    cases.push(case("another file by then", &[None, Some(AT)], Some(&other), move |n, _| {
        let (tag, size) = (etag("\"b\""), length(changed.len()));
        if n == 0 { cut(&sent, AT) } else { answer(200, &[tag, size], &changed) }
    }));
    for tag in [Some("W/\"a\""), None] {
        let sent = file.clone();
        let name = format!("a cut under the ETag {tag:?}");
        cases.push(case(name, &[None, None], Some(&file), move |n, _| {
            let mut headers = vec![length(sent.len())];
            headers.extend(tag.map(etag));
            answer(200, &headers, if n == 0 { &sent[..AT] } else { &sent })
        }));
    }
    run(cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lengths_that_lie_and_bytes_that_are_broken_are_seen() {
    let file = picture(1);
    let total = file.len();
    let mut broken = file.clone();
    broken[90_000..94_096].fill(0);
    // Each as the first answer and as every answer.
    let short = answer(200, &[etag("\"a\""), length(total - 1_000)], &file);
    let hole = answer(200, &[etag("\"a\""), length(total)], &broken);
    let silent = answer(200, &[etag("\"a\"")], &file[..total / 2]);
    let mut cases = Vec::new();
    for (name, wrong) in [("a length too short", short), ("a hole", hole), ("no length", silent)] {
        let (sent, first) = (file.clone(), wrong.clone());
        cases.push(case(format!("{name}, once"), &[None, None], Some(&file), move |n, _| {
            if n == 0 { first.clone() } else { whole(&sent) }
        }));
        cases.push(case(format!("{name}, always"), &[None, None], None, move |_, _| wrong.clone()));
    }
    // All of it came, and more was promised: the server itself says that there is no more.
    let sent = file.clone();
    cases.push(case("a length too long", &[None, Some(total)], Some(&file), move |n, _| {
        let end = [("content-range", format!("bytes */{}", sent.len())), length(0)];
        let more = [etag("\"a\""), length(sent.len() + 500)];
        if n == 0 { answer(200, &more, &sent) } else { answer(416, &end, b"") }
    }));
    cases.push(case("a length beyond measure", &[None], None, |_, _| {
        answer(200, &[length(9_000_000_000_000)], b"x")
    }));
    run(cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_drawing_or_a_document_is_kept_as_it_came() {
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".as_slice();
    let cases = [("a drawing", drawing), ("a document", b"%PDF-1.7\n")];
    run(cases.map(|(name, file)| case(name, &[None], Some(file), move |_, _| whole(file))).into())
        .await;
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_for_a_fresh_link_is_asked_again() {
    let dead = json!({"on": "download", "times": 1, "hold_ms": 1_500, "answer": {"status": 410}});
    let peer = Peer::start(json!({"rules": [dead]})).await;
    let room = Room::new();
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    until(|| peer.0.requests(On::Download) == 1).await;
    // While the link's end is on its way, so is the provider's: the next two questions fail.
    let deaf = json!([
        {"on": "poll", "times": 1, "drop": "before_read"},
        {"on": "download", "times": 1, "answer": {"status": 410}},
        {"on": "poll", "times": 1, "answer": {"status": 503}},
        {"on": "download", "times": 1, "answer": {"status": 410}}
    ]);
    peer.0.set_rules(serde_json::from_value(deaf).unwrap());
    let book = rested(&studio, &job).await;
    assert_eq!(book.job.state, JobState::Completed, "{book:#?}");
    assert_eq!((peer.creates(), peer.0.requests(On::Submit)), (1, 1));
    assert!(peer.0.requests(On::Download) >= 3);
    studio.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_that_is_declined_is_asked_for_anew_once() {
    let mut running = JoinSet::new();
    for status in [400, 401, 403, 404, 410] {
        for always in [false, true] {
            running.spawn(async move {
                let mut dead = json!({"on": "download", "answer": {"status": status}});
                if !always {
                    dead["times"] = json!(1);
                }
                let (peer, room) = (Peer::start(json!({"rules": [dead]})).await, Room::new());
                let studio = room.open(&peer).await;
                let book = rested(&studio, &still(&studio).await).await;
                let (job, attempt) = if always {
                    (JobState::Failed, AttemptState::Expired)
                } else {
                    (JobState::Completed, AttemptState::Succeeded)
                };
                assert_eq!(
                    (book.job.state, book.job.phase),
                    (job, Some(attempt)),
                    "{status}: {book:#?}"
                );
                assert_eq!(book.job.charge, Charge::Charged, "{status}");
                assert_eq!(peer.0.requests(On::Download), 2, "{status}");
                assert_eq!((peer.creates(), peer.0.requests(On::Submit)), (1, 1), "{status}");
                studio.shutdown().await;
            });
        }
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_cannot_be_written_down_is_held_until_it_can() {
    let mut running = JoinSet::new();
    for (status, end) in
        [(422, JobState::Failed), (401, JobState::Queued), (200, JobState::Completed)]
    {
        running.spawn(async move {
            let mut rule = json!({"on": "submit", "times": 1, "hold_ms": 1_000});
            if status != 200 {
                rule["answer"] = json!({ "status": status });
            }
            let (peer, room) = (Peer::start(json!({"rules": [rule]})).await, Room::new());
            let studio = room.open(&peer).await;
            let job = still(&studio).await;
            until(|| peer.0.requests(On::Submit) == 1).await;
            // Another hand on the job book, for longer than a write waits for it.
            let book =
                rusqlite::Connection::open(room.folder.path().join("data/studio.db")).unwrap();
            book.execute_batch("BEGIN IMMEDIATE").unwrap();
            tokio::time::sleep(Duration::from_millis(7_500)).await;
            let now: JobBook = call(&studio, "get_job", json!({"id": job.id})).await;
            assert_eq!(
                now.job.phase,
                Some(AttemptState::Submitting),
                "{status}: nothing is written"
            );
            book.execute_batch("ROLLBACK").unwrap();
            let ended: Arc<JobBook> = Arc::new(rested(&studio, &job).await);
            assert_eq!(ended.job.state, end, "{status}: {ended:#?}");
            let doubted = ended.events.iter().any(|event| event.to == "in_doubt");
            assert!(!doubted, "{status}: what was answered is no doubt");
            assert_eq!(peer.0.requests(On::Submit), 1, "{status}");
            assert_eq!(peer.creates(), usize::from(status == 200), "{status}");
            let _: Job = call(&studio, "cancel_job", json!({"id": job.id})).await;
            studio.shutdown().await;
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

/// Looks every few milliseconds whether something is so.
async fn until(so: impl Fn() -> bool) {
    let look = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), look).await.unwrap();
}
