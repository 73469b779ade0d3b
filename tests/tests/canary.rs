//! A canary: a key that a hostile provider sends back in every way it can is looked for in every file
//! and every word that Rushes left.
#![allow(clippy::unwrap_used, reason = "a test may fall over")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use rushes_tests::rushes::{Ran, Rushes, until};
use serde_json::{Value, json};

/// With a slash, a plus and an equals sign, so that every encoding of it differs from it.
const KEY: &str = "SENTINEL/KEY+7f3a91c0d2e84b65=end";

/// The key as it is, and in the forms in which it may hide.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let (first, second) = KEY.split_at(KEY.len() / 2);
    let mut forms = vec![
        ("plain", KEY.as_bytes().to_vec()),
        ("first half", first.as_bytes().to_vec()),
        ("second half", second.as_bytes().to_vec()),
        ("halves the other way round", format!("{second}{first}").into_bytes()),
        ("backwards", KEY.bytes().rev().collect()),
        ("URL-encoded", url_encoded().into_bytes()),
        (
            "URL-encoded in lower case",
            url_encoded().replace("%2F", "%2f").replace("%2B", "%2b").into_bytes(),
        ),
        ("JSON with escaped slashes", KEY.replace('/', "\\/").into_bytes()),
        ("UTF-16", KEY.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("hex", KEY.bytes().flat_map(|b| format!("{b:02x}").into_bytes()).collect()),
    ];
    for engine in [&STANDARD, &URL_SAFE] {
        // Wherever it stands in what was encoded: the letters that hang on its neighbours are left out.
        for shift in 0..3 {
            let whole = engine.encode([&vec![0; shift], KEY.as_bytes()].concat());
            let (from, to) = ((shift * 8).div_ceil(6), (shift + KEY.len()) * 8 / 6);
            forms.push(("base64", whole.as_bytes()[from..to].to_vec()));
        }
    }
    // Both alphabets write most of it alike.
    forms.sort();
    forms.dedup();
    forms
}

fn url_encoded() -> String {
    KEY.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
}

/// What a hostile provider says: the key in all of these ways at once.
fn echo() -> String {
    format!(
        "the key {KEY} was refused; Authorization: Bearer {KEY}; {}; {}; {}; https://a.test/?key={KEY}",
        url_encoded(),
        STANDARD.encode(KEY),
        STANDARD.encode(format!("Bearer {KEY}")),
    )
}

/// Failures of every kind, each with the key in its words.
fn script() -> Value {
    let envelope = |code: u16| json!({ "status": code, "body": { "code": code, "message": echo(), "data": { "api_key": KEY, "note": echo() } } });
    let page = json!({ "status": 200, "headers": { "content-type": "text/html" }, "body": format!("<html>{}</html>", echo()) });
    let text = json!({ "status": 500, "body": echo() });
    let failed = |message: String| json!({ "status": 200, "body": { "code": 200, "message": "ok", "data": { "id": "x", "status": "failed", "error": message } } });
    json!({ "rules": [
        { "on": "balance", "times": 1, "answer": envelope(401) },
        { "on": "models", "times": 1, "answer": text },
        { "on": "price", "times": 1, "answer": envelope(500) },
        { "on": "upload", "times": 1, "answer": envelope(500) },
        { "on": "submit", "model": "sandbox/stills", "times": 1, "answer": envelope(400) },
        { "on": "submit", "model": "sandbox/stills", "after": 0, "times": 1, "answer": envelope(500) },
        { "on": "submit", "model": "sandbox/stills", "times": 1, "answer": page },
        { "on": "list", "times": 2, "answer": envelope(503) },
        { "on": "poll", "model": "sandbox/stills", "times": 1, "answer": envelope(500) },
        { "on": "poll", "model": "sandbox/stills", "times": 1, "status_word": KEY },
        { "on": "poll", "model": "sandbox/stills", "times": 1, "answer": failed(echo()) },
        { "on": "poll", "model": "sandbox/clips", "times": 1, "answer": text },
        { "on": "download", "times": 1, "answer": envelope(403) },
    ]})
}

/// One call through the door, as a browser sends it.
fn call(base: &str, cmd: &str, payload: &Value) -> Value {
    let (host, path) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let body = json!({ "cmd": cmd, "payload": payload }).to_string();
    let mut line = TcpStream::connect(host).unwrap();
    write!(
        line,
        "POST /{path}call HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        let body: String = body.split("\r\n").skip(1).step_by(2).collect();
        return serde_json::from_str(&body).unwrap();
    }
    serde_json::from_str(body).unwrap()
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

fn hits(bytes: &[u8]) -> Vec<&'static str> {
    let there = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
    forms().into_iter().filter(|(_, form)| there(form)).map(|(name, _)| name).collect()
}

#[test]
fn the_search_finds_what_it_looks_for() {
    assert_eq!(hits(b"nothing of the kind"), Vec::<&str>::new());
    for (name, form) in forms() {
        let hidden = [b"before".as_slice(), &form, b"after"].concat();
        assert!(hits(&hidden).contains(&name), "{name}");
    }
    for before in ["", "B", "Be", "Bearer ", "Authorization: Bearer "] {
        let hidden = STANDARD.encode(format!("{before}{KEY} and more"));
        assert_eq!(hits(hidden.as_bytes()), ["base64"], "after {before:?}");
        let hidden = URL_SAFE.encode(format!("{before}{KEY} and more"));
        assert_eq!(hits(hidden.as_bytes()), ["base64"], "after {before:?}");
    }
}

