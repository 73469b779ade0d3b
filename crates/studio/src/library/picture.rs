//! Reading pictures: limits on the file here, limits on its pixels in `rushes-stills`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use rushes_stills::{ImageFormat, Picture, Unreadable};

use super::IMAGE_LIMIT;
use super::error::{LibraryError, Result};
use super::form::Form;

/// Decodes a picture, for making others of at most `side` pixels on the longest side; the first frame of a
/// moving one. [`LibraryError::NoPoster`] for one that may be sound and that the decoder does not know.
pub(super) fn decode(mut file: &File, form: Form, side: u32) -> Result<Picture> {
    let damaged = |detail: String| LibraryError::Damaged { what: form.words(), detail };
    let format = match form {
        Form::Png => Some(ImageFormat::Png),
        Form::Jpeg => Some(ImageFormat::Jpeg),
        Form::Webp => Some(ImageFormat::WebP),
        Form::Gif => Some(ImageFormat::Gif),
        Form::Avif | Form::Heic => None,
        _ => return Err(damaged("not a picture".into())),
    };
    let length = file.metadata().map_err(LibraryError::unread)?.len();
    if length > IMAGE_LIMIT {
        return Err(LibraryError::TooLarge { limit: IMAGE_LIMIT });
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(IMAGE_LIMIT).read_to_end(&mut bytes))
        .map_err(LibraryError::unread)?;
    let picture = match format {
        Some(format) => Picture::decode_for(&bytes, format, side),
        None => Picture::decode_heif(&bytes),
    };
    picture.map_err(|error| match error {
        Unreadable::Damaged(detail) => damaged(detail),
        Unreadable::Unsupported(_) => LibraryError::NoPoster { codec: form.words().into() },
    })
}
