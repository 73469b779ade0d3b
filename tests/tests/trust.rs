//! What a person can rely on about the library: changed, missing and unknown files are named, a folder that is
//! away is only away, and a lost job book comes back from the folder.
#![allow(clippy::unwrap_used, reason = "a test may fall over")]

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rushes_tests::rushes::{Rushes, until};
use serde_json::{Value, json};

/// Makes a print; answers where it is.
fn print(rushes: &Rushes, prompt: &str) -> PathBuf {
    let made = rushes.json(&["render", prompt, "--set", "size=256x256"]).one(0);
    made["outputs"][0]["path"].as_str().unwrap().into()
}

fn relative(rushes: &Rushes, path: &Path) -> String {
    path.strip_prefix(rushes.library()).unwrap().to_str().unwrap().to_owned()
}

/// Turns over one bit in the middle of a file.
fn flip(path: &Path) {
    let mut file = std::fs::File::options().read(true).write(true).open(path).unwrap();
    let middle = SeekFrom::Start(file.metadata().unwrap().len() / 2);
    let mut byte = [0];
    file.seek(middle).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(middle).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
}

fn missing(rushes: &Rushes) -> usize {
    rushes.json(&["gallery", "list", "--find", "is:missing"]).all(0).len()
}

#[test]
fn one_flipped_bit_a_missing_file_and_an_unknown_one_are_named() {
    let rushes = Rushes::new();
    let (boats, hills, sea) =
        (print(&rushes, "boats"), print(&rushes, "hills"), print(&rushes, "sea"));
    let sound = rushes.json(&["gallery", "verify"]).one(0);
    assert_eq!((&sound["sound"], &sound["strangers"]), (&json!(3), &json!([])));
    flip(&boats);
    let kept = rushes.home().join("hills.png");
    std::fs::rename(&hills, &kept).unwrap();
    std::fs::File::create(rushes.library().join("mine.txt")).unwrap();

    let found = rushes.json(&["gallery", "verify"]).one(1);
    let (boats, gone) = (relative(&rushes, &boats), relative(&rushes, &hills));
    assert_eq!(
        (&found["sound"], &found["changed"], &found["missing"], &found["strangers"]),
        (&json!(1), &json!([boats]), &json!([gone]), &json!(["mine.txt"]))
    );
    assert_eq!(found["codes"], json!({ boats.as_str(): "1-1·1", gone.as_str(): "2-1·1" }));
    let said = rushes.run(&["gallery", "verify"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.contains(&format!("Changed: {boats} (1-1·1)")), "{}", said.stdout);
    // It is still a print, and comes back with its file.
    assert_eq!(missing(&rushes), 1);
    std::fs::rename(&kept, &hills).unwrap();
    flip(&rushes.library().join(&boats));
    assert_eq!(rushes.json(&["gallery", "verify"]).one(0)["sound"], 3);
    assert_eq!(missing(&rushes), 0);
    assert!(sea.is_file());
}

#[test]
fn a_library_that_is_away_loses_nothing_and_renders_wait_for_it() {
    let rushes = Rushes::new();
    print(&rushes, "boats");
    let away = rushes.home().join("away");
    std::fs::rename(rushes.library(), &away).unwrap();

    let listed = rushes.json(&["gallery", "list"]);
    assert!(listed.stderr.contains("library is not there. Connect its drive"), "{}", listed.stderr);
    assert_eq!(listed.all(0)[0]["present"], true);
    let refused = rushes.json(&["gallery", "verify"]).one(1);
    assert_eq!(refused["error"]["code"], "away_library");
    assert!(!rushes.library().exists(), "nothing is made in its place");

    // Where a drive is plugged in there may be an empty folder while it is away.
    std::fs::create_dir(rushes.library()).unwrap();
    let mut render = rushes.start(&["--json", "render", "hills", "--set", "size=256x256"]);
    until("the job waits for the library", || {
        let jobs = rushes.json(&["jobs", "list"]).lines;
        let said = jobs.first()?["message"].as_str()?.to_owned();
        said.contains("is not there. Nothing was sent yet.").then_some(())
    });
    assert!(render.is_alive());
    assert_eq!(rushes.ledger("create").len(), 1, "nothing was sent");
    std::fs::remove_dir(rushes.library()).unwrap();
    std::fs::rename(&away, rushes.library()).unwrap();
    assert_eq!(render.end().code, Some(0));
    assert_eq!((missing(&rushes), rushes.json(&["gallery", "list"]).all(0).len()), (0, 2));
}

#[test]
fn a_file_that_was_removed_by_hand_is_noticed_and_comes_back_by_itself() {
    let rushes = Rushes::new();
    let boats = print(&rushes, "boats");
    let kept = rushes.home().join("boats.png");
    std::fs::rename(&boats, &kept).unwrap();
    // Looked for while Rushes is open, beside what it does.
    let open = |wanted: usize| {
        let mut serve = rushes.start(&["--json", "serve"]);
        serve.first_line();
        until("the file was looked for", || (missing(&rushes) == wanted).then_some(()));
        serve.kill();
    };
    open(1);
    std::fs::rename(&kept, &boats).unwrap();
    open(0);
    assert_eq!(rushes.json(&["gallery", "list"]).all(0).len(), 1);
}

#[test]
fn a_lost_job_book_comes_back_from_the_folder() {
    let rushes = Rushes::new();
    for prompt in ["boats", "hills"] {
        print(&rushes, prompt);
    }
    let of = |rushes: &Rushes| -> Vec<Value> {
        let mut prints = rushes.json(&["gallery", "list"]).all(0);
        for print in &mut prints {
            print.as_object_mut().unwrap().remove("seq");
        }
        prints
    };
    let (before, jobs) = (of(&rushes), rushes.json(&["jobs", "list"]).all(0));
    let refused = rushes.json(&["gallery", "rebuild"]).one(1);
    assert_eq!(refused["error"]["code"], "exists");
    for name in ["studio.db", "studio.clean"] {
        std::fs::remove_file(rushes.data().join(name)).unwrap();
    }
    let rebuilt = rushes.json(&["gallery", "rebuild"]).one(0);
    assert_eq!((&rebuilt["prints"], &rebuilt["bare"]), (&json!(2), &json!([])));
    assert_eq!(of(&rushes), before);
    let again = rushes.json(&["jobs", "list"]).all(0);
    for (job, again) in jobs.iter().zip(&again) {
        for same in ["job", "state", "outputs"] {
            assert_eq!(job[same], again[same], "{same}");
        }
    }
    assert_eq!(rushes.json(&["gallery", "verify"]).one(0)["sound"], 2);

    let anew = rushes.json(&["gallery", "rebuild", "--anew"]).one(0);
    assert!(Path::new(anew["aside"].as_str().unwrap()).is_file());
    assert_eq!(of(&rushes), before);
}

#[test]
fn the_library_moves_and_its_old_name_leads_to_it() {
    let rushes = Rushes::new();
    let boats = print(&rushes, "boats");
    let inside = rushes.library().join("deeper");
    let into = |to: &Path| rushes.json(&["gallery", "move", to.to_str().unwrap()]);
    for wrong in [inside, rushes.home().to_owned(), rushes.data()] {
        assert_eq!(into(&wrong).one(2)["error"]["code"], "invalid", "{}", wrong.display());
    }
    let place = rushes.home().canonicalize().unwrap().join("elsewhere/My pictures");
    let moved = into(&place).one(0);
    assert_eq!((&moved["phase"], &moved["to"]), (&json!("over"), &json!(place)));
    assert!(!rushes.library().exists(), "it was renamed whole");
    let listed = rushes.json(&["gallery", "list"]).all(0);
    let now = place.join(boats.strip_prefix(rushes.library()).unwrap());
    assert_eq!((listed.len(), &listed[0]["path"]), (1, &json!(now)));
    assert!(print(&rushes, "hills").starts_with(&place));
    assert_eq!(rushes.json(&["gallery", "verify"]).one(0)["sound"], 2);
    // Whoever has lost the book as well finds it there too.
    for name in ["studio.db", "studio.clean"] {
        std::fs::remove_file(rushes.data().join(name)).unwrap();
    }
    assert_eq!(rushes.json(&["gallery", "rebuild"]).one(0)["prints"], 2);
    // And back.
    assert_eq!(into(&rushes.library()).one(0)["phase"], "over");
    assert!(boats.is_file());
    assert_eq!(rushes.json(&["gallery", "verify"]).one(0)["sound"], 2);
}
