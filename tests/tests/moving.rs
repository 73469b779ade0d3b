//! Moving the library with the real command: cut off at each of its renames and removals, on disks that run full,
//! and while prints are saved. The library is behind a link here, which is copied as one on another disk is.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fall over")]

use std::path::{Path, PathBuf};
use std::process::Command;

use rushes_tests::rushes::{Ran, Rushes, until};
use serde_json::{Value, json};

const PRINTS: usize = 2;

/// A studio with two prints whose library is behind a link.
struct Stage(Rushes);

impl Stage {
    fn new() -> Self {
        let rushes = Rushes::new();
        for prompt in ["boats", "hills"] {
            print(&rushes, prompt);
        }
        link(&rushes);
        Self(rushes)
    }

    /// The same once more, in folders of its own.
    fn again(&self) -> Rushes {
        let rushes = Rushes::new();
        for (from, to) in [
            (self.0.data(), rushes.data()),
            (self.0.library().canonicalize().unwrap(), rushes.library()),
        ] {
            let _ = std::fs::remove_dir_all(&to);
            let copied = Command::new("cp").arg("-a").arg(from).arg(&to).status().unwrap();
            assert!(copied.success());
        }
        link(&rushes);
        rushes
    }
}

fn print(rushes: &Rushes, prompt: &str) -> PathBuf {
    let made = rushes.json(&["render", prompt, "--set", "size=256x256"]).one(0);
    made["outputs"][0]["path"].as_str().unwrap().into()
}

fn link(rushes: &Rushes) {
    let real = rushes.home().join("real");
    std::fs::rename(rushes.library(), &real).unwrap();
    std::os::unix::fs::symlink(&real, rushes.library()).unwrap();
}

fn place(rushes: &Rushes) -> PathBuf {
    rushes.home().canonicalize().unwrap().join("disk/Rushes")
}

fn moved(rushes: &Rushes) -> Value {
    let place = place(rushes);
    rushes.json(&["gallery", "move", place.to_str().unwrap()]).all(0).pop().unwrap()
}

/// Every print is where the book says, with its bytes.
fn whole(rushes: &Rushes, what: &str) {
    let found = rushes.json(&["gallery", "verify"]).one(0);
    let told = (&found["sound"], &found["missing"], &found["changed"], &found["strangers"]);
    assert_eq!(told, (&json!(PRINTS), &json!([]), &json!([]), &json!([])), "{what}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let found = Command::new("find").arg("-L").arg(folder).args(["-type", "f"]).output().unwrap();
    String::from_utf8(found.stdout).unwrap().lines().map(PathBuf::from).collect()
}

/// A move under strace, which makes calls of these kinds fail or kill.
fn under(rushes: &Rushes, calls: &str, injected: &str) -> Ran {
    let (log, place) = (rushes.home().join("strace.log"), place(rushes));
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{injected}"));
    let launcher =
        ["strace", "-f", "-qq", "-o", log.to_str().unwrap(), "-e", &trace, "-e", &inject];
    let asked = ["--json", "gallery", "move", place.to_str().unwrap()];
    rushes.command_under(&launcher, &asked).output().unwrap().into()
}

fn finishes(rushes: &Rushes, what: &str) {
    whole(rushes, what);
    assert_eq!(moved(rushes)["phase"], "over", "{what}");
    whole(rushes, what);
    assert_eq!(files(&rushes.library()), Vec::<PathBuf>::new(), "{what}");
    assert_eq!(files(&place(rushes)).len(), 2 * PRINTS, "{what}");
}

#[test]
fn killed_at_any_rename_or_removal_it_goes_on_with_nothing_lost() {
    let stage = Stage::new();
    let calls = "rename,renameat,renameat2,unlink,unlinkat,rmdir";
    for nth in 1..100 {
        let rushes = stage.again();
        let ran = under(&rushes, calls, &format!("signal=SIGKILL:when={nth}"));
        let what = format!("killed at call {nth}: {ran:?}");
        if ran.code == Some(0) {
            assert!(nth > 8, "{what}: no kill came");
            return;
        }
        finishes(&rushes, &what);
    }
    panic!("it never came to its end");
}

#[test]
fn a_disk_that_runs_full_stops_it_and_loses_nothing() {
    let stage = Stage::new();
    let mut refused = 0;
    for nth in ["1", "2", "3", "4", "6", "8", "10", "2+", "5+"] {
        let rushes = stage.again();
        let ran = under(&rushes, "fsync,fdatasync", &format!("error=ENOSPC:when={nth}"));
        if ran.code != Some(0) {
            let error = &ran.lines.last().unwrap()["error"];
            for part in ["message", "hint"] {
                assert!(error[part].as_str().unwrap().ends_with('.'), "{ran:?}");
            }
            refused += 1;
        }
        finishes(&rushes, &format!("fsync {nth} had no room: {ran:?}"));
    }
    assert!(refused >= 3, "only {refused} moves met a full disk");
}

#[test]
fn prints_that_are_saved_meanwhile_land_at_the_new_place() {
    let stage = Stage::new();
    let rushes = stage.again();
    let mut serve = rushes.start(&["--json", "serve"]);
    serve.first_line();
    let renders: Vec<_> = (0..4)
        .map(|n| rushes.start(&["--json", "render", &format!("sea {n}"), "--set", "size=256x256"]))
        .collect();
    assert_eq!(moved(&rushes)["to"], place(&rushes).to_str().unwrap());
    for render in renders {
        assert_eq!(render.end().code, Some(0));
    }
    let new = print(&rushes, "after it");
    assert!(new.starts_with(place(&rushes)), "{}", new.display());
    serve.kill();
    until("the last of the old place is removed", || {
        (moved(&rushes)["phase"] == "over").then_some(())
    });
    let found = rushes.json(&["gallery", "verify"]).one(0);
    assert_eq!((&found["sound"], &found["strangers"]), (&json!(PRINTS + 5), &json!([])));
    assert_eq!(files(&rushes.library()), Vec::<PathBuf>::new());
}
