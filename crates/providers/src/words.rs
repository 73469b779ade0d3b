//! What is said in other languages than English.

use rushes_words::{Catalogue, Language};

/// The sentences of this crate; a new language is a new line and a new file.
pub(crate) static CATALOGUE: Catalogue =
    Catalogue::new(&[(Language::Japanese, include_str!("../locales/ja.toml"))]);

/// What manifests and lists of models say (labels and notes of fields, what a key looks like, why a
/// model ended) in the language that is spoken, where it is known there.
pub fn said(text: &str) -> &str {
    CATALOGUE.say(text)
}

/// What a refused submit says of its price, at the end of a sentence.
pub fn not_charged() -> &'static str {
    t!(" Not charged.")
}

/// Whether a sentence tells what became of the money. Providers say it in English whatever we speak;
/// what all our sentences about it have in common stands in the catalogue.
pub fn tells_of_money(sentence: &str) -> bool {
    const COMMON: &str = key!("harged");
    [COMMON, CATALOGUE.say(COMMON)].iter().any(|part| sentence.contains(part))
}
