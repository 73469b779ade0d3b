//! The files of the project, as the tests about the project read them.
#![allow(unreachable_pub)] // shared by test crates
#![allow(dead_code, reason = "each test crate uses its part")]

use std::path::Path;

/// A file of the project.
#[derive(Clone)]
pub struct File {
    /// From the top, with slashes.
    pub path: String,
    pub text: String,
}

impl File {
    /// Whether it holds tests and nothing that ships.
    pub fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|part| matches!(part, "tests" | "tests.rs" | "benches" | "examples"))
    }

    /// What ships of it: the text above its inline tests.
    pub fn shipped(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }
}

/// What lies at the top and is not ours to judge.
const LEFT_OUT: &[&str] = &["target", "node_modules", "dist", ".git", "gen", "test-results"];

/// All files with this ending.
pub fn files(ending: &str) -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project lies above");
    let mut found = Vec::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if LEFT_OUT.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let text = std::fs::read_to_string(&path).expect("a text");
                let path = path
                    .strip_prefix(top)
                    .expect("below the top")
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push(File { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "there are files with the ending {ending}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}
