//! PNG: a signature, then chunks (PNG specification, third edition, section 5).

use super::be32;

/// The first eight bytes of every PNG.
pub(in crate::library) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// One chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) struct Chunk<'a> {
    /// Four letters.
    pub(in crate::library) kind: &'a [u8],
    /// What it holds.
    pub(in crate::library) body: &'a [u8],
    /// All of it: length, kind, body and checksum.
    pub(in crate::library) whole: &'a [u8],
}

/// Walks the chunks up to and with IEND; ends early where the file does. Checksums are not looked at.
pub(in crate::library) fn chunks(file: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = file.strip_prefix(SIGNATURE);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let length = be32(bytes, 0)? as usize;
        let end = length.checked_add(12)?;
        let whole = bytes.get(..end)?;
        let chunk = Chunk { kind: &whole[4..8], body: &whole[8..end - 4], whole };
        rest = (chunk.kind != b"IEND").then(|| &bytes[end..]);
        Some(chunk)
    })
}

/// A chunk with its checksum.
pub(in crate::library) fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), body].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&checked);
    [&(body.len() as u32).to_be_bytes()[..], &checked, &sum.sum().to_be_bytes()].concat()
}
