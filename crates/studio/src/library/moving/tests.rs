#![cfg(unix)] // a folder behind a link is copied, as one on another disk is
#![allow(clippy::unwrap_used)] // a test stops at the first surprise
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use jiff::tz::TimeZone;

use super::*;
use crate::library::testkit::png;
use crate::library::whereabouts;

/// A library behind a link, a folder of data, and a place to move to.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["data", "real"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("real"), folder.path().join("old")).unwrap();
        let bench = Self { folder };
        for (path, bytes) in Bench::model(0) {
            Bench::write(&bench.old(), &path, &bytes);
        }
        bench
    }

    /// A few files as a library has them; `turn` makes others of them.
    fn model(turn: u8) -> BTreeMap<String, Vec<u8>> {
        let of =
            |n: u8| (format!("2026/2026-11-0{n}/{n}.png"), vec![n + turn; 100 * usize::from(n)]);
        let beside = |n: u8| (format!("2026/2026-11-0{n}/{n}.png.json"), vec![n + turn; 7]);
        (1..5).flat_map(|n| [of(n), beside(n)]).collect()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn old(&self) -> PathBuf {
        self.folder.path().join("old")
    }

    fn new_place(&self) -> PathBuf {
        real(self.folder.path()).join("disk/Rushes")
    }

    fn write(root: &Path, path: &str, bytes: &[u8]) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(&path).unwrap().write_all(bytes).unwrap();
        let then = UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789);
        File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }

    /// The library as a start of Rushes finds it.
    fn open(&self) -> Library {
        let root = whereabouts(&self.data(), &self.old());
        let library = Library::open(&root, &self.data().join("thumbs")).unwrap();
        library.carry_parts(&self.data()).unwrap();
        library
    }

    fn begin(&self, library: &Library) -> Moving {
        let moving = Moving::begin(library, &self.data(), &self.old(), &self.new_place());
        Moving { at_once: 1, ..moving.unwrap() }
    }

    /// Goes on until it is over, or waits.
    fn finish(&self, library: &Library) -> Moved {
        let mut moving = self.begin(library);
        loop {
            let moved = moving.step(library).unwrap();
            if matches!(moved.phase, MovePhase::Waiting | MovePhase::Over) {
                return moved;
            }
        }
    }
}

fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = Library::at(root).files().unwrap_or_default();
    files.into_iter().map(|path| (path.clone(), fs::read(root.join(path)).unwrap())).collect()
}

#[test]
fn wherever_a_crash_comes_the_library_is_whole_and_the_move_goes_on() {
    let mut phases = Vec::new();
    for steps in 0.. {
        let bench = Bench::new();
        let library = bench.open();
        let mut moving = bench.begin(&library);
        let mut last = None;
        for _ in 0..steps {
            last = Some(moving.step(&library).unwrap().phase);
        }
        drop((moving, library));
        let library = bench.open();
        assert_eq!(contents(&library.root()), Bench::model(0), "after {steps} steps");
        let is_there = last.is_some_and(|phase| phase != MovePhase::Copying);
        assert_eq!(library.root() == bench.new_place(), is_there);
        if last != Some(MovePhase::Over) {
            let moved = bench.finish(&library);
            assert_eq!((moved.phase, moved.left), (MovePhase::Over, vec![]));
        }
        assert_eq!(contents(&bench.new_place()), Bench::model(0));
        assert_eq!(contents(&bench.old()), BTreeMap::new());
        assert!(!Library::stands_at(&bench.old()));
        let path = bench.new_place().join("2026/2026-11-03/3.png");
        assert_eq!(stamp(&path.metadata().unwrap()), (300, 1_700_000_000_123_456_789));
        phases.extend(last);
        if last == Some(MovePhase::Over) {
            break;
        }
    }
    for phase in [MovePhase::Copying, MovePhase::Removing, MovePhase::Over] {
        assert!(phases.contains(&phase), "{phases:?}");
    }
}

#[test]
fn what_changes_while_files_are_copied_is_right_at_the_new_place() {
    let bench = Bench::new();
    let library = bench.open();
    let mut moving = bench.begin(&library);
    for _ in 0..6 {
        assert_eq!(moving.step(&library).unwrap().phase, MovePhase::Copying);
    }
    // Copied already and changed, copied already and removed, not there before.
    Bench::write(&bench.old(), "2026/2026-11-01/1.png.json", b"other marks");
    library.remove("2026/2026-11-02/2.png", "ast_2").unwrap();
    let saved = library.import_bytes(&png(9, 9), 0, &TimeZone::UTC).unwrap();
    assert_eq!(bench.finish(&library).phase, MovePhase::Over);
    let mut wanted = Bench::model(0);
    wanted.insert("2026/2026-11-01/1.png.json".into(), b"other marks".to_vec());
    wanted.retain(|path, _| !path.contains("2.png"));
    wanted.insert(saved.path, png(9, 9));
    assert_eq!(contents(&bench.new_place()), wanted);
    assert_eq!(contents(&bench.old()), BTreeMap::new());
}

