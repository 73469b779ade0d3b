//! Files that the user takes along: written once, under a name that no other file has.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Names that are tried before it is given up.
const NAMES: u32 = 1_000;

/// Writes a text into a new file of this folder and answers where it lies. `name.toml` becomes
/// `name 2.toml` where there is one; nothing is ever replaced.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    for n in 1..=NAMES {
        let path = folder.join(numbered(name, n));
        let mut file = match File::create_new(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        // A part of it would look like the whole.
        return written.map(|()| path.clone()).inspect_err(|_| drop(fs::remove_file(&path)));
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Gives a file of this folder its name, as [`write`] chooses it.
pub(crate) fn keep(file: NamedTempFile, folder: &Path, name: &str) -> io::Result<PathBuf> {
    let mut file = file;
    for n in 1..=NAMES {
        let path = folder.join(numbered(name, n));
        file = match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => refused.file,
            Err(refused) => return Err(refused.error),
        };
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn numbered(name: &str, n: u32) -> String {
    match (n, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, ending))) => format!("{stem} {n}.{ending}"),
        (_, None) => format!("{name} {n}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_is_ever_replaced() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("Downloads");
        let texts = ["one", "two", "three"];
        let paths = texts.map(|text| write(&folder, "routes.toml", text).unwrap());
        let names = ["routes.toml", "routes 2.toml", "routes 3.toml"];
        assert_eq!(paths, names.map(|name| folder.join(name)));
        assert_eq!(paths.map(|path| fs::read_to_string(path).unwrap()), texts);
    }

    #[test]
    fn a_folder_that_is_none_is_an_error() {
        let room = tempfile::tempdir().unwrap();
        let file = room.path().join("file");
        File::create(&file).unwrap();
        assert!(write(&file, "routes.toml", "one").is_err());
    }
}
