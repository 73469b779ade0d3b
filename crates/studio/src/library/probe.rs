//! What is read of a foreign file, in this process and without its limits: for a fuzzer, which must
//! see every branch that is taken.

use std::fs::File;

use super::IMAGE_LIMIT;
use super::error::LibraryError;
use super::form::sniff_open;
use super::reading::{self, Done, Task};

/// Reads a file as an import does, and makes its small pictures.
///
/// # Panics
/// When what was read breaks a promise: a picture without a size or beyond the bounds, a still or a
/// hash that is none, or stills of a file that was refused.
pub fn probe(file: &File) {
    let Ok(Ok(form)) = sniff_open(file) else { return };
    let inspected = reading::run(Task::Inspect, form, file);
    let stills = reading::run(Task::Stills, form, file);
    if let Ok(Done::Inspected(seen)) = &inspected {
        let picture = form.media() == rushes_providers::schema::MediaKind::Image;
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
        Ok(Done::Inspected(_)) => panic!("sizes in place of stills"),
        Err(LibraryError::TooLarge { limit }) => assert_eq!(limit, IMAGE_LIMIT),
        Err(_) => {}
    }
}
