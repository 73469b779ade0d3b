//! What is said in other languages than English.

use rushes_words::{Catalogue, Language};

/// The sentences of this crate and of the shell; a new language is a new line and a new file.
pub static CATALOGUE: Catalogue =
    Catalogue::new(&[(Language::Japanese, include_str!("../locales/ja.toml"))]);
