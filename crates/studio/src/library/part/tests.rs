#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use image::ImageFormat;

use super::*;
use crate::library::testkit::{
    AVIF, Bench, HEIC, clip, naming, of_another_codec, patch, picture, png, png_bomb, wav, webm,
};

const SVG: &[u8] =
    b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/><html/></svg>";
const PDF: &[u8] = b"%PDF-1.7\n%";
const PAGE: &[u8] = b"<!DOCTYPE html><html><body>Bad gateway</body></html>";

fn stored(bench: &Bench, bytes: &[u8]) -> Result<Stored> {
    let mut part = bench.library.part("out_1")?;
    part.write(bytes)?;
    part.finish(&naming("Lighthouse at dusk"))
}

#[test]
fn every_form_gets_its_name_and_its_size() {
    let cases = [
        (png(60, 40), "png", "image/png", MediaKind::Image, (60, 40), None),
        (picture(60, 40, ImageFormat::Jpeg), "jpg", "image/jpeg", MediaKind::Image, (60, 40), None),
        (
            picture(60, 40, ImageFormat::WebP),
            "webp",
            "image/webp",
            MediaKind::Image,
            (60, 40),
            None,
        ),
        (picture(60, 40, ImageFormat::Gif), "gif", "image/gif", MediaKind::Image, (60, 40), None),
        (clip(64, 48, 24), "mp4", "video/mp4", MediaKind::Video, (64, 48), Some(1_000)),
        (webm(640, 360), "webm", "video/webm", MediaKind::Video, (640, 360), Some(1_500)),
        (wav(2_000), "wav", "audio/wav", MediaKind::Audio, (0, 0), Some(2_000)),
        (AVIF.to_vec(), "avif", "image/avif", MediaKind::Image, (32, 64), None),
        (of_another_codec(), "avif", "image/avif", MediaKind::Image, (32, 64), None),
        (HEIC.to_vec(), "heic", "image/heic", MediaKind::Image, (64, 32), None),
        (SVG.to_vec(), "svg", "image/svg+xml", MediaKind::Image, (0, 0), None),
        (PDF.to_vec(), "pdf", "application/pdf", MediaKind::Image, (0, 0), None),
    ];
    for (bytes, ending, media_type, media, (width, height), duration_ms) in cases {
        let bench = Bench::new();
        let stored = stored(&bench, &bytes).unwrap();
        assert_eq!(
            stored,
            Stored {
                path: format!("2026/2026-11-22/1142-lighthouse-at-dusk-flux-2-pro-1.{ending}"),
                media,
                media_type: media_type.into(),
                width,
                height,
                duration_ms,
                bytes: bytes.len() as i64,
                blake3: blake3::hash(&bytes).to_hex().to_string(),
            }
        );
        assert_eq!(std::fs::read(bench.library.path(&stored.path).unwrap()).unwrap(), bytes);
        assert_eq!(bench.files(), vec![stored.path]);
    }
}

