#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use std::fmt::Write;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb, Rgba, RgbaImage};

use super::*;

/// An EXIF block that says how the picture wants to be turned (1 to 8).
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

/// Colours of the four corners: no turn and no mirror leaves all of them in their places.
const CORNERS: [[u8; 3]; 4] = [[220, 20, 20], [20, 200, 20], [20, 20, 220], [230, 230, 230]];

fn corners(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(CORNERS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)])
    })
}

fn written(pixels: &RgbImage, mut encoder: impl ImageEncoder, about: About) -> bool {
    match about {
        About::Turned(orientation) => encoder.set_exif_metadata(exif(orientation)).unwrap(),
        About::Coloured(profile) => encoder.set_icc_profile(profile).unwrap(),
    }
    let (width, height) = pixels.dimensions();
    encoder.write_image(pixels, width, height, ExtendedColorType::Rgb8).is_ok()
}

enum About {
    Turned(u8),
    Coloured(Vec<u8>),
}

fn file(pixels: &RgbImage, format: ImageFormat, about: About) -> Vec<u8> {
    let mut bytes = Vec::new();
    let done = match format {
        ImageFormat::Png => written(pixels, PngEncoder::new(&mut bytes), about),
        ImageFormat::Jpeg => written(pixels, JpegEncoder::new(&mut bytes), about),
        _ => written(pixels, WebPEncoder::new_lossless(&mut bytes), about),
    };
    assert!(done, "{format:?} is written");
    bytes
}

fn plain(pixels: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pixels.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn opened(small: &Small) -> DynamicImage {
    image::load_from_memory_with_format(&small.bytes, small.format).unwrap()
}

fn near(got: [u8; 3], want: [u8; 3], by: u8) -> bool {
    got.iter().zip(want).all(|(got, want)| got.abs_diff(want) <= by)
}

const KINDS: [ImageFormat; 3] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];

#[test]
fn every_turn_comes_upright_from_every_kind() {
    // Which corner of the file is shown top left, top right, bottom left, bottom right (EXIF 2.3, 4.6.4).
    let shown = [
        (1, [0, 1, 2, 3]),
        (2, [1, 0, 3, 2]),
        (3, [3, 2, 1, 0]),
        (4, [2, 3, 0, 1]),
        (5, [0, 2, 1, 3]),
        (6, [2, 0, 3, 1]),
        (7, [3, 1, 2, 0]),
        (8, [1, 3, 0, 2]),
    ];
    for format in KINDS {
        for (orientation, places) in shown {
            let bytes = file(&corners(64, 32), format, About::Turned(orientation));
            let picture = Picture::decode(&bytes, format).unwrap();
            let upright = if orientation < 5 { (64, 32) } else { (32, 64) };
            assert_eq!(picture.size(), upright, "{format:?} {orientation}");
            let small = opened(&picture.stills([64]).unwrap().small[0]).into_rgb8();
            assert_eq!(small.dimensions(), upright, "{format:?} {orientation}");
            let (w, h) = upright;
            let seen = [(8, 8), (w - 8, 8), (8, h - 8), (w - 8, h - 8)];
            for ((x, y), place) in seen.into_iter().zip(places) {
                let got = small.get_pixel(x, y).0;
                assert!(near(got, CORNERS[place], 24), "{format:?} {orientation} {x},{y}: {got:?}");
            }
        }
    }
}

