//! Taking a user's files in as prints: found, copied byte for byte, checked, read, and given a name. The
//! originals are never moved or changed. Each step is a call of its own, so that the book can be told in
//! between.

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use jiff::tz::TimeZone;
use rushes_providers::schema::MediaKind;
use tempfile::{NamedTempFile, TempPath};

use super::error::{LibraryError, Result};
use super::form::Form;
use super::import::copy_hashed;
use super::part::hash_file;
use super::recipe::{self, Recipe};
use super::{IMAGE_LIMIT, Library, Stored, VIDEO_LIMIT, form, naming, place, walk};

/// A file that may be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What the user calls it.
    pub name: String,
    /// When it was last changed, ms UTC.
    pub made_at: Option<i64>,
}

/// What lies under the paths that the user gave.
#[derive(Debug, Default)]
pub struct Found {
    /// Files, oldest first. Whether they are media is seen when they are taken.
    pub files: Vec<Source>,
    /// What cannot be taken, each with why.
    pub left: Vec<(PathBuf, LibraryError)>,
}

/// A copy of a file that was checked and read, and has no name in the library yet. Dropped, it is gone.
#[derive(Debug)]
pub struct Taken {
    /// What it is; `path` is empty until it has one.
    pub stored: Stored,
    /// What it says it was made from.
    pub recipe: Option<Recipe>,
    /// Where it came from.
    pub source: Source,
    ending: &'static str,
    copy: TempPath,
}

/// Files and folders of the user's; None when there are more than 100,000 files.
pub fn find(paths: &[PathBuf]) -> Option<Found> {
    let walk::Found { files, left, too_many } = walk::walk(paths);
    (!too_many).then_some(Found { files, left })
}

impl Library {
    /// An empty file for bytes that come over a line, on the disk of the library. Dropped, it is gone.
    pub fn staging(&self) -> Result<NamedTempFile> {
        let incoming = self.incoming();
        let failed = |error| LibraryError::io(key!("save the file"), &incoming.join("new"), error);
        self.here()?;
        tempfile::Builder::new().prefix("new-").tempfile_in(&incoming).map_err(failed)
    }

    /// Copies a file, checks and reads the copy. Nothing is in the library yet.
    pub fn take(&self, source: Source) -> Result<Taken> {
        let failed = |error| LibraryError::read(&source.path, error);
        let about = source.path.metadata().map_err(failed)?;
        if !about.is_file() {
            return Err(LibraryError::NotMedia { what: key!("a device").into() });
        }
        // Before the copy, so that a wrong file costs nothing.
        let limit = limit(form::sniff_file(&source.path)?);
        if about.len() > limit {
            return Err(LibraryError::TooLarge { limit });
        }
        self.room_for(about.len())?;
        let mut copy = self.staging()?;
        let workshop = self.incoming().join("copy");
        let saving = |error| LibraryError::io(key!("copy the file"), &workshop, error);
        let file = File::open(&source.path).map_err(failed)?;
        let (blake3, length) = copy_hashed(file, copy.as_file_mut(), limit).map_err(saving)?;
        if length > limit {
            return Err(LibraryError::TooLarge { limit });
        }
        if let Some(made_at) = source.made_at.and_then(|ms| u64::try_from(ms).ok()) {
            // Its own date, for whoever looks into the folder.
            let kept = copy.as_file().set_modified(UNIX_EPOCH + Duration::from_millis(made_at));
            kept.map_err(saving)?;
        }
        copy.as_file().sync_all().map_err(saving)?;
        let inspected = form::inspect(copy.path())?;
        let is_picture = inspected.form.media() == MediaKind::Image;
        let recipe = recipe::read_copy(&source.path, copy.path(), &blake3, is_picture)?;
        Ok(Taken {
            stored: Stored {
                path: String::new(),
                media: inspected.form.media(),
                media_type: inspected.form.media_type().into(),
                width: inspected.width,
                height: inspected.height,
                duration_ms: inspected.duration_ms,
                bytes: length as i64,
                blake3,
            },
            recipe,
            source,
            ending: inspected.form.ending(),
            copy: copy.into_temp_path(),
        })
    }

    /// Chooses a free name in the library for each, filed under the month of `at_ms` (ms UTC) in `zone`.
    pub fn name_taken(&self, taken: &mut [Taken], at_ms: i64, zone: &TimeZone) -> Result<()> {
        let folder = naming::import_month(at_ms, zone);
        let mut given = HashSet::new();
        for one in taken {
            let stem = naming::import_stem(&one.source.name);
            let mut clash = 1_u32;
            one.stored.path = loop {
                let again = if clash == 1 { String::new() } else { format!("-{clash}") };
                let path = format!("{folder}/{stem}{again}.{}", one.ending);
                let to = self.root().join(&path);
                let there = to.try_exists();
                if !there.map_err(|error| LibraryError::io(key!("look for a name"), &to, error))?
                    && given.insert(path.clone())
                {
                    break path;
                }
                clash += 1;
            };
        }
        Ok(())
    }

