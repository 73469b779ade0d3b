//! `stills METHOD FOLDER FILE...`: makes small pictures of files, one after the other on one thread, and puts
//! them into the folder. METHOD is `three` (what the library keeps: 1024, 512 and 256 pixels, and a
//! ThumbHash), `one` (512 pixels), or `image` (512 pixels, by the `image` crate alone, as its manual does it).
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measuring program"
)]

use std::path::{Path, PathBuf};

use image::ImageFormat;
use rushes_stills::Picture;

fn main() {
    let mut words = std::env::args().skip(1);
    let method = words.next().unwrap();
    let folder = PathBuf::from(words.next().unwrap());
    for file in words.map(PathBuf::from) {
        let to = folder.join(file.file_stem().unwrap());
        match method.as_str() {
            "three" => ours(&file, [256, 512, 1024], &to),
            "one" => ours(&file, [512], &to),
            "image" => plain(&file, &to),
            other => {
                eprintln!("no such method: {other}");
                std::process::exit(2);
            }
        }
    }
}

fn ours<const N: usize>(file: &Path, sides: [u32; N], to: &Path) {
    let bytes = std::fs::read(file).unwrap();
    let format = ImageFormat::from_path(file).unwrap();
    let largest = sides.into_iter().max().unwrap();
    let stills = Picture::decode_for(&bytes, format, largest).unwrap().stills(sides).unwrap();
    for (side, small) in sides.into_iter().zip(stills.small) {
        std::fs::write(to.with_extension(format!("{side}.jpg")), small.bytes).unwrap();
    }
}

fn plain(file: &Path, to: &Path) {
    let small = image::open(file).unwrap().thumbnail(512, 512).to_rgb8();
    small.save(to.with_extension("jpg")).unwrap();
}
