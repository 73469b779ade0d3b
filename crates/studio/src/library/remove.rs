//! Removing a print's files for good, at the user's word only.

use std::io;
use std::path::Path;
use std::sync::PoisonError;

use super::error::{LibraryError, Result};
use super::{Library, our_id};

impl Library {
    /// Removes a file with its sidecar and its thumbnails. One that is gone already is fine, but not a
    /// library that is not there: it may be on a drive that is away.
    pub fn remove(&self, relative: &str, asset_id: &str) -> Result<()> {
        let _open = self.site.open();
        let _beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        self.path(relative)?;
        self.here()?;
        // What was moved may lie at the old place too.
        for root in self.site.before().into_iter().chain([self.root()]) {
            for ending in ["", ".json", ".json.damaged"] {
                let path = root.join(format!("{relative}{ending}"));
                remove(&path)
                    .map_err(|error| LibraryError::io(key!("remove the file"), &path, error))?;
            }
        }
        self.remove_thumbs(asset_id);
        Ok(())
    }

    /// They can be made again and are looked for by name, so one that stays does no harm but to take room.
    fn remove_thumbs(&self, asset_id: &str) {
        let Ok(id) = our_id(asset_id) else { return };
        let shard = blake3::hash(id.as_bytes()).to_hex()[..2].to_owned();
        // They lie in the folder of a shard, or in one for each size with shards of its own.
        let sizes = self.thumbs.read_dir().into_iter().flatten().flatten();
        let sizes = sizes.filter(|entry| entry.file_name().len() > 2).map(|entry| entry.path());
        for folder in std::iter::once(self.thumbs.clone()).chain(sizes) {
            for ending in ["jpg", "png", "json"] {
                if let Err(error) = remove(&folder.join(&shard).join(id).with_extension(ending)) {
                    tracing::debug!(%error, "a thumbnail could not be removed");
                }
            }
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error)
            if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use crate::library::testkit::Bench;

    #[test]
    fn all_that_belongs_to_a_print_goes_and_nothing_else() {
        let bench = Bench::new();
        for file in ["2026/a.png", "2026/a.png.json", "2026/b.png", "2026/b.png.json"] {
            bench.write(file, b"x");
        }
        bench.library.remove("2026/a.png", "ast_1").unwrap();
        assert_eq!(bench.files(), ["2026/b.png", "2026/b.png.json"]);
        bench.library.remove("2026/a.png", "ast_1").unwrap();
        assert!(bench.library.remove("../b.png", "ast_1").is_err());
    }

    #[test]
    fn on_a_drive_that_is_away_nothing_counts_as_removed() {
        let bench = Bench::new();
        let elsewhere = bench.library.root().with_file_name("away");
        std::fs::rename(bench.library.root(), &elsewhere).unwrap();
        assert!(bench.library.remove("2026/a.png", "ast_1").is_err());
        std::fs::rename(&elsewhere, bench.library.root()).unwrap();
    }
}
