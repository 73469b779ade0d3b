//! A folder of the user's own pictures that is looked into and never written to: the newest of them, so that
//! they can be offered as references. Nothing of it is copied until one is chosen.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rushes_providers::schema::MediaKind;

use super::error::{LibraryError, Result};
use super::{IMAGE_LIMIT, ThumbSize, apart, form};

/// Most files and folders of one look.
const MOST_ENTRIES: usize = 50_000;
/// Most files whose first bytes are read in one look.
const MOST_SNIFFED: usize = 4_000;
/// How many folders deep it is looked.
const DEEPEST: usize = 12;
/// Characters of the hash in an id.
const ID_CHARS: usize = 32;

/// A picture of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollPicture {
    /// Made from its path, size and time: another picture under the same name has another.
    pub id: String,
    /// Its path below the folder, with forward slashes.
    pub name: String,
    /// When it was last changed, ms UTC.
    pub made_at: i64,
    /// Size of its file.
    pub bytes: u64,
    folder: PathBuf,
    path: PathBuf,
}

/// What a look into the folder found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// Newest first.
    pub pictures: Vec<RollPicture>,
    /// Whether the folder has more in it than one look takes in, so that newer ones may be missing.
    pub cut_short: bool,
}

/// The newest pictures below a folder, told by their first bytes. Links are not followed and hidden entries
/// passed over; `without` is a folder that is left out, the library's own.
pub fn newest(folder: &Path, without: &Path, most: usize) -> Result<Roll> {
    let failed = |error| LibraryError::read(folder, error);
    let folder = folder.canonicalize().map_err(failed)?;
    if !folder.is_dir() {
        return Err(failed(io::ErrorKind::NotFound.into()));
    }
    // It must be readable itself; what lies in it may not be.
    folder.read_dir().map_err(failed)?;
    let without = without.canonicalize().unwrap_or_else(|_| without.to_path_buf());
    let (mut files, mut cut_short) = walk(&folder, &without);
    files.sort_by(|a, b| (b.made_at, &a.path).cmp(&(a.made_at, &b.path)));
    let mut pictures = Vec::new();
    for (n, file) in files.into_iter().enumerate() {
        if pictures.len() == most {
            break;
        }
        if n == MOST_SNIFFED {
            cut_short = true;
            break;
        }
        if file.bytes <= IMAGE_LIMIT && is_picture(&file.path) {
            pictures.push(file.named(&folder));
        }
    }
    Ok(Roll { pictures, cut_short })
}

impl RollPicture {
    /// Where it is, if it is still there and still below its folder: a link that was put in its place leads
    /// nowhere.
    pub fn path(&self) -> Result<&Path> {
        let failed = |error| LibraryError::read(&self.path, error);
        let is_itself = self.path.canonicalize().map_err(failed)? == self.path;
        if is_itself && self.path.starts_with(&self.folder) {
            Ok(&self.path)
        } else {
            Err(failed(io::ErrorKind::NotFound.into()))
        }
    }

    /// A small picture of it as a file's bytes, at most 256 pixels on the longest side, made where foreign
    /// media are read. It is not kept on the disk.
    pub fn small(&self) -> Result<Vec<u8>> {
        let stills = apart::stills(self.path()?)?;
        let small = ThumbSize::ALL.into_iter().zip(stills.small);
        let wanted = small.into_iter().find(|(size, _)| *size == ThumbSize::Small);
        wanted.map(|(_, still)| still.bytes).ok_or(LibraryError::Empty)
    }
}

struct File {
    path: PathBuf,
    made_at: i64,
    bytes: u64,
}

impl File {
    fn named(self, folder: &Path) -> RollPicture {
        let below = self.path.strip_prefix(folder).unwrap_or(&self.path);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let name = parts.join("/");
        let told = format!("{}\0{}\0{}", self.path.display(), self.bytes, self.made_at);
        let hash = blake3::hash(told.as_bytes()).to_hex();
        RollPicture {
            id: format!("roll_{}", &hash[..ID_CHARS]),
            name,
            made_at: self.made_at,
            bytes: self.bytes,
            folder: folder.to_path_buf(),
            path: self.path,
        }
    }
}