#[test]
fn a_file_that_someone_changes_at_the_old_place_stays_there() {
    let bench = Bench::new();
    let library = bench.open();
    let mut moving = bench.begin(&library);
    while moving.step(&library).unwrap().phase == MovePhase::Copying {}
    let path = "2026/2026-11-04/4.png";
    File::create(bench.old().join(path)).unwrap().write_all(b"drawn over").unwrap();
    Bench::write(&bench.old(), "mine.txt", b"mine");
    // What was lost at the new place has its last copy at the old one.
    let lost = "2026/2026-11-04/4.png.json";
    fs::remove_file(bench.new_place().join(lost)).unwrap();
    let moved = bench.finish(&library);
    assert_eq!(moved.left, [path, lost, "mine.txt"]);
    assert_eq!(contents(&bench.old())[path], b"drawn over");
    assert_eq!(contents(&bench.new_place())[path], Bench::model(0)[path]);
}

#[test]
fn saves_go_on_while_it_moves() {
    let bench = Bench::new();
    let library = bench.open();
    let (saving, over) = (library.clone(), AtomicBool::new(false));
    let saved = std::thread::scope(|scope| {
        let saver = scope.spawn(|| {
            let mut saved = Vec::new();
            for n in 1..200 {
                let bytes = png(n, 7);
                let stored = saving.import_bytes(&bytes, 0, &TimeZone::UTC).unwrap();
                saved.push((stored.path, bytes));
                if over.load(Ordering::Relaxed) {
                    break;
                }
            }
            saved
        });
        let mut moving = Moving { at_once: 20, ..bench.begin(&library) };
        while moving.step(&library).unwrap().phase != MovePhase::Over {}
        over.store(true, Ordering::Relaxed);
        saver.join().unwrap()
    });
    let all = contents(&bench.new_place());
    assert_eq!(all.len(), Bench::model(0).len() + saved.len());
    for (path, bytes) in saved {
        assert_eq!(all[&path], bytes);
    }
    assert_eq!(contents(&bench.old()), BTreeMap::new());
}

#[test]
fn a_file_on_its_way_in_arrives_at_the_new_place() {
    let naming = |zone: &TimeZone| crate::library::Naming {
        at_ms: 1_795_347_750_000,
        zone: zone.clone(),
        prompt: "boats",
        model: "m",
        number: 1,
    };
    let bench = Bench::new();
    let library = bench.open();
    let bytes = png(30, 20);
    let mut part = library.part("out_1").unwrap();
    part.write(&bytes[..20]).unwrap();
    // An answer's media that nobody has opened yet.
    let mut tray = library.part("out_2").unwrap();
    tray.write(&bytes).unwrap();
    drop(tray);
    let moved = bench.finish(&library);
    assert_eq!(moved.phase, MovePhase::Waiting);
    assert_eq!(library.verify([]).unwrap().partial, ["out_1.part", "out_2.part"]);
    part.write(&bytes[20..]).unwrap();
    let stored = part.finish(&naming(&TimeZone::UTC)).unwrap();
    assert_eq!(fs::read(bench.new_place().join(&stored.path)).unwrap(), bytes);
    assert_eq!(library.placed("out_1").unwrap(), Some(stored.clone()));
    library.settle("out_1").unwrap();
    assert_eq!(library.part_bytes("out_2").unwrap(), bytes);
    drop(library);
    // The next start takes along what nobody fetched.
    let library = bench.open();
    assert_eq!(bench.finish(&library).phase, MovePhase::Over);
    let stored_again = library.part("out_2").unwrap().finish(&naming(&TimeZone::UTC)).unwrap();
    assert_eq!(stored_again.blake3, stored.blake3);
    assert!(!bench.old().join(INCOMING).exists());
    library.settle("out_2").unwrap();
    assert_eq!(library.noted().unwrap(), Vec::<String>::new());
}

#[test]
fn on_one_file_system_the_folder_is_renamed() {
    let bench = Bench::new();
    let real_place = real(bench.folder.path()).join("real");
    let library = Library::open(&real_place, &bench.data().join("thumbs")).unwrap();
    let mut part = library.part("out_1").unwrap();
    part.write(&png(30, 20)).unwrap();
    fs::create_dir_all(bench.new_place()).unwrap();
    let mut moving =
        Moving::begin(&library, &bench.data(), &bench.old(), &bench.new_place()).unwrap();
    let moved = moving.step(&library).unwrap();
    assert_eq!((moved.phase, moved.total), (MovePhase::Over, 0));
    assert!(!real_place.exists());
    assert_eq!(contents(&bench.new_place()), Bench::model(0));
    for name in [bench.old(), real_place, bench.new_place()] {
        assert_eq!(whereabouts(&bench.data(), &name), bench.new_place());
    }
    let zone = TimeZone::UTC;
    let naming = crate::library::Naming { at_ms: 0, zone, prompt: "boats", model: "m", number: 1 };
    let stored = part.finish(&naming).unwrap();
    assert!(bench.new_place().join(stored.path).is_file());
}

