//! kill -9 of `rushes render --video` at twenty moments: what was paid is never lost and never paid twice.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fall over and tell of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rushes_tests::rushes::{Rushes, ledger};
use serde_json::{Value, json};

const KEY: &str = "kill-test-key";
const MOMENTS: u32 = 20;
const CLIP: [&str; 10] = [
    "--json",
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

/// Moments spread over a whole render, each shifted at random within its own part of it.
fn moments(whole: Duration) -> Vec<Duration> {
    // A seed of a failed run may be given again.
    let given = std::env::var("RUSHES_KILL_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u32 = given.unwrap_or_else(|| std::process::id().wrapping_mul(2_654_435_761));
    println!("seed {seed}");
    let mut random = seed | 1;
    (0..MOMENTS)
        .map(|n| {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            whole * (n * 1000 + random % 1000) / (MOMENTS * 1000)
        })
        .collect()
}

#[test]
fn no_kill_loses_a_render_or_pays_for_it_twice() {
    let rushes = Rushes::new().with("WAVESPEED_API_KEY", KEY);
    let file = rushes.home().join("provider.jsonl");
    let (ledger_file, state) =
        (file.display().to_string(), rushes.home().join("provider").display().to_string());
    // A process of its own, as a provider is: it outlives every kill.
    let mut provider = rushes.start(&[
        "--json",
        "sandbox",
        "--token",
        KEY,
        "--ledger",
        &ledger_file,
        "--state",
        &state,
        "--video-seconds",
        "0.8",
    ]);
    let about: Value = serde_json::from_str(&provider.first_line()).unwrap();
    let base_url = about["base_url"].as_str().unwrap();
    rushes.json(&["providers", "set", "wavespeed", "--base-url", base_url]).one(0);
    rushes.json(&["models", "sync", "wavespeed"]).one(0);

    let began = Instant::now();
    let whole = rushes.run(&CLIP);
    assert_eq!(whole.code, Some(0), "{}", whole.stderr);
    for moment in moments(began.elapsed()) {
        let run = rushes.start(&CLIP);
        std::thread::sleep(moment);
        run.kill();
        // A plain start picks up what there is; 3 says that something is in doubt.
        let next = rushes.json(&["jobs", "wait"]);
        assert!(matches!(next.code, Some(0 | 3)), "killed after {moment:?}: {next:?}");
    }

    let creates = ledger(&file, "create");
    let jobs = rushes.json(&["jobs"]).all(0);
    let mut shown = BTreeMap::new();
    let mut doubted = BTreeSet::new();
    for job in &jobs {
        let book = rushes.json(&["jobs", "show", job["job"].as_str().unwrap()]).one(0);
        for attempt in book["attempts"].as_array().unwrap() {
            if let Some(remote_id) = attempt["remote_id"].as_str() {
                shown.insert(remote_id.to_owned(), job.clone());
            } else if job["state"] == "in_doubt" {
                doubted.insert(attempt["seed"].as_i64().unwrap());
            }
        }
    }
    println!("{} creates, {} jobs, {} in doubt", creates.len(), jobs.len(), doubted.len());
    assert!(creates.len() > 2, "kills must leave something to check");

    let mut seeds = BTreeSet::new();
    for create in &creates {
        let seed = create["seed"].as_i64().unwrap();
        assert!(seeds.insert(seed), "paid twice: {create}");
        match shown.get(create["id"].as_str().unwrap()) {
            Some(job) => {
                assert_eq!(job["state"], "completed", "{job}");
                let path = job["outputs"][0]["path"].as_str().unwrap();
                assert_eq!(&std::fs::read(path).unwrap()[4..8], b"ftyp", "{path}");
            }
            None => assert!(doubted.contains(&seed), "paid and lost: {create}"),
        }
    }
    // Nothing half-written stands under a final name, and nothing is there that no job knows.
    let verified = rushes.json(&["gallery", "verify"]).one(0);
    assert_eq!((&verified["missing"], &verified["changed"]), (&json!([]), &json!([])));
    let prints = rushes.json(&["gallery"]).all(0);
    let completed = jobs.iter().filter(|job| job["state"] == "completed").count();
    assert_eq!(prints.len(), completed);
    // Every job that was written down is over or asks its user: none hangs.
    for job in &jobs {
        assert!(job["state"] == "completed" || job["state"] == "in_doubt", "{job}");
    }
}
