//! The rules themselves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::{Dialect, KEY, Peer, Reply};
use crate::error::{Error, Kind, Wire};
use crate::types::{PollState, RemoteOutput, Request, Task, Upload};

/// Statuses that say no, and what they must read as.
const REFUSALS: [(u16, &str, Kind); 12] = [
    (400, "prompt is required", Kind::Invalid { field: None }),
    (401, "bad key", Kind::Auth),
    (402, "pay", Kind::Credit),
    (400, "Insufficient credit, please top up", Kind::Credit),
    (403, "Your balance is exhausted", Kind::Credit),
    (403, "not allowed", Kind::Auth),
    (404, "no such model", Kind::NotFound),
    (422, "out of range", Kind::Invalid { field: None }),
    (429, "slow down", Kind::RateLimited),
    (500, "broken", Kind::Unavailable),
    (502, "bad gateway", Kind::Unavailable),
    (503, "maintenance", Kind::Unavailable),
];

/// A submit makes exactly one request under each fault, and tells how far it got.
pub async fn submit_is_sent_once_whatever_goes_wrong(dialect: &Dialect) {
    let html = |status| {
        Reply::Full(
            status,
            vec![("content-type".into(), "text/html".into())],
            "<html>hello</html>".into(),
        )
    };
    let accepted = dialect.accepted.0.to_string();
    let half = accepted[..accepted.len() / 2].to_owned();
    let broken =
        Reply::Full(200, vec![("content-type".into(), "application/json".into())], half.clone());
    let faults = [
        (Reply::Close, Kind::Network, Wire::Unanswered),
        (Reply::Reset, Kind::Network, Wire::Unanswered),
        (Reply::HalfHead, Kind::Network, Wire::Unanswered),
        (Reply::Silence, Kind::Network, Wire::Unanswered),
        (Reply::Truncated(200, half), Kind::Protocol, Wire::Unanswered),
        (broken, Kind::Protocol, Wire::Answered(200)),
        (html(200), Kind::Protocol, Wire::Answered(200)),
        (html(404), Kind::Protocol, Wire::Answered(404)),
        (html(502), Kind::Unavailable, Wire::Answered(502)),
        (Reply::Json(200, json!(null)), Kind::Protocol, Wire::Answered(200)),
        (Reply::Json(200, json!({})), Kind::Protocol, Wire::Answered(200)),
        (Reply::Json(200, dialect.without_id.clone()), Kind::Protocol, Wire::Answered(200)),
        (Reply::Json(418, json!({})), Kind::Protocol, Wire::Answered(418)),
    ];
    for (fault, kind, wire) in faults {
        let played = fault.clone();
        let peer = Peer::start(move |_, _| played.clone()).await;
        let mut call = dialect.call(peer.url());
        if matches!(fault, Reply::Silence) {
            call = call.with_timeouts(Duration::from_millis(300), Duration::from_millis(300));
        }
        let error = dialect
            .provider
            .submit(&call, &dialect.request)
            .await
            .expect_err("a fault is no success");
        assert_eq!((error.kind, error.wire), (kind, wire), "under {fault:?}");
        assert_eq!(peer.seen().len(), 1, "requests under {fault:?}");
    }
}

/// A submit over a connection that served before, and breaks now, is not sent again over another.
pub async fn submit_is_sent_once_over_a_used_connection(dialect: &Dialect) {
    let first = dialect.unfinished.first().unwrap_or(&dialect.accepted.0).clone();
    let served = AtomicBool::new(false);
    let peer = Peer::start(move |_, _| {
        if served.swap(true, Ordering::Relaxed) {
            Reply::Close
        } else {
            Reply::KeepOpen(200, first.clone())
        }
    })
    .await;
    let call = dialect.call(peer.url());
    if dialect.answers_at_once() {
        dialect.provider.submit(&call, &dialect.request).await.expect("an answer");
    } else {
        dialect.provider.poll(&call, &dialect.task).await.expect("an answer");
    }
    let error = dialect.provider.submit(&call, &dialect.request).await.expect_err("closed");
    assert_eq!((error.kind, error.wire), (Kind::Network, Wire::Unanswered));
    assert_eq!(peer.seen().len(), 2);
}

