//! Small media files and a library to put them in, for the tests of this folder.
#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use std::fs::File;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use jiff::tz::TimeZone;
use muxide::api::{MuxerBuilder, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{Encoder, EncoderConfig, FrameType};
use openh264::formats::{RgbSliceU8, YUVBuffer};

use super::{INCOMING, Library, Naming};

/// A library in a folder of its own, removed with it.
pub(super) struct Bench {
    folder: tempfile::TempDir,
    pub(super) library: Library,
}

impl Bench {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library =
            Library::open(&folder.path().join("lib"), &folder.path().join("thumbs")).unwrap();
        Self { folder, library }
    }

    /// The folder around the library.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file outside of the library.
    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder().join(name);
        File::create(&path).unwrap().write_all(bytes).unwrap();
        path
    }

    /// Writes a file in the library.
    pub(super) fn write(&self, relative: &str, bytes: &[u8]) {
        let path = self.library.path(relative).unwrap();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(&path).unwrap().write_all(bytes).unwrap();
    }

    /// All files that a person sees, sorted.
    pub(super) fn files(&self) -> Vec<String> {
        list(&self.library.root(), |path| !path.starts_with(INCOMING))
    }

    /// All files under `.incoming`, sorted.
    pub(super) fn leftovers(&self) -> Vec<String> {
        list(&self.library.root().join(INCOMING), |_| true)
    }
}

/// All wanted files below a folder, relative and sorted.
fn list(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative =
                    path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.extend(wanted(&relative).then_some(relative));
            }
        }
    }
    found.sort();
    found
}

/// 2026-11-22 11:42 two hours east of Greenwich.
pub(super) fn naming(prompt: &str) -> Naming<'_> {
    let zone = TimeZone::fixed(jiff::tz::offset(2));
    Naming { at_ms: 1_795_340_550_000, zone, prompt, model: "flux-2-pro", number: 1 }
}

/// Left half red, right half blue.
pub(super) fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) }
    })
}

/// An opaque picture in any form.
pub(super) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(two_halves(width, height)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Png)
}

/// A picture whose upper half cannot be seen.
pub(super) fn see_through(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |_, y| {
        Rgba([20, 200, 20, if y < height / 2 { 0 } else { 255 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG that says in its EXIF how it wants to be turned (1 to 8).
pub(super) fn turned_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = picture(width, height, ImageFormat::Jpeg);
    let mut exif =
        b"\xFF\xE1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    [&plain[..2], &exif, &plain[2..]].concat()
}

/// A PNG that claims a size and has no pixels.
pub(super) fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunk = |bytes: &mut Vec<u8>, name: &[u8], body: &[u8]| {
        bytes.extend((body.len() as u32).to_be_bytes());
        let checked = [name, body].concat();
        bytes.extend(&checked);
        bytes.extend(crc32(&checked).to_be_bytes());
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    chunk(&mut bytes, b"IHDR", &head);
    chunk(&mut bytes, b"IDAT", &[0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

/// An H.264 clip of 24 pictures a second, red on the left and blue on the right.
pub(super) fn clip(width: u32, height: u32, pictures: u32) -> Vec<u8> {
    let mut encoder =
        Encoder::with_api_config(OpenH264API::from_source(), EncoderConfig::new()).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    let mut muxer = MuxerBuilder::new(file.try_clone().unwrap())
        .video(VideoCodec::H264, width, height, 24.0)
        .with_fast_start(true)
        .build()
        .unwrap();
    let rgb = two_halves(width, height);
    let yuv = YUVBuffer::from_rgb8_source(RgbSliceU8::new(&rgb, (width as usize, height as usize)));
    for at in 0..pictures {
        let coded = encoder.encode(&yuv).unwrap();
        let key = matches!(coded.frame_type(), FrameType::IDR | FrameType::I);
        muxer.write_video(f64::from(at) / 24.0, &coded.to_vec(), key).unwrap();
    }
    muxer.finish_with_stats().unwrap();
    let mut bytes = Vec::new();
    std::io::Seek::rewind(&mut file).unwrap();
    std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
    bytes
}

/// Writes over what follows the first occurrence of a name, at a distance from it.
pub(super) fn patch(bytes: &mut [u8], name: &[u8], distance: usize, with: &[u8]) {
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap() + distance;
    bytes[at..at + with.len()].copy_from_slice(with);
}

/// A WebM head of the given size and 1.5 seconds, with one empty cluster.
pub(super) fn webm(width: u16, height: u16) -> Vec<u8> {
    let element = |id: &[u8], body: &[u8]| {
        [id, &[0x40 | (body.len() >> 8) as u8, body.len() as u8], body].concat()
    };
    let video =
        [element(&[0xB0], &width.to_be_bytes()), element(&[0xBA], &height.to_be_bytes())].concat();
    let track = [element(&[0xD7], &[1]), element(&[0x83], &[1]), element(&[0xE0], &video)].concat();
    let info = [
        element(&[0x2A, 0xD7, 0xB1], &1_000_000_u32.to_be_bytes()),
        element(&[0x44, 0x89], &1_500_f64.to_be_bytes()),
    ];
    let segment = [
        element(&[0x15, 0x49, 0xA9, 0x66], &info.concat()),
        element(&[0x16, 0x54, 0xAE, 0x6B], &element(&[0xAE], &track)),
        element(&[0x1F, 0x43, 0xB6, 0x75], &[0xE7, 0x81, 0x00]),
    ]
    .concat();
    let head = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
    [head, element(&[0x18, 0x53, 0x80, 0x67], &segment)].concat()
}

/// 64 by 32, to be turned right: 32 by 64 as shown.
pub(super) const AVIF: &[u8] = include_bytes!("../../../stills/fixtures/turned-6.avif");
/// 64 by 32.
pub(super) const HEIC: &[u8] = include_bytes!("../../../stills/fixtures/plain.heic");

/// The picture in a codec that has no decoder here.
pub(super) fn of_another_codec() -> Vec<u8> {
    let mut bytes = AVIF.to_vec();
    patch(&mut bytes, b"av01", 0, b"vvc1");
    bytes
}

/// A silent WAV of so many ms: 8,000 samples of two bytes a second.
pub(super) fn wav(ms: u32) -> Vec<u8> {
    let data = vec![0; ms as usize * 16];
    let shape = [1_u16.to_le_bytes(), 1_u16.to_le_bytes()].concat();
    let rates = [8_000_u32.to_le_bytes(), 16_000_u32.to_le_bytes()].concat();
    let sample = [2_u16.to_le_bytes(), 16_u16.to_le_bytes()].concat();
    let long = |length: usize| (length as u32).to_le_bytes();
    [
        &b"RIFF"[..],
        &long(data.len() + 36),
        b"WAVEfmt ",
        &long(16),
        &shape,
        &rates,
        &sample,
        b"data",
        &long(data.len()),
        &data,
    ]
    .concat()
}
