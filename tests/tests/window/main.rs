//! The real window, through WebKit's own driver: what a person does, what a person sees.
//!
//! It needs the desk that `tests/scripts/desk.sh` sets up, and so it stands behind the feature `window`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod anew;
mod desktop;
mod driven;

use std::time::Duration;

use driven::{Driven, Home};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(20);
const RENDER: Duration = Duration::from_secs(60);

/// Pictures whose bytes have arrived, not only their frames.
const DRAWN: &str = "return [...document.querySelectorAll('[data-print] img')].filter(i => i.complete && i.naturalWidth > 0).length";
const NOW: &str = "return document.querySelector('video')?.currentTime ?? 0";

#[tokio::test]
async fn a_prompt_becomes_a_picture_and_a_clip_that_plays() {
    let home = Home::new();
    let window = Driven::open(&home).await;

    window.choose("image").await;
    window.render("a lighthouse at dusk").await;
    window.until("the picture is in the feed", DRAWN, RENDER, |n| n == &json!(1)).await;

    window.choose("video").await;
    window.render("slow waves under a violet sky").await;
    window
        .until(
            "the job is under way",
            "return document.querySelector('[role=progressbar]')?.ariaValueText ?? ''",
            SOON,
            |text| text != "",
        )
        .await;
    window.until("the clip is in the feed", DRAWN, RENDER, |n| n == &json!(2)).await;
    assert_eq!(home.files(), ["mp4", "png"].map(|ending| (ending.to_owned(), 1)).into());

    // The newest stands first.
    window.click("[data-print]").await;
    window.until("the clip plays", NOW, SOON, |at| at.as_f64().unwrap() > 0.3).await;
    window.run("document.querySelector('video').pause()").await;
    let length =
        window.run("return document.querySelector('video').duration").await.as_f64().unwrap();
    assert!(length > 1.0, "a clip of {length} s");
    window.click_within("[aria-label=Seek]", 0.8).await;
    window
        .until("the clip is where it was sought", NOW, SOON, |at| {
            (at.as_f64().unwrap() / length - 0.8).abs() < 0.1
        })
        .await;

    assert_eq!(
        window.run("return window.broken").await,
        json!([]),
        "the page asked for what its policy forbids"
    );
    window.close().await;
}

#[tokio::test]
async fn a_clip_goes_on_after_a_restart() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    window.choose("video").await;
    window.render("a river in the rain").await;
    home.until("the provider has the job", |entries| entries.iter().any(|e| e["kind"] == "create"))
        .await;
    window.close().await;
    let told = desktop::notifications();
    assert!(
        told.contains("1 render goes on without us.")
            && told.contains("We'll collect it next time."),
        "{told}"
    );
    assert_eq!(home.files(), [].into());

    let window = Driven::open(&home).await;
    window.until("the clip is in the feed", DRAWN, RENDER, |n| n == &json!(1)).await;
    assert_eq!(home.files(), [("mp4".to_owned(), 1)].into());
    assert_eq!(home.created(), 1, "it was paid once");
    window.close().await;
}

#[tokio::test]
async fn a_dropped_picture_becomes_a_reference() {
    let home = Home::new();
    let picture = home.picture("holiday 1 ü.png");
    let window = Driven::open(&home).await;
    window.choose("image").await;
    window
        .until(
            "the prompt is there",
            "return document.querySelector('#prompt') !== null",
            SOON,
            |there| there == &json!(true),
        )
        .await;
    let place = window.middle_of("#prompt").await;
    desktop::drop_file(&picture, window.pid(), place).await;
    let drawn = "return [...document.querySelectorAll('button[aria-label^=\"Reference 1\"] img, button[aria-label*=\" 1, 64 × 48\"] img')].filter(i => i.complete && i.naturalWidth > 0).length";
    window.until("the reference is in the composer", drawn, SOON, |n| n == &json!(1)).await;
    assert_eq!(home.created(), 0, "a drop sends nothing");
    window.close().await;
}

#[tokio::test]
async fn a_print_is_dragged_to_another_program_as_its_file() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    window.choose("image").await;
    window.render("a lighthouse at dusk").await;
    window.until("the picture is in the feed", DRAWN, RENDER, |n| n == &json!(1)).await;
    window.go_to("Gallery").await;
    let tile = "[role=gridcell][data-print] img";
    let drawn = format!("return document.querySelector('{tile}')?.naturalWidth ?? 0");
    window.until("the picture is in the gallery", &drawn, SOON, |width| width != &json!(0)).await;
    let got = desktop::drag_out(window.pid(), window.middle_of(tile).await).await;
    let file = got.strip_prefix("file://").unwrap();
    let bytes = std::fs::read(file).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"), "{got}");
    // Nothing came back into the window by it.
    assert_eq!(home.files(), [("png".to_owned(), 1)].into());
    assert_eq!(home.created(), 1);
    window.close().await;
}

#[tokio::test]
async fn a_finished_clip_is_told_when_nobody_looks() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    window.choose("video").await;
    window.render("clouds over a harbour").await;
    window.minimise().await;
    desktop::until_told("is ready.", RENDER).await;
    let told = desktop::notifications();
    assert!(told.contains("image-path"), "its picture stands beside the words: {told}");
    desktop::click_newest();
    window
        .until("the window is back", "return document.hasFocus()", SOON, |focus| {
            focus == &json!(true)
        })
        .await;
    window.close().await;
}

#[tokio::test]
async fn the_page_cannot_leave_and_cannot_open_others() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    let here = window.run("return location.href").await;
    assert!(here.as_str().unwrap().starts_with("tauri://localhost"), "{here}");
    window
        .run(
            "window.asked = 'nothing';
             fetch('http://127.0.0.1:9/').then(() => (window.asked = 'answered'), () => (window.asked = 'refused'));
             window.opened = window.open('https://example.com/');
             const link = Object.assign(document.createElement('a'), { href: 'https://example.com/', target: '_blank' });
             document.body.append(link);
             link.click();
             setTimeout(() => (location.href = 'https://example.com/'))",
        )
        .await;
    window
        .until("the page's policy forbids it", "return window.broken.join()", SOON, |broken| {
            broken.as_str().unwrap().contains("connect-src")
        })
        .await;
    window.until("the fetch ends", "return window.asked", SOON, |asked| asked == "refused").await;
    assert_eq!(window.run("return window.opened === null").await, json!(true));
    assert_eq!(window.run("return location.href").await, here);
    let windows: Vec<Value> = window.windows().await;
    assert_eq!(windows.len(), 1);
    window.close().await;
}

#[tokio::test]
async fn a_second_start_brings_the_first_window_to_the_front() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    window.minimise().await;
    let second = tokio::process::Command::new(driven::program(driven::PROGRAM))
        .envs(home.environment())
        .status();
    let status =
        tokio::time::timeout(SOON, second).await.expect("the second start ends by itself").unwrap();
    assert!(status.success());
    window
        .until("the window is back", "return document.hasFocus()", SOON, |focus| {
            focus == &json!(true)
        })
        .await;
    window.close().await;
}

#[test]
fn the_libraries_within_are_lent_to_nobody() {
    // WebKit has a SQLite and a libjpeg of its own, of other versions than ours on some systems.
    let program = driven::program(driven::PROGRAM);
    let lent = desktop::said_by("nm", &["-D", "--defined-only", program.to_str().unwrap()]);
    let foreign = |line: &&str| line.contains(" sqlite3_") || line.contains(" jpeg_");
    assert_eq!(lent.lines().filter(foreign).collect::<Vec<_>>(), [""; 0]);
}
