//! Reading pictures, with limits: a picture that would not fit into memory is refused by its
//! header.

use std::io::Cursor;
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::IMAGE_LIMIT;
use super::error::{LibraryError, Result};
use super::form::Form;

/// Longest side in pixels.
const MAX_SIDE: u32 = 32_768;
/// Most memory for one picture, in bytes.
const MAX_ALLOC: u64 = 512 << 20;

/// A picture in memory, as it lies in the file.
pub(super) struct Picture {
    pub(super) pixels: DynamicImage,
    /// How it wants to be turned.
    pub(super) orientation: Orientation,
    /// Its colour profile, where that is one for RGB.
    pub(super) profile: Option<Vec<u8>>,
}

impl Picture {
    /// Width and height as shown.
    pub(super) fn size(&self) -> (u32, u32) {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }
}

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

    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(&bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| damaged(error.to_string()))?;
    // The buffer of the picture itself; the decoder counts only what it takes beside it.
    limits.reserve(decoder.total_bytes()).map_err(|error| damaged(error.to_string()))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile =
        decoder.icc_profile().ok().flatten().filter(|icc| icc.get(16..20) == Some(b"RGB "));
    let pixels = DynamicImage::from_decoder(decoder).map_err(|error| damaged(error.to_string()))?;
    Ok(Picture { pixels, orientation, profile })
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
