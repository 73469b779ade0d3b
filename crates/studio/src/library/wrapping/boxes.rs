//! MP4 and MOV: boxes within boxes (ISO/IEC 14496-12, section 4.2). Clips are large, so they are walked
//! in the file and only heads are read.

use std::io::{self, Read, Seek, SeekFrom};

/// One box in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) struct Place {
    /// Four letters.
    pub(in crate::library) kind: [u8; 4],
    /// The first sixteen bytes behind the head of a `uuid` box; zeros in others.
    pub(in crate::library) uuid: [u8; 16],
    /// Where it begins.
    pub(in crate::library) at: u64,
    /// Bytes of its head, 8 or 16.
    pub(in crate::library) head: u64,
    /// All its bytes.
    pub(in crate::library) length: u64,
}

impl Place {
    /// Where it ends.
    pub(in crate::library) fn end(&self) -> u64 {
        self.at + self.length
    }
}

/// Most boxes that are looked at: real clips have a few hundred, fragmented ones some thousands.
const MOST: usize = 100_000;

/// The boxes from one place to another, in order. An empty answer where there is none; an error where a
/// length points out of its surroundings, since then nothing behind it can be told.
pub(in crate::library) fn walk(
    file: &mut (impl Read + Seek),
    from: u64,
    to: u64,
) -> io::Result<Vec<Place>> {
    let mut found = Vec::new();
    let mut at = from;
    while at + 8 <= to {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, kind @ ..] = head;
        let (bytes, length) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, to - at),
            1 => {
                let mut long = [0; 8];
                file.read_exact(&mut long)?;
                (16, u64::from_be_bytes(long))
            }
            short => (8, u64::from(short)),
        };
        if length < bytes || length > to - at || found.len() == MOST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut uuid = [0; 16];
        if kind == *b"uuid" && length >= bytes + 16 {
            file.read_exact(&mut uuid)?;
        }
        found.push(Place { kind, uuid, at, head: bytes, length });
        at += length;
    }
    Ok(found)
}
