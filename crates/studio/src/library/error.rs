//! What can go wrong with a media file or the media folder, in words for a person.

use std::io;
use std::path::Path;

use super::form::Form;

/// Answer of the library.
pub type Result<T, E = LibraryError> = std::result::Result<T, E>;

/// Why the library could not do it.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The media folder cannot be written.
    #[error("cannot write to {folder}: {source}")]
    NotWritable {
        /// The folder, absolute.
        folder: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The library folder is not there: its drive may be unplugged.
    #[error("the library folder {folder} is not there")]
    Away {
        /// The folder, absolute.
        folder: String,
    },
    /// The disk has no room for it.
    #[error("the disk is full: {free} bytes free, {needed:?} needed")]
    Full {
        /// Bytes wanted, when known before.
        needed: Option<u64>,
        /// Bytes free.
        free: u64,
    },
    /// The file is not there.
    #[error("{name} is gone")]
    Gone {
        /// The file's name.
        name: String,
    },
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than the library takes.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is no picture or clip of a kind the library keeps.
    #[error("not a picture or clip: {what}")]
    NotMedia {
        /// What it is instead, e.g. "a web page".
        what: String,
    },
    /// The file is of a kind the library keeps, and cannot be read.
    #[error("damaged {what}: {detail}")]
    Damaged {
        /// What it wants to be, e.g. "PNG picture".
        what: &'static str,
        /// The reader's words.
        detail: String,
    },
    /// The clip or picture is sound, but nothing to show can be taken from it here.
    #[error("no poster: it is {codec}")]
    NoPoster {
        /// The codec, e.g. `hvc1.1.6.L93`, or the kind of picture, e.g. `AVIF picture`.
        codec: String,
    },
    /// A path in the records points out of the library, or an id is none of ours.
    #[error("not a path of the library: {0:?}")]
    Outside(String),
    /// The system failed.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, e.g. "save the file".
        what: &'static str,
        /// The system's reason.
        source: io::Error,
    },
}

impl LibraryError {
    /// What happened, in one sentence.
    pub fn message(&self) -> String {
        match self {
            Self::NotWritable { folder, .. } => {
                t!("Rushes cannot write to the library folder {folder}.", folder)
            }
            Self::Away { folder } => t!("The library folder {folder} is not there.", folder),
            Self::Full { needed: Some(needed), free } => t!(
                "The disk has {free} free, and this needs {needed}.",
                free = size_words(*free),
                needed = size_words(*needed)
            ),
            Self::Full { needed: None, .. } => t!("The disk is full.").into(),
            Self::Gone { name } => t!("{name} is not where it was.", name),
            Self::Empty => t!("The file is empty.").into(),
            Self::TooLarge { limit } => {
                t!(
                    "The file is larger than {size}, the most Rushes takes here.",
                    size = size_words(*limit)
                )
            }
            Self::NotMedia { what } => {
                t!(
                    "This is {what}, not a picture or clip that Rushes reads.",
                    what = kind_words(what)
                )
            }
            Self::Damaged { what, .. } => {
                t!("This {what} is damaged or not complete.", what = said(what))
            }
            Self::NoPoster { codec } if is_picture(codec) => {
                t!(
                    "Rushes keeps this {codec} and cannot make a small one of it.",
                    codec = said(codec)
                )
            }
            Self::NoPoster { codec } if codec.ends_with(" sound") => {
                t!("There is no picture in a sound.").into()
            }
            Self::NoPoster { codec } if is_undrawn(codec) => {
                t!("Rushes keeps this {codec} and does not draw it.", codec = said(codec))
            }
            Self::NoPoster { .. } => {
                t!("Rushes cannot take a still from this kind of clip.").into()
            }
            Self::Outside(_) => t!("The record of this file is damaged.").into(),
            Self::Io { what, .. } => t!("The system could not {what}.", what = said(what)),
        }
    }

