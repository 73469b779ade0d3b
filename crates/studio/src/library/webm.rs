//! Reading the head of a WebM clip: just enough EBML to know that it is one, how large and how
//! long (RFC 8794, RFC 9559).

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::error::{LibraryError, Result};
use super::form::Form;

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK: u32 = 0xAE;
const VIDEO: u32 = 0xE0;
const PIXEL_WIDTH: u32 = 0xB0;
const PIXEL_HEIGHT: u32 = 0xBA;

/// Largest element that is read whole, in bytes: the head of a clip is a few hundred.
const MAX_HEAD: u64 = 1 << 20;
/// A length of all ones: up to the end of what surrounds it.
const UNKNOWN: u64 = u64::MAX;

/// Whether the first bytes are an EBML head that says `webm`.
pub(super) fn is_webm(head: &[u8]) -> bool {
    let mut rest = head;
    let Some((EBML, length)) = element(&mut rest) else {
        return false;
    };
    let inner = &rest[..rest.len().min(usize::try_from(length).unwrap_or(usize::MAX))];
    children(inner).any(|(id, doc_type)| id == DOC_TYPE && doc_type.trim_ascii_end() == b"webm")
}

/// Width, height and length in ms of a clip whose head is whole and that holds pictures.
pub(super) fn read(file: &File) -> Result<(u32, u32, Option<i64>)> {
    let failed = LibraryError::unread;
    let damaged =
        |detail: &str| LibraryError::Damaged { what: Form::Webm.words(), detail: detail.into() };
    let total = file.metadata().map_err(failed)?.len();
    let mut file = BufReader::new(file);

    let (mut size, mut duration) = (None, None);
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        let mut head = [0; 12];
        let got = read_up_to(&mut file, &mut head).map_err(failed)?;
        let mut rest = &head[..got];
        let Some((id, length)) = element(&mut rest) else {
            return Err(damaged("the file ends before its first picture"));
        };
        let body = at + (got - rest.len()) as u64;
        match id {
            // Its children follow; what comes after it is not ours.
            SEGMENT => {
                if length != UNKNOWN && body.saturating_add(length) > total {
                    return Err(damaged("the file ends before its last picture"));
                }
                at = body;
                continue;
            }
            CLUSTER => break,
            INFO | TRACKS if length <= MAX_HEAD => {
                file.seek(SeekFrom::Start(body)).map_err(failed)?;
                let mut bytes = Vec::new();
                file.by_ref().take(length).read_to_end(&mut bytes).map_err(failed)?;
                if id == INFO {
                    duration = length_ms(&bytes);
                } else {
                    size = picture_size(&bytes);
                }
            }
            _ => {}
        }
        if length == UNKNOWN {
            return Err(damaged("an element without an end"));
        }
        at = body.saturating_add(length);
    }
    let (width, height) = size.ok_or_else(|| damaged("there is no picture in it"))?;
    Ok((width, height, duration))
}

fn read_up_to(file: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut bytes = Vec::with_capacity(buffer.len());
    let got = file.take(buffer.len() as u64).read_to_end(&mut bytes)?;
    buffer[..got].copy_from_slice(&bytes);
    Ok(got)
}

fn length_ms(info: &[u8]) -> Option<i64> {
    let mut scale = 1_000_000;
    let mut length = None;
    for (id, value) in children(info) {
        match id {
            TIMESTAMP_SCALE => scale = unsigned(value)?,
            DURATION => length = float(value),
            _ => {}
        }
    }
    let ms = length? * scale as f64 / 1e6;
    (ms.is_finite() && ms > 0.0 && ms < 1e12).then_some(ms.round() as i64)
}

fn picture_size(tracks: &[u8]) -> Option<(u32, u32)> {
    let video = children(tracks)
        .filter(|(id, _)| *id == TRACK)
        .find_map(|(_, track)| children(track).find(|(id, _)| *id == VIDEO))?;
    let side = |wanted| {
        children(video.1)
            .find(|(id, _)| *id == wanted)
            .and_then(|(_, value)| u32::try_from(unsigned(value)?).ok())
            .filter(|side| *side > 0)
    };
    Some((side(PIXEL_WIDTH)?, side(PIXEL_HEIGHT)?))
}

/// The elements in these bytes; ends at the first that is not whole.
fn children(mut rest: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let (id, length) = element(&mut rest)?;
        let (value, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        Some((id, value))
    })
}

/// Takes an element's id and length off the front.
pub(super) fn element(rest: &mut &[u8]) -> Option<(u32, u64)> {
    let id = variable(rest, false)?;
    let length = variable(rest, true)?;
    Some((u32::try_from(id).ok()?, length))
}

/// Takes a number of 1 to 8 bytes off the front; its first one-bit tells how many.
fn variable(rest: &mut &[u8], is_length: bool) -> Option<u64> {
    let first = *rest.first()?;
    let bytes = first.leading_zeros() as usize + 1;
    if bytes > 8 {
        return None;
    }
    let (number, after) = rest.split_at_checked(bytes)?;
    let mut value = number.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    if is_length {
        let mask = (1 << (7 * bytes)) - 1;
        value &= mask;
        if value == mask {
            value = UNKNOWN;
        }
    }
    *rest = after;
    Some(value)
}

fn unsigned(value: &[u8]) -> Option<u64> {
    (value.len() <= 8).then(|| value.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn float(value: &[u8]) -> Option<f64> {
    match value.len() {
        4 => Some(f64::from(f32::from_be_bytes(value.try_into().ok()?))),
        8 => Some(f64::from_be_bytes(value.try_into().ok()?)),
        _ => None,
    }
}
