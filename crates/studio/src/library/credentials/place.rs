//! Where each format keeps its manifest store (C2PA specification, appendix A).

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};

use crate::library::wrapping::{boxes, jpeg, png, riff};

/// Largest store that is read from a clip, in bytes: a few manifests with their thumbnails.
const LARGEST: u64 = 16 << 20;
/// `uuid` of the box in MP4 and MOV.
pub(in crate::library) const BMFF: [u8; 16] = [
    0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
];
/// Type of a store's description, `c2pa` and the tail that all JUMBF types share.
const STORE: &[u8] =
    &[0x63, 0x32, 0x70, 0x61, 0, 0x11, 0, 0x10, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// The store in a PNG, JPEG or WebP.
pub(in crate::library) fn store(file: &[u8]) -> Option<Vec<u8>> {
    let png =
        png::chunks(file).find(|chunk| chunk.kind == b"caBX").map(|chunk| chunk.body.to_vec());
    let webp =
        || riff::chunks(file).find(|chunk| chunk.kind == b"C2PA").map(|chunk| chunk.body.to_vec());
    png.or_else(webp).or_else(|| in_segments(file))
}

/// Joins the segments of the first store in a JPEG. Each begins with `JP`, the number of its box, its
/// own number, and the head of the box, which is the same in all of them.
fn in_segments(file: &[u8]) -> Option<Vec<u8>> {
    let wanted = instances(file);
    let wanted = *wanted.first()?;
    let mut whole: Vec<u8> = Vec::new();
    for body in jpeg::segments(file).filter(|part| part.marker == 0xEB).map(|part| part.body) {
        if is_of(body, wanted) {
            let rest = body.get(8..)?;
            let head = if rest.starts_with(&[0, 0, 0, 1]) { 16 } else { 8 };
            whole.extend(if whole.is_empty() { rest } else { rest.get(head..)? });
        }
    }
    Some(whole)
}

/// The numbers of boxes in a JPEG's APP11 segments that are manifest stores.
pub(in crate::library) fn instances(file: &[u8]) -> BTreeSet<[u8; 2]> {
    jpeg::segments(file)
        .filter(|part| part.marker == 0xEB && part.body.starts_with(b"JP"))
        .filter(|part| part.body.get(..64.min(part.body.len())).is_some_and(says_store))
        .filter_map(|part| part.body.get(2..4)?.try_into().ok())
        .collect()
}

/// Whether an APP11 segment belongs to the box of this number.
pub(in crate::library) fn is_of(body: &[u8], number: [u8; 2]) -> bool {
    body.starts_with(b"JP") && body.get(2..4) == Some(&number[..])
}

fn says_store(head: &[u8]) -> bool {
    head.windows(STORE.len()).any(|window| window == STORE)
}

/// The store in an MP4 or MOV: a `uuid` box with a version, the word `manifest`, a place that matters to
/// fragments only, and the store.
pub(super) fn store_of_clip(file: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let mut head = [0; 8];
    file.seek(SeekFrom::Start(0)).ok()?;
    file.read_exact(&mut head).ok()?;
    if &head[4..] != b"ftyp" {
        return None;
    }
    let length = file.seek(SeekFrom::End(0)).ok()?;
    let place = boxes::walk(file, 0, length).ok()?.into_iter().find(|place| place.uuid == BMFF)?;
    file.seek(SeekFrom::Start(place.at + place.head + 16)).ok()?;
    let mut body = Vec::new();
    let inside = (place.length - place.head).checked_sub(16)?;
    file.take(inside.min(LARGEST)).read_to_end(&mut body).ok()?;
    let purpose = body.get(4..)?.strip_prefix(b"manifest\0")?;
    Some(purpose.get(8..)?.to_vec())
}