    /// What to do next, in one sentence; may be empty.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotWritable { .. } => {
                t!(
                    "Check the folder's permissions, or choose another library folder with RUSHES_LIBRARY."
                )
            }
            Self::Away { .. } => {
                t!(
                    "Connect its drive: nothing is lost, and Rushes goes on by itself. If you moved the folder, name it with RUSHES_LIBRARY."
                )
            }
            Self::Full { .. } => t!("Free some space, then try again."),
            Self::Gone { .. } => t!("Put it back, or choose another file."),
            Self::Empty => t!("Choose another file, or save it again where it came from."),
            Self::TooLarge { .. } => t!("Make it smaller, or choose another file."),
            Self::NotMedia { .. } => {
                t!("Rushes reads PNG, JPEG, WebP, GIF, AVIF, HEIC, MP4, MOV, WebM, WAV and MP3.")
            }
            Self::Damaged { .. } => t!("Save or fetch it again, then try once more."),
            Self::NoPoster { codec } if is_picture(codec) || is_undrawn(codec) => {
                t!("The file itself is saved and can be opened with other programs.")
            }
            Self::NoPoster { codec } if codec.ends_with(" sound") => {
                t!("The sound itself is saved and can be played.")
            }
            Self::NoPoster { .. } => t!("The clip itself is saved and can be played."),
            Self::Outside(_) => t!("Restart Rushes; if it stays, report it."),
            Self::Io { .. } => t!("Check the disk, then try again."),
        }
    }

    /// Whether the same file may work another time: the disk or the folder is at fault, not the
    /// file.
    pub fn is_local(&self) -> bool {
        matches!(
            self,
            Self::NotWritable { .. } | Self::Away { .. } | Self::Full { .. } | Self::Io { .. }
        )
    }

    /// Whether a web page came in place of the file.
    pub fn is_page(&self) -> bool {
        matches!(self, Self::NotMedia { what } if what.starts_with("a web page"))
    }

    /// An error of the system at `path`; a full disk and a missing file have words of their own.
    pub(super) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full {
                needed: None,
                free: path.parent().map_or(0, |folder| fs4::available_space(folder).unwrap_or(0)),
            },
            io::ErrorKind::NotFound => Self::Gone { name: name_of(path) },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable {
                    folder: path.parent().unwrap_or(path).display().to_string(),
                    source,
                }
            }
            _ => Self::Io { what, source },
        }
    }

    /// An error while a file of ours is written at `path`.
    pub fn saving(path: &Path, source: io::Error) -> Self {
        Self::io(key!("save the file"), path, source)
    }

    /// An open file that stopped answering.
    pub(super) fn unread(source: io::Error) -> Self {
        Self::Io { what: key!("read the file"), source }
    }

    /// The same for reading, where "permission denied" says nothing about writing.
    pub(super) fn read(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::Gone { name: name_of(path) },
            _ => Self::Io { what: key!("read the file"), source },
        }
    }
}

fn is_picture(codec: &str) -> bool {
    codec.ends_with(" picture")
}

/// Kept and never read.
fn is_undrawn(codec: &str) -> bool {
    [Form::Svg, Form::Pdf, Form::Html].iter().any(|form| form.words() == codec)
}

/// A piece of a sentence that was noted in English, perhaps by another process, in the language
/// that is spoken.
pub(super) fn said(piece: &str) -> &str {
    crate::words::CATALOGUE.say(piece)
}

/// The kind of a file that is not kept.
fn kind_words(what: &str) -> String {
    if let Some(ending) = what.strip_prefix("a picture of the kind ") {
        return t!("a picture of the kind {ending}", ending);
    }
    if let Some(ending) = what.strip_prefix("a clip of the kind ") {
        return t!("a clip of the kind {ending}", ending);
    }
    said(what).to_owned()
}

/// The last part of a path, for a sentence.
fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| t!("The file").into(), |name| name.to_string_lossy().into_owned())
}

/// A size as a person says it: `256 MB`.
pub(crate) fn size_words(bytes: u64) -> String {
    const KB: u64 = 1 << 10;
    const MB: u64 = 1 << 20;
    const GB: u64 = 1 << 30;
    match bytes {
        0..KB => t!("{bytes} bytes", bytes),
        KB..MB => format!("{} KB", bytes / KB),
        MB..GB => format!("{} MB", bytes / MB),
        _ => format!("{:.1} GB", bytes as f64 / GB as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_a_person_says_them() {
        let said = [900, 5 << 10, 256 << 20, 8 << 30, (3 << 30) / 2].map(size_words);
        assert_eq!(said, ["900 bytes", "5 KB", "256 MB", "8.0 GB", "1.5 GB"]);
    }

    #[test]
    fn the_systems_errors_find_their_words() {
        let path = Path::new("/nowhere/lamp.png");
        let of =
            |kind: io::ErrorKind| LibraryError::io("save the file", path, kind.into()).message();
        assert_eq!(of(io::ErrorKind::StorageFull), "The disk is full.");
        assert_eq!(of(io::ErrorKind::NotFound), "lamp.png is not where it was.");
        assert_eq!(
            of(io::ErrorKind::ReadOnlyFilesystem),
            "Rushes cannot write to the library folder /nowhere."
        );
        assert_eq!(of(io::ErrorKind::TimedOut), "The system could not save the file.");
    }
}
