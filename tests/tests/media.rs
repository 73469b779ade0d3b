//! Hostile and odd media, read by the processes that the real command starts for them: each file is
//! accounted for, and this process neither grows nor falls.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fall over and tell of it")]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, Frame, GrayImage, ImageEncoder, ImageFormat};
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use jiff::tz::TimeZone;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rushes_studio::library::{Library, Naming, ThumbSize, read_apart_by};
use rushes_tests::rushes::binary;

/// What becomes of a file.
#[derive(Debug, PartialEq)]
enum Fate {
    /// It is a picture of this size, and has stills.
    Shown(u32, u32),
    /// It is not taken in; the reason in words.
    Refused(&'static str),
}
use Fate::{Refused, Shown};

const PNG: &str = "This PNG picture is damaged or not complete.";
const JPEG: &str = "This JPEG picture is damaged or not complete.";
const GIF: &str = "This GIF picture is damaged or not complete.";
const WEBP: &str = "This WebP picture is damaged or not complete.";
const AVIF: &str = "This AVIF picture is damaged or not complete.";
const HEIC: &str = "This HEIC picture is damaged or not complete.";

/// How much this process may grow while others read, in KiB.
const GROWTH: u64 = 48 << 10;

fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(90, 60, |x, y| Rgb([x as u8 * 2, y as u8 * 4, 90]));
    written(pixels, format)
}

fn written(pixels: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pixels.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let checked = [name, body].concat();
    [&(body.len() as u32).to_be_bytes()[..], &checked, &crc32(&checked).to_be_bytes()].concat()
}

/// A PNG with another head before the same pixels.
fn lying(width: u32, height: u32, bits: u8, colour: u8) -> Vec<u8> {
    let honest = picture(ImageFormat::Png);
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
    [&honest[..8], &chunk(b"IHDR", &head), &honest[33..]].concat()
}

const SCRIPT: &str = "\"><script>alert(document.domain)</script><img src=x onerror=alert(1)>";

/// A PNG that says the script wherever a PNG can say anything.
fn talkative() -> Vec<u8> {
    let honest = picture(ImageFormat::Png);
    let mut said = Vec::new();
    for keyword in ["Title", "parameters", "prompt", "workflow", "Comment", "XML:com.adobe.xmp"] {
        said.extend(chunk(b"tEXt", format!("{keyword}\0{SCRIPT}").as_bytes()));
        said.extend(chunk(b"iTXt", format!("{keyword}\0\0\0en\0{SCRIPT}\0{SCRIPT}").as_bytes()));
        // Deflate without packing anything.
        let length = (SCRIPT.len() as u16).to_le_bytes();
        let stored = [
            &[0x78, 0x01, 0x01][..],
            &length,
            &length.map(|byte| !byte),
            SCRIPT.as_bytes(),
            &[0; 4],
        ];
        said.extend(chunk(b"zTXt", &[keyword.as_bytes(), &[0, 0], &stored.concat()].concat()));
    }
    [&honest[..33], &said, &honest[33..]].concat()
}

