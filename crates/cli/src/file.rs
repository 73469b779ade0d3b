//! Files whose text is asked for.

use std::path::Path;

use crate::exit::Failure;

/// A file's text, or what comes on standard input.
pub(crate) fn text_of(file: &Path) -> Result<String, Failure> {
    let read = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| {
        Failure::usage(
            format!("{} can't be read: {error}.", file.display()),
            "Check the file's name, and that it is text.",
        )
    })
}
