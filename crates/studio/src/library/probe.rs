//! What is read of a foreign file, in this process and without its limits: for a fuzzer, which must
//! see every branch that is taken.

use std::fs::File;

use super::IMAGE_LIMIT;
use super::error::LibraryError;
use super::form::{Form, kept_open};
use super::reading::{self, Done, Task};

/// Reads a file as an import does, and makes its small pictures.
///
/// # Panics
/// When what was read breaks a promise: a picture without a size or beyond the bounds, a still or a
/// hash that is none, or stills of a file that was refused.
pub fn probe(file: &File) {
    let Ok(Ok(form)) = kept_open(file) else { return };
    let inspected = reading::run(Task::Inspect, form, file);
    let stills = reading::run(Task::Stills, form, file);
    if let Ok(Done::Inspected(seen)) = &inspected {
        let undrawn = matches!(form, Form::Svg | Form::Pdf | Form::Html);
        let picture = form.media() == rushes_providers::schema::MediaKind::Image && !undrawn;
        assert!(!picture || (seen.width > 0 && seen.height > 0), "{seen:?}");
        assert!(seen.duration_ms.is_none_or(|ms| ms >= 0), "{seen:?}");
    }
    match stills {
        Ok(Done::Stills(stills)) => {
            assert!(inspected.is_ok(), "{form:?} has stills and was refused: {inspected:?}");
            assert!((5..=32).contains(&stills.hash.len()), "{:?}", stills.hash);
            for still in stills.small {
                let begins: &[u8] = if still.png { b"\x89PNG\r\n\x1a\n" } else { b"\xFF\xD8\xFF" };
                assert!(still.bytes.starts_with(begins), "{form:?}: a still of no kind");
            }
        }
        Ok(_) => panic!("another answer in place of stills"),
        Err(LibraryError::TooLarge { limit }) => assert_eq!(limit, IMAGE_LIMIT),
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use std::io::{Seek, Write};

    use image::ImageFormat;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::library::testkit;

    #[test]
    fn no_altered_file_breaks_a_promise() {
        let seeds = [
            testkit::png(40, 30),
            testkit::see_through(40, 30, ImageFormat::WebP),
            testkit::picture(40, 30, ImageFormat::Gif),
            testkit::turned_jpeg(40, 30, 6),
            testkit::clip(64, 48, 3),
            testkit::webm(64, 48),
            testkit::wav(100),
            testkit::AVIF.to_vec(),
            testkit::HEIC.to_vec(),
            testkit::of_another_codec(),
        ];
        let mut dice = StdRng::seed_from_u64(11);
        let mut file = tempfile::tempfile().unwrap();
        for seed in &seeds {
            for _ in 0..60 {
                let mut altered = seed.clone();
                for _ in 0..dice.random_range(1..6) {
                    let at = dice.random_range(0..altered.len());
                    altered[at] = dice.random();
                }
                if dice.random_bool(0.2) {
                    altered.truncate(dice.random_range(1..altered.len()));
                }
                file.set_len(0).unwrap();
                file.rewind().unwrap();
                file.write_all(&altered).unwrap();
                file.rewind().unwrap();
                probe(&file);
            }
        }
    }
}