/// A PNG of a few kilobytes whose colour profile unpacks to a hundred megabytes.
fn profile_bomb() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(vec![0; 100 << 20]).unwrap();
    encoder.write_image(&[90; 300], 10, 10, ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn long_gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    for _ in 0..2_000 {
        encoder
            .encode_frame(Frame::new(RgbaImage::from_pixel(4, 4, Rgba([9, 9, 200, 255]))))
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// A picture in boxes, of 64 by 32 pixels; where a side is given, its boxes say that it has so many each way.
fn boxed(name: &str, says: Option<u32>) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/stills/fixtures");
    let mut bytes = std::fs::read(folder.join(name)).unwrap();
    if let Some(side) = says {
        let at = bytes.windows(4).position(|four| four == b"ispe").unwrap() + 8;
        bytes[at..at + 8].copy_from_slice(&[side.to_be_bytes(), side.to_be_bytes()].concat());
    }
    bytes
}

/// What a service may send in place of a picture: kept as it came, with this ending, and never drawn.
fn kept() -> [(&'static str, &'static [u8]); 3] {
    [
        (
            "svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>1</script></svg>",
        ),
        ("pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"),
        ("html", b"<!DOCTYPE html><script>alert(1)</script>"),
    ]
}

fn corpus() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let half = |format| {
        let whole = picture(format);
        whole[..whole.len() / 2].to_vec()
    };
    let page = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let drawing =
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>1</script></svg>";
    let gif = picture(ImageFormat::Gif);
    let mut wide_gif = gif.clone();
    wide_gif[6..10].fill(0xFF);
    vec![
        ("an honest one", picture(ImageFormat::Png), Shown(90, 60)),
        ("half a PNG", half(ImageFormat::Png), Refused(PNG)),
        ("half a JPEG", half(ImageFormat::Jpeg), Refused(JPEG)),
        ("half a GIF", half(ImageFormat::Gif), Refused(GIF)),
        ("half a WebP", half(ImageFormat::WebP), Refused(WEBP)),
        ("an AVIF, turned", boxed("turned-6.avif", None), Shown(32, 64)),
        ("a HEIC", boxed("plain.heic", None), Shown(64, 32)),
        ("half an AVIF", boxed("turned-6.avif", None)[..180].to_vec(), Refused(AVIF)),
        ("half a HEIC", boxed("plain.heic", None)[..340].to_vec(), Refused(HEIC)),
        ("an AVIF of 65,535 squared", boxed("turned-1.avif", Some(65_535)), Refused(AVIF)),
        ("a HEIC of a thousand million pixels", boxed("plain.heic", Some(32_000)), Refused(HEIC)),
        ("65,535 squared", lying(65_535, 65_535, 8, 6), Refused(PNG)),
        ("a gigabyte and a half of 16 bits", lying(14_000, 14_000, 16, 6), Refused(PNG)),
        ("more lines than there are", lying(90, 6_000, 8, 2), Refused(PNG)),
        ("no pixels at all", lying(0, 0, 8, 2), Refused(PNG)),
        ("a canvas of 65,535 squared", wide_gif, Refused(GIF)),
        (
            "196 million pixels in a few bytes",
            written(GrayImage::new(14_000, 14_000), ImageFormat::Png),
            Shown(14_000, 14_000),
        ),
        ("a profile of 100 megabytes", profile_bomb(), Shown(10, 10)),
        ("two thousand pictures", long_gif(), Shown(4, 4)),
        (
            "a page",
            page.clone(),
            Refused("This is a web page, not a picture or clip that Rushes reads."),
        ),
        (
            "a drawing",
            drawing.to_vec(),
            Refused("This is an SVG drawing, not a picture or clip that Rushes reads."),
        ),
        (
            "a document",
            b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>".to_vec(),
            Refused("This is a PDF document, not a picture or clip that Rushes reads."),
        ),
        ("a page behind a PNG", [picture(ImageFormat::Png), page.clone()].concat(), Shown(90, 60)),
        ("a script behind a GIF", [gif, b"=1;alert(1)//".to_vec()].concat(), Shown(90, 60)),
        ("a page behind a JPEG", [picture(ImageFormat::Jpeg), page].concat(), Shown(90, 60)),
        (
            "a PNG that begins as a JPEG",
            [&b"\xFF\xD8\xFF"[..], &picture(ImageFormat::Png)].concat(),
            Refused(JPEG),
        ),
        ("scripts in every text", talkative(), Shown(90, 60)),
    ]
}

/// A line of a process's `status`, without its name.
fn status(process: &str, name: &str) -> String {
    let all = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = all.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("{name} of {process}")).trim().to_owned()
}

/// The most memory that this process has had since its peak was last forgotten, in KiB.
fn peak_kib() -> u64 {
    status("self", "VmHWM").trim_end_matches(" kB").parse().unwrap()
}

fn forget_peak() {
    let mut file = std::fs::File::options().write(true).open("/proc/self/clear_refs").unwrap();
    file.write_all(b"5").unwrap();
}

