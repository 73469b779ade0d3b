//! What lies around the pixels of a file: chunks, segments and boxes, walked without decoding any of
//! them. The bytes are foreign: a length that lies ends the walk, and nothing is believed about order.

pub(super) mod boxes;
pub(super) mod gif;
pub(super) mod jpeg;
pub(super) mod png;
pub(super) mod riff;

/// Four bytes as a big-endian number, where they are there.
fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}