#[test]
fn what_is_no_media_is_refused_and_its_part_stays() {
    let cases = [
        (PAGE.to_vec(), "a web page"),
        (b"<html><body><svg></svg></body></html>".to_vec(), "a web page"),
        (b"{\"error\":\"expired\"}".to_vec(), "a text file"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0".to_vec(), "a picture of the kind BMP"),
        (b"fLaC\0\0\0\x22\0\0".to_vec(), "a sound file"),
        (b"8BPS\0\x01\0\0\0\0\0\0".to_vec(), "a picture of the kind PSD"),
        (b"\0\x01\x02\x03\x04".to_vec(), "a file of an unknown kind"),
    ];
    for (bytes, what) in cases {
        let bench = Bench::new();
        let error = stored(&bench, &bytes).unwrap_err();
        assert_eq!(
            error.message(),
            format!("This is {what}, not a picture or clip that Rushes reads.")
        );
        assert!(!error.is_local());
        assert_eq!(bench.files(), Vec::<String>::new());
        assert_eq!(bench.leftovers(), vec!["out_1.part"]);
        assert_eq!(bench.library.part("out_1").unwrap().len(), bytes.len() as u64);
    }
    let bench = Bench::new();
    assert_eq!(stored(&bench, b"").unwrap_err().message(), "The file is empty.");
}

#[test]
fn a_page_is_kept_where_nothing_else_can_come() {
    let bench = Bench::new();
    let mut part = bench.library.part("out_1").unwrap();
    part.write(PAGE).unwrap();
    let stored = part.taking_pages().finish(&naming("Lighthouse at dusk")).unwrap();
    assert_eq!((stored.media_type.as_str(), stored.width), ("text/html", 0));
    assert_eq!(Path::new(&stored.path).extension(), Some("html".as_ref()), "{}", stored.path);
    assert_eq!(std::fs::read(bench.library.path(&stored.path).unwrap()).unwrap(), PAGE);
}

#[test]
fn what_is_cut_short_is_refused() {
    let whole = [
        (png(200, 200), "PNG picture"),
        (picture(200, 200, ImageFormat::Jpeg), "JPEG picture"),
        (picture(200, 200, ImageFormat::WebP), "WebP picture"),
        (picture(200, 200, ImageFormat::Gif), "GIF picture"),
        (clip(64, 48, 24), "MP4 clip"),
        (webm(640, 360), "WebM clip"),
        (wav(2_000), "WAV sound"),
        (AVIF.to_vec(), "AVIF picture"),
        (HEIC.to_vec(), "HEIC picture"),
    ];
    for (bytes, what) in whole {
        for left in [bytes.len() / 2, bytes.len() * 9 / 10] {
            let bench = Bench::new();
            let error = stored(&bench, &bytes[..left]).unwrap_err();
            assert_eq!(
                error.message(),
                format!("This {what} is damaged or not complete."),
                "{left}"
            );
            assert_eq!(bench.files(), Vec::<String>::new());
        }
    }
}

#[test]
fn bombs_are_refused_by_their_heads() {
    for (width, height) in [(65_535, 65_535), (40_000, 1), (32_768, 32_768)] {
        let error = stored(&Bench::new(), &png_bomb(width, height)).unwrap_err();
        assert!(matches!(error, LibraryError::Damaged { what: "PNG picture", .. }), "{error}");
    }
    // An index that claims four thousand million pictures in a few bytes.
    let mut bomb = clip(64, 48, 4);
    patch(&mut bomb, b"stsz", 8, &[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]);
    let error = stored(&Bench::new(), &bomb).unwrap_err();
    assert!(matches!(error, LibraryError::Damaged { what: "MP4 clip", .. }), "{error}");
}

#[test]
fn a_clip_of_nothing_but_index_is_damaged() {
    let mut hollow = clip(64, 48, 4);
    let at = hollow.windows(4).position(|name| name == b"mdat").unwrap();
    let end = if at > 40 + hollow.windows(4).position(|name| name == b"moov").unwrap() {
        hollow.len()
    } else {
        hollow.windows(4).position(|name| name == b"moov").unwrap() - 4
    };
    hollow[at + 4..end].fill(0);
    let error = stored(&Bench::new(), &hollow).unwrap_err();
    assert_eq!(error.message(), "This MP4 clip is damaged or not complete.");
}

#[test]
fn a_clip_whose_index_leads_in_circles_is_damaged() {
    // A box within a box that says it is nothing long: whoever skips it stands where he stood before.
    let mut circle = clip(64, 48, 4);
    let at = circle.windows(4).position(|name| name == b"stts").unwrap() - 4;
    circle[at..at + 8].copy_from_slice(b"\0\0\0\0skip");
    let error = stored(&Bench::new(), &circle).unwrap_err();
    assert_eq!(error.message(), "This MP4 clip is damaged or not complete.");
}

#[test]
fn a_clip_of_another_codec_is_kept() {
    let mut other = clip(64, 48, 24);
    patch(&mut other, b"avc1", 0, b"avcX");
    // The brand list of the head says avc1 too; only the track's own entry counts.
    if let Some(at) = other.windows(4).rposition(|name| name == b"avc1") {
        other[at..at + 4].copy_from_slice(b"avcX");
    }
    let stored = stored(&Bench::new(), &other).unwrap();
    assert_eq!((stored.media_type.as_str(), stored.width, stored.height), ("video/mp4", 64, 48));
}

#[test]
fn a_part_goes_on_where_it_was_left() {
    let bench = Bench::new();
    let bytes = png(300, 200);
    let (first, rest) = bytes.split_at(bytes.len() / 3);
    let mut part = bench.library.part("out_1").unwrap();
    assert!(part.is_empty());
    part.write(first).unwrap();
    drop(part);
    // A crash later: nothing bears a final name, and the bytes are still counted and hashed.
    assert_eq!(bench.files(), Vec::<String>::new());
    let mut part = bench.library.part("out_1").unwrap();
    assert_eq!(part.len(), first.len() as u64);
    part.write(rest).unwrap();
    let stored = part.finish(&naming("x")).unwrap();
    assert_eq!(stored.blake3, blake3::hash(&bytes).to_hex().to_string());
    assert_eq!(stored.bytes, bytes.len() as i64);
}

#[test]
fn a_long_part_goes_on_too() {
    // Longer than the head that is kept for the sniff, in uneven pieces.
    let bench = Bench::new();
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|n| (n * 31 % 251) as u8).collect();
    for piece in bytes.chunks(1_300_007) {
        let mut part = bench.library.part("out_1").unwrap();
        part.write(piece).unwrap();
    }
    let part = bench.library.part("out_1").unwrap();
    assert_eq!((part.len(), part.hasher.finalize()), (bytes.len() as u64, blake3::hash(&bytes)));
    assert_eq!(part.head, bytes[..form::HEAD]);
}

