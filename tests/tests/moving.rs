//! Moving the library to another disk under the real command: killed at its calls to the system, on a disk that
//! is full, and while renders are saved.
//!
//! RUSHES_MOVE_POINTS says how many places to die.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fall over and tell of it")]

use std::path::{Path, PathBuf};

use rushes_tests::calls::Kind;
use rushes_tests::disk::Disk;
use rushes_tests::peer::copy;
use rushes_tests::rushes::{Rushes, until};
use rushes_tests::trace;
use serde_json::{Value, json};

/// More files than the last step of a move takes, so that there are steps before it.
const PICTURES: usize = 60;
/// Places to die when nothing else is asked.
const PLACES: usize = 48;
/// More than what has to stay free.
const ROOM: u64 = 96 << 20;

/// A library of pictures of its owner's own.
fn stage() -> Rushes {
    let rushes = Rushes::new();
    let folder = rushes.home().join("mine");
    std::fs::create_dir(&folder).unwrap();
    for n in 0..PICTURES as u32 {
        let drawn = image::RgbImage::from_fn(24, 16, |x, y| {
            let [r, g, b, _] = (x * 11 + y * 17 + n * 40_503).to_le_bytes();
            image::Rgb([r, g, b])
        });
        drawn.save(folder.join(format!("{n:02}.png"))).unwrap();
    }
    let taken = rushes.json(&["gallery", "import", folder.to_str().unwrap()]).one(0);
    assert_eq!(taken["added"].as_array().unwrap().len(), PICTURES);
    rushes
}

/// The same library on a computer with a second disk. Where none can be mounted, the library lies behind a link,
/// which makes it as impossible to rename.
struct Scene {
    to: PathBuf,
    // Unmounted before its folder is removed.
    disk: Option<Disk>,
    rushes: Rushes,
}

impl Scene {
    fn like(stage: &Rushes) -> Self {
        let rushes = Rushes::new();
        copy(&stage.data(), &rushes.data());
        let second = rushes.home().join("second");
        std::fs::create_dir(&second).unwrap();
        let disk = Disk::at(&second, ROOM);
        if disk.is_some() {
            copy(&stage.library(), &rushes.library());
        } else {
            let behind = rushes.home().join("behind");
            copy(&stage.library(), &behind);
            std::os::unix::fs::symlink(behind, rushes.library()).unwrap();
        }
        let to = second.canonicalize().unwrap().join("Pictures");
        Self { to, disk, rushes }
    }

    fn asked(&self) -> [&str; 4] {
        ["--json", "gallery", "move", self.to.to_str().unwrap()]
    }

    /// Nothing is missing, changed or unknown, wherever the library stands.
    fn sound(&self, prints: usize) -> Result<(), String> {
        let told = self.rushes.json(&["gallery", "verify"]);
        let found: &Value = told.lines.last().ok_or_else(|| format!("not a word: {told:?}"))?;
        let whole = found["sound"] == json!(prints)
            && ["missing", "changed", "strangers"].iter().all(|kind| found[kind] == json!([]));
        if whole { Ok(()) } else { Err(format!("{found}\n{}", told.stderr)) }
    }

    /// Moves it to the end, and looks at what there is then.
    fn finish(&self, prints: usize) -> Result<(), String> {
        let told = self.rushes.run(&self.asked());
        if told.code != Some(0) || told.lines.last().is_none_or(|line| line["phase"] != "over") {
            return Err(format!("it does not go on: {told:?}"));
        }
        self.sound(prints)?;
        let left = files(&self.rushes.library());
        if !left.is_empty() {
            return Err(format!("these stay at the old place: {left:?}"));
        }
        let lost = files(&self.to.join(".incoming"));
        if lost.is_empty() { Ok(()) } else { Err(format!("half copied and left: {lost:?}")) }
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[test]
fn a_move_that_is_killed_at_any_call_loses_nothing_and_goes_on() {
    let stage = stage();
    let whole = Scene::like(&stage);
    let counts = trace::run(&whole.rushes, &whole.asked(), None);
    assert_eq!(counts.ran.code, Some(0), "{:?}", counts.ran);
    println!("{:?}", counts.counts);
    let wanted = std::env::var("RUSHES_MOVE_POINTS").ok().map_or(PLACES, |n| n.parse().unwrap());
    trace::die_at_each(&counts.counts, wanted, |place| {
        let scene = Scene::like(&stage);
        let killed = trace::run(&scene.rushes, &scene.asked(), Some(place)).killed;
        killed.then(|| scene.sound(PICTURES).and_then(|()| scene.finish(PICTURES)))
    });
}

#[test]
fn a_disk_that_is_too_small_or_fills_up_stops_a_move_and_loses_nothing() {
    let stage = stage();
    let scene = Scene::like(&stage);
    let Some(disk) = &scene.disk else {
        println!("not shown: nobody may mount a disk here");
        return;
    };
    let ballast = disk.fill(1 << 20);
    let refused = scene.rushes.run(&scene.asked()).one(1);
    let said = refused["error"]["message"].as_str().unwrap();
    assert!(said.starts_with("The disk has ") && said.contains("and this needs "), "{refused}");
    assert!(!scene.to.exists(), "nothing is made where it has no room");
    std::fs::remove_file(ballast).unwrap();

    // In the middle of it, after what has to be free was seen to be free.
    assert!(trace::run(&scene.rushes, &scene.asked(), Some((Kind::Name, 20))).killed);
    let ballast = disk.fill(0);
    let stopped = scene.rushes.run(&scene.asked());
    assert_eq!(stopped.code, Some(1), "{stopped:?}");
    let error = &stopped.lines.last().unwrap()["error"];
    assert_eq!(error["message"], "The disk is full.", "{stopped:?}");
    assert_eq!(error["hint"], "Free some space, then try again.");
    scene.sound(PICTURES).unwrap();
    assert!(scene.rushes.library().is_dir(), "the library is still where it was");
    std::fs::remove_file(ballast).unwrap();
    scene.finish(PICTURES).unwrap();
}

#[test]
fn what_is_saved_during_a_move_is_in_the_library_after_it() {
    const RENDERS: usize = 12;
    let stage = stage();
    let scene = Scene::like(&stage);
    let mut open = scene.rushes.start(&["--json", "serve"]);
    open.first_line();
    let render = |n: usize| {
        let prompt = format!("boats {n}");
        scene.rushes.json(&["render", &prompt, "--set", "size=256x256"]).one(0)
    };
    std::thread::scope(|scope| {
        let renders = scope.spawn(|| (0..RENDERS).map(render).collect::<Vec<_>>());
        until("the first of them is asked for", || {
            (!scene.rushes.ledger("create").is_empty()).then_some(())
        });
        let moved = scene.rushes.run(&scene.asked());
        assert_eq!(moved.code, Some(0), "{moved:?}");
        let made = renders.join().unwrap();
        assert!(made.iter().all(|job| job["state"] == "completed"), "{made:?}");
        let there = |job: &Value| {
            Path::new(job["outputs"][0]["path"].as_str().unwrap()).starts_with(&scene.to)
        };
        assert!(made.last().is_some_and(there), "the last of them was saved at the new place");
    });
    open.signal("INT");
    assert_eq!(open.end().code, Some(0));
    assert_eq!(scene.rushes.ledger("create").len(), RENDERS);
    scene.sound(PICTURES + RENDERS).unwrap();
    scene.finish(PICTURES + RENDERS).unwrap();
}
