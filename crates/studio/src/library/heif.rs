//! Reading the head of an AVIF or HEIC picture: that it is whole, and how large it is shown (ISO/IEC
//! 23008-12 and 14496-12). Its pixels are read by `rushes-stills`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::error::{LibraryError, Result};
use super::form::Form;

/// Largest `meta` box that is read, in bytes; a picture of many tiles has a few thousand.
const MAX_META: u64 = 1 << 20;

/// Width and height as shown, after the turns that the file asks for.
pub(super) fn read(mut file: &File, form: Form) -> Result<(u32, u32)> {
    let damaged =
        |detail: &str| LibraryError::Damaged { what: form.words(), detail: detail.into() };
    let total = file.metadata().map_err(LibraryError::unread)?.len();
    let (mut at, mut size) = (0, None);
    while total - at >= 8 {
        let mut head = [0; 16];
        let wide = (total - at).min(16) as usize;
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut head[..wide]))
            .map_err(LibraryError::unread)?;
        let (length, name, body) = match opening(&head[..wide], total - at) {
            Some(opening) if opening.0 <= total - at => opening,
            _ => return Err(damaged("the file ends in the middle")),
        };
        if name == *b"meta" && size.is_none() {
            if length > MAX_META {
                return Err(damaged("its head is too large"));
            }
            let mut meta = vec![0; (length - body) as usize];
            file.seek(SeekFrom::Start(at + body))
                .and_then(|_| file.read_exact(&mut meta))
                .map_err(LibraryError::unread)?;
            size = shown(&meta);
        }
        at += length;
    }
    size.filter(|(width, height)| *width > 0 && *height > 0)
        .ok_or_else(|| damaged("it does not say how large it is"))
}

/// Length, name and length of the head of the box that begins here.
fn opening(head: &[u8], left: u64) -> Option<(u64, [u8; 4], u64)> {
    let length = u32::from_be_bytes(*head.first_chunk()?);
    let name = *head.get(4..)?.first_chunk()?;
    let (length, body) = match length {
        // Up to the end of what surrounds it.
        0 => (left, 8),
        1 => (u64::from_be_bytes(*head.get(8..)?.first_chunk()?), 16),
        length => (u64::from(length), 8),
    };
    (length >= body).then_some((length, name, body))
}

/// The boxes in these bytes; ends at the first that is not whole.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (length, name, body) = opening(rest, rest.len() as u64)?;
        let (whole, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        Some((name, &whole[body as usize..]))
    })
}

fn find<'a>(within: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    boxes(within).find(|(name, _)| name.as_slice() == wanted).map(|(_, body)| body)
}

/// The size of the main picture of a `meta` box.
fn shown(meta: &[u8]) -> Option<(u32, u32)> {
    let meta = meta.get(4..)?;
    let main = find(meta, b"pitm")?;
    let main = match main.first()? {
        0 => u32::from(u16::from_be_bytes(*main.get(4..)?.first_chunk()?)),
        _ => u32::from_be_bytes(*main.get(4..)?.first_chunk()?),
    };
    let about = find(meta, b"iprp")?;
    let all: Vec<_> = boxes(find(about, b"ipco")?).collect();
    let own = properties(find(about, b"ipma")?, main)?;
    let mut size = None;
    let mut sideways = false;
    for (name, body) in own.into_iter().filter_map(|at| all.get(at.checked_sub(1)?)) {
        match name {
            b"ispe" => {
                let width = u32::from_be_bytes(*body.get(4..)?.first_chunk()?);
                size = Some((width, u32::from_be_bytes(*body.get(8..)?.first_chunk()?)));
            }
            // Quarter turns against the clock.
            b"irot" => sideways = body.first()? & 1 == 1,
            _ => {}
        }
    }
    size.map(|(width, height)| if sideways { (height, width) } else { (width, height) })
}

/// Places, from 1, of an item's properties.
fn properties(table: &[u8], item: u32) -> Option<Vec<usize>> {
    let (version, wide) = (*table.first()?, table.get(3)? & 1 == 1);
    let count = u32::from_be_bytes(*table.get(4..)?.first_chunk()?);
    let mut rest = table.get(8..)?;
    let mut take = |bytes: usize| {
        let (number, after) = rest.split_at_checked(bytes)?;
        rest = after;
        Some(number.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    for _ in 0..count {
        let id = take(if version == 0 { 2 } else { 4 })?;
        let mut places = Vec::new();
        for _ in 0..take(1)? {
            // The first bit says that a reader has to know the property.
            let place = if wide { take(2)? & 0x7FFF } else { take(1)? & 0x7F };
            places.push(place as usize);
        }
        if id == item {
            return Some(places);
        }
    }
    None
}
