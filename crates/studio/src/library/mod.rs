//! The media folder. It knows files: how they arrive, what they are, how they are named and how a
//! still is made of them. It keeps no rows and asks no network; whoever calls writes down what it
//! answers. Original bytes are never altered. All calls block: call from `spawn_blocking`.

mod apart;
mod clip;
mod copying;
pub mod credentials;
mod error;
pub mod export;
mod form;
mod heif;
mod import;
pub mod intake;
mod moving;
mod naming;
mod part;
mod patience;
mod picture;
mod place;
mod probe;
mod probe_words;
mod reading;
pub mod recipe;
mod remove;
mod roll;
mod sidecar;
mod site;
mod sound;
mod survey;
mod thumb;
mod verify;
mod walk;
mod webm;
mod whereabouts;
mod words;
mod wrapping;

use std::fs::DirEntry;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rushes_providers::schema::MediaKind;
use serde::{Deserialize, Serialize};
use site::Site;

pub use apart::{read_apart, read_apart_by};
pub(crate) use error::size_words;
pub use error::{LibraryError, Result};
pub use form::media_type_of;
pub use moving::{MoveRefused, Moving};
pub use naming::Naming;
pub use part::Part;
pub use probe::probe;
pub use probe_words::probe_words;
pub use roll::{Roll, RollPicture, newest};
pub use sidecar::{FrameSidecar, Sidecar};
pub use survey::is_named_as_media;
pub use thumb::{ThumbSize, thumb_hash};
pub use verify::Verified;
pub use whereabouts::whereabouts;
pub use words::Words;

/// Largest picture, and largest reference of any kind, in bytes.
pub const IMAGE_LIMIT: u64 = 256 << 20;
/// Largest clip, in bytes.
pub const VIDEO_LIMIT: u64 = 8 << 30;
/// Folder for what is not finished, on the same file system as the rest.
const INCOMING: &str = ".incoming";
/// Temporary files older than this were left by a crash.
const STALE: Duration = Duration::from_hours(24);

/// The media folder and the folder of its thumbnails. Clones are one library: where it is moved, it is moved
/// for all of them.
#[derive(Debug, Clone)]
pub struct Library {
    site: Arc<Site>,
    thumbs: PathBuf,
    /// Held while a sidecar is written or a print removed: none is left beside what is gone.
    beside: Arc<Mutex<()>>,
}

/// A file that stands in the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Path below the library folder, with forward slashes.
    pub path: String,
    /// Picture, clip or sound.
    pub media: MediaKind,
    /// Sniffed type, e.g. `image/png`.
    pub media_type: String,
    /// Pixels as shown, after any rotation the file asks for; 0 when it could not be read.
    pub width: u32,
    /// Pixels as shown; 0 when it could not be read.
    pub height: u32,
    /// Length of a clip or sound in ms, where the file tells it.
    pub duration_ms: Option<i64>,
    /// Size of the file.
    pub bytes: i64,
    /// BLAKE3 of the file, hex.
    pub blake3: String,
}

impl Library {
    /// Opens the media folder, making it where it is not there, and checks that it can be written.
    /// `thumbs` is where thumbnails are kept; it may be emptied at any time.
    pub fn open(root: &Path, thumbs: &Path) -> Result<Self> {
        let library = Self { thumbs: thumbs.to_path_buf(), ..Self::at(root) };
        let refused =
            |source| LibraryError::NotWritable { folder: root.display().to_string(), source };
        place::make_dirs(&library.incoming()).map_err(refused)?;
        tempfile::Builder::new().prefix("new-").tempfile_in(library.incoming()).map_err(
            |error| match LibraryError::io(key!("write"), root, error) {
                full @ LibraryError::Full { .. } => full,
                LibraryError::NotWritable { source, .. } | LibraryError::Io { source, .. } => {
                    refused(source)
                }
                _ => refused(std::io::ErrorKind::NotFound.into()),
            },
        )?;
        place::make_dirs(thumbs).map_err(|source| LibraryError::NotWritable {
            folder: thumbs.display().to_string(),
            source,
        })?;
        library.sweep();
        Ok(library)
    }

    /// The library of a book that knows files already. Where the folder is not there, nothing is made in
    /// its place: its drive may be unplugged, and what is written under its name then would hide it.
    /// `known` are paths of some of those files.
    pub fn open_known(root: &Path, thumbs: &Path, known: &[String]) -> Result<Self> {
        let library = Self { thumbs: thumbs.to_path_buf(), ..Self::at(root) };
        let is_one = |path: &String| library.path(path).is_ok_and(|path| path.is_file());
        if known.is_empty() || Self::stands_at(root) || known.iter().any(is_one) {
            return Self::open(root, thumbs);
        }
        place::make_dirs(thumbs).map_err(|source| LibraryError::NotWritable {
            folder: thumbs.display().to_string(),
            source,
        })?;
        Ok(library)
    }

    /// The library in this folder, as it is.
    fn at(root: &Path) -> Self {
        Self { site: Arc::new(Site::new(root)), thumbs: PathBuf::new(), beside: Arc::default() }
    }

    /// Whether a library stands in this folder. An empty folder is none: it may be where a drive appears
    /// once it is plugged in.
    pub fn stands_at(root: &Path) -> bool {
        root.join(INCOMING).is_dir()
    }

    /// An error where the folder is not there now. Nothing is known of its files then: neither that they
    /// are there nor that they are gone.
    pub fn here(&self) -> Result<()> {
        let root = self.root();
        if Self::stands_at(&root) {
            Ok(())
        } else {
            Err(LibraryError::Away { folder: root.display().to_string() })
        }
    }

