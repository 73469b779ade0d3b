//! Reads pictures with limits and makes small ones of them.
//!
//! A crate of its own because pixel work is generic code, compiled where it is called: only a
//! crate can be optimised while the rest is being developed, and only a small one quickly.
#![warn(missing_docs)]

mod jpeg;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder};

use jpeg::Jpeg;

pub use image::metadata::Orientation;
pub use image::{ImageFormat, RgbImage};

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
    /// encodes it. Keeps the colour profile.
    pub fn shrink(self, side: u32) -> Result<Small, Unreadable> {
        let mut small = if self.pixels.color().has_alpha() {
            DynamicImage::from(self.pixels.into_rgba8())
        } else {
            DynamicImage::from(self.pixels.into_rgb8())
        };
        let (width, height) = (small.width(), small.height());
        let (to_width, to_height) = fit(width, height, side);
        if (to_width, to_height) != (width, height) {
            small = match &small {
                DynamicImage::ImageRgba8(rgba) => image::RgbaImage::from_raw(
                    to_width,
                    to_height,
                    resize::<U8x4>(rgba, (width, height), (to_width, to_height))?,
                )
                .map(DynamicImage::from),
                other => RgbImage::from_raw(
                    to_width,
                    to_height,
                    resize::<U8x3>(other.as_bytes(), (width, height), (to_width, to_height))?,
                )
                .map(DynamicImage::from),
            }
            .ok_or_else(|| unreadable("a small picture of the wrong size"))?;
        }
        small.apply_orientation(self.orientation);
        encode(small, self.profile)
    }
}

/// Width and height that fit into a square of `side`.
fn fit(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scaled = |length: u32| {
        let exact = u64::from(length) * u64::from(side) + u64::from(longest) / 2;
        ((exact / u64::from(longest)) as u32).max(1)
    };
    (scaled(width), scaled(height))
}

/// One kind of pixel a call: the general way compiles the code for all of them.
fn resize<P: PixelTrait>(
    from: &[u8],
    size: (u32, u32),
    to: (u32, u32),
) -> Result<Vec<u8>, Unreadable> {
    let from = TypedImageRef::<P>::from_buffer(size.0, size.1, from).map_err(unreadable)?;
    let mut small = vec![0; to.0 as usize * to.1 as usize * size_of::<P>()];
    let mut into = TypedImage::<P>::from_buffer(to.0, to.1, &mut small).map_err(unreadable)?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize_typed(&from, &mut into, &options).map_err(unreadable)?;
    Ok(small)
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

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn sides_keep_their_ratio_and_never_vanish() {
        let cases = [
            ((1_000, 500), (512, 256)),
            ((500, 1_000), (256, 512)),
            ((30, 3_000), (5, 512)),
            ((1, 30_000), (1, 512)),
            ((512, 512), (512, 512)),
            ((64, 48), (64, 48)),
        ];
        for ((width, height), expected) in cases {
            assert_eq!(fit(width, height, 512), expected);
        }
    }
}
