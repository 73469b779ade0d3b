//! WebP: a RIFF file of chunks (the WebP container specification).

/// One chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) struct Chunk<'a> {
    /// Four letters, e.g. `EXIF`.
    pub(in crate::library) kind: &'a [u8],
    /// What it holds, without the byte that evens it out.
    pub(in crate::library) body: &'a [u8],
}

/// Walks the chunks of a WebP; ends early where the file does.
pub(in crate::library) fn chunks(file: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let is_webp = file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP");
    // What lies behind the length that the head tells is none of it.
    let length = le32(file, 4).map_or(0, |length| length as usize);
    let end = length.saturating_add(8).min(file.len());
    let mut rest = if is_webp { file.get(12..end) } else { None };
    std::iter::from_fn(move || {
        let bytes = rest?;
        let length = le32(bytes, 4)? as usize;
        let body = bytes.get(8..length.checked_add(8)?)?;
        rest = bytes.get(8 + length + (length & 1)..);
        Some(Chunk { kind: &bytes[..4], body })
    })
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// A whole WebP of these chunks, where it is not longer than a WebP can be.
pub(in crate::library) fn file<'a>(
    chunks: impl IntoIterator<Item = (&'a [u8], Vec<u8>)>,
) -> Option<Vec<u8>> {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    for (kind, body) in chunks {
        out.extend(kind);
        out.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
        out.extend(&body);
        out.extend(&[0][..body.len() & 1]);
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Some(out)
}
