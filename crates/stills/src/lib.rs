//! Reads pictures with limits and makes small ones of them.
//!
//! A crate of its own because pixel loops are unusable unoptimised, and only a crate can be
//! optimised while the rest is being developed. It must stay quick to build.
#![warn(missing_docs)]

mod av1;
mod colour;
mod heif;
mod jpeg;
mod letters;
mod sheet;
mod shrink;

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use jpeg::Jpeg;

pub use image::metadata::Orientation;
pub use image::{ImageFormat, RgbImage};
pub use sheet::{Line, Sheet};

/// Longest side of a picture that is read, in pixels.
pub const MAX_SIDE: u32 = 32_768;
/// Most pixels of a picture that is read.
pub const MAX_PIXELS: u64 = 200_000_000;
/// Most memory for the pixels of one picture, and again for what its decoder needs beside them, in
/// bytes: 200 million pixels of five bytes.
const MAX_MEMORY: u64 = 1 << 30;
/// JPEG quality of what is made, 1 to 100.
const QUALITY: i32 = 82;
/// Longest side of what a ThumbHash is taken from, in pixels.
const HASHED_SIDE: u32 = 100;

/// Why a picture could not be read or made; the decoder's words.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is damaged, not complete, or too large.
    #[error("{0}")]
    Damaged(String),
    /// It may be sound, and is of a kind that the decoder does not know.
    #[error("{0}")]
    Unsupported(String),
}

fn unreadable(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

/// A picture in memory, as it lies in its file.
#[derive(Debug)]
pub struct Picture {
    pixels: DynamicImage,
    /// Width and height in the file, where it was decoded at a smaller scale too.
    full: (u32, u32),
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

/// A small picture, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// PNG where it is see-through, JPEG otherwise.
    pub format: ImageFormat,
}

/// What is made of one decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stills<const N: usize> {
    /// One for each side that was asked for, in that order.
    pub small: [Small; N],
    /// ThumbHash, at most 32 bytes: a blur to show before anything is loaded
    /// (<https://evanw.github.io/thumbhash/>).
    pub hash: Vec<u8>,
}

impl Picture {
    /// Decodes a whole picture, the first frame of a moving one. What is too large is refused by
    /// its head.
    pub fn decode(bytes: &[u8], format: ImageFormat) -> Result<Self, Unreadable> {
        Self::decode_for(bytes, format, u32::MAX)
    }

    /// The same for making pictures of at most `side` pixels on the longest side: decodes at a smaller
    /// scale where the format has a way that is quicker.
    pub fn decode_for(bytes: &[u8], format: ImageFormat, side: u32) -> Result<Self, Unreadable> {
        let head = match format {
            ImageFormat::Jpeg => match Jpeg::read(bytes) {
                Some(jpeg) if jpeg.is_whole() => jpeg.head,
                _ => return Err(unreadable("the file ends before the picture")),
            },
            _ => bytes,
        };
        let mut decoder = decoder(head, format)?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(unreadable("there are more than 200 million pixels"));
        }
        if decoder.total_bytes() > MAX_MEMORY {
            return Err(unreadable("the pixels need more than a gigabyte"));
        }
        // A broken note on the side costs no picture.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let profile = decoder.icc_profile().ok().flatten();
        let full = (width, height);
        let smaller = (format == ImageFormat::Jpeg && side < MAX_SIDE)
            .then(|| jpeg::smaller(bytes, side))
            .flatten();
        let pixels = match smaller {
            Some(smaller) => Ok(smaller),
            None if head.len() < bytes.len() => {
                DynamicImage::from_decoder(self::decoder(bytes, format)?)
            }
            None => DynamicImage::from_decoder(decoder),
        };
        let pixels = pixels.map_err(unreadable)?;
        Ok(Self { pixels, full, orientation, profile })
    }

    /// Decodes the main picture of an AVIF or HEIC file, turned as it asks. What is too large is refused
    /// by its head.
    pub fn decode_heif(bytes: &[u8]) -> Result<Self, Unreadable> {
        let heif::Shown { pixels, profile } = heif::decode(bytes)?;
        let full = (pixels.width(), pixels.height());
        Ok(Self { pixels, full, orientation: Orientation::NoTransforms, profile })
    }

    /// A picture that came out of a clip.
    pub fn from_rgb(pixels: RgbImage, orientation: Orientation) -> Self {
        let full = pixels.dimensions();
        Self { pixels: pixels.into(), full, orientation, profile: None }
    }

    /// Width and height in pixels as shown, after any turn that the file asks for.
    pub fn size(&self) -> (u32, u32) {
        let (width, height) = self.full;
        match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }

    /// Small pictures of at most so many pixels on the longest side, never enlarged, upright, 8 bits
    /// a channel, in sRGB. Each is made of the next larger one, so that the picture is gone over once.
    pub fn stills<const N: usize>(self, sides: [u32; N]) -> Result<Stills<N>, Unreadable> {
        let mut order: Vec<usize> = (0..N).collect();
        order.sort_by_key(|at| std::cmp::Reverse(sides[*at]));
        let largest = order.first().map_or(HASHED_SIDE, |at| sides[*at]);
        let shown = self.size();
        // By the size in the file: what was decoded at a smaller scale is rounded already.
        let mut small = shrink::shrink_to(self.pixels, shrink::fit(self.full, largest));
        small.apply_orientation(self.orientation);
        if let Some(profile) = &self.profile {
            small = colour::to_srgb(small, profile);
        }
        let mut made: [Option<Small>; N] = [const { None }; N];
        let mut last: Option<Small> = None;
        for at in order {
            // One that is small enough already is the same picture again.
            let fits = small.width().max(small.height()) <= sides[at];
            if !fits {
                small = shrink::shrink_to(small, shrink::fit(shown, sides[at]));
            }
            let next = match last {
                Some(same) if fits => same,
                _ => encode(&small)?,
            };
            last = Some(next.clone());
            made[at] = Some(next);
        }
        let hash = hash(small);
        let made: Vec<Small> = made.into_iter().flatten().collect();
        let small = <[Small; N]>::try_from(made).map_err(|_| unreadable("a size is missing"))?;
        Ok(Stills { small, hash })
    }
}

/// A decoder that has read the head and no more. That of JPEG copies all it is given, so a head may be given alone.
fn decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder, Unreadable> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    reader.into_decoder().map_err(unreadable)
}

fn encode(small: &DynamicImage) -> Result<Small, Unreadable> {
    let see_through =
        small.as_rgba8().is_some_and(|rgba| rgba.pixels().any(|pixel| pixel.0[3] < 255));
    if see_through {
        let mut bytes = Vec::new();
        small.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(unreadable)?;
        return Ok(Small { bytes, format: ImageFormat::Png });
    }
    let bytes = match small.as_rgb8() {
        Some(rgb) => jpeg::encode(rgb, QUALITY),
        None => jpeg::encode(&small.to_rgb8(), QUALITY),
    };
    Ok(Small { bytes: bytes.map_err(unreadable)?, format: ImageFormat::Jpeg })
}

fn hash(small: DynamicImage) -> Vec<u8> {
    let tiny = shrink::shrink(small, HASHED_SIDE).into_rgba8();
    thumbhash::rgba_to_thumb_hash(tiny.width() as usize, tiny.height() as usize, &tiny)
}

#[cfg(test)]
mod tests;
