//! A picture without what lies around its pixels: everything is left out that no decoder needs to show it
//! as before. The coded pixels are copied byte for byte.

use super::folder::Seal;
use crate::library::credentials;
use crate::library::error::{LibraryError, Result};
use crate::library::form::Form;
use crate::library::recipe::exif;
use crate::library::wrapping::{gif, jpeg, png, riff};
use crate::view::ShareCredentials;

/// PNG chunks that say how the picture looks: those that every decoder needs, colour, transparency, density,
/// animation.
const PNG_KEPT: [&[u8]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];
/// WebP chunks of the same sort.
const WEBP_KEPT: [&[u8]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// GIF application blocks that say how often a moving picture repeats.
const GIF_KEPT: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];
/// Shorter prompts are found anywhere by chance.
const TELLING: usize = 8;

/// Whether a manifest store holds the prompt. A share copy promises that it is not in the file.
pub(super) fn tells(store: &[u8], prompt: &str) -> bool {
    let words = prompt.trim().as_bytes();
    words.len() >= TELLING && store.windows(words.len()).any(|window| window == words)
}

/// The picture without its words, and what became of its credentials.
pub(in crate::library) fn picture(
    file: &[u8],
    form: Form,
    credentials: ShareCredentials,
    prompt: &str,
) -> Result<(Vec<u8>, Seal)> {
    let damaged =
        || LibraryError::Damaged { what: form.words(), detail: "its parts do not add up".into() };
    let store = credentials::store(file);
    let keep = credentials == ShareCredentials::Keep
        && store.as_ref().is_some_and(|store| !tells(store, prompt));
    let bare = match form {
        Form::Png => from_png(file, keep),
        Form::Jpeg => from_jpeg(file, keep),
        Form::Webp => from_webp(file, keep),
        _ => from_gif(file),
    };
    let bare = bare.ok_or_else(damaged)?;
    let seal = match store {
        Some(_) if !keep => Seal::Removed,
        Some(_) if bare != file => Seal::Changed,
        _ => Seal::Whole,
    };
    Ok((bare, seal))
}

/// The block that keeps a picture upright, where this one turns it.
fn upright(block: &[u8]) -> Option<Vec<u8>> {
    exif::orientation(block).filter(|turned| *turned != 1).map(exif::turned)
}

fn from_png(file: &[u8], keep: bool) -> Option<Vec<u8>> {
    let mut out = png::SIGNATURE.to_vec();
    let mut ended = false;
    for chunk in png::chunks(file) {
        ended = chunk.kind == b"IEND";
        if PNG_KEPT.contains(&chunk.kind) || (keep && chunk.kind == b"caBX") {
            out.extend(chunk.whole);
        } else if chunk.kind == b"eXIf"
            && let Some(block) = upright(chunk.body)
        {
            out.extend(png::chunk(*b"eXIf", &block));
        }
    }
    ended.then_some(out)
}

fn from_jpeg(file: &[u8], keep: bool) -> Option<Vec<u8>> {
    let stores = credentials::instances(file);
    let mut out = Vec::new();
    let mut ended = false;
    for part in jpeg::segments(file) {
        ended = part.marker == jpeg::EOI;
        let kept = match part.marker {
            0xE0 => part.body.starts_with(b"JFIF\0"),
            0xE2 => part.body.starts_with(b"ICC_PROFILE\0"),
            0xEE => part.body.starts_with(b"Adobe"),
            0xEB => keep && stores.iter().any(|store| credentials::is_of(part.body, *store)),
            0xE1 => {
                let block = part.body.strip_prefix(exif::HEAD).and_then(upright);
                let whole =
                    block.and_then(|block| jpeg::segment(0xE1, &[exif::HEAD, &block].concat()));
                out.extend(whole.unwrap_or_default());
                false
            }
            0xE3..=0xEF | 0xFE => false,
            _ => true,
        };
        if kept {
            out.extend(part.whole);
        }
    }
    ended.then_some(out)
}

fn from_webp(file: &[u8], keep: bool) -> Option<Vec<u8>> {
    const EXIF: u8 = 0x08;
    const XMP: u8 = 0x04;
    let mut chunks: Vec<(&[u8], Vec<u8>)> = Vec::new();
    let mut turned = false;
    for chunk in riff::chunks(file) {
        if WEBP_KEPT.contains(&chunk.kind) || (keep && chunk.kind == b"C2PA") {
            chunks.push((chunk.kind, chunk.body.to_vec()));
        } else if chunk.kind == b"EXIF"
            && let Some(block) = upright(chunk.body.strip_prefix(exif::HEAD).unwrap_or(chunk.body))
        {
            turned = true;
            chunks.push((chunk.kind, block));
        }
    }
    // The head says which chunks are to be looked for.
    if let Some((_, head)) = chunks.iter_mut().find(|(kind, _)| *kind == b"VP8X")
        && let Some(flags) = head.first_mut()
    {
        *flags &= !XMP & if turned { 0xFF } else { !EXIF };
    }
    if chunks.is_empty() { None } else { riff::file(chunks) }
}

fn from_gif(file: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut ended = false;
    for block in gif::blocks(file) {
        ended = block.last;
        // 0xF9 says how long the next picture stays, and what of it is see-through.
        let kept = match block.extension {
            None | Some(0xF9) => true,
            Some(0xFF) => GIF_KEPT.contains(&block.first),
            Some(_) => false,
        };
        if kept {
            out.extend(block.whole);
        }
    }
    ended.then_some(out)
}