/// A submit to an address where nobody listens has provably not been sent.
pub async fn submit_to_nobody_is_not_sent(dialect: &Dialect) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port");
    drop(listener);
    let nobody = Url::parse(&format!("http://{address}")).expect("an address is a URL");
    let error = dialect
        .provider
        .submit(&dialect.call(&nobody), &dialect.request)
        .await
        .expect_err("nobody answers");
    assert_eq!((error.kind, error.wire), (Kind::Network, Wire::NotSent));
}

/// A submit goes out once, with the key, and brings the remote id home.
pub async fn submit_reads_the_remote_id(dialect: &Dialect) {
    let accepted = dialect.accepted.0.clone();
    let peer = Peer::start(move |_, _| Reply::Json(200, accepted.clone())).await;
    let submitted = dialect
        .provider
        .submit(&dialect.call(peer.url()), &dialect.request)
        .await
        .expect("accepted");
    assert_eq!(submitted.at_once.is_some(), dialect.answers_at_once());
    if !dialect.answers_at_once() {
        assert_eq!(submitted.remote_id, dialect.accepted.1);
    }
    let seen = peer.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].holds(KEY), "the provider's own host gets the key");
    assert!(!seen[0].path.contains(KEY), "a key in a URL ends in logs");
    if let Some(header) = &dialect.provider.manifest().client_ref_header {
        let sent = seen[0].header(&header.to_ascii_lowercase());
        assert_eq!(sent, Some(dialect.request.client_ref.as_str()));
    }
}

/// A model or task whose name would leave its place in the path never goes out.
pub async fn names_that_leave_the_path_are_not_sent(dialect: &Dialect) {
    let peer = Peer::start(|_, _| Reply::Json(200, json!({}))).await;
    let call = dialect.call(peer.url());
    for name in [
        "",
        "/",
        "a/../../b",
        "..",
        "a//b",
        "https://elsewhere.test/a",
        "a?b=c",
        "a#b",
        "a b",
        "a%2fb",
        "a\r\nb",
    ] {
        let request = Request { remote_model: name.into(), ..dialect.request.clone() };
        let error = dialect.provider.submit(&call, &request).await.expect_err("no such model");
        assert_eq!((error.kind, error.wire), (Kind::NotFound, Wire::NotSent), "model {name:?}");
        if dialect.answers_at_once() {
            continue;
        }
        let task = Task { remote_id: name.into(), ..dialect.task.clone() };
        let error = dialect.provider.poll(&call, &task).await.expect_err("no such task");
        assert_eq!((error.kind, error.wire), (Kind::NotFound, Wire::NotSent), "task {name:?}");
    }
    assert_eq!(peer.seen(), []);
}

/// Nobody but the provider's own host sees a request, whatever an answer points to.
pub async fn redirects_are_not_followed(dialect: &Dialect) {
    for status in [301, 302, 303, 307, 308] {
        let thief = Peer::start(|_, _| Reply::Json(200, json!({}))).await;
        let elsewhere = thief.url().join("steal").expect("a path joins").to_string();
        let peer = Peer::start(move |_, _| {
            Reply::Full(status, vec![("location".into(), elsewhere.clone())], String::new())
        })
        .await;
        let call = dialect.call(peer.url());
        let submit = dialect.provider.submit(&call, &dialect.request).await.expect_err("moved");
        assert_eq!((submit.kind, submit.wire), (Kind::Protocol, Wire::Answered(status)));
        let mut asked = 1;
        if !dialect.answers_at_once() {
            let poll = dialect.provider.poll(&call, &dialect.task).await.expect_err("moved");
            assert_eq!((poll.kind, poll.wire), (Kind::Protocol, Wire::Answered(status)));
            asked += 1;
        }
        if dialect.uploads() {
            let upload = dialect.provider.upload(&call, &picture()).await.expect_err("moved");
            assert_eq!((upload.kind, upload.wire), (Kind::Protocol, Wire::Answered(status)));
            asked += 1;
        }
        assert_eq!(peer.seen().len(), asked);
        assert_eq!(thief.seen(), [], "after HTTP {status}");
    }
    // A hint about where to poll is no reason to take the key there.
    let Some(running) = dialect.unfinished.first().cloned() else { return };
    let thief = Peer::start(|_, _| Reply::Json(200, json!({}))).await;
    let peer = Peer::start(move |_, _| Reply::Json(200, running.clone())).await;
    let hinted = Task { poll_url: Some(thief.url().to_string()), ..dialect.task.clone() };
    dialect.provider.poll(&dialect.call(peer.url()), &hinted).await.expect("the own host answers");
    assert_eq!(thief.seen(), []);
}

