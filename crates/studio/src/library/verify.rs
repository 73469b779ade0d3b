//! Checking the library against what was written down.

use super::Library;
use super::error::{LibraryError, Result};
use super::part::hash_file;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files are what was saved.
    pub sound: u32,
    /// Paths of files that are gone or cannot be read.
    pub missing: Vec<String>,
    /// Paths of files with other bytes than were saved.
    pub changed: Vec<String>,
    /// Names of half-written files, which are no outputs, sorted.
    pub partial: Vec<String>,
}

impl Library {
    /// Hashes every file again. `known` holds paths below the library folder with their BLAKE3.
    pub fn verify<'a>(
        &self,
        known: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Verified> {
        let mut found = Verified { partial: self.partial()?, ..Verified::default() };
        for (path, blake3) in known {
            match self.path(path).and_then(|path| hash_file(&path)) {
                Ok((hash, _)) if hash == blake3 => found.sound += 1,
                Ok(_) => found.changed.push(path.to_owned()),
                Err(_) => found.missing.push(path.to_owned()),
            }
        }
        Ok(found)
    }

    fn partial(&self) -> Result<Vec<String>> {
        let mut entries = Vec::new();
        for incoming in self.incomings() {
            let there =
                incoming.read_dir().map_err(|error| LibraryError::read(&incoming, error))?;
            entries.extend(there.flatten());
        }
        let mut names: Vec<String> = entries
            .into_iter()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "part"))
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::Bench;

    #[test]
    fn sound_gone_changed_and_partial_are_told_apart() {
        let bench = Bench::new();
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        bench.write("2026/a.png", b"a");
        bench.write("2026/b.png", b"b");
        bench.library.part("out_2").unwrap().write(b"half").unwrap();
        bench.library.part("out_1").unwrap().write(b"half").unwrap();
        let (a, c) = (hash(b"a"), hash(b"c"));
        let known = [("2026/a.png", &*a), ("2026/b.png", &*c), ("2026/c.png", &*c), ("../x", &*a)];
        assert_eq!(
            bench.library.verify(known).unwrap(),
            Verified {
                sound: 1,
                missing: vec!["2026/c.png".into(), "../x".into()],
                changed: vec!["2026/b.png".into()],
                partial: vec!["out_1.part".into(), "out_2.part".into()],
            }
        );
    }
}
