//! What a JPEG says beside its pixels: whether it is whole, how it wants to be turned, its colours.

use image::metadata::Orientation;

const START_OF_SCAN: u8 = 0xDA;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";

/// The head of a JPEG and what follows it.
pub(crate) struct Jpeg<'a> {
    /// Markers with what stands in them, up to the first scan.
    segments: Vec<(u8, &'a [u8])>,
    /// From the first scan on.
    scan: &'a [u8],
}

impl<'a> Jpeg<'a> {
    /// Splits the head. None where it ends before the first scan.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut segments = Vec::new();
        let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
        loop {
            let (&[0xFF, marker], after) = rest.split_first_chunk::<2>()? else { return None };
            if marker == 0xFF {
                // A filler before the marker.
                rest = &rest[1..];
                continue;
            }
            let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
            let (segment, next) = after.split_at_checked(length)?;
            if marker == START_OF_SCAN {
                return Some(Self { segments, scan: next });
            }
            segments.push((marker, segment.get(2..)?));
            rest = next;
        }
    }

    /// Whether the end marker is there. The decoder paints what is missing grey and says nothing.
    pub(crate) fn is_whole(&self) -> bool {
        // Within a scan FF D9 can be nothing else.
        self.scan.windows(2).any(|pair| pair == [0xFF, 0xD9])
    }

    /// How the camera was held.
    pub(crate) fn orientation(&self) -> Orientation {
        self.parts(APP1, EXIF)
            .find_map(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms)
    }

    /// The colour profile, where it is one for RGB: one for ink or for grey does not fit what
    /// comes out of the decoder.
    pub(crate) fn profile(&self) -> Option<Vec<u8>> {
        // Large profiles come in parts, each with its number and the count of all before it.
        let mut parts: Vec<_> =
            self.parts(APP2, ICC).filter_map(|part| part.split_first_chunk::<2>()).collect();
        parts.sort_by_key(|([number, _], _)| *number);
        let whole = parts.iter().map(|([number, _], _)| usize::from(*number)).eq(1..=parts.len())
            && parts.iter().all(|([_, count], _)| usize::from(*count) == parts.len());
        let profile = parts.into_iter().flat_map(|(_, part)| part).copied().collect::<Vec<u8>>();
        (whole && profile.get(16..20) == Some(b"RGB ")).then_some(profile)
    }

    fn parts(&self, marker: u8, name: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        self.segments
            .iter()
            .filter(move |(found, _)| *found == marker)
            .filter_map(move |(_, segment)| segment.strip_prefix(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        [&[0xFF, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat()
    }

    fn jpeg(head: &[Vec<u8>], scan: &[u8]) -> Vec<u8> {
        [&[0xFF, 0xD8], &head.concat()[..], &segment(START_OF_SCAN, &[0]), scan].concat()
    }

    fn icc(number: u8, count: u8, body: &[u8]) -> Vec<u8> {
        segment(APP2, &[ICC, &[number, count], body].concat())
    }

    #[test]
    fn an_end_within_the_head_is_not_the_end() {
        let thumbnail = segment(APP1, b"Exif\0\0 \xFF\xD9 ");
        let whole = |scan: &[u8]| {
            let bytes = jpeg(std::slice::from_ref(&thumbnail), scan);
            Jpeg::read(&bytes).is_some_and(|jpeg| jpeg.is_whole())
        };
        assert_eq!((whole(b"abc\xFF\x00"), whole(b"abc\xFF\xD9")), (false, true));
        assert!(Jpeg::read(&[&[0xFF, 0xD8], &thumbnail[..]].concat()).is_none());
        assert!(Jpeg::read(b"\x89PNG").is_none());
    }

    #[test]
    fn a_profile_in_parts_is_put_together() {
        let body = [&[0; 16][..], b"RGB ", &[7; 80]].concat();
        let parts = |order: &[(u8, u8, &[u8])]| {
            let head: Vec<_> = order.iter().map(|(n, of, body)| icc(*n, *of, body)).collect();
            Jpeg::read(&jpeg(&head, b"")).and_then(|jpeg| jpeg.profile())
        };
        assert_eq!(parts(&[(1, 1, &body)]), Some(body.clone()));
        assert_eq!(parts(&[(2, 2, &body[30..]), (1, 2, &body[..30])]), Some(body.clone()));
        assert_eq!(parts(&[(1, 2, &body[..30])]), None);
        assert_eq!(parts(&[(1, 1, &[0; 100])]), None);
        assert_eq!(parts(&[]), None);
    }
}
