//! Where the library went: a small file beside the job book. The book itself holds only paths below the library
//! folder, so a move changes nothing in it, and a copy of the book that is restored still finds its files.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::{LibraryError, Result};
use super::{Library, place};

const FILE: &str = "library.json";

/// Where the library is that was moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whereabouts {
    /// Where it is.
    pub(super) place: PathBuf,
    /// Where it still is if nothing stands at `place`: written before a folder is renamed, because one of the two
    /// has to come first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<PathBuf>,
    /// Where it was, and what it was called there. Whoever asks for one of these gets `place`.
    pub(super) before: Vec<PathBuf>,
}

impl Whereabouts {
    /// What is written down, or the default where it was never moved.
    pub(super) fn read(data: &Path) -> Self {
        let path = data.join(FILE);
        let told = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(std::io::Error::from),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::default(),
            Err(error) => Err(error),
        };
        told.unwrap_or_else(|error| {
            // Its folder then counts as away, and nothing of it is touched.
            tracing::error!(%error, "it can't be read where the library was moved to");
            Self::default()
        })
    }

    pub(super) fn write(&self, data: &Path) -> Result<()> {
        let path = data.join(FILE);
        let json = serde_json::to_vec_pretty(self).map_err(|error| LibraryError::Io {
            what: key!("note the new place"),
            source: error.into(),
        })?;
        place::write_whole(data, &path, &json)
    }

    /// Takes the note of a move back, as it was before.
    pub(super) fn restore(&self, data: &Path) -> Result<()> {
        if *self != Self::default() {
            return self.write(data);
        }
        let path = data.join(FILE);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(LibraryError::io(key!("note the place"), &path, error))
            }
            _ => Ok(()),
        }
    }

    /// Where it is now.
    pub(super) fn now(&self) -> &Path {
        match &self.until {
            Some(until) if !Library::stands_at(&self.place) && Library::stands_at(until) => until,
            _ => &self.place,
        }
    }

    /// The same after a move from these names.
    pub(super) fn moved(&self, to: &Path, from: &[&Path]) -> Self {
        let mut before = self.before.clone();
        before.extend(from.iter().map(|from| from.to_path_buf()));
        before.retain(|from| from != to);
        before.sort();
        before.dedup();
        Self { place: to.to_path_buf(), until: None, before }
    }
}

/// The folder of the library that a user calls by this name: the name itself, or where it was moved from there.
/// `data` is the folder of the job book.
pub fn whereabouts(data: &Path, named: &Path) -> PathBuf {
    let told = Whereabouts::read(data);
    if told.place == named || told.before.iter().any(|before| before == named) {
        told.now().to_path_buf()
    } else {
        named.to_path_buf()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    #[test]
    fn each_name_it_had_leads_to_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let [first, second, third] = ["/first", "/second", "/third"].map(Path::new);
        assert_eq!(whereabouts(data, first), first);
        let told = Whereabouts::read(data).moved(second, &[first]);
        told.write(data).unwrap();
        Whereabouts::read(data).moved(third, &[second]).write(data).unwrap();
        for name in [first, second, third] {
            assert_eq!(whereabouts(data, name), third);
        }
        assert_eq!(whereabouts(data, Path::new("/another")), Path::new("/another"));
        // And back to where it began.
        Whereabouts::read(data).moved(first, &[third]).write(data).unwrap();
        assert_eq!([first, second].map(|name| whereabouts(data, name)), [first, first]);
        told.restore(data).unwrap();
        assert_eq!(Whereabouts::read(data), told);
        Whereabouts::default().restore(data).unwrap();
        assert_eq!(whereabouts(data, first), first);
    }

    #[test]
    fn until_a_folder_is_renamed_it_is_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let (from, to) = (data.join("from"), data.join("to"));
        let told = Whereabouts {
            until: Some(from.clone()),
            ..Whereabouts::default().moved(&to, &[&from])
        };
        told.write(data).unwrap();
        std::fs::create_dir_all(from.join(".incoming")).unwrap();
        assert_eq!(whereabouts(data, &from), from);
        std::fs::rename(&from, &to).unwrap();
        assert_eq!(whereabouts(data, &from), to);
        // With its drive away it is looked for where it went.
        std::fs::remove_dir_all(&to).unwrap();
        assert_eq!(whereabouts(data, &from), to);
    }
}
