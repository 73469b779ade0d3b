//! What is done with JPEG alone: whether one is whole, which its decoder does not say, and a decode that
//! leaves out what a small picture does not show.

use image::{DynamicImage, GrayImage, RgbImage};
use rusty_jpeg::{Decoder, PixelFormat};

use crate::MAX_MEMORY;

const START_OF_SCAN: u8 = 0xDA;

/// What follows the head of a JPEG.
pub(crate) struct Jpeg<'a> {
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
                return Some(Self { scan: next });
            }
            rest = next;
        }
    }

    /// Whether the end marker is there. The decoder paints what is missing grey and says nothing.
    pub(crate) fn is_whole(&self) -> bool {
        // Within a scan FF D9 can be nothing else.
        self.scan.windows(2).any(|pair| pair == [0xFF, 0xD9])
    }
}

/// Decodes at a half, a quarter or an eighth of the size, whichever is the smallest that keeps `side` pixels
/// on the longest side: whole blocks become a few pixels before their colours are worked out. None where
/// that would be the whole picture, or where this decoder does not read it.
pub(crate) fn smaller(
    bytes: &[u8],
    (width, height): (u32, u32),
    side: u32,
) -> Option<DynamicImage> {
    let longest = width.max(height);
    if longest < side * 2 {
        return None;
    }
    let side = u16::try_from(side).ok()?;
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MAX_MEMORY as usize);
    // A process that reads media may start no threads.
    decoder.set_single_threaded(true);
    // The scale is the smallest that is enough for one of the two, so only the longest counts.
    let (wide, tall) = if width < height { (u16::MAX, side) } else { (side, u16::MAX) };
    let (width, height) = decoder.scale(wide, tall).ok()?;
    let pixels = decoder.decode().ok()?;
    let (width, height) = (u32::from(width), u32::from(height));
    match decoder.info()?.pixel_format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::L16 | PixelFormat::CMYK32 => None,
    }
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
}