#[test]
fn a_key_that_the_provider_sends_back_stands_in_no_file_and_no_word() {
    let rushes = Rushes::new().with("RUSHES_LOG", "debug").with("RUST_BACKTRACE", "1");
    let outside = tempfile::tempdir().unwrap();
    let script_file = outside.path().join("script.json");
    let mut script_to = std::fs::File::create(&script_file).unwrap();
    script_to.write_all(script().to_string().as_bytes()).unwrap();
    // The provider's own words may have the key: they are not ours.
    let mut provider = rushes.start(&[
        "--json",
        "sandbox",
        "--token",
        KEY,
        "--script",
        script_file.to_str().unwrap(),
        "--image-seconds",
        "0.2",
        "--video-seconds",
        "0.5",
    ]);
    let about: Value = serde_json::from_str(&provider.first_line()).unwrap();
    let at = about["base_url"].as_str().unwrap();

    let mut said: Vec<Ran> = Vec::new();
    said.push(rushes.json(&["providers", "set", "wavespeed", "--base-url", at]));
    let mut serve = rushes.start(&["--json", "serve"]);
    let line: Value = serde_json::from_str(&serve.first_line()).unwrap();
    let door = line["url"].as_str().unwrap();
    let mut answers = Vec::new();
    // The first test of the key meets the 401 that sends it back; the second works.
    let key = json!({ "provider": "wavespeed", "key": KEY, "place": "session" });
    answers.push(call(door, "set_key", &key));
    assert_eq!(answers[0]["test"]["works"], false, "{}", answers[0]);
    answers.push(call(door, "test_key", &json!({ "provider": "wavespeed" })));
    answers.push(call(door, "sync_models", &json!({ "provider": "wavespeed" })));
    answers.push(call(door, "sync_models", &json!({ "provider": "wavespeed" })));

    let still = ["render", "boats", "--model", "wavespeed:sandbox/stills", "--set", "size=256x256"];
    let clip = [
        "render",
        "--video",
        "waves",
        "--model",
        "wavespeed:sandbox/clips",
        "--set",
        "duration=1",
        "--set",
        "resolution=480p",
    ];
    // Refused, then twice in doubt, then two that the provider has, one of which fails there.
    let mut states = Vec::new();
    for args in [&still[..], &still, &still, &still, &still, &clip] {
        let ran = rushes.json(args);
        states.push(ran.lines.last().map(|line| line["state"].clone()).unwrap_or_default());
        said.push(ran);
    }
    let picture = rushes.json(&["gallery"]).lines;
    let reference = picture.iter().find(|print| print["media"] == "image").unwrap()["path"]
        .as_str()
        .unwrap()
        .to_owned();
    said.push(rushes.json(&[
        "render",
        "in gold",
        "--model",
        "wavespeed:sandbox/stills/edit",
        "--ref",
        &reference,
    ]));
    for job in rushes.json(&["jobs"]).lines {
        said.push(rushes.json(&["jobs", "show", job["job"].as_str().unwrap()]));
    }
    said.push(rushes.json(&["gallery", "verify"]));
    said.push(rushes.json(&["doctor"]));
    until("the day's copy of the job book stands", || {
        let copies = std::fs::read_dir(rushes.data().join("backups")).ok()?;
        copies
            .flatten()
            .any(|copy| copy.file_name().to_string_lossy().starts_with("studio-"))
            .then_some(())
    });

    // What was recorded is looked for while the log of the book is there, and after it is closed.
    let recorded = |what: &str| {
        let mut found = Vec::new();
        for folder in [rushes.data(), rushes.library()] {
            files_below(&folder, &mut found);
        }
        assert!(found.len() > 10, "{what}: {found:?}");
        for file in found {
            assert_eq!(
                hits(&std::fs::read(&file).unwrap()),
                Vec::<&str>::new(),
                "{what}: {}",
                file.display()
            );
        }
    };
    recorded("while open");
    #[cfg(unix)]
    serve.signal("INT");
    #[cfg(unix)]
    said.push(serve.end());
    // The day's copy was made at the start; another is made of what stands now.
    std::fs::remove_dir_all(rushes.data().join("backups")).unwrap();
    said.push(rushes.json(&["doctor", "--repair"]));
    assert_eq!(rushes.data().join("backups").read_dir().unwrap().count(), 1);
    recorded("after the end");

    // The session was a full one: all of this has happened.
    for state in ["failed", "in_doubt", "completed"] {
        assert!(states.contains(&json!(state)), "no {state} among {states:?}");
    }
    let raw = said.iter().map(|ran| ran.stdout.as_str()).collect::<String>();
    assert!(raw.contains("<redacted>"), "no answer of the provider was recorded");
    for ran in &said {
        assert_eq!(hits(ran.stdout.as_bytes()), Vec::<&str>::new(), "{}", ran.stdout);
        assert_eq!(hits(ran.stderr.as_bytes()), Vec::<&str>::new(), "{}", ran.stderr);
    }
    assert!(said.iter().any(|ran| ran.stderr.contains("DEBUG")), "nothing was logged");
    for answer in answers {
        assert_eq!(hits(answer.to_string().as_bytes()), Vec::<&str>::new(), "{answer}");
    }

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&rushes.data()), mode(&rushes.library())), (0o700, 0o700));
        let mut found = Vec::new();
        files_below(&rushes.data(), &mut found);
        files_below(&rushes.library(), &mut found);
        let open: Vec<_> = found.iter().filter(|file| mode(file) & 0o077 != 0).collect();
        assert_eq!(open, Vec::<&PathBuf>::new(), "files that others may read");
    }
}
