//! GIF: a head, then blocks (GIF89a specification).

/// A part of the file, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) struct Block<'a> {
    /// Label of an extension, e.g. 0xFE for a comment; None for the head, a picture or the end.
    pub(in crate::library) extension: Option<u8>,
    /// What its first part holds.
    pub(in crate::library) first: &'a [u8],
    /// All of it.
    pub(in crate::library) whole: &'a [u8],
    /// Whether it ends the file.
    pub(in crate::library) last: bool,
}

/// Walks head and blocks up to the trailer; ends early where the file does.
pub(in crate::library) fn blocks(file: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut at = file.starts_with(b"GIF8").then_some(0);
    std::iter::from_fn(move || {
        let start = at?;
        let (extension, parts, last) = match (start, *file.get(start)?) {
            (0, _) => (None, 13 + table(*file.get(10)?), false),
            (_, 0x21) => (Some(*file.get(start + 1)?), start + 2, false),
            (_, 0x2C) => (None, start + 11 + table(*file.get(start + 9)?), false),
            (_, 0x3B) => (None, start + 1, true),
            _ => return None,
        };
        let end = if start == 0 || last { parts } else { parts_end(file, parts)? };
        let whole = file.get(start..end)?;
        let first = match extension {
            Some(_) => file.get(parts + 1..parts + 1 + usize::from(*file.get(parts)?))?,
            None => &[],
        };
        at = (!last).then_some(end);
        Some(Block { extension, first, whole, last })
    })
}

/// Bytes of a colour table by the flags that announce it.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a row of parts ends: each begins with its length, and one of length zero is the last.
fn parts_end(file: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match *file.get(at)? {
            0 => return Some(at + 1),
            length => at += 1 + usize::from(length),
        }
    }
}