/// Statuses mean the same from a submit and from a poll, each asked once.
pub async fn statuses_read_as_their_kinds(dialect: &Dialect) {
    for (status, words, kind) in REFUSALS {
        let body = (dialect.refusal)(status, words);
        let peer = Peer::start(move |_, _| Reply::Json(status, body.clone())).await;
        let call = dialect.call(peer.url());
        let submit = dialect.provider.submit(&call, &dialect.request).await.expect_err("declined");
        let mut errors = vec![submit];
        if !dialect.answers_at_once() {
            let poll = dialect.provider.poll(&call, &dialect.task).await;
            errors.push(poll.expect_err("declined"));
        }
        let asked = errors.len();
        for error in errors {
            // Which field an input error names is the dialect's own business.
            let got = match error.kind {
                Kind::Invalid { .. } => Kind::Invalid { field: None },
                kind => kind,
            };
            assert_eq!(
                (got, error.wire),
                (kind.clone(), Wire::Answered(status)),
                "HTTP {status} {words:?}"
            );
            assert!(error.hint.is_some(), "HTTP {status} says what to do next");
        }
        assert_eq!(peer.seen().len(), asked);
    }
}

/// Seconds, milliseconds and HTTP dates all say how long to wait.
pub async fn retry_after_is_read_in_every_spelling(dialect: &Dialect) {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let date = header("date", "Sun, 22 Nov 2026 06:00:00 GMT");
    let cases = [
        (vec![header("retry-after", "7")], Some(Duration::from_secs(7))),
        (vec![header("retry-after", "0.5")], Some(Duration::from_millis(500))),
        (
            vec![header("retry-after-ms", "1500"), header("retry-after", "2")],
            Some(Duration::from_millis(1500)),
        ),
        (
            vec![header("retry-after", "Sun, 22 Nov 2026 06:02:30 GMT"), date.clone()],
            Some(Duration::from_secs(150)),
        ),
        (vec![header("retry-after", "Sun, 22 Nov 2026 05:00:00 GMT"), date], Some(Duration::ZERO)),
        (vec![header("retry-after", "-3")], None),
        (vec![header("retry-after", "soon")], None),
        (vec![], None),
    ];
    for (headers, wait) in cases {
        let (sent, body) = (headers.clone(), (dialect.refusal)(429, "slow down").to_string());
        let peer = Peer::start(move |_, _| Reply::Full(429, sent.clone(), body.clone())).await;
        let error = dialect
            .provider
            .submit(&dialect.call(peer.url()), &dialect.request)
            .await
            .expect_err("busy");
        assert_eq!((error.kind, error.retry_after), (Kind::RateLimited, wait), "{headers:?}");
    }
}

