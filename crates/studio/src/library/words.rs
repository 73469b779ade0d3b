//! What a file says about itself around its pixels: what it was made from, and who vouches for it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use super::credentials::{self, Credentials};
use super::error::{LibraryError, Result};
use super::recipe::{self, Recipe};
use super::{IMAGE_LIMIT, Library, apart};

/// What stands in a file beside picture or sound.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// What it was made from, as another program wrote it down.
    pub recipe: Option<Recipe>,
    /// Who vouches for it, as far as that is checked here.
    pub credentials: Option<Credentials>,
}

impl Library {
    /// Reads the words of the file at this path of the records, in a process of its own where the host lets it.
    pub fn words(&self, relative: &str) -> Result<Words> {
        apart::words(&self.path(relative)?)
    }
}

/// Reads them in this process. A clip's bytes are not checked against its credentials.
pub(super) fn read(mut file: &File) -> Result<Words> {
    if let Some(credentials) = credentials::read_clip(file) {
        return Ok(Words { recipe: None, credentials: Some(credentials) });
    }
    if file.metadata().map_err(LibraryError::unread)?.len() > IMAGE_LIMIT {
        return Ok(Words::default());
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(LibraryError::unread)?;
    file.take(IMAGE_LIMIT).read_to_end(&mut bytes).map_err(LibraryError::unread)?;
    Ok(Words { recipe: recipe::read(&bytes), credentials: credentials::read(&bytes) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::{self, Bench};

    const SIGNED: &[u8] = include_bytes!("../../fixtures/credentials/signed.png");

    #[test]
    fn credentials_and_recipe_are_read_and_a_silent_file_says_nothing() {
        let bench = Bench::new();
        bench.write("2026/a.png", SIGNED);
        let words = bench.library.words("2026/a.png").unwrap();
        assert_eq!(words.credentials, credentials::read(SIGNED));
        assert!(words.credentials.is_some());
        bench.write("2026/b.png", &testkit::png(4, 4));
        assert_eq!(bench.library.words("2026/b.png").unwrap(), Words::default());
        let gone = bench.library.words("2026/c.png").unwrap_err();
        assert_eq!(gone.message(), "c.png is not where it was.");
    }
}
