//! What a file is: told by its first bytes and proved by reading it, never by its name or by what
//! a server says.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rushes_providers::schema::MediaKind;
use serde::{Deserialize, Serialize};

use super::error::{LibraryError, Result};
use super::{apart, webm};

/// The forms that the library keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Form {
    Png,
    Jpeg,
    Webp,
    Gif,
    Avif,
    Heic,
    Mp4,
    Mov,
    Webm,
    Wav,
    Mp3,
    Svg,
    Pdf,
    Html,
}

/// What was read out of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inspected {
    pub(super) form: Form,
    /// Pixels as shown; 0 of a sound and of what is not drawn.
    pub(super) width: u32,
    /// Pixels as shown; 0 of a sound and of what is not drawn.
    pub(super) height: u32,
    pub(super) duration_ms: Option<i64>,
}

/// As many bytes as a sniff looks at.
pub(super) const HEAD: usize = 4096;

impl Form {
    const ALL: [Self; 14] = [
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Gif,
        Self::Avif,
        Self::Heic,
        Self::Mp4,
        Self::Mov,
        Self::Webm,
        Self::Wav,
        Self::Mp3,
        Self::Svg,
        Self::Pdf,
        Self::Html,
    ];

    /// Tells the form of a picture, clip or sound by the first bytes; says what it is instead when it is
    /// none that is read.
    pub(super) fn sniff(head: &[u8]) -> Result<Self> {
        if head.is_empty() {
            return Err(LibraryError::Empty);
        }
        let known = infer::get(head);
        let form = match known.map(|known| known.mime_type()) {
            Some("image/png") => Some(Self::Png),
            Some("image/jpeg") => Some(Self::Jpeg),
            Some("image/webp") => Some(Self::Webp),
            Some("image/gif") => Some(Self::Gif),
            Some("image/avif") => Some(Self::Avif),
            Some("image/heif") => Some(Self::Heic),
            Some("video/mp4" | "video/x-m4v") => Some(Self::Mp4),
            Some("video/quicktime") => Some(Self::Mov),
            Some("audio/x-wav") => Some(Self::Wav),
            Some("audio/mpeg") => Some(Self::Mp3),
            _ if webm::is_webm(head) => Some(Self::Webm),
            // A brand younger than the list: the reader decides.
            None if head.get(4..8) == Some(b"ftyp") => Some(Self::Mp4),
            _ => None,
        };
        form.ok_or_else(|| LibraryError::NotMedia { what: name_of(head, known) })
    }

    /// The same for what may be in the library: drawings, documents and pages too, which are kept as they
    /// came and never read. A program that draws them runs what they hold.
    pub(super) fn sniff_kept(head: &[u8]) -> Result<Self> {
        Self::sniff(head).or_else(|error| Self::undrawn(head).ok_or(error))
    }

    /// A form that is kept and not read.
    fn undrawn(head: &[u8]) -> Option<Self> {
        if infer::get(head).is_some_and(|known| known.mime_type() == "application/pdf") {
            return Some(Self::Pdf);
        }
        let start = String::from_utf8_lossy(&head[..head.len().min(1024)]).to_lowercase();
        let begins = start.trim_start_matches('\u{feff}').trim_start();
        let drawing = begins.find("<svg");
        // A page may hold drawings, and a drawing pages.
        let page =
            if begins.starts_with("<!doctype html") { Some(0) } else { begins.find("<html") };
        match (drawing, page) {
            (Some(drawing), Some(page)) if page < drawing => Some(Self::Html),
            (Some(_), _) => Some(Self::Svg),
            (None, page) => page.map(|_| Self::Html),
        }
    }

    pub(super) fn media(self) -> MediaKind {
        match self {
            Self::Mp4 | Self::Mov | Self::Webm => MediaKind::Video,
            Self::Wav | Self::Mp3 => MediaKind::Audio,
            // What came in place of a picture is filed under pictures.
            _ => MediaKind::Image,
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Html => "text/html",
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
            Self::Heic => "heic",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Webm => "webm",
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }

    /// For a sentence: "This PNG picture is damaged".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Png => key!("PNG picture"),
            Self::Jpeg => key!("JPEG picture"),
            Self::Webp => key!("WebP picture"),
            Self::Gif => key!("GIF picture"),
            Self::Avif => key!("AVIF picture"),
            Self::Heic => key!("HEIC picture"),
            Self::Mp4 => key!("MP4 clip"),
            Self::Mov => key!("MOV clip"),
            Self::Webm => key!("WebM clip"),
            Self::Wav => key!("WAV sound"),
            Self::Mp3 => key!("MP3 sound"),
            Self::Svg => key!("SVG drawing"),
            Self::Pdf => key!("PDF document"),
            Self::Html => key!("web page"),
        }
    }
}

/// The media type of a file in the library or among the thumbnails, by the ending that we gave it.
pub fn media_type_of(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?;
    Form::ALL.into_iter().find(|form| form.ending() == ending).map(Form::media_type)
}

/// The form of a file by its first bytes.
pub(super) fn sniff_file(path: &Path) -> Result<Form> {
    let file = File::open(path).map_err(|error| LibraryError::read(path, error))?;
    sniff_open(&file).map_err(|error| LibraryError::read(path, error))?
}

/// The form of a file of the library.
pub(super) fn kept_file(path: &Path) -> Result<Form> {
    let file = File::open(path).map_err(|error| LibraryError::read(path, error))?;
    kept_open(&file).map_err(|error| LibraryError::read(path, error))?
}

/// The form of an open file by its first bytes; leaves it somewhere within them.
pub(super) fn sniff_open(file: &File) -> std::io::Result<Result<Form>> {
    Ok(Form::sniff(&head_of(file)?))
}

/// The same for what may be in the library.
pub(super) fn kept_open(file: &File) -> std::io::Result<Result<Form>> {
    Ok(Form::sniff_kept(&head_of(file)?))
}

fn head_of(file: &File) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Reads the whole file as what it seems to be. A picture is decoded; of a clip the index must be
/// whole and the first picture must be there.
pub(super) fn inspect(path: &Path) -> Result<Inspected> {
    apart::inspect(path)
}

/// Runs a reader of foreign bytes. Some of them panic where they should refuse.
pub(super) fn guarded<T>(form: Form, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(LibraryError::Damaged { what: form.words(), detail: "the reader gave up".into() })
    })
}

/// What a file is that we do not keep, for a sentence.
fn name_of(head: &[u8], known: Option<infer::Type>) -> String {
    match Form::undrawn(head) {
        Some(Form::Svg) => return key!("an SVG drawing").into(),
        Some(Form::Pdf) => return key!("a PDF document").into(),
        Some(Form::Html) => return key!("a web page").into(),
        _ => {}
    }
    if let Some(known) = known {
        let ending = known.extension().to_uppercase();
        return match known.matcher_type() {
            infer::MatcherType::Image => format!("a picture of the kind {ending}"),
            infer::MatcherType::Video => format!("a clip of the kind {ending}"),
            infer::MatcherType::Audio => key!("a sound file").into(),
            infer::MatcherType::Archive => key!("an archive").into(),
            infer::MatcherType::Doc | infer::MatcherType::Book => key!("a document").into(),
            infer::MatcherType::App => key!("a program").into(),
            infer::MatcherType::Text => key!("a web page or other text").into(),
            _ => key!("a file of another kind").into(),
        };
    }
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end within a character.
        Err(error) => error.error_len().is_none(),
    };
    if whole && !head.contains(&0) {
        key!("a text file")
    } else {
        key!("a file of an unknown kind")
    }
    .into()
}
