//! Whether a JPEG is whole, which its decoder does not say.

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
