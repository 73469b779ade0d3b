#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use image::ImageFormat;

use crate::{Picture, Unreadable};

/// A file that `fixtures/make.py` wrote.
fn file(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    std::fs::read(folder.join(name)).unwrap()
}

/// The small picture of a file: its size as shown, its form, its pixels.
fn small(name: &str) -> ((u32, u32), ImageFormat, image::RgbaImage) {
    let picture = Picture::decode_heif(&file(name)).unwrap();
    let size = picture.size();
    let [small] = picture.stills([64]).unwrap().small;
    let pixels = image::load_from_memory_with_format(&small.bytes, small.format).unwrap();
    (size, small.format, pixels.into_rgba8())
}

#[track_caller]
fn near(what: &str, got: [u8; 4], want: [u8; 4], by: u8) {
    let near = got.iter().zip(want).all(|(got, want)| got.abs_diff(want) <= by);
    assert!(near, "{what}: {got:?} in place of {want:?}");
}

/// Top left, top right, bottom left, bottom right of what was written.
const CORNERS: [[u8; 4]; 4] =
    [[220, 20, 20, 255], [20, 200, 20, 255], [20, 20, 220, 255], [230, 230, 230, 255]];

/// Holds a picture to these corners of [`CORNERS`].
#[track_caller]
fn corners(name: &str, upright: (u32, u32), places: [usize; 4]) {
    let (size, form, pixels) = small(name);
    assert_eq!((size, form), (upright, ImageFormat::Jpeg), "{name}");
    let (w, h) = pixels.dimensions();
    let seen = [(7, 7), (w - 8, 7), (7, h - 8), (w - 8, h - 8)];
    for ((x, y), place) in seen.into_iter().zip(places) {
        near(name, pixels.get_pixel(x, y).0, CORNERS[place], 14);
    }
}

#[test]
fn every_turn_comes_upright() {
    // Which corner of the file is shown top left, top right, bottom left, bottom right (EXIF 2.3, 4.6.4,
    // from which Pillow writes irot and imir).
    let shown = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    for (at, places) in shown.into_iter().enumerate() {
        let upright = if at < 4 { (64, 32) } else { (32, 64) };
        corners(&format!("turned-{}.avif", at + 1), upright, places);
    }
}

#[test]
fn every_depth_range_and_tile_comes_out_right() {
    corners("plain.heic", (64, 32), [0, 1, 2, 3]);
    corners("deep-10.heic", (64, 32), [0, 1, 2, 3]);
    corners("limited.avif", (64, 32), [0, 1, 2, 3]);
    for name in ["deep-10.avif", "deep-12.avif", "grid.avif"] {
        corners(name, (128, 64), [0, 1, 2, 3]);
    }
    let (size, form, pixels) = small("grey.avif");
    assert_eq!((size, form), ((32, 32), ImageFormat::Jpeg));
    near("grey", pixels.get_pixel(16, 16).0, [77, 77, 77, 255], 3);
}

#[test]
fn what_is_see_through_stays_so() {
    for name in ["alpha.avif", "alpha-first.avif", "alpha.heic"] {
        let (size, form, pixels) = small(name);
        assert_eq!((size, form), ((32, 32), ImageFormat::Png), "{name}");
        near(name, pixels.get_pixel(16, 5).0, [20, 200, 20, 64], 6);
        near(name, pixels.get_pixel(16, 26).0, [20, 200, 20, 255], 6);
    }
}

#[test]
fn colours_of_a_wider_space_become_those_of_the_web() {
    for name in ["p3.avif", "p3.heic", "p3-codes.avif"] {
        // Worked out from the two spaces' primaries (SMPTE EG 432-1, IEC 61966-2-1).
        near(name, small(name).2.get_pixel(16, 16).0, [159, 97, 99, 255], 3);
    }
}

#[test]
fn what_is_broken_or_too_large_is_refused() {
    for name in ["turned-1.avif", "alpha.avif", "grid.avif", "plain.heic", "alpha.heic"] {
        let whole = file(name);
        for end in (0..whole.len() - 1).step_by(5) {
            // Whole boxes and a scan without its last bytes may still do; a reader may never fall over.
            let _ = Picture::decode_heif(&whole[..end]);
        }
        let half = Picture::decode_heif(&whole[..whole.len() / 2]);
        assert!(matches!(half, Err(Unreadable::Damaged(_))), "{name}: {half:?}");
        // The size that is named, which whoever goes by it would make room for.
        let said = |side: [u8; 4]| {
            let mut large = whole.clone();
            let named = |at: &usize| whole[*at..].starts_with(b"ispe");
            for at in (0..whole.len()).filter(named) {
                large[at + 8..at + 16].copy_from_slice(&[side, side].concat());
            }
            Picture::decode_heif(&large).unwrap_err().to_string()
        };
        assert_eq!(said([0, 0, 0x7F, 0xFF]), "there are more than 200 million pixels", "{name}");
        assert_eq!(said([0, 0, 0x80, 1]), "a side is longer than 32,768 pixels", "{name}");
    }
}

#[test]
fn another_codec_is_not_damage() {
    // Sound, and beyond its decoder.
    let lossless = Picture::decode_heif(&file("lossless.heic"));
    assert!(matches!(lossless, Err(Unreadable::Unsupported(_))), "{lossless:?}");
    let mut other = file("turned-1.avif");
    let at = other.windows(4).position(|four| four == b"av01").unwrap();
    other[at..at + 4].copy_from_slice(b"vvc1");
    let said = Picture::decode_heif(&other).unwrap_err();
    assert!(
        matches!(&said, Unreadable::Unsupported(why) if why == "it is coded as vvc1"),
        "{said}"
    );
}