#[test]
fn a_large_photo_is_decoded_small_and_looks_the_same() {
    // Waves over four corners, turned right, in another space, with one side that blocks do not fit into.
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let large = RgbImage::from_fn(1_208, 805, |x, y| {
        let full = CORNERS[usize::from(x >= 600) + 2 * usize::from(y >= 400)];
        let shade = 90 + (x % 180).abs_diff(90);
        Rgb(full.map(|part| (u32::from(part) * shade / 180) as u8))
    });
    let grey = DynamicImage::from(large.clone()).to_luma8();
    let mut files = vec![plain(large.clone(), ImageFormat::Jpeg), plain(grey, ImageFormat::Jpeg)];
    for about in [About::Turned(6), About::Coloured(profile)] {
        files.push(file(&large, ImageFormat::Jpeg, about));
    }
    for (number, bytes) in files.iter().enumerate() {
        let whole = Picture::decode(bytes, ImageFormat::Jpeg).unwrap();
        for side in [150, 256, 600] {
            let small = Picture::decode_for(bytes, ImageFormat::Jpeg, side).unwrap();
            assert_eq!(small.size(), whole.size());
            let scaled = small.pixels.width().max(small.pixels.height());
            assert!(scaled >= side && scaled <= 1_208 / 2, "{number} {side}: {scaled}");
            let [small, known] = [small, Picture::decode(bytes, ImageFormat::Jpeg).unwrap()]
                .map(|picture| opened(&picture.stills([128]).unwrap().small[0]).to_rgb8());
            assert_eq!(small.dimensions(), known.dimensions());
            let apart: u64 =
                small.iter().zip(known.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            let mean = apart as f64 / small.len() as f64;
            assert!(mean < 3.0, "{number} {side}: {mean}");
        }
    }
    // Inks are beyond the quick way.
    let picture = Picture::decode_for(&inks([255, 0, 0, 255]), ImageFormat::Jpeg, 2).unwrap();
    assert_eq!((picture.size(), picture.pixels.width()), ((8, 8), 8));
}

#[test]
fn three_sizes_come_of_one_decode() {
    let bytes = plain(corners(2_000, 1_000), ImageFormat::Png);
    let stills = Picture::decode(&bytes, ImageFormat::Png).unwrap().stills([256, 512, 1024]);
    let stills = stills.unwrap();
    let sizes = stills.small.each_ref().map(|small| {
        let small = opened(small);
        (small.width(), small.height())
    });
    assert_eq!(sizes, [(256, 128), (512, 256), (1_024, 512)]);
    assert!((5..=32).contains(&stills.hash.len()), "{:?}", stills.hash);
    // The average colour of the hash is that of the picture.
    let (r, g, b, a) = thumbhash::thumb_hash_to_average_rgba(&stills.hash).unwrap();
    let average = [122.5 / 255.0, 112.5 / 255.0, 122.5 / 255.0];
    assert!(
        [r, g, b].iter().zip(average).all(|(got, want)| (got - want).abs() < 0.06) && a > 0.99,
        "{r} {g} {b} {a}"
    );
}

#[test]
fn what_is_small_already_is_not_enlarged() {
    let bytes = plain(corners(300, 200), ImageFormat::Png);
    let picture = Picture::decode(&bytes, ImageFormat::Png).unwrap();
    let [small, middle, large] = picture.stills([256, 512, 1024]).unwrap().small;
    assert_eq!(middle, large);
    let sizes = [&small, &middle].map(|small| opened(small).width());
    assert_eq!(sizes, [256, 300]);
}

#[test]
fn sixteen_bits_and_grey_come_out_right() {
    type Deep = image::ImageBuffer<Rgb<u16>, Vec<u16>>;
    let deep = Deep::from_pixel(40, 40, Rgb([0x8000, 0x20FF, 0xFFFF]));
    let grey = image::GrayImage::from_pixel(40, 40, image::Luma([77]));
    let cases =
        [(DynamicImage::from(deep), [128, 33, 255]), (DynamicImage::from(grey), [77, 77, 77])];
    for (pixels, want) in cases {
        let bytes = plain(pixels, ImageFormat::Png);
        let picture = Picture::decode(&bytes, ImageFormat::Png).unwrap();
        let small = picture.stills([16]).unwrap().small[0].clone();
        assert_eq!(small.format, ImageFormat::Jpeg);
        let got = opened(&small).to_rgb8().get_pixel(8, 8).0;
        assert!(near(got, want, 3), "{got:?}");
    }
}

#[test]
fn sixteen_bits_with_alpha_stay_see_through() {
    type Deep = image::ImageBuffer<Rgba<u16>, Vec<u16>>;
    let deep = Deep::from_pixel(40, 40, Rgba([0xFFFF, 0, 0x8000, 0x4000]));
    let bytes = plain(deep, ImageFormat::Png);
    let small = Picture::decode(&bytes, ImageFormat::Png).unwrap().stills([16]).unwrap();
    let small = small.small[0].clone();
    assert_eq!(small.format, ImageFormat::Png);
    let got = opened(&small).to_rgba8().get_pixel(8, 8).0;
    assert!(
        near([got[0], got[1], got[2]], [255, 0, 128], 3) && got[3].abs_diff(64) <= 1,
        "{got:?}"
    );
}

#[test]
fn colours_of_a_wider_space_become_those_of_the_web() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    for format in KINDS {
        let flat = RgbImage::from_pixel(32, 32, Rgb([150, 100, 100]));
        let without = Picture::decode(&plain(flat.clone(), format), format).unwrap();
        let with = file(&flat, format, About::Coloured(profile.clone()));
        let with = Picture::decode(&with, format).unwrap();
        let [without, with] = [without, with].map(|picture| {
            opened(&picture.stills([16]).unwrap().small[0]).to_rgb8().get_pixel(8, 8).0
        });
        assert!(near(without, [150, 100, 100], 2), "{format:?} {without:?}");
        // Worked out from the two spaces' primaries (SMPTE EG 432-1, IEC 61966-2-1).
        assert!(near(with, [159, 97, 99], 3), "{format:?} {with:?}");
    }
}

