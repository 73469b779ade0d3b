//! A clip without what lies around its pictures. What is taken out is written over where it stands: the
//! index of a clip counts bytes from the beginning of the file, so nothing may move.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::ExportError;
use super::bare::tells;
use super::folder::Seal;
use crate::library::credentials::BMFF;
use crate::library::error::LibraryError;
use crate::library::form::Form;
use crate::library::webm;
use crate::library::wrapping::boxes::{self, Place};

type Result<T> = super::Result<T>;

/// Boxes that hold other boxes among which words may stand.
const HOLDERS: [&[u8; 4]; 6] = [b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"];
/// Deepest of them.
const DEPTH: usize = 6;
/// Elements of a WebM segment that hold words: tags, attached files, chapters.
const WEBM_WORDS: [u32; 3] = [0x1254_C367, 0x1941_A469, 0x1043_A770];
/// The head of a segment, its title, and a cluster of pictures.
const WEBM_INFO: u32 = 0x1549_A966;
const WEBM_TITLE: u32 = 0x7BA9;
const WEBM_SEGMENT: u32 = 0x1853_8067;
/// Most elements that are looked at.
const MOST: usize = 1_000_000;

/// Blanks the words in a copy of an MP4 or MOV.
pub(super) fn blank(file: &mut File, form: Form, keep: bool, prompt: &str) -> Result<Seal> {
    let damaged = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            LibraryError::Damaged { what: form.words(), detail: "its boxes do not add up".into() }
                .into()
        }
        _ => ExportError::from(LibraryError::io(key!("read the clip"), Path::new("clip"), error)),
    };
    let length = file.seek(SeekFrom::End(0)).map_err(damaged)?;
    let (mut words, mut store) = (Vec::new(), None);
    find(&mut BufReader::new(&mut *file), 0, length, DEPTH, &mut words, &mut store)
        .map_err(damaged)?;
    let written = |error| ExportError::target(Path::new("the copy"), error);
    let mut seal = Seal::Whole;
    if let Some(store) = store {
        if keep && !holds(file, store, prompt).map_err(damaged)? {
            seal = if words.is_empty() { Seal::Whole } else { Seal::Changed };
        } else {
            words.push(store);
            seal = Seal::Removed;
        }
    }
    for place in words {
        write_over(file, place).map_err(written)?;
    }
    Ok(seal)
}

/// The boxes that hold words, and the one that holds credentials.
fn find(
    file: &mut (impl Read + Seek),
    from: u64,
    to: u64,
    depth: usize,
    words: &mut Vec<Place>,
    store: &mut Option<Place>,
) -> io::Result<()> {
    for place in boxes::walk(file, from, to)? {
        match &place.kind {
            b"uuid" if place.uuid == BMFF => *store = Some(place),
            b"udta" | b"meta" | b"uuid" => words.push(place),
            // Room that was kept free may still hold what stood there.
            b"free" | b"skip" if !is_blank(file, place)? => words.push(place),
            kind if HOLDERS.contains(&kind) && depth > 0 => {
                find(file, place.at + place.head, place.end(), depth - 1, words, store)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_blank(file: &mut (impl Read + Seek), place: Place) -> io::Result<bool> {
    file.seek(SeekFrom::Start(place.at + place.head))?;
    let mut left = place.length - place.head;
    let mut buffer = [0; 4096];
    while left > 0 {
        let piece = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        file.read_exact(&mut buffer[..piece])?;
        if buffer[..piece].iter().any(|&byte| byte != 0) {
            return Ok(false);
        }
        left -= piece as u64;
    }
    Ok(true)
}

fn holds(file: &mut File, place: Place, prompt: &str) -> io::Result<bool> {
    file.seek(SeekFrom::Start(place.at + place.head))?;
    let mut store = Vec::new();
    file.take(place.length.min(64 << 20)).read_to_end(&mut store)?;
    Ok(tells(&store, prompt))
}

/// Makes room of a box, as long as it was.
fn write_over(file: &mut File, place: Place) -> io::Result<()> {
    file.seek(SeekFrom::Start(place.at + 4))?;
    file.write_all(b"free")?;
    file.seek(SeekFrom::Start(place.at + place.head))?;
    io::copy(&mut io::repeat(0).take(place.length - place.head), file).map(drop)
}

/// Blanks the words in a copy of a WebM.
pub(super) fn blank_webm(file: &mut File) -> Result<Seal> {
    let failed = |error| {
        ExportError::from(LibraryError::io(key!("read the clip"), Path::new("clip"), error))
    };
    let damaged = || LibraryError::Damaged {
        what: Form::Webm.words(),
        detail: "its elements do not add up".into(),
    };
    let total = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut words = Vec::new();
    let mut reader = BufReader::new(&mut *file);
    let (mut at, mut looked) = (0, 0);
    while at < total {
        reader.seek(SeekFrom::Start(at)).map_err(failed)?;
        let mut head = Vec::with_capacity(12);
        reader.by_ref().take(12).read_to_end(&mut head).map_err(failed)?;
        let mut rest = head.as_slice();
        let (id, length) = webm::element(&mut rest).ok_or_else(damaged)?;
        let body = at + (head.len() - rest.len()) as u64;
        looked += 1;
        // Their children follow.
        if id == WEBM_SEGMENT || id == WEBM_INFO {
            at = body;
            continue;
        }
        let end = body.checked_add(length).filter(|end| *end <= total && looked < MOST);
        let end = end.ok_or_else(damaged)?;
        if WEBM_WORDS.contains(&id) || id == WEBM_TITLE {
            words.push((at, end - at));
        }
        at = end;
    }
    for (at, length) in words {
        let head = void(length).ok_or_else(damaged)?;
        let written = |error| ExportError::target(Path::new("the copy"), error);
        file.seek(SeekFrom::Start(at)).map_err(written)?;
        file.write_all(&head).map_err(written)?;
        io::copy(&mut io::repeat(0).take(length - head.len() as u64), file).map_err(written)?;
    }
    Ok(Seal::Whole)
}

/// The head of a void element of so many bytes in all.
fn void(length: u64) -> Option<Vec<u8>> {
    const VOID: u8 = 0xEC;
    if let Some(short) = length.checked_sub(2).filter(|inside| *inside < 0x7F) {
        return Some(vec![VOID, 0x80 | short as u8]);
    }
    let inside = length.checked_sub(9).filter(|inside| *inside < 1 << 56)?;
    Some([&[VOID], &(inside | 1 << 56).to_be_bytes()[..]].concat())
}
