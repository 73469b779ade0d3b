//! Lists of the user's own for prompts: text files in a folder beside the job book, one entry a line. The files
//! are the user's: what an editor or another program puts there counts as well.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::vary::{Lists, entries, is_name};
use crate::view::WordList;

/// The folder's name.
pub(crate) const FOLDER: &str = "lists";
/// Most bytes of one list.
const LARGEST: u64 = 1 << 20;
/// Most lists that are read.
const MOST: usize = 500;

/// Why a list could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    /// The name cannot stand in a prompt.
    #[error("“{0}” cannot be the name of a list")]
    Name(String),
    /// Its file is too large.
    #[error("the list is larger than a megabyte")]
    TooLarge,
    /// The folder or a file failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn path(folder: &Path, name: &str) -> Result<PathBuf, ListError> {
    // Only a sound name becomes a part of a path.
    if !is_name(name) {
        return Err(ListError::Name(name.to_owned()));
    }
    Ok(folder.join(format!("{name}.txt")))
}

/// All lists by name. A file that is too large or no UTF-8 is left out, with a word in the log.
pub(crate) fn all(folder: &Path) -> io::Result<Lists> {
    let mut lists = Lists::new();
    let found = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(lists),
        found => found?,
    };
    for file in found {
        let path = file?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).filter(|name| is_name(name));
        let is_text = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        let Some(name) = name.filter(|_| is_text && lists.len() < MOST) else { continue };
        match read(&path) {
            Ok(text) => {
                lists.insert(name.to_owned(), text);
            }
            Err(error) => tracing::warn!(name, %error, "a list could not be read"),
        }
    }
    Ok(lists)
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let size = File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if size as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than a megabyte"));
    }
    Ok(text)
}

/// The list as it is shown.
pub(crate) fn told(name: String, text: String) -> WordList {
    let entries = entries(&text).count() as u32;
    WordList { name, text, entries }
}

/// Keeps a list whole, in the place of one with the same name.
pub(crate) fn keep(folder: &Path, name: &str, text: &str) -> Result<(), ListError> {
    let to = path(folder, name)?;
    if text.len() as u64 > LARGEST {
        return Err(ListError::TooLarge);
    }
    fs::create_dir_all(folder)?;
    let mut draft = tempfile::Builder::new().prefix(".list-").tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    draft.as_file().sync_all()?;
    draft.persist(to).map_err(|failed| failed.error)?;
    Ok(())
}

/// Removes a list and answers with what was in it; None where there is none.
pub(crate) fn remove(folder: &Path, name: &str) -> Result<Option<String>, ListError> {
    let path = path(folder, name)?;
    let text = match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    fs::remove_file(path)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    #![allow(clippy::disallowed_methods)] // writes files as another program would
    use super::*;

    #[test]
    fn lists_are_kept_read_and_removed() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join(FOLDER);
        assert_eq!(all(&folder).unwrap(), Lists::new());
        keep(&folder, "time", "dawn\ndusk\n").unwrap();
        keep(&folder, "time", "dawn\n").unwrap();
        keep(&folder, "色", "赤\n").unwrap();
        assert_eq!(all(&folder).unwrap().keys().collect::<Vec<_>>(), ["time", "色"]);
        assert_eq!(remove(&folder, "time").unwrap().as_deref(), Some("dawn\n"));
        assert_eq!(remove(&folder, "time").unwrap(), None);
        // What was written beside its later name is gone.
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join(FOLDER);
        for name in ["../a", "a/b", "a\\b", "", ".", "a.b", "_a", "a__b", "a b", "C:"] {
            assert!(matches!(keep(&folder, name, "x"), Err(ListError::Name(_))), "{name}");
            assert!(matches!(remove(&folder, name), Err(ListError::Name(_))), "{name}");
        }
        assert!(!folder.exists());
    }

    #[test]
    fn files_that_are_no_lists_are_left_alone() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join(FOLDER);
        keep(&folder, "sound", "a").unwrap();
        fs::write(folder.join("notes.md"), "a").unwrap();
        fs::write(folder.join("broken.txt"), [0xff, 0xfe, 0x00]).unwrap();
        fs::write(folder.join("large.txt"), vec![b'a'; LARGEST as usize + 1]).unwrap();
        fs::write(folder.join("two words.txt"), "a").unwrap();
        assert_eq!(all(&folder).unwrap().into_keys().collect::<Vec<_>>(), ["sound"]);
        assert!(matches!(
            keep(&folder, "a", &"a".repeat(LARGEST as usize + 1)),
            Err(ListError::TooLarge)
        ));
    }
}
