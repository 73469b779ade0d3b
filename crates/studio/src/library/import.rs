//! Taking a user's files in as references: copied, checked, and kept once however often they come.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use jiff::tz::TimeZone;

use super::error::{LibraryError, Result};
use super::part::hash_file;
use super::{IMAGE_LIMIT, Library, Stored, form, naming, place};

/// Characters of the hash in a name.
const NAME_CHARS: usize = 16;

impl Library {
    /// Copies a file of this computer into the library. `at_ms` (ms UTC) and `zone` tell the month
    /// it is filed under.
    pub fn import_file(&self, path: &Path, at_ms: i64, zone: &TimeZone) -> Result<Stored> {
        let failed = |error| LibraryError::read(path, error);
        let about = path.metadata().map_err(failed)?;
        if about.is_dir() {
            return Err(LibraryError::NotMedia { what: key!("a folder").into() });
        }
        if !about.is_file() {
            return Err(LibraryError::NotMedia { what: key!("a device").into() });
        }
        if about.len() > IMAGE_LIMIT {
            return Err(LibraryError::TooLarge { limit: IMAGE_LIMIT });
        }
        // Before the copy, so that a wrong file costs nothing.
        form::sniff_file(path)?;
        self.room_for(about.len())?;
        self.import_from(File::open(path).map_err(failed)?, at_ms, zone)
    }

    /// Takes a pasted picture into the library.
    pub fn import_bytes(&self, bytes: &[u8], at_ms: i64, zone: &TimeZone) -> Result<Stored> {
        form::Form::sniff(&bytes[..bytes.len().min(form::HEAD)])?;
        self.import_from(bytes, at_ms, zone)
    }

    fn import_from(&self, source: impl Read, at_ms: i64, zone: &TimeZone) -> Result<Stored> {
        let failed =
            |error| LibraryError::io(key!("copy the file"), &self.incoming().join("copy"), error);
        let _open = self.site.open();
        self.here()?;
        let incoming = self.incoming();
        let mut copy =
            tempfile::Builder::new().prefix("new-").tempfile_in(&incoming).map_err(failed)?;
        let (hash, length) =
            copy_hashed(source, copy.as_file_mut(), IMAGE_LIMIT).map_err(failed)?;
        if length > IMAGE_LIMIT {
            return Err(LibraryError::TooLarge { limit: IMAGE_LIMIT });
        }
        let inspected = form::inspect(copy.path())?;
        let ending = inspected.form.ending();
        let path = if let Some(path) = self.find_reference(&hash, ending) {
            path
        } else {
            copy.as_file().sync_all().map_err(failed)?;
            // Renamed away below; what is left of it on an error is removed here.
            let copy = copy.into_temp_path();
            self.file_reference(&copy, &naming::month(at_ms, zone), &hash, ending)?
        };
        Ok(Stored {
            path,
            media: inspected.form.media(),
            media_type: inspected.form.media_type().into(),
            width: inspected.width,
            height: inspected.height,
            duration_ms: inspected.duration_ms,
            bytes: length as i64,
            blake3: hash,
        })
    }

    /// The same bytes among the references of any month.
    fn find_reference(&self, hash: &str, ending: &str) -> Option<String> {
        let months = self.root().join("references").read_dir().ok()?;
        let name = format!("{}.{ending}", &hash[..NAME_CHARS]);
        months.flatten().find_map(|month| {
            let sound = hash_file(&month.path().join(&name)).is_ok_and(|(there, _)| there == hash);
            sound.then(|| format!("references/{}/{name}", month.file_name().to_string_lossy()))
        })
    }