    /// Gives a copy its name. Answers with what stands in the library now.
    pub fn settle_taken(&self, taken: Taken) -> Result<Stored> {
        let to = self.path(&taken.stored.path)?;
        let failed = |error| LibraryError::io(key!("save the file"), &to, error);
        let root = self.root();
        let folder = to.parent().unwrap_or(&root);
        if !folder.is_dir() {
            place::make_dirs(folder).map_err(failed)?;
            for above in [root.as_path(), folder.parent().unwrap_or(&root)] {
                place::sync_dir(above).map_err(failed)?;
            }
        }
        // Renamed away; what is left of it on an error is removed with it.
        if !place::rename_new(&taken.copy, &to).map_err(failed)? {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        place::sync_dir(folder).map_err(failed)?;
        Ok(taken.stored)
    }

    /// Removes a file that got a name and was not written down: only where it is that very file.
    pub fn remove_unknown(&self, relative: &str, blake3: &str) -> Result<()> {
        let path = self.path(relative)?;
        match hash_file(&path) {
            Ok((hash, _)) if hash == blake3 => std::fs::remove_file(&path)
                .map_err(|error| LibraryError::io(key!("remove the file"), &path, error)),
            Ok(_) | Err(LibraryError::Gone { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn limit(form: Form) -> u64 {
    if form.media() == MediaKind::Video { VIDEO_LIMIT } else { IMAGE_LIMIT }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::{self, Bench};

    const AT: i64 = 1_795_347_750_000; // 2026-11-22T09:42:30Z

    fn source(bench: &Bench, name: &str, bytes: &[u8]) -> Source {
        let path = bench.file(name, bytes);
        Source { path, name: name.into(), made_at: Some(1_700_000_000_000) }
    }

    #[test]
    fn a_file_is_copied_with_its_date_and_keeps_its_name() {
        let bench = Bench::new();
        let png = testkit::png(40, 30);
        let source = source(&bench, "Old One.PNG", &png);
        let mut taken = [(); 2].map(|()| bench.library.take(source.clone()).unwrap());
        bench.library.name_taken(&mut taken, AT, &TimeZone::UTC).unwrap();
        let stored = taken.map(|one| bench.library.settle_taken(one).unwrap());
        assert_eq!(stored[0].path, "imports/2026-11/old-one.png");
        assert_eq!(stored[1].path, "imports/2026-11/old-one-2.png");
        let kept = bench.library.path(&stored[0].path).unwrap();
        assert_eq!(std::fs::read(&kept).unwrap(), png);
        let modified = kept.metadata().unwrap().modified().unwrap();
        assert_eq!(modified, UNIX_EPOCH + Duration::from_millis(1_700_000_000_000));
        assert!(source.path.is_file());
        assert_eq!(bench.leftovers(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_picture_leaves_nothing() {
        let bench = Bench::new();
        for (bytes, said) in [
            (&b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..], "an SVG drawing"),
            (b"<!doctype html><p>hello", "a web page"),
            (b"%PDF-1.7\n", "a PDF document"),
            (b"buy milk", "a text file"),
        ] {
            let refused = bench.library.take(source(&bench, "a.png", bytes)).unwrap_err();
            let said = format!("This is {said}, not a picture or clip that Rushes reads.");
            assert_eq!(refused.message(), said);
        }
        let half = testkit::png(64, 64);
        let refused = bench.library.take(source(&bench, "a.png", &half[..half.len() / 2]));
        assert_eq!(refused.unwrap_err().message(), "This PNG picture is damaged or not complete.");
        assert_eq!((bench.files(), bench.leftovers()), (Vec::new(), Vec::new()));
    }

    #[test]
    fn only_the_very_file_is_removed() {
        let bench = Bench::new();
        bench.write("imports/2026-11/a.png", b"mine");
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        bench.library.remove_unknown("imports/2026-11/a.png", &hash(b"other")).unwrap();
        assert_eq!(bench.files(), ["imports/2026-11/a.png"]);
        bench.library.remove_unknown("imports/2026-11/a.png", &hash(b"mine")).unwrap();
        bench.library.remove_unknown("imports/2026-11/a.png", &hash(b"mine")).unwrap();
        assert_eq!(bench.files(), Vec::<String>::new());
    }
}