/// The processes that read media for this one.
fn readers() -> Vec<i32> {
    let own = std::process::id().to_string();
    let numbers = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let reads = |number: &i32| {
        let about = std::fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
        let started = std::fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        about.lines().any(|line| line.strip_prefix("PPid:").is_some_and(|of| of.trim() == own))
            && started.ends_with(b"\0read-media\0")
    };
    numbers.filter(reads).collect()
}

/// The hard limits of a process, by name.
fn limits(process: i32) -> BTreeMap<String, String> {
    let all = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let row = |line: &str| {
        let (name, values) = line.split_at_checked(26)?;
        Some((name.trim().to_owned(), values.split_whitespace().nth(1)?.to_owned()))
    };
    all.lines().filter_map(row).collect()
}

// One test: what it watches belongs to the whole process.
#[test]
fn hostile_media_are_read_elsewhere_and_accounted_for() {
    read_apart_by(binary());
    let folder = tempfile::tempdir().unwrap();
    let library =
        Library::open(&folder.path().join("library"), &folder.path().join("thumbs")).unwrap();
    let import = |bytes: &[u8]| library.import_bytes(bytes, 0, &TimeZone::UTC);
    let corpus = corpus();
    import(&corpus[0].1).unwrap();
    forget_peak();
    let before = peak_kib();

    for (number, (name, bytes, fate)) in corpus.iter().enumerate() {
        let stored = match import(bytes) {
            Err(error) => {
                assert_eq!(Refused(error.message().leak()), *fate, "{name}: {error}");
                continue;
            }
            Ok(stored) => stored,
        };
        assert_eq!(Shown(stored.width, stored.height), *fate, "{name}");
        assert_eq!(std::fs::read(library.path(&stored.path).unwrap()).unwrap(), *bytes, "{name}");
        for size in ThumbSize::ALL {
            let still = library.thumb_sized(&stored.path, &format!("ast_{number}"), size).unwrap();
            let still = std::fs::read(still).unwrap();
            assert!(still.starts_with(b"\xFF\xD8\xFF"), "{name}");
            assert!(!still.windows(7).any(|bytes| bytes == b"<script"), "{name}");
        }
    }
    for (number, (ending, bytes)) in kept().into_iter().enumerate() {
        let mut part = library.part(&format!("out_{number}")).unwrap();
        part.write(bytes).unwrap();
        let named = Naming { at_ms: 0, zone: TimeZone::UTC, prompt: "x", model: "y", number: 1 };
        let stored = part.taking_pages().finish(&named).unwrap();
        assert!(stored.path.ends_with(&format!(".{ending}")), "{}", stored.path);
        assert_eq!((stored.width, stored.height), (0, 0));
        assert_eq!(std::fs::read(library.path(&stored.path).unwrap()).unwrap(), bytes);
        let said = library.thumb(&stored.path, &format!("kept_{number}")).unwrap_err().message();
        assert!(said.ends_with("and does not draw it."), "{said}");
    }
    let grown = peak_kib().saturating_sub(before);
    println!("{} files, {} KiB more at the most", corpus.len(), grown);
    assert!(grown < GROWTH, "this process grew by {grown} KiB");

    // Whoever read them could do nothing else.
    let first = readers();
    assert!(!first.is_empty(), "there are readers");
    for reader in &first {
        assert_eq!(status(&reader.to_string(), "Seccomp"), "2");
        assert_eq!(status(&reader.to_string(), "NoNewPrivs"), "1");
        let limits = limits(*reader);
        assert_eq!(
            ["Max file size", "Max core file size", "Max cpu time", "Max open files"]
                .map(|name| limits[name].as_str()),
            ["0", "0", "120", "32"]
        );
        let space: u64 = limits["Max address space"].parse().unwrap();
        assert!((3 << 30..4 << 30).contains(&space), "{space}");
        kill(Pid::from_raw(*reader), Signal::SIGKILL).unwrap();
    }
    // One that waited and is gone costs the next file nothing.
    let again = import(&picture(ImageFormat::WebP)).unwrap();
    assert_eq!((again.width, again.height), (90, 60));
    assert!(readers().iter().all(|reader| !first.contains(reader)));
}
