//! Reading pictures: limits on the file here, limits on its pixels in `rushes-stills`.

use std::path::Path;

use rushes_stills::{ImageFormat, Picture};

use super::IMAGE_LIMIT;
use super::error::{LibraryError, Result};
use super::form::Form;

/// Decodes the whole picture; the first frame of a moving one.
pub(super) fn decode(path: &Path, form: Form) -> Result<Picture> {
    let damaged = |detail: String| LibraryError::Damaged { what: form.words(), detail };
    let format = match form {
        Form::Png => ImageFormat::Png,
        Form::Jpeg => ImageFormat::Jpeg,
        Form::Webp => ImageFormat::WebP,
        Form::Gif => ImageFormat::Gif,
        Form::Mp4 | Form::Mov | Form::Webm => return Err(damaged("not a picture".into())),
    };
    let length = path.metadata().map_err(|error| LibraryError::read(path, error))?.len();
    if length > IMAGE_LIMIT {
        return Err(LibraryError::TooLarge { limit: IMAGE_LIMIT });
    }
    let bytes = std::fs::read(path).map_err(|error| LibraryError::read(path, error))?;
    Picture::decode(&bytes, format).map_err(|error| damaged(error.to_string()))
}