    fn file_reference(&self, copy: &Path, month: &str, hash: &str, ending: &str) -> Result<String> {
        let folder = self.root().join(month);
        let failed = |error| LibraryError::io(key!("copy the file"), &folder.join("copy"), error);
        place::make_dirs(&folder).map_err(failed)?;
        // A clash is the same picture altered by someone since: it keeps its name.
        for clash in 1..=99 {
            let again = if clash == 1 { String::new() } else { format!("-{clash}") };
            let path = format!("{month}/{}{again}.{ending}", &hash[..NAME_CHARS]);
            if place::rename_new(copy, &self.root().join(&path)).map_err(failed)? {
                for folder in [folder.as_path(), folder.parent().unwrap_or(&folder), &self.root()] {
                    place::sync_dir(folder).map_err(failed)?;
                }
                return Ok(path);
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }
}

/// Copies up to a byte more than the limit; answers hash and length.
pub(super) fn copy_hashed(
    source: impl Read,
    to: &mut File,
    limit: u64,
) -> io::Result<(String, u64)> {
    let mut source = source.take(limit + 1);
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finalize().to_hex().to_string(), hasher.count())),
            Ok(got) => {
                hasher.update(&buffer[..got]);
                to.write_all(&buffer[..got])?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::{self, Bench};
    use rushes_providers::schema::MediaKind;

    const AT: i64 = 1_795_347_750_000; // 2026-11-22T09:42:30Z

    fn import(bench: &Bench, bytes: &[u8]) -> Result<Stored> {
        bench.library.import_bytes(bytes, AT, &TimeZone::UTC)
    }

    #[test]
    fn a_picture_is_copied_and_kept_once() {
        let bench = Bench::new();
        let png = testkit::png(40, 30);
        let file = bench.file("Photo of me.PNG", &png);
        let stored = bench.library.import_file(&file, AT, &TimeZone::UTC).unwrap();
        let hash = blake3::hash(&png).to_hex().to_string();
        assert_eq!(
            stored,
            Stored {
                path: format!("references/2026-11/{}.png", &hash[..16]),
                media: MediaKind::Image,
                media_type: "image/png".into(),
                width: 40,
                height: 30,
                duration_ms: None,
                bytes: png.len() as i64,
                blake3: hash,
            }
        );
        assert_eq!(std::fs::read(bench.library.path(&stored.path).unwrap()).unwrap(), png);
        // The same bytes a month later, pasted: the same file.
        let month = 31 * 24 * 3_600_000;
        assert_eq!(bench.library.import_bytes(&png, AT + month, &TimeZone::UTC).unwrap(), stored);
        assert_eq!(bench.files(), vec![stored.path.clone()]);
        // Someone drew on it: that file is theirs, and the bytes get another.
        bench.write(&stored.path, b"scribble");
        let again = import(&bench, &png).unwrap();
        assert_eq!(again.path, format!("references/2026-11/{}-2.png", &stored.blake3[..16]));
    }

    #[test]
    fn a_clip_is_a_reference_too() {
        let bench = Bench::new();
        let stored = import(&bench, &testkit::clip(64, 48, 12)).unwrap();
        assert_eq!(
            (stored.media, stored.width, stored.height, stored.duration_ms),
            (MediaKind::Video, 64, 48, Some(500))
        );
    }

    #[test]
    fn what_cannot_be_taken_is_said() {
        let bench = Bench::new();
        let said = |path: &Path| {
            bench.library.import_file(path, AT, &TimeZone::UTC).unwrap_err().message()
        };
        assert_eq!(said(&bench.folder().join("gone.png")), "gone.png is not where it was.");
        assert_eq!(said(&bench.file("empty.png", b"")), "The file is empty.");
        assert_eq!(
            said(bench.folder()),
            "This is a folder, not a picture or clip that Rushes reads."
        );
        assert_eq!(
            said(&bench.file("notes.png", b"buy milk")),
            "This is a text file, not a picture or clip that Rushes reads."
        );
        let huge = bench.file("huge.png", &testkit::png(4, 4));
        File::options().write(true).open(&huge).unwrap().set_len(5 << 30).unwrap();
        assert_eq!(said(&huge), "The file is larger than 256 MB, the most Rushes takes here.");
        let half = testkit::png(64, 64);
        assert_eq!(
            said(&bench.file("half.png", &half[..half.len() / 2])),
            "This PNG picture is damaged or not complete."
        );
        assert_eq!(bench.files(), Vec::<String>::new());
        assert_eq!(bench.leftovers(), Vec::<String>::new());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_no_picture() {
        let bench = Bench::new();
        let error =
            bench.library.import_file(Path::new("/dev/zero"), AT, &TimeZone::UTC).unwrap_err();
        assert_eq!(error.message(), "This is a device, not a picture or clip that Rushes reads.");
    }
}
