//! The sentences of a crate in other languages.

use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::sync::OnceLock;

use crate::language::{Language, now};

type Sentences = HashMap<String, String>;

/// The sentences of a crate: for each language but English a file `locales/<code>.toml` with
/// `"English" = "translation"` in each line.
pub struct Catalogue {
    files: &'static [(Language, &'static str)],
    read: OnceLock<Vec<(Language, Sentences)>>,
}

impl Catalogue {
    /// One of these files, which are read when they are first needed.
    pub const fn new(files: &'static [(Language, &'static str)]) -> Self {
        Self { files, read: OnceLock::new() }
    }

    /// This text in the language that is spoken; itself where there is no other.
    pub fn say<'a>(&'static self, text: &'a str) -> &'a str {
        self.other(text).unwrap_or(text)
    }

    /// This text in the language that is spoken, where that is not English.
    pub fn other(&'static self, text: &str) -> Option<&'static str> {
        let spoken = now();
        if spoken == Language::English {
            return None;
        }
        let sentences = self.read().iter().find(|(language, _)| *language == spoken)?;
        Some(sentences.1.get(text)?.as_str())
    }

    fn read(&self) -> &[(Language, Sentences)] {
        self.read.get_or_init(|| {
            let read = |(language, file): &(Language, &str)| {
                // A test reads each file; a file that is none leaves English.
                (*language, toml::from_str(file).unwrap_or_default())
            };
            self.files.iter().map(read).collect()
        })
    }
}

/// A translated sentence with its values: `{name}` stands for one, `{{` and `}}` for braces.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            filled.push_str(brace);
            rest = after;
            continue;
        }
        let value = rest.split_once('}').and_then(|(name, after)| {
            let value = values.iter().find(|(own, _)| *own == name)?.1;
            Some((value, after))
        });
        match value {
            Some((value, after)) if brace == "{" => {
                // Writing into a text does not fail.
                let _ = write!(filled, "{value}");
                rest = after;
            }
            _ => filled.push_str(brace),
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_the_translation_wants_them() {
        let values: [(&str, &dyn Display); 2] = [("n", &2), ("name", &"{n}")];
        for (text, filled) in [
            ("{name} の {n} 枚", "{n} の 2 枚"),
            ("{{n}} は {n}", "{n} は 2"),
            ("{unknown} と } と {n", "{unknown} と } と {n"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &values), filled, "{text}");
        }
    }

    #[test]
    fn a_sentence_is_said_in_the_language_that_is_spoken() {
        static BOOK: Catalogue = Catalogue::new(&[(Language::Japanese, "\"Yes.\" = \"はい。\"")]);
        assert_eq!(BOOK.say("Yes."), "Yes.");
        crate::choose("ja");
        assert_eq!((BOOK.say("Yes."), BOOK.say("No.")), ("はい。", "No."));
        crate::choose("system");
        assert_eq!(BOOK.say("Yes."), "Yes.");
    }
}