/// Queued, running, done, failed and blocked work read as such; unknown words read as running.
pub async fn polls_read_as_their_states(dialect: &Dialect) {
    let poll = |body: serde_json::Value| async {
        let peer = Peer::start(move |_, _| Reply::Json(200, body.clone())).await;
        let call = dialect.call(peer.url());
        let poll = if dialect.answers_at_once() {
            let submitted = dialect.provider.submit(&call, &dialect.request).await;
            submitted.expect("an answer").at_once.expect("an end")
        } else {
            dialect.provider.poll(&call, &dialect.task).await.expect("an answer")
        };
        let ended = !matches!(poll.state, PollState::Queued | PollState::Running { .. });
        let most = if ended && dialect.provider.manifest().result_apart { 2 } else { 1 };
        assert!((1..=most).contains(&peer.seen().len()), "{} requests", peer.seen().len());
        (poll, peer)
    };
    for body in &dialect.unfinished {
        let state = poll(body.clone()).await.0.state;
        assert!(matches!(state, PollState::Queued | PollState::Running { .. }), "{state:?}");
    }
    if let Some(unknown) = &dialect.unknown_word {
        let (unknown, _) = poll(unknown.clone()).await;
        assert_eq!(unknown.state, PollState::Running { progress: None });
        assert!(!unknown.status_word.is_empty(), "the unknown word is kept for the record");
    }
    let (body, outputs) = &dialect.done;
    let (done, peer) = poll(body.clone()).await;
    let outputs = outputs.iter().map(|output| match output {
        RemoteOutput::Link { url } if url.starts_with('/') => {
            RemoteOutput::Link { url: peer.url().join(url).expect("a path joins").into() }
        }
        other => other.clone(),
    });
    assert_eq!(done.state, PollState::Done { outputs: outputs.collect() });
    for (body, expected) in &dialect.failed {
        match poll(body.clone()).await.0.state {
            PollState::Failed { kind, message, .. } => {
                assert_eq!(&kind, expected);
                assert!(!message.is_empty());
            }
            other => panic!("{body} reads as {other:?}"),
        }
    }
}

/// The bytes of an upload go to the store without the key, once, with the ticket's headers.
pub async fn uploads_leave_the_key_at_home(dialect: &Dialect) {
    let Some(ticket_for) = dialect.ticket else { return };
    let store = Peer::start(|_, _| Reply::Full(200, vec![], String::new())).await;
    let ticket = ticket_for(store.url());
    let peer = Peer::start(move |_, _| Reply::Json(200, ticket.clone())).await;
    let call = dialect.call(peer.url());
    let url = dialect.provider.upload(&call, &picture()).await.expect("uploaded");
    assert!(url.starts_with("http"), "{url}");
    let stored = store.seen();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].body, picture().bytes);
    assert!(!stored[0].holds(KEY), "the store has seen the key");
    assert_eq!(stored[0].header("authorization"), None);
    assert_eq!(peer.seen().len(), 1);

    let refusing =
        Peer::start(|_, _| Reply::Full(403, vec![], "<Error>expired</Error>".into())).await;
    let ticket = ticket_for(refusing.url());
    let peer = Peer::start(move |_, _| Reply::Json(200, ticket.clone())).await;
    let result = dialect.provider.upload(&dialect.call(peer.url()), &picture()).await;
    assert_eq!(result.expect_err("the store declined").wire, Wire::Answered(403));
    assert_eq!(refusing.seen().len(), 1);
}

/// A server that repeats the key does not make us keep it.
pub async fn the_key_is_in_no_error(dialect: &Dialect) {
    for status in [200, 400, 401, 403, 500] {
        let body = (dialect.refusal)(status, &format!("you sent Bearer {KEY} and that is {KEY}"));
        let peer = Peer::start(move |_, _| Reply::Json(status, body.clone())).await;
        let error: Error = dialect
            .provider
            .submit(&dialect.call(peer.url()), &dialect.request)
            .await
            .expect_err("declined");
        assert!(!format!("{error:?} {error}").contains(KEY), "HTTP {status}: {error:?}");
    }
}

fn picture() -> Upload {
    Upload {
        name: "reference-1.png".into(),
        content_type: "image/png".into(),
        bytes: "not really a picture".into(),
    }
}
