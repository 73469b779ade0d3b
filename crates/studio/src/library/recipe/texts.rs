//! Every text in a file, by its keyword, wherever the format keeps it.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::exif;
use crate::library::wrapping::{jpeg, png, riff};

/// Longest text that is read, in bytes, compressed or not.
const LONGEST: usize = 8 << 20;
/// Most texts that are read from one file.
const MOST: usize = 64;

/// Keyword of an EXIF user comment, which has none in its file.
const COMMENT: &str = "\0comment";

/// The texts of one file, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Texts(Vec<(String, String)>);

impl Texts {
    /// Reads those of a PNG, JPEG or WebP; none of anything else.
    pub(super) fn of(file: &[u8]) -> Self {
        let mut texts = Self::default();
        for chunk in png::chunks(file) {
            let text = match chunk.kind {
                _ if chunk.body.len() > LONGEST => None,
                b"tEXt" => plain(chunk.body),
                b"zTXt" => compressed(chunk.body),
                b"iTXt" => international(chunk.body),
                b"eXIf" => {
                    texts.exif(chunk.body);
                    None
                }
                _ => None,
            };
            texts.add(text);
        }
        for segment in jpeg::segments(file) {
            if segment.marker == 0xE1
                && let Some(block) = segment.body.strip_prefix(exif::HEAD)
            {
                texts.exif(block);
            }
        }
        for chunk in riff::chunks(file).filter(|chunk| chunk.kind == b"EXIF") {
            // Some writers put the head of JPEG's segment before it, which the format does not.
            texts.exif(chunk.body.strip_prefix(exif::HEAD).unwrap_or(chunk.body));
        }
        texts
    }

    /// The first text under this keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == keyword).map(|(_, text)| text.as_str())
    }

    /// What stands in EXIF user comments.
    pub(super) fn comments(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(key, _)| key == COMMENT).map(|(_, text)| text.as_str())
    }

    fn exif(&mut self, block: &[u8]) {
        if block.len() > LONGEST {
            return;
        }
        let read = exif::read(block);
        for text in read.comments {
            self.add(Some((COMMENT.to_owned(), text)));
        }
        // ComfyUI writes the keyword into the text: `prompt:{…}`.
        for text in read.lines {
            if let Some((keyword, rest)) = text.split_once(':') {
                self.add(Some((keyword.trim().to_owned(), rest.to_owned())));
            }
        }
    }

    fn add(&mut self, text: Option<(String, String)>) {
        if self.0.len() < MOST {
            self.0.extend(text);
        }
    }
}

/// The standard says Latin-1. Many programs write UTF-8, which Latin-1 words almost never look like.
fn decode(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes)
        .map_or_else(|_| bytes.iter().map(|&byte| char::from(byte)).collect(), ToOwned::to_owned)
}

fn split(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = body.iter().position(|&byte| byte == 0)?;
    Some((&body[..end], &body[end + 1..]))
}

fn plain(body: &[u8]) -> Option<(String, String)> {
    let (keyword, text) = split(body)?;
    Some((decode(keyword), decode(text)))
}

fn compressed(body: &[u8]) -> Option<(String, String)> {
    let (keyword, rest) = split(body)?;
    let (&method, packed) = rest.split_first()?;
    Some((decode(keyword), decode(&unpacked(method, packed)?)))
}

fn international(body: &[u8]) -> Option<(String, String)> {
    let (keyword, rest) = split(body)?;
    let (&[flag, method], rest) = rest.split_first_chunk()?;
    let (_language, rest) = split(rest)?;
    let (_translated, text) = split(rest)?;
    let text = if flag == 0 { decode(text) } else { decode(&unpacked(method, text)?) };
    Some((decode(keyword), text))
}

/// Unpacks; None for what would be longer than a text may be.
fn unpacked(method: u8, packed: &[u8]) -> Option<Vec<u8>> {
    if method != 0 {
        return None;
    }
    let mut text = Vec::new();
    ZlibDecoder::new(packed).take(LONGEST as u64 + 1).read_to_end(&mut text).ok()?;
    (text.len() <= LONGEST).then_some(text)
}
