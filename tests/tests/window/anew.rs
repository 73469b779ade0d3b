//! New starts that the window asks for: into a new version, and into records that were restored.
#![allow(clippy::disallowed_methods, reason = "its files need not outlive a test")]

use std::path::PathBuf;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minisign::KeyPair;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::driven::{self, Driven, Home};
use crate::{DRAWN, RENDER, SOON};

const WORDS: &str = "return document.body.innerText";

/// A server of releases on this machine.
struct Releases {
    folder: PathBuf,
    address: String,
    _server: Child,
}

impl Releases {
    async fn open(folder: PathBuf) -> Self {
        std::fs::create_dir(&folder).unwrap();
        let mut server = Command::new("/usr/bin/python3")
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
        let line = said.next_line().await.unwrap().unwrap();
        let port = line.split(' ').nth(5).unwrap();
        Self { address: format!("http://127.0.0.1:{port}"), folder, _server: server }
    }

    /// Announces a version whose program this key signed, as that of `signed`.
    fn announce(&self, version: &str, program: &[u8], key: &KeyPair, signed: &str) {
        let comment = format!("timestamp:1\tfile:rushes\tversion:{signed}");
        let signature = minisign::sign(None, &key.sk, program, Some(&comment), None).unwrap();
        std::fs::write(self.folder.join("program"), program).unwrap();
        let release = json!({
            "version": version,
            "notes": "Quicker than light.",
            "url": format!("{}/program", self.address),
            "signature": STANDARD.encode(signature.into_string()),
        });
        std::fs::write(self.folder.join("latest.json"), release.to_string()).unwrap();
    }
}

/// From wherever the window is: asks for new versions and takes the one there is.
async fn take_the_newest(window: &Driven) {
    window.go_to_settings("About and privacy").await;
    window.press("Look for a new version").await;
    window
        .until("the version is told", WORDS, SOON, |words| {
            let words = words.as_str().unwrap();
            words.contains("Version 9.0.0 is out.") && words.contains("Quicker than light.")
        })
        .await;
    window.press("Install and start again").await;
}

#[tokio::test]
async fn a_new_version_is_only_taken_with_our_signature() {
    let home = Home::new();
    let releases = Releases::open(home.at("releases")).await;
    let (ours, theirs) = (key(), key());
    // Images of a program are replaced where they lie; this one is not the program that runs.
    let installed = home.at("Rushes.AppImage");
    std::fs::write(&installed, "the version before").unwrap();
    let newer = std::fs::read("/usr/bin/true").unwrap();
    let public = STANDARD.encode(ours.pk.to_box().unwrap().into_string());
    let told = [
        ("RUSHES_UPDATES_URL", PathBuf::from(format!("{}/latest.json", releases.address))),
        ("RUSHES_UPDATES_KEY", public.into()),
        ("APPIMAGE", installed.clone()),
    ];
    let window = Driven::open_with(&home, told).await;

    // Of somebody else; and ours, of an older version under a newer number.
    for (key, signed) in [(&theirs, "9.0.0"), (&ours, "0.0.1")] {
        releases.announce("9.0.0", &newer, key, signed);
        take_the_newest(&window).await;
        window
            .until("the signature is found wanting", WORDS, SOON, |words| {
                words.as_str().unwrap().contains("does not carry the signature of Rushes")
            })
            .await;
        assert_eq!(std::fs::read(&installed).unwrap(), b"the version before");
        window.reload().await;
    }

    releases.announce("9.0.0", &newer, &ours, "9.0.0");
    take_the_newest(&window).await;
    window.until_gone().await;
    assert!(std::fs::read(&installed).unwrap() == newer, "the new version is in place");
}

#[tokio::test]
async fn a_build_without_a_channel_asks_nobody() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    window.go_to_settings("About and privacy").await;
    window
        .until("it is said", WORDS, SOON, |words| {
            words.as_str().unwrap().contains("This build has no release channel.")
        })
        .await;
    window.close().await;
}

#[tokio::test]
async fn restored_records_are_there_after_a_new_start() {
    let home = Home::new();
    let window = Driven::open(&home).await;
    window.choose("image").await;
    window.render("a lighthouse at dusk").await;
    window.until("the picture is in the feed", DRAWN, RENDER, |n| n == &json!(1)).await;
    let copies = window.call("make_copy", json!({})).await;
    window.render("a harbour at dawn").await;
    window.until("the second is too", DRAWN, RENDER, |n| n == &json!(2)).await;

    window.call("restore_book", json!({ "name": copies["copies"][0]["name"] })).await;
    window.go_to_settings("Library").await;
    window.press("Start anew now").await;
    window.until_gone().await;
    let anew = home.until_open(window.pid()).await;
    let listed = Command::new(driven::program("rushes"))
        .args(["--json", "jobs", "list"])
        .envs(home.environment())
        .output()
        .await
        .unwrap();
    let _ = Command::new("kill").arg(anew.to_string()).status().await;
    let listed: Vec<Value> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(home.files(), [("png".to_owned(), 2)].into(), "no file of the library is touched");
}

fn key() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().unwrap()
}
