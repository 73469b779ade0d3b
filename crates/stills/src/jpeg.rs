//! What is done with JPEG alone: whether one is whole, which its decoder does not say, and a decode that
//! leaves out what a small picture does not show.

use image::{DynamicImage, GrayImage, RgbImage};
use memchr::memmem;
use turbojpeg::{Colorspace, Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

use crate::MAX_MEMORY;

const START_OF_SCAN: u8 = 0xDA;
/// The scales to decode at, smallest first.
const FACTORS: [ScalingFactor; 3] =
    [ScalingFactor::ONE_EIGHTH, ScalingFactor::ONE_QUARTER, ScalingFactor::ONE_HALF];
/// Most passes of one picture that are gone through for a smaller scale; those that programs write come to a dozen.
const MAX_SCANS: u32 = 100;

/// A JPEG in its two parts.
pub(crate) struct Jpeg<'a> {
    /// What is told before the first scan: size, orientation, profile.
    pub(crate) head: &'a [u8],
    /// From the first scan on.
    scan: &'a [u8],
}

impl<'a> Jpeg<'a> {
    /// Goes past the head. None where it ends before the first scan.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
        loop {
            let (&[0xFF, marker], after) = rest.split_first_chunk::<2>()? else { return None };
            if marker == 0xFF {
                // A filler before the marker.
                rest = &rest[1..];
                continue;
            }
            let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
            // The length counts its own two bytes.
            let (_, next) = after.split_at_checked(length).filter(|_| length >= 2)?;
            if marker == START_OF_SCAN {
                let head = &bytes[..bytes.len() - next.len()];
                return Some(Self { head, scan: next });
            }
            rest = next;
        }
    }

    /// Whether the end marker is there. The decoder paints what is missing grey and says nothing.
    pub(crate) fn is_whole(&self) -> bool {
        // Within a scan FF D9 can be nothing else.
        memmem::rfind(self.scan, &[0xFF, 0xD9]).is_some()
    }
}

/// Decodes at a half, a quarter or an eighth of the size, whichever is the smallest that keeps `side` pixels
/// on the longest side: whole blocks become a few pixels before their colours are worked out. None where
/// that would be the whole picture, or where this decoder does not read it without a doubt.
pub(crate) fn smaller(bytes: &[u8], side: u32) -> Option<DynamicImage> {
    let mut decoder = Decompressor::new().ok()?;
    decoder.set_scan_limit(MAX_SCANS).ok()?;
    let head = decoder.read_header(bytes).ok()?;
    let side = usize::try_from(side).ok()?;
    let enough = |factor: &ScalingFactor| factor.scale(head.width.max(head.height)) >= side;
    let factor = FACTORS.into_iter().find(enough)?;
    // One in several passes is kept whole as numbers of two bytes until the last pass has come.
    let kept = if head.is_progressive { head.width * head.height * 3 * 2 } else { 0 };
    if kept as u64 > MAX_MEMORY {
        return None;
    }
    decoder.set_scaling_factor(factor).ok()?;
    let (width, height) = (factor.scale(head.width), factor.scale(head.height));
    let (format, channels) = match head.colorspace {
        Colorspace::Gray => (PixelFormat::GRAY, 1),
        Colorspace::RGB | Colorspace::YCbCr => (PixelFormat::RGB, 3),
        _ => return None,
    };
    let pitch = width * channels;
    let mut pixels = vec![0; pitch * height];
    let to = Image { pixels: &mut pixels[..], width, pitch, height, format };
    decoder.decompress(bytes, to).ok()?;
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    match format {
        PixelFormat::GRAY => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
    }
}

/// Writes a picture, its colours with as many pixels as its light: with fewer, small pictures of drawings
/// and of type lose their edges. `quality` is 1 to 100.
pub(crate) fn encode(pixels: &RgbImage, quality: i32) -> Result<Vec<u8>, turbojpeg::Error> {
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let from = Image {
        pixels: pixels.as_raw().as_slice(),
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    };
    let mut encoder = Compressor::new()?;
    encoder.set_quality(quality)?;
    encoder.set_subsamp(Subsamp::None)?;
    encoder.compress_to_vec(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        [&[0xFF, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat()
    }

    #[test]
    fn an_end_within_the_head_is_not_the_end() {
        let thumbnail = segment(0xE1, b"Exif\0\0 \xFF\xD9 ");
        let whole = |scan: &[u8]| {
            let scans = segment(START_OF_SCAN, &[0]);
            let bytes = [&[0xFF, 0xD8], &thumbnail[..], &scans, scan].concat();
            Jpeg::read(&bytes).is_some_and(|jpeg| jpeg.is_whole())
        };
        assert_eq!((whole(b"abc\xFF\x00"), whole(b"abc\xFF\xD9")), (false, true));
        assert!(Jpeg::read(&[&[0xFF, 0xD8], &thumbnail[..]].concat()).is_none());
        assert!(Jpeg::read(b"\x89PNG").is_none());
        assert!(Jpeg::read(b"\xFF\xD8\xFF\xE1\0\0\xFF\xE1\0\0").is_none(), "no end of heads");
    }
    fn waves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8])
        })
    }

    fn size(picture: &DynamicImage) -> (u32, u32) {
        (picture.width(), picture.height())
    }

    #[test]
    fn the_smallest_scale_that_is_enough_is_taken() -> Result<(), turbojpeg::Error> {
        let bytes = encode(&waves(800, 300), 82)?;
        let cases = [
            (50, Some((100, 38))),
            (100, Some((100, 38))),
            (101, Some((200, 75))),
            (400, Some((400, 150))),
            (401, None),
        ];
        for (side, expected) in cases {
            assert_eq!(smaller(&bytes, side).as_ref().map(size), expected, "{side}");
        }
        Ok(())
    }

    #[test]
    fn one_in_several_passes_is_read_and_one_in_too_many_is_not() -> Result<(), turbojpeg::Error> {
        let pixels = waves(320, 160);
        let mut encoder = Compressor::new()?;
        encoder.set_progressive(true)?;
        let (width, height) = (320, 160);
        let format = PixelFormat::RGB;
        let from = Image { pixels: pixels.as_raw().as_slice(), width, pitch: 960, height, format };
        let bytes = encoder.compress_to_vec(from)?;
        assert_eq!(smaller(&bytes, 40).as_ref().map(size), Some((40, 20)));

        // The last pass, again and again.
        let begin = |at: &usize| bytes[*at..].starts_with(&[0xFF, START_OF_SCAN]);
        let last = (0..bytes.len()).rev().find(begin).map_or(0, |at| at);
        let (head, scan) = (&bytes[..last], &bytes[last..bytes.len() - 2]);
        let many = [head, &scan.repeat(120), &[0xFF, 0xD9]].concat();
        assert!(smaller(&many, 40).is_none());
        Ok(())
    }

    #[test]
    fn one_that_it_has_doubts_about_is_left_to_the_other_decoder() -> Result<(), turbojpeg::Error> {
        let mut bytes = encode(&waves(320, 160), 82)?;
        assert!(smaller(&bytes, 40).is_some());
        let end = bytes.len() - 2;
        bytes.splice(end..end, [0x55; 9]);
        assert!(smaller(&bytes, 40).is_none());
        let whole = crate::Picture::decode_for(&bytes, image::ImageFormat::Jpeg, 40);
        assert_eq!(whole.map(|picture| size(&picture.pixels)).ok(), Some((320, 160)));
        Ok(())
    }
}
