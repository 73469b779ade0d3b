//! JPEG: segments, and the coded picture between them (ITU-T T.81, annex B).

/// A part of the file, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) struct Segment<'a> {
    /// The second byte of its marker, e.g. 0xE1 for APP1.
    pub(in crate::library) marker: u8,
    /// What it holds, without marker and length; of SOS its head alone.
    pub(in crate::library) body: &'a [u8],
    /// All of it; of SOS the coded picture behind it too.
    pub(in crate::library) whole: &'a [u8],
}

/// Start of image, end of image, start of scan.
pub(in crate::library) const SOI: u8 = 0xD8;
/// See [`SOI`].
pub(in crate::library) const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// Walks the segments from SOI to the first EOI; ends early where the file does.
pub(in crate::library) fn segments(file: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut at = file.starts_with(&[0xFF, SOI]).then_some(0);
    std::iter::from_fn(move || {
        let start = at?;
        // Any number of 0xFF may stand before a marker.
        let filled = file.get(start..)?.iter().position(|&byte| byte != 0xFF)?;
        let marker = file[start + filled];
        if filled == 0 || marker == 0 {
            return None;
        }
        let head = start + filled + 1;
        let (body, end) = if marker == SOI || marker == EOI || (0xD0..=0xD7).contains(&marker) {
            (&file[head..head], head)
        } else {
            let length = usize::from(*file.get(head)?) << 8 | usize::from(*file.get(head + 1)?);
            let end = head.checked_add(length)?;
            let body = file.get(head + 2..end)?;
            (body, if marker == SOS { coded_end(file, end) } else { end })
        };
        at = (marker != EOI).then_some(end);
        Some(Segment { marker, body, whole: &file[start..end] })
    })
}

/// Where the coded picture ends: before the first marker that is neither a stuffed zero nor a restart.
fn coded_end(file: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = file[at..].iter().position(|&byte| byte == 0xFF) {
        at += found;
        match file.get(at + 1) {
            Some(0 | 0xD0..=0xD7) => at += 2,
            Some(0xFF) => at += 1,
            Some(_) => return at,
            None => return file.len(),
        }
    }
    file.len()
}

/// A segment, where it is not longer than a segment can be.
pub(in crate::library) fn segment(marker: u8, body: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(body.len() + 2).ok()?;
    Some([&[0xFF, marker], &length.to_be_bytes()[..], body].concat())
}
