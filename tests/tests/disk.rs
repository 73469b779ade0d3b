//! Disks that fail and disks that are full, under the real command: nothing that was said is taken
//! back, nothing half-written gets a name, and with room again the same render is finished.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fall over and tell of it")]

use std::process::Command;

use rushes_tests::disk::Disk;
use rushes_tests::judge::{self, Verdict};
use rushes_tests::peer::Peer;
use rushes_tests::rushes::{Ran, Rushes, until};

const STILL: &[&str] =
    &["--json", "render", "boats", "--model", "wavespeed:sandbox/stills", "--set", "size=256x256"];
/// A disk that stays broken keeps a render waiting; this asks it to stop, as Ctrl+C does.
const A_WHILE: [&str; 4] = ["timeout", "--signal=INT", "--kill-after=20", "12"];

/// A provider and folders that know it.
struct Bench {
    peer: Peer,
    stage: Rushes,
}

impl Bench {
    fn new() -> Self {
        let peer = Peer::start("0");
        let stage = peer.customer();
        Self { peer, stage }
    }

    fn fresh(&self) -> Rushes {
        self.peer.customer_like(&self.stage)
    }

    /// A render under a launcher that spoils the disk; then `mend`, a clean start and the verdict.
    fn spoil(
        &self,
        what: &str,
        rushes: &Rushes,
        launcher: &[&str],
        mend: impl FnOnce(),
    ) -> (Ran, Verdict) {
        let before = self.peer.creates().len();
        let launcher = [&A_WHILE, launcher].concat();
        let ran: Ran = rushes.command_under(&launcher, STILL).output().unwrap().into();
        told(what, &ran);
        mend();
        let creates = || self.peer.creates().split_off(before);
        let verdict = judge::judge(rushes, &creates, &ran);
        let verdict = verdict.unwrap_or_else(|why| panic!("{what}: {why}\nafter {ran:?}"));
        if ran.code == Some(1) {
            // What was refused does not come back and is not paid.
            assert_eq!(verdict, Verdict::default(), "{what}: {ran:?}");
        }
        println!("{what}: ended with {:?}, {verdict:?}", ran.code);
        (ran, verdict)
    }
}

/// A run that could not do it says so in a sentence, and in another what to do.
fn told(what: &str, ran: &Ran) {
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    match ran.code {
        // Done, in doubt, or stopped while it waited for room.
        Some(0 | 3 | 124 | 130) => {}
        Some(1) => {
            let error =
                &ran.lines.last().unwrap_or_else(|| panic!("{what}: not a word: {ran:?}"))["error"];
            for part in ["message", "hint"] {
                assert!(
                    error[part].as_str().is_some_and(|words| words.ends_with('.')),
                    "{what}: {ran:?}"
                );
            }
        }
        _ => panic!("{what}: {ran:?}"),
    }
}

fn need_strace() {
    let there = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let works = there.as_ref().is_ok_and(|ran| ran.status.success());
    assert!(
        works,
        "This test needs the package strace, and a system that allows ptrace: {there:?}"
    );
}

#[test]
fn a_sync_that_fails_loses_nothing() {
    need_strace();
    let bench = Bench::new();
    let mut failed = 0;
    // strace counts each thread by itself, so that one number spoils a sync of the job book and one of a file.
    for nth in ["1", "2", "3", "4", "5", "6", "7", "8", "1+", "2+", "3+", "5+"] {
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={nth}");
        let rushes = bench.fresh();
        let log = rushes.home().join("strace.log");
        let log_file = log.display().to_string();
        let launcher =
            ["strace", "-f", "-qq", "-o", &log_file, "-e", "trace=fsync,fdatasync", "-e", &inject];
        bench.spoil(&inject, &rushes, &launcher, || {});
        let calls = std::fs::read_to_string(&log).unwrap();
        failed += calls.lines().filter(|line| line.contains("(INJECTED)")).count();
    }
    assert!(failed >= 12, "only {failed} syncs were made to fail");
}

/// Renders with so little room left in the folder, then makes room.
fn cramped(bench: &Bench, name: &str, left: u64) -> (Ran, Verdict) {
    let rushes = bench.fresh();
    let folder = if name == "data" { rushes.data() } else { rushes.library() };
    let what = format!("{left} bytes for the {name}");
    if let Some(disk) = Disk::at(&folder, 8 << 20) {
        let ballast = disk.fill(left);
        return bench.spoil(&what, &rushes, &[], || std::fs::remove_file(ballast).unwrap());
    }
    // A file that may not grow is the next best thing to a full disk. In blocks of 512 bytes.
    let limit = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", left / 512);
    bench.spoil(&what, &rushes, &["sh", "-c", &limit], || {})
}

