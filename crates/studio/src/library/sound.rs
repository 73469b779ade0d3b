//! Reading the heads of sounds: that they are whole, and how long. WAV as in "Multimedia Programming
//! Interface and Data Specifications 1.0" (IBM, Microsoft 1991); MP3 as in ISO/IEC 11172-3 and 13818-3,
//! with the notes that encoders leave in the first frame (Xing, VBRI).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::error::{LibraryError, Result};
use super::form::Form;

/// How far behind the tags the first frame of an MP3 may lie, in bytes.
const SEARCH: usize = 64 << 10;
/// Written for a length that was not known yet.
const UNKNOWN: u32 = u32::MAX;

/// Length in ms of a WAV that holds all its samples.
pub(super) fn wav(file: &File) -> Result<Option<i64>> {
    let damaged =
        |detail: &str| LibraryError::Damaged { what: Form::Wav.words(), detail: detail.into() };
    let total = file.metadata().map_err(LibraryError::unread)?.len();
    let mut at = 12;
    let mut a_second = None;
    while at + 8 <= total {
        let head = read_at(file, at, 24)?;
        let (Some(name), Some(length)) = (head.first_chunk::<4>(), number(&head, 4)) else { break };
        let body = at + 8;
        match name {
            b"fmt " => a_second = number(&head, 16).filter(|bytes| *bytes > 0),
            b"data" => {
                let open = length == UNKNOWN || length == 0;
                if !open && body + u64::from(length) > total {
                    return Err(damaged("the file ends before its last sample"));
                }
                let bytes = if open { total - body } else { u64::from(length) };
                let a_second = a_second.ok_or_else(|| damaged("it does not say how it sounds"))?;
                return Ok(Some((bytes * 1_000 / u64::from(a_second)) as i64));
            }
            _ => {}
        }
        // Each begins at an even place.
        at = body + u64::from(length) + u64::from(length & 1);
    }
    Err(damaged("there is no sound in it"))
}

/// Length in ms of an MP3 that begins with sound: as its encoder noted it, else as if all of it were
/// as dense as its beginning.
pub(super) fn mp3(file: &File) -> Result<Option<i64>> {
    let damaged =
        |detail: &str| LibraryError::Damaged { what: Form::Mp3.words(), detail: detail.into() };
    let total = file.metadata().map_err(LibraryError::unread)?.len();
    let tagged = tags(&read_at(file, 0, 10)?);
    let bytes = read_at(file, tagged, SEARCH)?;
    let at = (0..bytes.len())
        .find(|at| {
            let Some(frame) = Frame::read(&bytes[*at..]) else { return false };
            // Two bytes alone can be anything: what follows must be a frame of the same kind.
            let next = bytes.get(at + frame.bytes..).unwrap_or_default();
            let ends = tagged + (at + frame.bytes) as u64 == total;
            ends || Frame::read(next).is_some_and(|next| next.is_like(&frame))
        })
        .ok_or_else(|| damaged("there is no sound in it"))?;
    let frame = Frame::read(&bytes[at..]).ok_or_else(|| damaged("there is no sound in it"))?;
    let begins = tagged + at as u64;
    let noted = frame.noted(&bytes[at..]);
    if noted.is_some_and(|(_, length)| length.is_some_and(|length| begins + length > total)) {
        return Err(damaged("the file ends before its last sound"));
    }
    let ms = match noted {
        Some((frames, _)) => u64::from(frames) * frame.samples * 1_000 / frame.rate,
        None => (total - begins) * 8_000 / frame.bits_a_second,
    };
    Ok(Some(ms as i64).filter(|ms| *ms > 0))
}

fn read_at(mut file: &File, at: u64, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.take(most as u64).read_to_end(&mut bytes))
        .map_err(LibraryError::unread)?;
    Ok(bytes)
}

/// Four bytes, the smallest first.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Four bytes, the largest first.
fn big(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Bytes that tags take up before the sound (ID3v2, section 3.1).
fn tags(head: &[u8]) -> u64 {
    let [b'I', b'D', b'3', _, _, flags, a, b, c, d] = *head else { return 0 };
    let length = [a, b, c, d].iter().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7F));
    length + if flags & 0x10 > 0 { 20 } else { 10 }
}

/// The head of one frame of layer III.
struct Frame {
    version: u8,
    mono: bool,
    /// Samples a second.
    rate: u64,
    samples: u64,
    bits_a_second: u64,
    bytes: usize,
}

