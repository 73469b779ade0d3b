#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use std::io::Write;

use super::*;
use crate::library::testkit;

/// A pool whose readers are a script of the shell: it has the line as its input, and tells each of
/// its starts to a file.
struct Street {
    folder: tempfile::TempDir,
    pool: Pool,
}

impl Street {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        let told = folder.path().join("starts");
        let script = format!("echo x >> '{}'\n{script}", told.display());
        File::create(&path).unwrap().write_all(script.as_bytes()).unwrap();
        let program = Program { path: "/bin/sh".into(), argument: path.into() };
        Self { folder, pool: Pool::new(program) }
    }

    fn ask(&self) -> Result<Done> {
        let path = self.folder.path().join("a.png");
        File::create(&path).unwrap().write_all(&testkit::png(4, 4)).unwrap();
        self.pool.ask(Task::Inspect, Form::Png, &File::open(&path).unwrap(), &path)
    }

    fn starts(&self) -> usize {
        std::fs::read_to_string(self.folder.path().join("starts")).unwrap().lines().count()
    }
}

#[test]
fn a_file_that_ends_its_reader_is_damaged_and_not_read_again() {
    let street = Street::new("head -c 20 >/dev/null\nprintf '!' >&0\nkill -9 $$");
    let error = street.ask().unwrap_err();
    assert!(
        matches!(&error, LibraryError::Damaged { what: "PNG picture", detail } if detail.contains("signal: 9")),
        "{error}"
    );
    assert!(!error.is_local(), "nothing that a later try would mend");
    assert_eq!(street.starts(), 1);
    // The next file has a reader of its own.
    street.ask().unwrap_err();
    assert_eq!(street.starts(), 2);
}

#[test]
fn a_reader_that_is_gone_before_it_has_the_file_is_replaced() {
    let street = Street::new("exit 0");
    let error = street.ask().unwrap_err();
    assert!(error.is_local(), "the file is not at fault: {error}");
    assert_eq!(error.message(), "The system could not start the reader of media.");
    assert_eq!(street.starts(), STARTS);
}

#[test]
fn an_answer_that_is_none_blames_the_file() {
    let street =
        Street::new("head -c 20 >/dev/null\nprintf '!\\005\\000\\000\\000hello' >&0\nexec sleep 5");
    let error = street.ask().unwrap_err();
    assert!(matches!(error, LibraryError::Damaged { .. }), "{error}");
    assert_eq!(street.starts(), 1);
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let program = Program { path: "/nowhere/rushes".into(), argument: "x".into() };
    let street = Street { folder: tempfile::tempdir().unwrap(), pool: Pool::new(program) };
    assert!(street.ask().unwrap_err().is_local());
}
