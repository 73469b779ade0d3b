//! `rushes doctor`: what it finds, what it mends, and what it leaves alone.
#![allow(clippy::unwrap_used, reason = "a test may fall over")]

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use rushes_tests::rushes::Rushes;
use serde_json::{Value, json};

/// Makes a print; answers where it is.
fn print(rushes: &Rushes, prompt: &str) -> PathBuf {
    let made = rushes.json(&["render", prompt, "--set", "size=256x256"]).one(0);
    made["outputs"][0]["path"].as_str().unwrap().into()
}

/// The state of each check, the worst of several.
fn states(lines: &[Value]) -> BTreeMap<String, String> {
    let rank = |state: &str| {
        ["fine", "note", "repaired", "repairable", "yours"].iter().position(|s| *s == state)
    };
    let mut states = BTreeMap::new();
    for line in lines {
        let state = line["state"].as_str().unwrap().to_owned();
        let kept = states
            .entry(line["check"].as_str().unwrap().to_owned())
            .or_insert_with(|| state.clone());
        if rank(&state) > rank(kept) {
            *kept = state;
        }
    }
    states
}

fn finding<'a>(lines: &'a [Value], check: &str) -> &'a Value {
    lines.iter().find(|line| line["check"] == check).unwrap()
}

#[test]
fn a_sound_studio_is_told_so_line_by_line() {
    let rushes = Rushes::new();
    print(&rushes, "boats");
    // The day's copy is made at a start, when there is something to copy.
    print(&rushes, "hills");
    let lines = rushes.json(&["doctor"]).all(0);
    let checks: Vec<&str> = lines.iter().map(|line| line["check"].as_str().unwrap()).collect();
    assert_eq!(
        checks,
        [
            "database",
            "copies",
            "disk",
            "search",
            "library",
            "sidecars",
            "thumbnails",
            "keychain",
            "jobs"
        ]
    );
    let mut states = states(&lines);
    // There is no keychain here, and no key that would need one.
    assert_eq!(states.remove("keychain").as_deref(), Some("note"));
    states.retain(|_, state| state != "fine");
    assert_eq!(states, BTreeMap::new(), "{lines:?}");
    let person = rushes.run(&["doctor"]);
    assert_eq!(person.code, Some(0));
    assert!(
        person.stdout.contains("The job book is whole: 2 jobs, 2 media files"),
        "{}",
        person.stdout
    );
}

#[test]
fn what_can_be_mended_is_offered_mended_and_then_fine() {
    let rushes = Rushes::new();
    let (first, second) = (print(&rushes, "boats"), print(&rushes, "hills"));
    let sidecar = |print: &PathBuf| PathBuf::from(format!("{}.json", print.display()));
    let story = std::fs::read(sidecar(&first)).unwrap();
    std::fs::remove_file(sidecar(&first)).unwrap();
    std::fs::File::create(sidecar(&second)).unwrap().write_all(b"{ half").unwrap();
    std::fs::remove_dir_all(rushes.data().join("thumbs")).unwrap();
    let stranger = rushes.library().join("of-mine.txt");
    std::fs::File::create(&stranger).unwrap();

    let lines = rushes.json(&["doctor"]).all(1);
    let found = states(&lines);
    assert_eq!(
        ["sidecars", "thumbnails", "library"].map(|check| found[check].as_str()),
        ["repairable", "note", "note"]
    );
    assert_eq!(finding(&lines, "sidecars")["items"].as_array().unwrap().len(), 2);
    assert!(!sidecar(&first).exists(), "a look mends nothing");

    let mended = states(&rushes.json(&["doctor", "--repair"]).all(0));
    assert_eq!(
        ["sidecars", "thumbnails", "library"].map(|check| mended[check].as_str()),
        ["repaired", "repaired", "note"]
    );
    // Written again, it says what it said.
    let again: Value = serde_json::from_slice(&std::fs::read(sidecar(&first)).unwrap()).unwrap();
    assert_eq!(again, serde_json::from_slice::<Value>(&story).unwrap());
    let damaged = PathBuf::from(format!("{}.damaged", sidecar(&second).display()));
    assert_eq!(std::fs::read(damaged).unwrap(), b"{ half");
    assert!(stranger.exists());

    let after = states(&rushes.json(&["doctor"]).all(0));
    assert_eq!(["sidecars", "thumbnails"].map(|check| after[check].as_str()), ["fine", "fine"]);
}

#[test]
fn a_file_that_is_gone_or_changed_needs_its_user() {
    let rushes = Rushes::new();
    let (first, second) = (print(&rushes, "boats"), print(&rushes, "hills"));
    std::fs::remove_file(&first).unwrap();
    std::fs::File::create(&second).unwrap().write_all(b"other bytes").unwrap();
    let lines = rushes.json(&["doctor", "--repair"]).all(1);
    let library: Vec<&Value> = lines.iter().filter(|line| line["check"] == "library").collect();
    let about = |n: usize| {
        (library[n]["state"].as_str().unwrap(), library[n]["items"].as_array().unwrap().len())
    };
    assert_eq!((about(0), about(1)), (("yours", 1), ("yours", 1)));
    assert_eq!(std::fs::read(&second).unwrap(), b"other bytes");
}

#[test]
fn a_damaged_job_book_is_refused_everywhere_and_restored_by_choice() {
    let rushes = Rushes::new();
    print(&rushes, "boats");
    // The next start of the engine copies what the first one made.
    std::fs::remove_dir_all(rushes.data().join("backups")).unwrap_or_default();
    print(&rushes, "hills");
    let copies = std::fs::read_dir(rushes.data().join("backups")).unwrap().count();
    assert_eq!(copies, 1);

    let book = rushes.data().join("studio.db");
    let mut file = std::fs::File::options().write(true).open(&book).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&[0xA5; 8192]).unwrap();
    drop(file);
    let damaged = std::fs::read(&book).unwrap();
    let refused = rushes.json(&["render", "more"]).one(1);
    assert_eq!(refused["error"]["code"], "damaged");
    assert!(
        refused["error"]["hint"].as_str().unwrap().contains("rushes doctor --repair"),
        "{refused}"
    );
    let offered = rushes.json(&["doctor"]).one(1);
    assert_eq!((&offered["check"], &offered["state"]), (&json!("database"), &json!("repairable")));
    assert_eq!(std::fs::read(&book).unwrap(), damaged);

    let lines = rushes.json(&["doctor", "--repair"]).all(0);
    assert_eq!(lines[0]["state"], "repaired");
    assert_eq!(std::fs::read(lines[0]["items"][0].as_str().unwrap()).unwrap(), damaged);
    assert_eq!(rushes.json(&["gallery", "search", "boats"]).all(0).len(), 1);
    assert_eq!(
        rushes.json(&["render", "more", "--set", "size=256x256"]).one(0)["state"],
        "completed"
    );
}

#[test]
fn under_another_process_it_only_looks() {
    let rushes = Rushes::new();
    let made = print(&rushes, "boats");
    let sidecar = PathBuf::from(format!("{}.json", made.display()));
    std::fs::remove_file(&sidecar).unwrap();
    let mut serve = rushes.start(&["--json", "serve"]);
    serve.first_line();
    let ran = rushes.json(&["doctor", "--repair"]);
    assert!(ran.stderr.contains("Close it and run this again"), "{}", ran.stderr);
    assert_eq!(states(&ran.all(1))["sidecars"], "repairable");
    assert!(!sidecar.exists());
}
