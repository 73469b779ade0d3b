#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use image::{DynamicImage, ImageFormat};

use super::*;
use crate::library::media_type_of;
use crate::library::testkit::{
    AVIF, Bench, HEIC, clip, of_another_codec, patch, picture, see_through, turned_jpeg, webm,
};

/// Stores the bytes under a name and makes their thumbnail: its path in the cache and its pixels.
fn thumb(bench: &Bench, name: &str, bytes: &[u8]) -> (String, DynamicImage) {
    bench.write(name, bytes);
    let path = bench.library.thumb(name, &name.replace('.', "_")).unwrap();
    let pixels = image::open(&path).unwrap();
    let cached = path.strip_prefix(&bench.library.thumbs).unwrap();
    (cached.to_string_lossy().replace('\\', "/"), pixels)
}

fn is_red(pixels: &DynamicImage, x: u32, y: u32) -> bool {
    let [r, _, b] = pixels.to_rgb8().get_pixel(x, y).0;
    r > 150 && b < 90
}

fn is_blue(pixels: &DynamicImage, x: u32, y: u32) -> bool {
    let [r, _, b] = pixels.to_rgb8().get_pixel(x, y).0;
    b > 150 && r < 90
}

#[test]
fn pictures_shrink_to_512_and_keep_their_sides() {
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("a.jpg", ImageFormat::Jpeg),
        ("a.webp", ImageFormat::WebP),
        ("a.gif", ImageFormat::Gif),
    ] {
        let (cached, pixels) = thumb(&Bench::new(), name, &picture(1_000, 500, format));
        let id = name.replace('.', "_");
        let shard = &blake3::hash(id.as_bytes()).to_hex()[..2];
        assert_eq!(cached, format!("512/{shard}/{id}.jpg"));
        assert_eq!(media_type_of(Path::new(&cached)), Some("image/jpeg"));
        assert_eq!((pixels.width(), pixels.height()), (512, 256), "{name}");
        assert!(is_red(&pixels, 20, 128) && is_blue(&pixels, 490, 128), "{name}");
    }
    let (_, tall) = thumb(&Bench::new(), "tall.png", &picture(30, 3_000, ImageFormat::Png));
    assert_eq!((tall.width(), tall.height()), (5, 512));
    let (_, small) = thumb(&Bench::new(), "small.png", &picture(64, 48, ImageFormat::Png));
    assert_eq!((small.width(), small.height()), (64, 48));
}

#[test]
fn what_is_see_through_stays_so() {
    for (name, format) in [("a.png", ImageFormat::Png), ("a.webp", ImageFormat::WebP)] {
        let (cached, pixels) = thumb(&Bench::new(), name, &see_through(1_024, 1_024, format));
        assert_eq!(media_type_of(Path::new(&cached)), Some("image/png"));
        assert_eq!((pixels.width(), pixels.height()), (512, 512));
        let rgba = pixels.to_rgba8();
        assert_eq!((rgba.get_pixel(9, 9).0[3], rgba.get_pixel(9, 500).0), (0, [20, 200, 20, 255]));
    }
}

#[test]
fn a_photo_stands_upright() {
    // Orientation 6: turn right. Red was left and comes to the top.
    let bench = Bench::new();
    let (_, pixels) = thumb(&bench, "a.jpg", &turned_jpeg(1_000, 500, 6));
    assert_eq!((pixels.width(), pixels.height()), (256, 512));
    assert!(is_red(&pixels, 128, 20) && is_blue(&pixels, 128, 490));
    let stored = bench
        .library
        .import_bytes(&turned_jpeg(1_000, 500, 6), 0, &jiff::tz::TimeZone::UTC)
        .unwrap();
    assert_eq!((stored.width, stored.height), (500, 1_000));
}

#[test]
fn a_clip_shows_its_first_picture() {
    let (cached, pixels) = thumb(&Bench::new(), "a.mp4", &clip(640, 320, 3));
    assert_eq!(media_type_of(Path::new(&cached)), Some("image/jpeg"));
    assert_eq!((pixels.width(), pixels.height()), (512, 256));
    assert!(is_red(&pixels, 20, 128) && is_blue(&pixels, 490, 128));
}

#[test]
fn a_clip_filmed_sideways_stands_upright() {
    let mut sideways = clip(640, 320, 3);
    let one = |n: i32| (n << 16).to_be_bytes();
    let matrix = [one(0), one(1), [0; 4], one(-1), one(0)].concat();
    patch(&mut sideways, b"tkhd", 44, &matrix);
    let (_, pixels) = thumb(&Bench::new(), "a.mp4", &sideways);
    assert_eq!((pixels.width(), pixels.height()), (256, 512));
    assert!(is_red(&pixels, 128, 20) && is_blue(&pixels, 128, 490));
}

#[test]
fn a_clip_without_a_known_codec_has_no_poster() {
    let bench = Bench::new();
    bench.write("a.webm", &webm(64, 48));
    let error = bench.library.thumb("a.webm", "ast_1").unwrap_err();
    assert!(matches!(&error, LibraryError::NoPoster { codec } if codec == "WebM"), "{error}");
    assert_eq!(error.message(), "Rushes cannot take a still from this kind of clip.");
}

