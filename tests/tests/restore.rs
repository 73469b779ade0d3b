//! Going back to a copy of the job book under the real command, killed at its calls to the system: a whole book
//! stands at every moment, and what was replaced is among the copies.
//!
//! RUSHES_RESTORE_POINTS says how many places to die.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fall over and tell of it")]

use std::path::PathBuf;

use rushes_studio::http::Remote;
use rushes_tests::peer::copy;
use rushes_tests::rushes::Rushes;
use rushes_tests::trace;
use serde_json::{Value, json};

/// Places to die when nothing else is asked.
const PLACES: usize = 48;
/// What is done at the start that follows a restore.
const LIST: &[&str] = &["--json", "gallery", "list"];

/// What the API answers through the door of a studio that is open.
fn call(rushes: &Rushes, cmd: &str, payload: Value) -> Value {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let remote = Remote::find(&rushes.data()).await.unwrap();
        remote.call(cmd, payload).await.unwrap()
    })
}

/// A studio with two prints, and a copy with the first of them that waits for the next start.
fn stage() -> Rushes {
    let rushes = Rushes::new();
    let render = |prompt: &str| {
        let job = rushes.json(&["render", prompt, "--set", "size=256x256"]).one(0);
        assert_eq!(job["state"], "completed", "{job}");
    };
    render("boats");
    let ask = |cmd: &str, payload: Value| {
        let mut open = rushes.start(&["--json", "serve"]);
        open.first_line();
        let answer = call(&rushes, cmd, payload);
        open.signal("INT");
        assert_eq!(open.end().code, Some(0));
        answer
    };
    let made = ask("make_copy", json!({}));
    let copies = made["copies"].as_array().unwrap();
    let asked = copies.iter().find(|copy| copy["kind"] == "asked").unwrap();
    render("hills");
    let waits = ask("restore_book", json!({ "name": asked["name"] }));
    assert_eq!(waits["waiting"]["name"], asked["name"], "{waits}");
    rushes
}

fn like(stage: &Rushes) -> Rushes {
    let rushes = Rushes::new();
    copy(&stage.data(), &rushes.data());
    copy(&stage.library(), &rushes.library());
    rushes
}

/// The book is the copy's, and the one before it is kept whole.
fn judge(rushes: &Rushes) -> Result<(), String> {
    let told = rushes.run(LIST);
    if told.code != Some(0) {
        return Err(format!("it does not open: {told:?}"));
    }
    if told.lines.len() != 1 {
        return Err(format!("{} prints, not the one of the copy", told.lines.len()));
    }
    if rushes.data().join("studio-restore.db").exists() {
        return Err("the copy waits still".into());
    }
    let kept: Vec<PathBuf> = rushes
        .data()
        .join("backups")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("replaced-"))
        .collect();
    let prints = kept.iter().map(|path| {
        let sql = rusqlite::Connection::open(path).unwrap();
        let count = "SELECT count(*) FROM asset";
        sql.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap()
    });
    let prints: Vec<i64> = prints.collect();
    if prints.contains(&2) { Ok(()) } else { Err(format!("kept: {kept:?} with {prints:?}")) }
}

#[test]
fn a_restore_that_is_killed_at_any_call_is_done_at_the_next_start_and_loses_nothing() {
    let stage = stage();
    let whole = like(&stage);
    let counts = trace::run(&whole, LIST, None);
    assert_eq!(counts.ran.code, Some(0), "{:?}", counts.ran);
    judge(&whole).unwrap();
    println!("{:?}", counts.counts);
    let wanted = std::env::var("RUSHES_RESTORE_POINTS").ok().map_or(PLACES, |n| n.parse().unwrap());
    trace::die_at_each(&counts.counts, wanted, |place| {
        let scene = like(&stage);
        trace::run(&scene, LIST, Some(place)).killed.then(|| judge(&scene))
    });
}