#[test]
fn a_truncated_part_begins_anew() {
    let bench = Bench::new();
    let mut part = bench.library.part("out_1").unwrap();
    part.write(b"<html>wrong</html>").unwrap();
    part.truncate().unwrap();
    assert_eq!(part.len(), 0);
    let bytes = png(30, 20);
    part.write(&bytes).unwrap();
    assert_eq!(
        part.finish(&naming("x")).unwrap().blake3,
        blake3::hash(&bytes).to_hex().to_string()
    );
}

#[test]
fn a_taken_name_gets_a_number() {
    let bench = Bench::new();
    for number in 1..=3 {
        let mut part = bench.library.part(&format!("out_{number}")).unwrap();
        part.write(&png(10 * number, 10)).unwrap();
        part.finish(&naming("fox")).unwrap();
    }
    let name = |again: &str| format!("2026/2026-11-22/1142-fox-flux-2-pro-1{again}.png");
    assert_eq!(bench.files(), vec![name("-2"), name("-3"), name("")]);
}

#[test]
fn a_crash_after_the_rename_is_found_again() {
    let bench = Bench::new();
    let stored = stored(&bench, &png(30, 20)).unwrap();
    assert_eq!(bench.library.placed("out_1").unwrap(), Some(stored.clone()));
    assert_eq!(bench.library.placed("out_2").unwrap(), None);
    // Someone else's bytes under that name are not what was placed.
    bench.write(&stored.path, &png(31, 20));
    assert_eq!(bench.library.placed("out_1").unwrap(), None);
    bench.library.settle("out_1").unwrap();
    bench.library.settle("out_1").unwrap();
    assert_eq!(bench.leftovers(), Vec::<String>::new());
}

#[test]
fn only_our_ids_become_paths() {
    let bench = Bench::new();
    for id in ["", "../x", "a/b", "a\\b", "C:x", "a.b", "a\0", "é", &"a".repeat(65)] {
        assert!(
            matches!(bench.library.part(id), Err(LibraryError::Outside(said)) if said == id),
            "{id:?}"
        );
    }
}

#[test]
fn a_picture_has_a_limit_and_a_clip_a_higher_one() {
    let bench = Bench::new();
    let piece = vec![0; 32 << 20];
    let fill = |id: &str, head: &[u8]| {
        let mut part = bench.library.part(id).unwrap();
        part.write(head).unwrap();
        // Holes cost no disk; what counts is the length.
        part.file.set_len(IMAGE_LIMIT - 1).unwrap();
        part.length = IMAGE_LIMIT - 1;
        part.write(&piece).map_err(|error| error.message())
    };
    assert_eq!(
        fill("out_1", &png(4, 4)),
        Err("The file is larger than 256 MB, the most Rushes takes here.".into())
    );
    assert_eq!(fill("out_2", &clip(64, 48, 2)), Ok(()));
}

#[cfg(unix)]
#[test]
fn prints_are_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let stored = stored(&bench, &png(30, 20)).unwrap();
    let mode = |relative: &str| {
        bench.library.path(relative).unwrap().metadata().unwrap().permissions().mode() & 0o777
    };
    assert_eq!([mode("2026"), mode("2026/2026-11-22"), mode(&stored.path)], [0o700, 0o700, 0o600]);
}
