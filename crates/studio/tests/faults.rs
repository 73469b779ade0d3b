//! The fault matrix: each fault of the wire in each phase of a render, against a provider whose
//! ledger is the truth. Cells run beside each other, each with a studio and a provider of its own.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, clippy::print_stdout)]

mod support;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use rushes_sandbox::On;
use rushes_studio::Studio;
use rushes_studio::api::types::{Asset, Charge, Job, JobBook, Submission, Verification};
use rushes_studio::clock::{Clock, System};
use rushes_studio::job::{AttemptState, JobState};
use serde_json::{Value, json};
use support::line::{Bend, Line};
use support::media::Media;
use support::{Peer, Room, call, rested};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many cells run at once.
const BESIDE: usize = 20;
/// A wait in the line's time, and how long the peer then keeps its answer back.
const LATE: (Duration, u64) = (Duration::from_millis(1_500), 6_000);

/// What a cell must end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// One create, one print, its file sound.
    Saved,
    /// The same, after the key or the credit was mended.
    Mended,
    /// The same, found in the provider's list after the answer was lost.
    Found,
    /// Never made; it waits for the user and is never sent again by itself.
    Doubt,
    /// Nothing made, nothing charged.
    Refused,
    /// Made and paid; what came is no picture.
    Damaged,
    /// Made and paid; the link may not or cannot be opened.
    Expired,
}

/// One fault in one phase.
struct Cell {
    name: String,
    on: On,
    rules: Vec<Value>,
    bend: Option<Bend>,
    end: End,
    /// Submits that the provider sees.
    posts: u64,
    /// What the job says at its end, or while it waits for the user.
    words: &'static str,
    /// The second request of the phase comes no earlier than this, ms UTC.
    not_before: i64,
    /// Nor sooner after the first, ms.
    least: i64,
}

impl Cell {
    fn new(on: On, name: impl Into<String>, end: End, rules: Vec<Value>) -> Self {
        let (posts, words) = match end {
            End::Refused => (1, "Not charged."),
            End::Doubt => (1, "no record of it yet"),
            End::Mended if on == On::Submit => (2, ""),
            _ => (1, ""),
        };
        let name = format!("{on:?} {}", name.into());
        Self { name, on, rules, bend: None, end, posts, words, not_before: 0, least: 0 }
    }

    /// The peer gives this answer to the first request of the phase.
    fn answers(on: On, name: impl Into<String>, end: End, answer: Value) -> Self {
        Self::new(on, name, end, vec![json!({"on": on, "times": 1, "answer": answer})])
    }

    /// The line is bent at the first request of the phase.
    fn bent(on: On, bend: Bend, end: End) -> Self {
        let hold = json!({"on": on, "times": 1, "hold_ms": LATE.1});
        let rules = if matches!(bend, Bend::Late(_)) { vec![hold] } else { vec![] };
        Self { bend: Some(bend), ..Self::new(on, format!("{bend:?}"), end, rules) }
    }

    fn saying(self, words: &'static str) -> Self {
        Self { words, ..self }
    }

    fn posts(self, posts: u64) -> Self {
        Self { posts, ..self }
    }

    fn after(self, least: i64) -> Self {
        Self { least, ..self }
    }
}

const HTML: &str = "<html>Sign in to the hotel's network</html>";
const HALF: &str = r#"{"code":200,"message":"success","data":{"id":"#;

/// Faults before anything was read, of a phase that may simply be done again.
fn unheard(on: On) -> Vec<Cell> {
    let reset = vec![json!({"on": on, "times": 1, "drop": "before_read"})];
    vec![
        Cell::bent(on, Bend::Refused, End::Saved),
        Cell::bent(on, Bend::Tls, End::Saved),
        Cell::bent(on, Bend::Late(LATE.0), End::Saved),
        Cell::new(on, "reset before the read", End::Saved, reset),
    ]
}

