//! Reads pictures with limits and makes small ones of them.
//!
//! A crate of its own because pixel loops are unusable unoptimised, and only a crate can be
//! optimised while the rest is being developed. It must stay quick to build: what `image` compiles
//! itself is called, and what would be compiled once more here is not.
#![warn(missing_docs)]

mod jpeg;
mod sheet;
mod shrink;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder};

use jpeg::Jpeg;

pub use image::metadata::Orientation;
pub use image::{ImageFormat, RgbImage};
pub use sheet::{Line, Sheet};

/// Longest side of a picture that is read, in pixels.
pub const MAX_SIDE: u32 = 32_768;
/// JPEG quality of what is made, 1 to 100.
const QUALITY: u8 = 82;

/// Why a picture could not be read or made; the decoder's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

fn unreadable(error: impl std::fmt::Display) -> Unreadable {
    Unreadable(error.to_string())
}

/// A picture in memory, as it lies in its file.
#[derive(Debug)]
pub struct Picture {
    pixels: DynamicImage,
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

impl Picture {
    /// Decodes a whole picture, the first frame of a moving one. What would take more than half a
    /// gigabyte is refused by its head.
    pub fn decode(bytes: &[u8], format: ImageFormat) -> Result<Self, Unreadable> {
        let (orientation, profile) = if format == ImageFormat::Jpeg {
            let jpeg = Jpeg::read(bytes).filter(Jpeg::is_whole);
            let jpeg = jpeg.ok_or_else(|| unreadable("the file ends before the picture"))?;
            (jpeg.orientation(), jpeg.profile())
        } else {
            (Orientation::NoTransforms, None)
        };
        // Of all ways into the decoders this one is compiled with them and not once more here. It
        // keeps their default limits: 512 MiB for the pixels and whatever the decoder needs.
        let pixels = image::load_from_memory_with_format(bytes, format).map_err(unreadable)?;
        if pixels.width().max(pixels.height()) > MAX_SIDE {
            return Err(unreadable("a side is longer than 32768 pixels"));
        }
        Ok(Self { pixels, orientation, profile })
    }

    /// A picture that came out of a clip.
    pub fn from_rgb(pixels: RgbImage, orientation: Orientation) -> Self {
        Self { pixels: pixels.into(), orientation, profile: None }
    }

    /// Width and height in pixels as shown, after any turn that the file asks for.
    pub fn size(&self) -> (u32, u32) {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        match self.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }

    /// Shrinks to at most `side` pixels on the longest side, never enlarging, turns it upright and
    /// encodes it. Keeps the colour profile of a JPEG.
    pub fn shrink(self, side: u32) -> Result<Small, Unreadable> {
        let mut small = shrink::shrink(self.pixels, side);
        small.apply_orientation(self.orientation);
        encode(small, self.profile)
    }
}

fn encode(small: DynamicImage, profile: Option<Vec<u8>>) -> Result<Small, Unreadable> {
    let see_through =
        small.as_rgba8().is_some_and(|rgba| rgba.pixels().any(|pixel| pixel.0[3] < 255));
    let mut bytes = Vec::new();
    let format = if see_through {
        let mut encoder = PngEncoder::new(&mut bytes);
        keep(&mut encoder, profile);
        small.write_with_encoder(encoder).map_err(unreadable)?;
        ImageFormat::Png
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        keep(&mut encoder, profile);
        small.into_rgb8().write_with_encoder(encoder).map_err(unreadable)?;
        ImageFormat::Jpeg
    };
    Ok(Small { bytes, format })
}

fn keep(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    // An encoder that takes none shows the colours a little off, which is better than nothing.
    let _ = profile.map(|profile| encoder.set_icc_profile(profile));
}
