//! What is done with foreign bytes: told what they are, and made small. In the process that
//! [`super::apart`] chooses, on a file that is open already.

use std::fs::File;

use rushes_stills::{ImageFormat, Picture};
use serde::{Deserialize, Serialize};

use super::error::{LibraryError, Result};
use super::form::{Form, Inspected, guarded};
use super::thumb::ThumbSize;
use super::words::{self, Words};
use super::{clip, heif, picture, sound, webm};

/// Most pixels on the longest side of what is made of a file.
const LARGEST: u32 = ThumbSize::Large.side();

/// What is to be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Task {
    /// Read it through: is it whole, how large, how long.
    Inspect,
    /// Make small pictures of it.
    Stills,
    /// Read what it says about itself.
    Words,
}

/// Small pictures of a file, one for each [`ThumbSize`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stills {
    pub(super) small: [Still; 3],
    /// ThumbHash, at most 32 bytes.
    pub(super) hash: Vec<u8>,
}

/// One small picture, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Still {
    /// PNG because it is see-through, or JPEG.
    pub(super) png: bool,
    pub(super) bytes: Vec<u8>,
}

/// What came of a task.
#[derive(Debug)]
pub(super) enum Done {
    Inspected(Inspected),
    Stills(Stills),
    Words(Box<Words>),
}

/// Does a task. A reader that panics has met a file that it should have refused.
pub(super) fn run(task: Task, form: Form, file: &File) -> Result<Done> {
    guarded(form, || match task {
        Task::Inspect => inspect(form, file).map(Done::Inspected),
        Task::Stills => stills(form, file).map(Done::Stills),
        Task::Words => words::read(file).map(|words| Done::Words(Box::new(words))),
    })
}

fn inspect(form: Form, file: &File) -> Result<Inspected> {
    let ((width, height), duration_ms) = match form {
        Form::Png | Form::Jpeg | Form::Webp | Form::Gif => {
            (picture::decode(file, form, LARGEST)?.size(), None)
        }
        Form::Avif | Form::Heic => {
            // The boxes may promise more than there is, of which a decoder says nothing.
            let named = heif::read(file, form)?;
            match picture::decode(file, form, LARGEST) {
                Ok(picture) => (picture.size(), None),
                Err(LibraryError::NoPoster { .. }) => (named, None),
                Err(error) => return Err(error),
            }
        }
        Form::Mp4 | Form::Mov => {
            let clip = clip::Clip::open(file, form)?;
            match clip.poster() {
                // Sound, and of a kind that our decoder does not know.
                Ok(_) | Err(LibraryError::NoPoster { .. }) => {}
                Err(error) => return Err(error),
            }
            ((clip.width, clip.height), clip.duration_ms)
        }
        Form::Webm => {
            let (width, height, duration_ms) = webm::read(file)?;
            ((width, height), duration_ms)
        }
        Form::Wav => ((0, 0), sound::wav(file)?),
        Form::Mp3 => ((0, 0), sound::mp3(file)?),
        Form::Svg | Form::Pdf | Form::Html => ((0, 0), None),
    };
    Ok(Inspected { form, width, height, duration_ms })
}

fn stills(form: Form, file: &File) -> Result<Stills> {
    let picture: Picture = match form {
        Form::Mp4 | Form::Mov => clip::Clip::open(file, form)?.poster()?,
        Form::Webm => return Err(LibraryError::NoPoster { codec: "WebM".into() }),
        Form::Wav | Form::Mp3 | Form::Svg | Form::Pdf | Form::Html => {
            return Err(LibraryError::NoPoster { codec: form.words().into() });
        }
        Form::Avif | Form::Heic => {
            heif::read(file, form)?;
            picture::decode(file, form, LARGEST)?
        }
        _ => picture::decode(file, form, LARGEST)?,
    };
    let made = picture
        .stills(ThumbSize::ALL.map(ThumbSize::side))
        .map_err(|error| LibraryError::Damaged { what: form.words(), detail: error.to_string() })?;
    let still = |small: rushes_stills::Small| Still {
        png: small.format == ImageFormat::Png,
        bytes: small.bytes,
    };
    Ok(Stills { small: made.small.map(still), hash: made.hash })
}