#[test]
fn a_full_data_disk_loses_nothing() {
    let bench = Bench::new();
    let verdicts: Vec<_> = [0, 16, 48, 80, 112, 144, 176, 208, 256, 320]
        .map(|kb| cramped(&bench, "data", kb << 10))
        .into();
    let stopped = verdicts.iter().filter(|(ran, _)| ran.code != Some(0)).count();
    assert!(stopped >= 3, "a full disk must be met: {stopped}");
}

#[test]
fn a_full_library_disk_loses_nothing_and_says_what_is_missing() {
    let bench = Bench::new();
    for kb in [0, 4, 32, 100] {
        let (ran, verdict) = cramped(&bench, "library", kb << 10);
        if ran.code != Some(1) {
            assert_eq!((verdict.kept, verdict.doubted), (1, 0), "{kb} KB: {ran:?}");
        }
    }
}

#[test]
fn room_that_is_kept_back_is_for_what_is_under_way_and_not_for_what_is_new() {
    // Long enough for the disk to be full before the end.
    let peer = Peer::start("20");
    let rushes = peer.customer();
    let Some(disk) = Disk::at(&rushes.data(), 160 << 20) else {
        println!("not shown: nobody may mount a disk here");
        return;
    };
    let render = || rushes.run(&[STILL, &["--detach"]].concat());
    let reserve = rushes.data().join("studio.reserve");
    // Its door takes what the other runs ask for, so that the full disk is met by one process.
    let mut open = rushes.start(&["--json", "serve"]);
    open.first_line();
    assert!(reserve.exists(), "a disk with room keeps some of it back");
    until("the day's copy is kept", || {
        let copies = rushes.data().join("backups").read_dir().ok()?;
        copies.flatten().find(|copy| copy.file_name().to_string_lossy().ends_with(".db"))
    });

    let ballast = disk.fill(0);
    let refused = render();
    told("a new render", &refused);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let error = &refused.lines.last().unwrap()["error"];
    assert_eq!(error["message"], "The disk is full, so the job book could not be written.");
    assert!(reserve.exists(), "nothing is lost by it, so it does not take the room");
    assert_eq!(peer.creates().len(), 0);

    std::fs::remove_file(ballast).unwrap();
    let accepted = render();
    assert_eq!(accepted.code, Some(0), "{accepted:?}");
    until("the provider has it", || (!peer.creates().is_empty()).then_some(()));
    disk.fill(0);
    let done = rushes.json(&["jobs", "wait"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!reserve.exists(), "what is known of a paid render is written into it");
    let jobs = rushes.json(&["jobs"]).all(0);
    assert_eq!((jobs.len(), &jobs[0]["state"]), (1, &"completed".into()), "{jobs:?}");
    assert_eq!(peer.creates().len(), 1);
    open.signal("INT");
    assert_eq!(open.end().code, Some(0));
}

#[test]
fn a_full_library_disk_ends_an_import_and_says_so() {
    let rushes = Rushes::new();
    assert_eq!(rushes.run(&["gallery"]).code, Some(0));
    let folder = rushes.home().join("mine");
    std::fs::create_dir(&folder).unwrap();
    for n in 0..10_u32 {
        // Nothing that could be made smaller: half a megabyte each.
        let noise = image::RgbImage::from_fn(420, 420, |x, y| {
            let mixed = (x + 421 * y + 200_003 * n).wrapping_mul(2_654_435_761);
            let [r, g, b, _] = (mixed ^ (mixed >> 13)).wrapping_mul(0x5bd1_e995).to_le_bytes();
            image::Rgb([r, g, b])
        });
        noise.save(folder.join(format!("{n}.png"))).unwrap();
    }
    let folder = folder.display().to_string();
    let Some(disk) = Disk::at(&rushes.library(), 8 << 20) else {
        println!("not shown: nobody may mount a disk here");
        return;
    };
    let ballast = disk.fill(64 << 10);
    let refused = rushes.json(&["gallery", "import", &folder]).one(1);
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("The disk has "), "{refused}");
    std::fs::remove_file(ballast).unwrap();
    let ballast = disk.fill(3 << 20);
    let part = rushes.json(&["gallery", "import", &folder]).one(1);
    assert_eq!(part["stopped"], true);
    let added = part["added"].as_array().unwrap().len();
    assert!((1..10).contains(&added), "{part}");
    std::fs::remove_file(ballast).unwrap();
    let rest = rushes.json(&["gallery", "import", &folder]).one(0);
    assert_eq!(
        (rest["added"].as_array().unwrap().len(), &rest["stopped"]),
        (10 - added, &false.into())
    );
    let verified = rushes.json(&["gallery", "verify"]).one(0);
    assert_eq!((&verified["sound"], &verified["missing"]), (&10.into(), &serde_json::json!([])));
}
