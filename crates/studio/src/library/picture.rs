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
    if form == Form::Jpeg && !jpeg_ends(&bytes) {
        return Err(damaged("the file ends before the picture".into()));
    }
    Picture::decode(&bytes, format).map_err(|error| damaged(error.to_string()))
}

/// Whether a JPEG has its end marker. The decoder paints what is missing grey and says nothing.
fn jpeg_ends(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    let mut at = 2;
    // Segments up to the first scan carry their length; an embedded thumbnail lies in one of them.
    while let (Some(&0xFF), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) {
        if marker == 0xFF {
            at += 1;
            continue;
        }
        let Some(length) = bytes.get(at + 2..at + 4) else {
            return false;
        };
        at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
        if marker == START_OF_SCAN {
            // Within a scan FF D9 can be nothing else.
            return bytes
                .get(at..)
                .is_some_and(|scan| scan.windows(2).any(|pair| pair == [0xFF, 0xD9]));
        }
    }
    false
}