impl Frame {
    fn read(bytes: &[u8]) -> Option<Self> {
        const FIRST: [u64; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        const SECOND: [u64; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        let [sync, kind, rates, shape] = *bytes.first_chunk::<4>()?;
        let (version, layer) = (kind >> 3 & 3, kind >> 1 & 3);
        if sync != 0xFF || kind < 0xE0 || version == 1 || layer != 1 {
            return None;
        }
        let first = version == 3;
        let dense = if first { &FIRST } else { &SECOND };
        let bits_a_second = dense.get(usize::from(rates >> 4).checked_sub(1)?)? * 1_000;
        let rate = [44_100, 48_000, 32_000].get(usize::from(rates >> 2 & 3))?
            / match version {
                3 => 1,
                2 => 2,
                _ => 4,
            };
        let samples = if first { 1_152 } else { 576 };
        let bytes = (samples / 8 * bits_a_second / rate) as usize + usize::from(rates >> 1 & 1);
        Some(Self { version, mono: shape >> 6 == 3, rate, samples, bits_a_second, bytes })
    }

    fn is_like(&self, other: &Self) -> bool {
        (self.version, self.rate) == (other.version, other.rate)
    }

    /// How many frames there are, and bytes, as the encoder noted in this one.
    fn noted(&self, bytes: &[u8]) -> Option<(u32, Option<u64>)> {
        let side = match (self.version == 3, self.mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        };
        let note = bytes.get(4 + side..)?;
        if note.starts_with(b"Xing") || note.starts_with(b"Info") {
            let flags = big(note, 4)?;
            let length = (flags & 2 > 0).then(|| big(note, 12)).flatten().map(u64::from);
            return (flags & 1 > 0).then(|| big(note, 8)).flatten().map(|frames| (frames, length));
        }
        let note = bytes.get(36..)?;
        note.starts_with(b"VBRI").then(|| big(note, 14)).flatten().map(|frames| (frames, None))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use std::io::Write;

    use super::*;
    use crate::library::testkit;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_wav_is_as_long_as_its_samples() {
        let whole = testkit::wav(1_500);
        assert_eq!(wav(&file(&whole)).unwrap(), Some(1_500));
        // Written while it was recorded: nobody knew how long it would be.
        let mut open = whole.clone();
        testkit::patch(&mut open, b"data", 4, &[0xFF; 4]);
        assert_eq!(wav(&file(&open)).unwrap(), Some(1_500));
        assert!(wav(&file(&whole[..whole.len() - 2])).is_err(), "cut short");
        assert!(wav(&file(&whole[..36])).is_err(), "no samples");
        let mut silent = whole;
        testkit::patch(&mut silent, b"fmt ", 16, &[0; 4]);
        assert!(wav(&file(&silent)).is_err(), "no bytes a second");
    }

    #[test]
    fn an_mp3_is_as_long_as_its_frames() {
        // 128 kbit, 44.1 kHz: 417 bytes and 26.122 ms each.
        let frame = |note: &[u8]| {
            let mut frame = b"\xFF\xFB\x90\x00".to_vec();
            frame.resize(36, 0);
            frame.extend(note);
            frame.resize(417, 0);
            frame
        };
        let plain = frame(b"").repeat(100);
        assert_eq!(mp3(&file(&plain)).unwrap(), Some(2_606));
        let tagged = [&b"ID3\x04\0\0\0\0\x01\0"[..], &[0; 128], &plain].concat();
        assert_eq!(mp3(&file(&tagged)).unwrap(), Some(2_606));
        let note = [&b"Xing\0\0\0\x03"[..], &1_000_u32.to_be_bytes(), &834_u32.to_be_bytes()];
        let noted = [frame(&note.concat()), frame(b"")].concat();
        assert_eq!(mp3(&file(&noted)).unwrap(), Some(26_122));
        assert!(mp3(&file(&noted[..800])).is_err(), "cut short");
        let vbri = [&b"VBRI"[..], &[0; 10], &1_000_u32.to_be_bytes()].concat();
        let noted = [frame(&vbri), frame(b"")].concat();
        assert_eq!(mp3(&file(&noted)).unwrap(), Some(26_122));
        for none in [&b"\xFF\xFB"[..], b"ID3\x04\0\0\0\0\0\0", &plain[..416], &[0xFF; 4_000]] {
            assert!(mp3(&file(none)).is_err(), "{} bytes", none.len());
        }
    }
}
