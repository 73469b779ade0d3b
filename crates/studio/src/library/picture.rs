//! Reading pictures: limits on the file here, limits on its pixels in `rushes-stills`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use rushes_stills::{ImageFormat, Picture};

use super::IMAGE_LIMIT;
use super::error::{LibraryError, Result};
use super::form::Form;

/// Decodes the whole picture; the first frame of a moving one. [`LibraryError::NoPoster`] for a
/// kind that is kept and has no decoder here.
pub(super) fn decode(mut file: &File, form: Form) -> Result<Picture> {
    let damaged = |detail: String| LibraryError::Damaged { what: form.words(), detail };
    let format = match form {
        Form::Png => ImageFormat::Png,
        Form::Jpeg => ImageFormat::Jpeg,
        Form::Webp => ImageFormat::WebP,
        Form::Gif => ImageFormat::Gif,
        Form::Avif | Form::Heic => {
            return Err(LibraryError::NoPoster { codec: form.words().into() });
        }
        Form::Mp4 | Form::Mov | Form::Webm | Form::Wav | Form::Mp3 => {
            return Err(damaged("not a picture".into()));
        }
    };
    let length = file.metadata().map_err(LibraryError::unread)?.len();
    if length > IMAGE_LIMIT {
        return Err(LibraryError::TooLarge { limit: IMAGE_LIMIT });
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(IMAGE_LIMIT).read_to_end(&mut bytes))
        .map_err(LibraryError::unread)?;
    Picture::decode(&bytes, format).map_err(|error| damaged(error.to_string()))
}
