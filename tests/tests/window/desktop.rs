//! The desktop around the window: its notifications, and a file dragged by a real mouse.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout};

const PAUSE: Duration = Duration::from_millis(50);

pub(crate) fn said_by(command: &str, args: &[&str]) -> String {
    let output = Command::new(command).args(args).output().unwrap();
    assert!(output.status.success(), "{command} {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn daemon(method: &str, args: &[&str]) -> String {
    let method = format!("org.freedesktop.DBus.Mock.{method}");
    let place = ["-d", "org.freedesktop.Notifications", "-o", "/org/freedesktop/Notifications"];
    said_by("gdbus", &[&["call", "--session"], &place[..], &["-m", &method], args].concat())
}

/// Everything the notification daemon was asked to show, as it was asked.
pub(crate) fn notifications() -> String {
    daemon("GetMethodCalls", &["Notify"])
}

pub(crate) async fn until_told(words: &str, within: Duration) {
    let end = Instant::now() + within;
    while !notifications().contains(words) {
        assert!(Instant::now() < end, "nobody was told: {words}: {}", notifications());
        tokio::time::sleep(PAUSE).await;
    }
}

/// A person clicks the notification that was shown last.
pub(crate) fn click_newest() {
    // The daemon counts from 1, and nobody but Rushes speaks at this desk.
    let shown = notifications().matches("<'Rushes'>").count();
    let signal = format!("[<uint32 {shown}>, <\"default\">]");
    daemon("EmitSignal", &["org.freedesktop.Notifications", "ActionInvoked", "us", &signal]);
}

fn xdotool(args: &[&str]) -> String {
    said_by("xdotool", args)
}

/// A small window of another program in the corner, and what it says.
struct Corner {
    lines: tokio::io::Lines<BufReader<ChildStdout>>,
    process: Child,
}

impl Corner {
    async fn open(script: &str, args: &[&Path]) -> Self {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts"));
        let mut process = tokio::process::Command::new("/usr/bin/python3")
            .arg(folder.join(script))
            .args(args)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("ready"));
        Self { lines, process }
    }

    async fn says(&mut self) -> String {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        line.expect("the other program says something").unwrap().unwrap()
    }

    async fn close(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// The middle of that window.
const CORNER: (f64, f64) = (30.0, 30.0);

/// Where a place in the page is on the screen.
fn on_screen(pid: u64, (x, y): (f64, f64)) -> (f64, f64) {
    let windows =
        xdotool(&["search", "--onlyvisible", "--pid", &pid.to_string(), "--name", "^Rushes$"]);
    let geometry = xdotool(&["getwindowgeometry", "--shell", windows.lines().last().unwrap()]);
    let side = |name: &str| -> f64 {
        geometry.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse().unwrap()
    };
    (side("X=") + x, side("Y=") + y)
}

/// Presses the mouse at one place of the screen and lets it go at another.
async fn drag(from: (f64, f64), to: (f64, f64)) {
    let go = |share: f64| {
        let (x, y) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        xdotool(&["mousemove", "--sync", &format!("{x:.0}"), &format!("{y:.0}")]);
    };
    go(0.0);
    xdotool(&["mousedown", "1"]);
    for step in 1..=20 {
        go(f64::from(step) / 20.0);
        // A hand is slower than a program: the drag begins and follows in the toolkits' main loops.
        tokio::time::sleep(PAUSE).await;
    }
    xdotool(&["mousemove_relative", "--sync", "3", "2"]);
    tokio::time::sleep(PAUSE * 4).await;
    xdotool(&["mouseup", "1"]);
}

/// Drags a file with the mouse from another program onto a place in the page, in CSS pixels.
pub(crate) async fn drop_file(file: &Path, pid: u64, place: (f64, f64)) {
    let mut source = Corner::open("dragsource.py", &[file]).await;
    drag(CORNER, on_screen(pid, place)).await;
    assert_eq!(source.says().await, "drag-end");
    source.close().await;
}

/// Drags from a place in the page, in CSS pixels, to another program; answers with the addresses that it got.
pub(crate) async fn drag_out(pid: u64, place: (f64, f64)) -> String {
    let mut target = Corner::open("droptarget.py", &[]).await;
    drag(on_screen(pid, place), CORNER).await;
    let got = target.says().await;
    target.close().await;
    got
}