/// Faults below HTTP that leave it open whether the request was seen.
fn cuts(on: On, end: End) -> Vec<Cell> {
    let rule = |extra: Value| {
        let mut rule = json!({"on": on, "times": 1});
        rule.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        vec![rule]
    };
    vec![
        Cell::new(on, "reset after the read", end, rule(json!({"drop": "after_read"}))),
        Cell::new(on, "cut in mid-body", end, rule(json!({"cut_after": 20}))),
        Cell::new(on, "cut before the body", end, rule(json!({"cut_after": 0}))),
    ]
}

/// Runs all cells, and tells each that did not end as it must.
async fn run(what: &str, cells: Vec<Cell>) {
    let began = Instant::now();
    let (count, gate) = (cells.len(), Arc::new(Semaphore::new(BESIDE)));
    let mut running = JoinSet::new();
    for cell in cells {
        let gate = gate.clone();
        running.spawn(async move {
            let _turn = gate.acquire_owned().await.unwrap();
            let name = cell.name.clone();
            let ran = AssertUnwindSafe(play(cell)).catch_unwind();
            (name, tokio::time::timeout(Duration::from_secs(50), ran).await)
        });
    }
    let mut wrong = Vec::new();
    while let Some(ended) = running.join_next().await {
        match ended.unwrap() {
            (_, Ok(Ok(()))) => {}
            (name, Ok(Err(_))) => wrong.push(format!("{name}: see above")),
            (name, Err(_)) => wrong.push(format!("{name}: did not come to an end")),
        }
    }
    println!("{what}: {count} cells in {:.1} s", began.elapsed().as_secs_f64());
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

async fn play(cell: Cell) {
    let name = &cell.name;
    let peer = Peer::start(json!({"balance": 5.0, "rules": cell.rules})).await;
    let line = Arc::new(cell.bend.map_or_else(Line::straight, |bend| Line::bent(cell.on, bend)));
    let room = Room::new();
    let studio = room.open_over(&peer, line.clone()).await;
    let job = begin(&studio, &room, matches!(cell.on, On::Upload | On::Put)).await;
    let book = ended(&studio, &job, cell.end == End::Mended).await;
    if let [first, second, ..] = line.left(cell.on).as_slice() {
        let at = second.at_ms;
        let is_early = at < cell.not_before || at < first.at_ms + cell.least;
        assert!(!is_early, "{name}: asked again earlier than it was told");
    }
    for left in line.left(On::Download).iter().chain(&line.left(On::Put)) {
        let here = left.url.host_str().is_some_and(|host| host.starts_with("127."));
        assert!(here, "{name}: {} was opened", left.url);
        assert!(!left.headers.contains_key("authorization"), "{name}: the key went along");
    }
    assert_end(&cell, &studio, &book).await;
    let made = usize::from(!matches!(cell.end, End::Doubt | End::Refused));
    assert_eq!(peer.creates(), made, "{name}: creates");
    assert_eq!(peer.0.requests(On::Submit), cell.posts, "{name}: posts");
    assert!(book.attempts.len() <= 1, "{name}: one attempt, however often it waited");
    studio.shutdown().await;
}

async fn begin(studio: &Studio, room: &Room, with_reference: bool) -> Job {
    let mut inputs = json!({"prompt": "hills at dawn", "size": "256*256"});
    let (mut endpoint, mut references) = ("sandbox:sandbox/stills", json!([]));
    if with_reference {
        let path = room.folder.path().join("reference.png");
        image::RgbImage::from_pixel(64, 64, image::Rgb([9, 80, 160])).save(&path).unwrap();
        let asset: Asset = call(studio, "import_file", json!({"path": path})).await;
        endpoint = "sandbox:sandbox/stills/edit";
        inputs = json!({"prompt": "at night", "size": "256*256"});
        references = json!([{"field": "images", "asset": asset.id}]);
    }
    let order = json!({"endpoint": endpoint, "inputs": inputs, "references": references});
    let made: Submission = call(studio, "submit_job", order).await;
    assert_eq!(made.problems, vec![]);
    made.jobs.into_iter().next().unwrap()
}

/// Waits for the end; a held key is mended on the way, where that is what the cell is about.
async fn ended(studio: &Studio, job: &Job, mend: bool) -> JobBook {
    let mut was_held = false;
    loop {
        let book = rested(studio, job).await;
        if book.job.state.over() || book.job.phase == Some(AttemptState::InDoubt) {
            assert_eq!(was_held, mend, "held: {book:#?}");
            return book;
        }
        assert!(mend || !book.job.needs_you, "needs the user: {book:#?}");
        was_held |= book.job.needs_you;
        let _: Value = call(studio, "test_key", json!({"provider": "sandbox"})).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn assert_end(cell: &Cell, studio: &Studio, book: &JobBook) {
    let (name, job) = (&cell.name, &book.job);
    let said = format!("{} {}", job.message, job.hint);
    assert!(said.contains(cell.words), "{name} says: {said}");
    let (state, phase, charge) = match cell.end {
        End::Saved | End::Mended | End::Found => {
            (JobState::Completed, Some(AttemptState::Succeeded), Charge::Charged)
        }
        End::Doubt => (JobState::Running, Some(AttemptState::InDoubt), Charge::Unknown),
        End::Refused => (JobState::Failed, job.phase, Charge::None),
        End::Damaged => (JobState::Failed, Some(AttemptState::Failed), Charge::Charged),
        End::Expired => (JobState::Failed, Some(AttemptState::Expired), Charge::Charged),
    };
    assert_eq!((job.state, job.phase, job.charge), (state, phase, charge), "{name}: {book:#?}");
    match cell.end {
        End::Saved | End::Mended | End::Found => {
            let check: Verification = call(studio, "verify_library", json!({})).await;
            let pictures = 1 + usize::from(matches!(cell.on, On::Upload | On::Put));
            assert_eq!((check.sound as usize, check.missing.len()), (pictures, 0), "{name}");
            assert_eq!(book.prints.len(), 1, "{name}");
            let doubted = book.events.iter().any(|event| event.to == "in_doubt");
            assert_eq!(doubted, cell.end == End::Found, "{name}: {:#?}", book.events);
        }
        End::Doubt => {
            // Neither another look nor the user's closing it sends it again.
            let _: Job =
                call(studio, "resolve_doubt", json!({"id": job.id, "choice": "look"})).await;
            let looked = rested(studio, job).await;
            assert_eq!(looked.job.phase, Some(AttemptState::InDoubt), "{name}");
            let said = format!("{} {}", looked.job.message, looked.job.hint);
            assert!(said.contains(cell.words), "{name} says after a look: {said}");
            let closed: Job =
                call(studio, "resolve_doubt", json!({"id": job.id, "choice": "dismiss"})).await;
            assert_eq!((closed.state, closed.charge), (JobState::Cancelled, Charge::Unknown));
        }
        End::Refused | End::Damaged | End::Expired => assert!(!job.hint.is_empty(), "{name}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_submit_is_sent_once_whatever_becomes_of_it() {
    let (on, elsewhere) = (On::Submit, Media::without_anything().await);
    let mut cells = vec![
        Cell::bent(on, Bend::Refused, End::Saved),
        Cell::bent(on, Bend::Tls, End::Saved),
        Cell::bent(on, Bend::Late(LATE.0), End::Found),
        Cell::new(
            on,
            "reset before the read",
            End::Doubt,
            vec![json!({"on": on, "times": 1, "drop": "before_read"})],
        ),
        Cell::new(
            on,
            "reset after the read, not made",
            End::Doubt,
            vec![json!({"on": on, "times": 1, "drop": "after_read", "create": false})],
        ),
        Cell::new(
            on,
            "unknown word",
            End::Saved,
            vec![json!({"on": on, "times": 1, "status_word": "pondering"})],
        ),
    ];
    cells.extend(cuts(on, End::Found));
    // Answers that are no plain no, for work that was made and for work that was not.
    let mut open: Vec<(String, Value, &str)> = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/api/v3/sandbox/stills", elsewhere.url);
        let answer = json!({"status": status, "headers": {"location": to}});
        open.push((status.to_string(), answer, "check the address in Settings"));
    }
    for status in [408, 409, 425, 500, 502, 503, 504, 520, 529] {
        open.push((status.to_string(), json!({"status": status}), "no record of it yet"));
    }
    for (name, body) in [
        ("no id", json!({"code": 200, "message": "success", "data": {}})),
        ("a page", json!(HTML)),
        ("half an answer", json!(HALF)),
        ("nothing", json!("")),
    ] {
        open.push((name.to_owned(), json!({"status": 200, "body": body}), "no record of it yet"));
    }
    for (name, answer, words) in open {
        for (made, end) in [(true, End::Found), (false, End::Doubt)] {
            let rule = json!({"on": on, "times": 1, "answer": answer, "create": made});
            let words = if made { "" } else { words };
            cells.push(
                Cell::new(on, format!("{name}, made: {made}"), end, vec![rule]).saying(words),
            );
        }
    }
    for status in [400, 404, 405, 413, 415, 422, 451] {
        let answer = json!({"status": status});
        cells.push(Cell::answers(on, status.to_string(), End::Refused, answer));
    }
    for status in [401, 402, 403] {
        let answer = json!({"status": status});
        cells.push(Cell::answers(on, status.to_string(), End::Mended, answer));
    }
    // In three seconds or a little less, as HTTP writes times: in whole seconds.
    let until = System.now_ms() / 1_000 * 1_000 + 3_000;
    let date = jiff::Timestamp::from_millisecond(until).unwrap();
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (name, headers, message, least, not_before) in [
        ("seconds", json!({"retry-after": "2"}), "slow down", 2_000, 0),
        ("milliseconds", json!({"retry-after-ms": "2000"}), "slow down", 2_000, 0),
        ("a date", json!({ "retry-after": date }), "slow down", 0, until),
        ("words", json!({}), "Your rate limit resets in ~2s.", 2_000, 0),
    ] {
        let body = json!({"code": 429, "message": message});
        let answer = json!({"status": 429, "headers": headers, "body": body});
        let cell = Cell::answers(on, format!("429 with {name}"), End::Saved, answer).posts(2);
        // First in the queue, so that the date lies ahead when it is told.
        cells.insert(0, Cell { not_before, least, ..cell });
    }
    run("submit", cells).await;
    assert_eq!(elsewhere.asked(), vec![], "no redirect is followed with a key");
}

/// Every status that says no, or not now.
const NOES: [u16; 23] = [
    400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 422, 425, 429, 451, 500, 502, 503, 504,
    507, 520, 529, 599,
];

/// An answer with this status; one that asks for patience says for how long.
fn no(status: u16) -> Value {
    let headers = if status == 429 { json!({"retry-after": "1"}) } else { json!({}) };
    json!({"status": status, "headers": headers})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_poll_that_fails_ends_nothing_and_sends_nothing_again() {
    let (on, elsewhere) = (On::Poll, Media::without_anything().await);
    let mut cells = unheard(on);
    cells.extend([
        Cell::new(
            on,
            "unknown word",
            End::Saved,
            vec![json!({"on": on, "times": 1, "status_word": "pondering"})],
        ),
        Cell::answers(on, "429 without a time", End::Saved, json!({"status": 429})).after(10_000),
    ]);
    cells.extend(cuts(on, End::Saved));
    for body in [json!(HTML), json!(HALF), json!(""), json!({"code": 200, "data": {}})] {
        let answer = json!({"status": 200, "body": body});
        cells.push(Cell::answers(on, format!("200 {body}"), End::Saved, answer));
    }
    for status in [301, 302, 303, 307, 308] {
        let answer = json!({"status": status, "headers": {"location": elsewhere.url}});
        cells.push(Cell::answers(on, status.to_string(), End::Saved, answer));
    }
    for status in NOES {
        let end = if matches!(status, 401..=403) { End::Mended } else { End::Saved };
        cells.push(Cell::answers(on, status.to_string(), end, no(status)));
    }
    run("poll", cells).await;
    assert_eq!(elsewhere.asked(), vec![], "no redirect is followed with a key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_download_that_fails_leads_to_no_new_render() {
    let (on, elsewhere) = (On::Download, Media::without_anything().await);
    let mut cells = unheard(on);
    cells.extend([
        Cell::answers(on, "a page once", End::Saved, json!({"status": 200, "body": HTML})),
        Cell::new(
            on,
            "no picture for ever",
            End::Damaged,
            vec![
                json!({"on": on, "answer": {"status": 200, "headers": {"content-type": "image/png"}, "body": "\u{7f}ELF for sure"}}),
            ],
        ),
        Cell::new(
            on,
            "gone for ever",
            End::Expired,
            vec![json!({"on": on, "answer": {"status": 410}})],
        )
        .saying("is gone at"),
    ]);
    cells.extend(cuts(on, End::Saved));
    for status in [301, 302, 303, 307, 308] {
        // A hop to another host is taken, without the key; it knows nothing, and a fresh link does.
        let answer = json!({"status": status, "headers": {"location": elsewhere.url}});
        cells.push(Cell::answers(on, status.to_string(), End::Saved, answer));
    }
    for inside in ["https://10.1.2.3/a.png", "https://169.254.169.254/a.png", "file:///etc/passwd"]
    {
        let answer = json!({"status": 302, "headers": {"location": inside}});
        let cell = Cell::answers(on, format!("302 to {inside}"), End::Expired, answer);
        cells.push(cell.saying("does not open"));
    }
    for status in NOES {
        cells.push(Cell::answers(on, status.to_string(), End::Saved, no(status)));
    }
    run("download", cells).await;
    let asked = elsewhere.asked();
    assert_eq!(asked.len(), 5);
    for head in asked.into_iter().map(|asked| asked.head) {
        assert!(head.starts_with("get /media http/1.1"), "{head}");
        for secret in ["authorization", "cookie", "bearer", "key"] {
            assert!(!head.contains(secret), "{secret} in {head}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_upload_that_fails_comes_before_anything_is_paid() {
    let elsewhere = Media::without_anything().await;
    let mut cells = Vec::new();
    for on in [On::Upload, On::Put] {
        cells.extend(unheard(on));
        let reset = vec![json!({"on": on, "times": 1, "drop": "after_read"})];
        cells.push(Cell::new(on, "reset after the read", End::Saved, reset));
        for status in [301, 302, 303, 307, 308] {
            let answer = json!({"status": status, "headers": {"location": elsewhere.url}});
            cells.push(Cell::answers(on, status.to_string(), End::Saved, answer));
        }
        for status in NOES {
            let end = match (on, status) {
                (On::Upload, 401..=403) => End::Mended,
                (On::Upload, 400 | 404 | 410 | 413 | 422 | 451) | (On::Put, 413) => End::Refused,
                _ => End::Saved,
            };
            let posts = u64::from(end != End::Refused);
            cells.push(Cell::answers(on, status.to_string(), end, no(status)).posts(posts));
        }
    }
    for body in [json!(HTML), json!(HALF), json!(""), json!({"code": 200, "data": {}})] {
        let answer = json!({"status": 200, "body": body});
        cells.push(Cell::answers(On::Upload, format!("200 {body}"), End::Saved, answer));
    }
    run("upload", cells).await;
    assert_eq!(elsewhere.asked(), vec![], "no redirect is followed");
}