#[test]
fn a_broken_profile_costs_no_picture() {
    let flat = RgbImage::from_pixel(32, 32, Rgb([150, 100, 100]));
    let bytes = file(&flat, ImageFormat::Png, About::Coloured(vec![7; 300]));
    let picture = Picture::decode(&bytes, ImageFormat::Png).unwrap();
    let got = opened(&picture.stills([16]).unwrap().small[0]).to_rgb8().get_pixel(8, 8).0;
    assert!(near(got, [150, 100, 100], 2), "{got:?}");
}

/// An 8 by 8 JPEG of four inks, each flat, as Adobe's programs write them: 255 is no ink.
fn inks(values: [i32; 4]) -> Vec<u8> {
    let segment = |marker: u8, body: &[u8]| {
        [&[0xFF, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat()
    };
    // Categories 0 to 11 in codes of four bits; for the rest of a block one code, "no more".
    let steady = [&[0x00, 0, 0, 0, 12][..], &[0; 12], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]];
    let ends = [&[0x10, 1][..], &[0; 15], &[0]];
    let mut bits = String::new();
    for value in values {
        let steps = (value - 128) * 8;
        let category = 32 - steps.unsigned_abs().leading_zeros();
        write!(bits, "{category:04b}").unwrap();
        if category > 0 {
            let coded = if steps < 0 { steps + (1 << category) - 1 } else { steps };
            write!(bits, "{coded:0width$b}", width = category as usize).unwrap();
        }
        bits.push('0');
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    let scan: Vec<u8> = (0..bits.len() / 8)
        .map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap())
        .flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] })
        .collect();
    let parts: Vec<u8> = (1..=4).flat_map(|id| [id, 0x11, 0]).collect();
    let shown: Vec<u8> = (1..=4).flat_map(|id| [id, 0x00]).collect();
    [
        vec![0xFF, 0xD8],
        segment(0xEE, b"Adobe\0\x64\0\0\0\0\0"),
        segment(0xDB, &[&[0][..], &[1; 64]].concat()),
        segment(0xC0, &[&[8, 0, 8, 0, 8, 4][..], &parts].concat()),
        segment(0xC4, &steady.concat()),
        segment(0xC4, &ends.concat()),
        segment(0xDA, &[&[4][..], &shown, &[0, 63, 0]].concat()),
        scan,
        vec![0xFF, 0xD9],
    ]
    .concat()
}

#[test]
fn inks_become_light() {
    // No cyan, all magenta and yellow, no black: red.
    let picture = Picture::decode(&inks([255, 0, 0, 255]), ImageFormat::Jpeg).unwrap();
    assert_eq!(picture.size(), (8, 8));
    let got = opened(&picture.stills([8]).unwrap().small[0]).to_rgb8().get_pixel(4, 4).0;
    assert!(near(got, [255, 0, 0], 6), "{got:?}");
}

#[test]
fn what_is_too_large_is_refused_by_its_head() {
    let said = |(width, height): (u32, u32)| {
        // A head alone: whoever goes on to the pixels meets the end of the file instead.
        let bytes = plain(RgbImage::new(1, 1), ImageFormat::Png);
        let mut head = bytes[..33].to_vec();
        head[16..20].copy_from_slice(&width.to_be_bytes());
        head[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&head[12..29]);
        head[29..33].copy_from_slice(&sum.to_be_bytes());
        head.extend(&bytes[33..]);
        Picture::decode(&head, ImageFormat::Png).unwrap_err().to_string()
    };
    assert_eq!(said((20_000, 20_000)), "there are more than 200 million pixels");
    let side = said((65_535, 65_535));
    assert_eq!(said((MAX_SIDE + 1, 1)), side);
    assert!(!said((MAX_SIDE, 1)).contains(&side), "the longest side that is read");
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn only_the_first_picture_of_a_moving_one_is_read() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        let frame = |colour| image::Frame::new(RgbaImage::from_pixel(20, 20, Rgba(colour)));
        encoder.encode_frame(frame([200, 0, 0, 255])).unwrap();
        encoder.encode_frame(frame([0, 0, 200, 255])).unwrap();
    }
    let picture = Picture::decode(&bytes, ImageFormat::Gif).unwrap();
    let got = opened(&picture.stills([16]).unwrap().small[0]).to_rgb8().get_pixel(8, 8).0;
    assert!(near(got, [200, 0, 0], 8), "{got:?}");
}