#[test]
fn pictures_in_boxes_have_stills() {
    // Red was the upper left corner and comes to the upper right.
    let (_, turned) = thumb(&Bench::new(), "a.avif", AVIF);
    assert_eq!((turned.width(), turned.height()), (32, 64));
    assert!(is_red(&turned, 25, 7) && is_blue(&turned, 7, 7));
    let (_, plain) = thumb(&Bench::new(), "a.heic", HEIC);
    assert_eq!((plain.width(), plain.height()), (64, 32));
    assert!(is_red(&plain, 7, 7) && is_blue(&plain, 7, 25));
}

#[test]
fn what_is_not_drawn_has_none_and_says_so() {
    let of = |bytes: &[u8]| {
        let bench = Bench::new();
        bench.write("a", bytes);
        let said = || bench.library.thumb("a", "ast_1").unwrap_err();
        assert_eq!(said().message(), said().message(), "the second time from the note");
        said().message()
    };
    assert_eq!(
        [of(b"<svg onload='alert(1)'/>"), of(b"%PDF-1.7"), of(b"<!DOCTYPE html>")],
        [
            "Rushes keeps this SVG drawing and does not draw it.",
            "Rushes keeps this PDF document and does not draw it.",
            "Rushes keeps this web page and does not draw it.",
        ]
    );
    assert_eq!(
        of(&of_another_codec()),
        "Rushes keeps this AVIF picture and cannot make a small one of it."
    );
}

#[test]
fn a_thumbnail_is_made_once() {
    let bench = Bench::new();
    bench.write("a.png", &picture(600, 600, ImageFormat::Png));
    let first = bench.library.thumb("a.png", "ast_1").unwrap();
    let made = first.metadata().unwrap().modified().unwrap();
    std::fs::remove_file(bench.library.path("a.png").unwrap()).unwrap();
    assert_eq!(bench.library.thumb("a.png", "ast_1").unwrap(), first);
    assert_eq!(first.metadata().unwrap().modified().unwrap(), made);
    let gone = bench.library.thumb("a.png", "ast_2").unwrap_err();
    assert_eq!(gone.message(), "a.png is not where it was.");
    assert!(matches!(bench.library.thumb("a.png", "../x"), Err(LibraryError::Outside(_))));
}

#[test]
fn three_sizes_are_made_at_once_and_again_where_they_are_missing() {
    let bench = Bench::new();
    bench.write("a.png", &picture(2_000, 1_000, ImageFormat::Png));
    bench.library.thumb("a.png", "ast_1").unwrap();
    let original = bench.library.path("a.png").unwrap();
    let away = original.with_extension("away");
    std::fs::rename(&original, &away).unwrap();
    for size in ThumbSize::ALL {
        let path = bench.library.thumb_sized("a.png", "ast_1", size).unwrap();
        let still = image::open(path).unwrap();
        assert_eq!((still.width(), still.height()), (size.side(), size.side() / 2));
    }
    assert!(bench.library.has_thumb("ast_1"));
    std::fs::rename(&away, &original).unwrap();
    std::fs::remove_dir_all(bench.library.thumbs.join("1024")).unwrap();
    assert!(!bench.library.has_thumb("ast_1"));
    bench.library.thumb_sized("a.png", "ast_1", ThumbSize::Large).unwrap();
    assert!(bench.library.has_thumb("ast_1"));
    // A power cut leaves a name without bytes.
    let small = bench.library.thumb_sized("a.png", "ast_1", ThumbSize::Small).unwrap();
    std::fs::File::create(&small).unwrap();
    let again = bench.library.thumb_sized("a.png", "ast_1", ThumbSize::Small).unwrap();
    assert_eq!(image::open(again).unwrap().width(), 256);
}

#[test]
fn the_hash_of_a_picture_is_that_of_its_still() {
    let bench = Bench::new();
    bench.write("a.png", &picture(800, 400, ImageFormat::Png));
    let first = bench.library.make_thumbs("a.png", "ast_1").unwrap();
    assert!((5..=32).contains(&first.len()));
    // A JPEG of the small still is what it is taken from later: a shade may differ, not the picture.
    let later = thumb_hash(&bench.library, "a.png", "ast_1").unwrap();
    let apart = first.iter().zip(&later).filter(|(a, b)| a.abs_diff(**b) > 17).count();
    assert!(first.len() == later.len() && apart <= 2, "{first:?} {later:?}");
    let fresh = thumb_hash(&bench.library, "a.png", "ast_2").unwrap();
    assert_eq!(fresh, first);
    assert!(bench.library.has_thumb("ast_2"));
}

#[test]
fn a_file_that_cannot_be_read_is_not_read_at_every_look() {
    let bench = Bench::new();
    let whole = picture(600, 600, ImageFormat::Png);
    bench.write("a.png", &whole[..whole.len() / 2]);
    let said = || bench.library.thumb("a.png", "ast_1").map_err(|error| error.to_string());
    let first = said().unwrap_err();
    assert!(first.starts_with("damaged PNG picture: "), "{first}");
    // A note that was altered shows that it is the note which answers.
    let note = bench.library.note_path("ast_1").unwrap();
    let mut kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&note).unwrap()).unwrap();
    kept["why"]["Damaged"] = "as noted".into();
    serde_json::to_writer(std::fs::File::create(&note).unwrap(), &kept).unwrap();
    assert_eq!(said().unwrap_err(), "damaged PNG picture: as noted");
    // Another file in its place is looked at.
    bench.write("a.png", &whole);
    said().unwrap();
    assert!(!note.exists());
}
