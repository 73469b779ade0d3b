//! A sandbox in a process of its own, as a provider is: it outlives every kill, and its ledger is
//! the truth.

use std::path::Path;

use serde_json::Value;

use crate::rushes::{Running, Rushes, ledger};

/// The key that the sandbox wants.
const KEY: &str = "a-key-for-tests";

/// The running sandbox.
pub struct Peer {
    // Before its folder, which goes last.
    _process: Running,
    rushes: Rushes,
    base_url: String,
}

impl Peer {
    /// Starts one that takes `seconds` for a picture and for a clip.
    pub fn start(seconds: &str) -> Self {
        let rushes = Rushes::new();
        let ledger = rushes.ledger_file().display().to_string();
        let mut process = rushes.start(&[
            "--json",
            "sandbox",
            "--token",
            KEY,
            "--ledger",
            &ledger,
            "--image-seconds",
            seconds,
            "--video-seconds",
            seconds,
        ]);
        let about: Value =
            serde_json::from_str(&process.first_line()).expect("the sandbox says where it is");
        let base_url = about["base_url"].as_str().expect("an address").to_owned();
        Self { _process: process, rushes, base_url }
    }

    /// Every create so far, oldest first.
    pub fn creates(&self) -> Vec<Value> {
        ledger(&self.rushes.ledger_file(), "create")
    }

    /// Folders that nobody has used, not even made.
    pub fn stranger(&self) -> Rushes {
        bare_customer()
    }

    /// Folders with an address book that leads here and the models that are here.
    pub fn customer(&self) -> Rushes {
        let rushes = bare_customer();
        rushes.json(&["providers", "set", "wavespeed", "--base-url", &self.base_url]).one(0);
        rushes.json(&["models", "sync", "wavespeed"]).one(0);
        rushes
    }

    /// The same folders once more, each time as `template` has them.
    pub fn customer_like(&self, template: &Rushes) -> Rushes {
        let rushes = bare_customer();
        copy(&template.data(), &rushes.data());
        copy(&template.library(), &rushes.library());
        rushes
    }
}

fn bare_customer() -> Rushes {
    Rushes::new().with("WAVESPEED_API_KEY", KEY)
}

/// Copies a folder with all that is in it.
///
/// # Panics
/// When something of it cannot be copied.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for a copy");
    for entry in from.read_dir().expect("a folder to copy") {
        let entry = entry.expect("an entry to copy");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a kind of file").is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}
