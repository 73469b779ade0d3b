//! Pictures and clips that nobody made, read as an import reads them and made small.
#![no_main]

use std::cell::RefCell;
use std::fs::File;
use std::io::{Seek, Write};

use libfuzzer_sys::fuzz_target;

thread_local! {
    /// Written anew for each input: a file without a name, in memory where the system has it there.
    static FILE: RefCell<File> = RefCell::new(tempfile::tempfile().expect("a file"));
}

/// Some readers of others' panic where they should refuse; the library takes that for a refusal. What
/// is ours may not.
fn told_apart() {
    std::panic::set_hook(Box::new(|panic| {
        let ours = panic.location().is_some_and(|at| at.file().contains("crates/"));
        if ours {
            eprintln!("{panic}");
            std::process::abort();
        }
    }));
}

fuzz_target!(
    init: {
        told_apart();
    },
    |bytes: &[u8]| {
        FILE.with_borrow_mut(|file| {
            file.set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| file.write_all(bytes))
                .and_then(|()| file.rewind())
                .expect("a file can be written");
            rushes_studio::library::probe(file);
        });
    }
);