    /// The media folder, as long as it is not moved.
    pub fn root(&self) -> PathBuf {
        self.site.root()
    }

    /// The absolute path of a file by its path in the records. Refuses what would leave the
    /// folder, because records can be damaged too.
    pub fn path(&self, relative: &str) -> Result<PathBuf> {
        let inside = !relative.is_empty()
            && !relative.contains(['\\', '\0', ':'])
            && Path::new(relative).components().all(|part| matches!(part, Component::Normal(_)));
        if inside {
            Ok(self.root().join(relative))
        } else {
            Err(LibraryError::Outside(relative.to_owned()))
        }
    }

    /// Checks before a download of known length: twice that must be free, so that the disk does
    /// not run full under everything else.
    pub fn room_for(&self, length: u64) -> Result<()> {
        let free = fs4::available_space(self.root())
            .map_err(|error| LibraryError::io(key!("look at the disk"), &self.incoming(), error))?;
        let needed = length.saturating_mul(2);
        if free < needed { Err(LibraryError::Full { needed: Some(needed), free }) } else { Ok(()) }
    }

    fn incoming(&self) -> PathBuf {
        self.root().join(INCOMING)
    }

    /// Where files on their way in may lie: `.incoming`, and while the library moves also the one before.
    fn incomings(&self) -> impl Iterator<Item = PathBuf> {
        let before = self.site.before().map(|before| before.join(INCOMING));
        let before = before.filter(|folder| folder.is_dir());
        std::iter::once(self.incoming()).chain(before)
    }

    /// Path of a file of ours in `.incoming`, named by one of our ids.
    fn incoming_for(&self, id: &str, ending: &str) -> Result<PathBuf> {
        let name = format!("{}.{ending}", our_id(id)?);
        let there = self.incomings().map(|folder| folder.join(&name)).find(|path| path.exists());
        Ok(there.unwrap_or_else(|| self.incoming().join(name)))
    }

    /// Removes temporary files that a crash has left. Parts stay: they can be resumed.
    fn sweep(&self) {
        let is_old = |entry: &DirEntry| {
            let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
            age().is_some_and(|age| age > STALE)
        };
        sweep(&self.incoming(), is_old);
    }
}

/// Removes what was being written in a folder when its writer ended, as far as it is to go.
fn sweep(folder: &Path, goes: impl Fn(&DirEntry) -> bool) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("new-") && goes(&entry) {
            // Another try comes with the next start.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Lets only ids of our own making become part of a path.
fn our_id(id: &str) -> Result<&str> {
    let ours = (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if ours { Ok(id) } else { Err(LibraryError::Outside(id.to_owned())) }
}

#[cfg(test)]
mod testkit;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::Bench;

    #[test]
    fn a_path_of_the_records_stays_inside() {
        let bench = Bench::new();
        assert_eq!(
            bench.library.path("2026/a.png").unwrap(),
            bench.library.root().join("2026/a.png")
        );
        for outside in
            ["", "/etc/passwd", "../x", "2026/../../x", "./x", "C:/x", "a\\..\\b", "a\0b"]
        {
            assert!(
                matches!(bench.library.path(outside), Err(LibraryError::Outside(path)) if path == outside),
                "{outside:?}"
            );
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::File::create(&file).unwrap();
        let error = Library::open(&file.join("library"), folder.path()).unwrap_err();
        assert_eq!(
            error.message(),
            format!(
                "Rushes cannot write to the library folder {}.",
                file.join("library").display()
            )
        );
        assert!(error.is_local());
    }

    #[test]
    fn a_folder_that_is_away_is_not_made_anew() {
        let bench = Bench::new();
        bench.write("2026/a.png", b"a");
        let (root, away) = (bench.library.root(), bench.folder().join("away"));
        let known = ["2026/a.png".to_owned()];
        std::fs::rename(&root, &away).unwrap();
        let open = || Library::open_known(&root, &bench.folder().join("thumbs"), &known).unwrap();
        let library = open();
        let said = library.here().unwrap_err();
        assert_eq!(
            (said.message(), said.is_local()),
            (format!("The library folder {} is not there.", root.display()), true)
        );
        for refused in [
            library.part("out_1").err(),
            library.import_bytes(&testkit::png(4, 4), 0, &jiff::tz::TimeZone::UTC).err(),
            library.remove("2026/a.png", "ast_1").err(),
        ] {
            assert!(matches!(refused, Some(LibraryError::Away { .. })), "{refused:?}");
        }
        assert!(!root.exists(), "nothing was made under its name");
        // Where a drive appears there may be an empty folder while it is away.
        std::fs::create_dir(&root).unwrap();
        assert!(open().here().is_err());
        std::fs::remove_dir(&root).unwrap();
        std::fs::rename(&away, &root).unwrap();
        library.here().unwrap();
        // Copied by hand without what is hidden, it is the library all the same.
        std::fs::remove_dir_all(root.join(INCOMING)).unwrap();
        open().here().unwrap();
    }

    #[test]
    fn room_is_twice_the_length() {
        let bench = Bench::new();
        bench.library.room_for(1).unwrap();
        let error = bench.library.room_for(u64::MAX / 4).unwrap_err();
        assert!(
            matches!(error, LibraryError::Full { needed: Some(_), free } if free > 0),
            "{error}"
        );
        assert!(error.message().starts_with("The disk has "));
    }

    #[cfg(unix)]
    #[test]
    fn the_folders_are_the_users_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let library =
            Library::open(&folder.path().join("Rushes"), &folder.path().join("data/thumbs"))
                .unwrap();
        for made in [&library.root(), &library.incoming(), &folder.path().join("data/thumbs")] {
            assert_eq!(made.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