#[test]
fn places_that_are_none_are_refused_and_nothing_is_changed() {
    let bench = Bench::new();
    let library = bench.open();
    let to = |to: &Path| {
        let refused = Moving::begin(&library, &bench.data(), &bench.old(), to).unwrap_err();
        refused.to_string()
    };
    let folder = real(bench.folder.path());
    Bench::write(bench.folder.path(), "full/mine.txt", b"mine");
    assert_eq!(to(Path::new("disk")), "the new place is no absolute path");
    let mut same = Moving::begin(&library, &bench.data(), &bench.old(), &bench.old()).unwrap();
    assert_eq!(same.step(&library).unwrap().phase, MovePhase::Over);
    assert!(to(&bench.old().join("sub/deep")).ends_with("lies in the library or around it"));
    assert!(to(bench.folder.path()).ends_with("lies in the library or around it"));
    assert!(to(&folder.join("full")).ends_with("is no empty folder"));
    assert!(to(&folder.join("full/mine.txt")).ends_with("is no empty folder"));
    // More than any disk of ours has room for, in a file that takes none.
    let huge = File::create(bench.old().join("huge.mp4")).unwrap();
    huge.set_len(1 << 43).unwrap();
    assert!(to(&bench.new_place()).starts_with("the disk is full"));
    fs::remove_file(bench.old().join("huge.mp4")).unwrap();
    assert_eq!(contents(&bench.old()), Bench::model(0));
    assert!(!bench.new_place().exists());
    assert_eq!(fs::read_dir(bench.data()).unwrap().count(), 1, "only thumbnails");

    // One move at a time; it can be given up as long as the library is where it was.
    let mut moving = bench.begin(&library);
    moving.step(&library).unwrap();
    drop(moving);
    assert!(to(&folder.join("other")).ends_with("is under way"));
    let mut stays = Moving::begin(&library, &bench.data(), &bench.old(), &bench.old()).unwrap();
    assert_eq!(stays.step(&library).unwrap().phase, MovePhase::Over);
    assert_eq!(library.root(), bench.old());
    assert!(to(&bench.new_place()).ends_with("is no empty folder"), "what was copied stays");
}

#[test]
fn a_step_that_fails_is_taken_up_again() {
    let bench = Bench::new();
    let library = bench.open();
    let in_the_way = bench.new_place().join("2026/2026-11-03/3.png/folder");
    let mut moving = bench.begin(&library);
    fs::create_dir_all(&in_the_way).unwrap();
    let failed = (0..20).find_map(|_| moving.step(&library).err()).unwrap();
    assert_eq!(failed.message(), "The system could not copy the file.");
    assert_eq!(contents(&library.root()), Bench::model(0));
    fs::remove_dir_all(in_the_way.parent().unwrap()).unwrap();
    // A crash cut the journal off in the middle of a line, and a copy was lost.
    let journal = bench.data().join("library-move.jsonl");
    let length = journal.metadata().unwrap().len();
    File::options().write(true).open(journal).unwrap().set_len(length - 9).unwrap();
    fs::remove_file(bench.new_place().join("2026/2026-11-01/1.png")).unwrap();
    assert_eq!(bench.finish(&library).phase, MovePhase::Over);
    assert_eq!(contents(&bench.new_place()), Bench::model(0));
}

#[test]
fn a_drive_that_goes_away_stops_it_and_loses_nothing() {
    let bench = Bench::new();
    let library = bench.open();
    let mut moving = bench.begin(&library);
    moving.step(&library).unwrap();
    let (disk, away) = (bench.folder.path().join("disk"), bench.folder.path().join("away"));
    fs::rename(&disk, &away).unwrap();
    assert!(matches!(moving.step(&library), Err(LibraryError::Away { .. })));
    fs::rename(&away, &disk).unwrap();
    while moving.step(&library).unwrap().phase == MovePhase::Copying {}
    fs::rename(&disk, &away).unwrap();
    assert!(matches!(moving.step(&library), Err(LibraryError::Away { .. })));
    assert_eq!(contents(&bench.old()), Bench::model(0), "the only copy that is in sight");
    fs::rename(&away, &disk).unwrap();
    assert_eq!(bench.finish(&library).phase, MovePhase::Over);
    assert_eq!(contents(&bench.new_place()), Bench::model(0));
}