/// All files, the folders near the top first; true where it was stopped before the end.
fn walk(folder: &Path, without: &Path) -> (Vec<File>, bool) {
    let (mut files, mut seen, mut cut_short) = (Vec::new(), 0, false);
    let mut folders = VecDeque::from([(folder.to_path_buf(), 0)]);
    while let Some((folder, depth)) = folders.pop_front() {
        // One that cannot be read has nothing to offer.
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            seen += 1;
            if seen > MOST_ENTRIES {
                return (files, true);
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_symlink() || entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = entry.path();
            if kind.is_dir() {
                if path == without {
                    continue;
                }
                if depth == DEEPEST {
                    cut_short = true;
                } else {
                    folders.push_back((path, depth + 1));
                }
            } else if kind.is_file() {
                let Ok(about) = entry.metadata() else { continue };
                let changed =
                    about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                let made_at = changed.map_or(0, |since| since.as_millis() as i64);
                files.push(File { path, made_at, bytes: about.len() });
            }
        }
    }
    (files, cut_short)
}

fn is_picture(path: &Path) -> bool {
    form::sniff_file(path).is_ok_and(|form| form.media() == MediaKind::Image)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use std::time::Duration;

    use super::*;
    use crate::library::testkit::{self, Bench};

    /// Writes a file that was changed so many seconds after the beginning of time.
    fn picture(bench: &Bench, name: &str, bytes: &[u8], at: u64) -> PathBuf {
        let path = bench.folder().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let path = bench.file(name, bytes);
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(at)).unwrap();
        path
    }

    fn names(roll: &Roll) -> Vec<&str> {
        roll.pictures.iter().map(|picture| picture.name.as_str()).collect()
    }

    #[test]
    fn the_newest_pictures_are_told_by_their_bytes() {
        let bench = Bench::new();
        let png = testkit::png(40, 30);
        picture(&bench, "roll/a.png", &png, 10);
        // A name says nothing, and neither does a missing one.
        picture(&bench, "roll/2026/IMG_1", &png, 30);
        picture(&bench, "roll/notes.png", b"buy milk", 40);
        picture(&bench, "roll/clip.mp4", &testkit::clip(64, 48, 12), 50);
        picture(&bench, "roll/.hidden.png", &png, 60);
        picture(&bench, "roll/.thumbnails/b.png", &png, 61);
        picture(&bench, "roll/drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 62);
        let folder = bench.folder().join("roll");
        let roll = newest(&folder, &bench.library.root(), 10).unwrap();
        assert_eq!(names(&roll), ["2026/IMG_1", "a.png"]);
        assert_eq!((roll.pictures[0].made_at, roll.cut_short), (30_000, false));
        assert_eq!(names(&newest(&folder, &bench.library.root(), 1).unwrap()), ["2026/IMG_1"]);
        let small = roll.pictures[0].small().unwrap();
        assert_eq!(infer::get(&small).unwrap().mime_type(), "image/jpeg");
        // Another picture under the same name is another one.
        picture(&bench, "roll/a.png", &testkit::png(8, 8), 70);
        let again = newest(&folder, &bench.library.root(), 10).unwrap();
        assert_eq!(names(&again), ["a.png", "2026/IMG_1"]);
        assert_ne!(again.pictures[0].id, roll.pictures[1].id);
    }

    #[test]
    fn the_librarys_own_pictures_are_left_out() {
        let bench = Bench::new();
        bench.write("2026/print.png", &testkit::png(4, 4));
        picture(&bench, "photo.png", &testkit::png(4, 4), 10);
        let roll = newest(bench.folder(), &bench.library.root(), 10).unwrap();
        assert_eq!(names(&roll), ["photo.png"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let bench = Bench::new();
        let gone = newest(&bench.folder().join("phone"), &bench.library.root(), 10).unwrap_err();
        assert_eq!(gone.message(), "phone is not where it was.");
        let file = bench.file("file.png", &testkit::png(4, 4));
        assert!(newest(&file, &bench.library.root(), 10).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_folder() {
        use std::os::unix::fs::symlink;

        let bench = Bench::new();
        let secret = picture(&bench, "secret/private.png", &testkit::png(4, 4), 50);
        let mine = picture(&bench, "roll/mine.png", &testkit::png(4, 4), 10);
        let folder = bench.folder().join("roll");
        symlink(bench.folder().join("secret"), folder.join("out")).unwrap();
        symlink(&secret, folder.join("link.png")).unwrap();
        symlink("..", folder.join("up")).unwrap();
        let roll = newest(&folder, &bench.library.root(), 10).unwrap();
        assert_eq!(names(&roll), ["mine.png"]);
        // One that is put in its place afterwards leads nowhere either.
        std::fs::remove_file(&mine).unwrap();
        symlink(&secret, &mine).unwrap();
        assert!(roll.pictures[0].path().is_err());
        assert!(roll.pictures[0].small().is_err());
        // The folder itself may be named by a link.
        symlink(&folder, bench.folder().join("name")).unwrap();
        let named = newest(&bench.folder().join("name"), &bench.library.root(), 10).unwrap();
        assert_eq!(names(&named), Vec::<&str>::new());
    }
}
