//! What lies in the library folder, told without the job book.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::error::{LibraryError, Result};
use super::part::hash_file;
use super::{Library, Stored, form, media_type_of};

impl Library {
    /// Every file below the folder, by its path in the records. What begins with a dot is left out, and
    /// links are not followed: they may lead out of the library, or round and round. A folder that cannot
    /// be read is an error, because what lies in it is neither there nor gone.
    pub fn files(&self) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let root = self.root();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |error| LibraryError::read(&folder, error);
            for entry in folder.read_dir().map_err(failed)? {
                let entry = entry.map_err(failed)?;
                // A name that is no text is none of ours.
                let Ok(name) = entry.file_name().into_string() else { continue };
                let kind = entry.file_type().map_err(failed)?;
                if name.starts_with('.') {
                    continue;
                }
                let path = entry.path();
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file()
                    && let Ok(relative) = path.strip_prefix(&root)
                {
                    found.insert(relative.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        Ok(found)
    }

    /// Files that are none of these, nor stand beside one of these as its sidecar; sorted.
    pub fn strangers(&self, known: &HashSet<&str>) -> Result<Vec<String>> {
        let beside =
            |path: &String| path.match_indices(".json").any(|(at, _)| known.contains(&path[..at]));
        let files = self.files()?.into_iter();
        Ok(files.filter(|path| !known.contains(path.as_str()) && !beside(path)).collect())
    }

    /// What can be known of a file from its bytes alone. One that is damaged has no size in pixels; what
    /// is no picture, clip or sound is an error.
    pub fn describe(&self, relative: &str) -> Result<Stored> {
        let path = self.path(relative)?;
        let form = form::sniff_file(&path)?;
        let (blake3, bytes) = hash_file(&path)?;
        let (width, height, duration_ms) = match form::inspect(&path) {
            Ok(read) => (read.width, read.height, read.duration_ms),
            Err(error) => {
                tracing::debug!(%error, relative, "only kept, not read");
                (0, 0, None)
            }
        };
        Ok(Stored {
            path: relative.to_owned(),
            media: form.media(),
            media_type: form.media_type().into(),
            width,
            height,
            duration_ms,
            bytes: bytes as i64,
            blake3,
        })
    }
}

/// Whether a name ends as the media files do that the library writes.
pub fn is_named_as_media(relative: &str) -> bool {
    media_type_of(Path::new(relative)).is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::{self, Bench};

    #[test]
    fn all_files_are_told_but_hidden_ones_and_links() {
        let bench = Bench::new();
        for path in ["2026/2026-11-22/a.png", "2026/2026-11-22/a.png.json", "mine.txt", ".x/y.png"]
        {
            bench.write(path, b"x");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(bench.folder(), bench.library.root().join("round")).unwrap();
        let found: Vec<String> = bench.library.files().unwrap().into_iter().collect();
        assert_eq!(found, ["2026/2026-11-22/a.png", "2026/2026-11-22/a.png.json", "mine.txt"]);
        std::fs::remove_dir_all(bench.library.root()).unwrap();
        assert!(bench.library.files().is_err());
    }

    #[test]
    fn a_file_is_described_by_its_bytes() {
        let bench = Bench::new();
        let png = testkit::png(40, 30);
        bench.write("named.jpg", &png);
        bench.write("half.png", &png[..png.len() / 2]);
        bench.write("notes.png", b"buy milk");
        let whole = bench.library.describe("named.jpg").unwrap();
        assert_eq!(
            (whole.media_type.as_str(), whole.width, whole.height, whole.bytes),
            ("image/png", 40, 30, png.len() as i64)
        );
        assert_eq!(whole.blake3, blake3::hash(&png).to_hex().to_string());
        let half = bench.library.describe("half.png").unwrap();
        assert_eq!((half.media_type.as_str(), half.width, half.height), ("image/png", 0, 0));
        assert!(matches!(bench.library.describe("notes.png"), Err(LibraryError::NotMedia { .. })));
    }
}
