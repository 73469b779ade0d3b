//! Which files lie under what the user points at.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::error::LibraryError;
use super::intake::Source;

/// Most files of one walk.
pub(super) const MOST: usize = 100_000;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files, oldest first, so that the newest of them is the newest print.
    pub(super) files: Vec<Source>,
    /// What cannot be read, each with why.
    pub(super) left: Vec<(PathBuf, LibraryError)>,
    /// There is more than [`MOST`].
    pub(super) too_many: bool,
}

/// Walks folders and takes single files as they are. Hidden entries of folders are passed over, and links
/// are not followed: they may lead anywhere, or round and round. What the user names is taken whatever it
/// is. A sidecar beside its file is no file of its own.
pub(super) fn walk(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut folders = Vec::new();
    for path in paths {
        match path.metadata() {
            Ok(about) if about.is_dir() => folders.push(path.clone()),
            Ok(_) => found.take(path.clone()),
            Err(error) => found.left.push((path.clone(), LibraryError::read(path, error))),
        }
    }
    while let Some(folder) = folders.pop() {
        if found.too_many {
            break;
        }
        match entries(&folder) {
            Ok(entries) => found.enter(&folder, entries, &mut folders),
            Err(error) => found.left.push((folder.clone(), LibraryError::read(&folder, error))),
        }
    }
    found.files.sort_by(|a, b| (a.made_at, &a.path).cmp(&(b.made_at, &b.path)));
    found.files.dedup_by(|a, b| a.path == b.path);
    found.left.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn entries(folder: &Path) -> std::io::Result<Vec<(OsString, std::fs::FileType)>> {
    folder
        .read_dir()?
        .map(|entry| entry.and_then(|e| Ok((e.file_name(), e.file_type()?))))
        .collect()
}

impl Found {
    fn enter(
        &mut self,
        folder: &Path,
        entries: Vec<(OsString, std::fs::FileType)>,
        folders: &mut Vec<PathBuf>,
    ) {
        let names: HashSet<OsString> = entries.iter().map(|(name, _)| name.clone()).collect();
        for (name, kind) in entries {
            if name.to_string_lossy().starts_with('.') || is_sidecar(&name, &names) {
                continue;
            }
            let path = folder.join(&name);
            if kind.is_symlink() {
                let what = LibraryError::NotMedia { what: key!("a link to another place").into() };
                self.left.push((path, what));
            } else if kind.is_dir() {
                folders.push(path);
            } else {
                self.take(path);
            }
        }
    }

    fn take(&mut self, path: PathBuf) {
        if self.files.len() >= MOST {
            self.too_many = true;
            return;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let made_at = modified_ms(&path);
        self.files.push(Source { path, name, made_at });
    }
}

/// `a.png.json` where there is an `a.png`.
fn is_sidecar(name: &OsString, names: &HashSet<OsString>) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|ending| ending == "json")
        && path.file_stem().is_some_and(|stem| names.contains(stem))
}

/// When a file was last changed, ms UTC.
fn modified_ms(path: &Path) -> Option<i64> {
    let since = path.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    #[cfg(unix)]
    #[test]
    fn folders_are_walked_and_links_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("pictures");
        std::fs::create_dir_all(root.join("2024/.cache")).unwrap();
        for (n, name) in [
            "b.png",
            "2024/a.png",
            "2024/a.png.json",
            "2024/.cache/c.png",
            ".hidden.png",
            "notes.json",
        ]
        .iter()
        .enumerate()
        {
            let file = std::fs::File::create(root.join(name)).unwrap();
            file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(100 - n as u64)).unwrap();
        }
        std::os::unix::fs::symlink("..", root.join("2024/up")).unwrap();
        let found = walk(&[root.clone(), root.join("b.png"), folder.path().join("gone")]);
        let files: Vec<&Path> =
            found.files.iter().map(|file| file.path.strip_prefix(&root).unwrap()).collect();
        // Oldest first, and what is named twice is taken once.
        assert_eq!(files, ["notes.json", "2024/a.png", "b.png"].map(Path::new));
        assert_eq!(found.files[2].made_at, Some(100_000));
        let left: Vec<String> = found.left.iter().map(|(_, error)| error.message()).collect();
        assert_eq!(
            left,
            [
                "gone is not where it was.",
                "This is a link to another place, not a picture or clip that Rushes reads."
            ]
        );
        assert!(!found.too_many);
    }
}
