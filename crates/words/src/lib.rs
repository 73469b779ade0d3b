//! The languages Rushes speaks.

/// A language that Rushes speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, in which every sentence is written.
    English,
    /// Japanese.
    Japanese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// Its code, as settings name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The one with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The one that settings mean: `system`, or a code.
    pub fn chosen(setting: &str) -> Self {
        Self::of(setting).unwrap_or_else(Self::of_the_system)
    }

    /// The first one that the system's user reads, as the system names them; English if none is.
    pub fn of_the_system() -> Self {
        Self::first(sys_locale::get_locales())
    }

    fn first(locales: impl Iterator<Item = String>) -> Self {
        let spoken = |locale: String| {
            let language = locale.split(['-', '_', '.', '@']).next()?.to_ascii_lowercase();
            // The language of those who want none.
            if ["c", "posix"].contains(&language.as_str()) {
                return Some(Self::English);
            }
            Self::of(&language)
        };
        locales.into_iter().find_map(spoken).unwrap_or(Self::English)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_here_counts() {
        for (locales, language) in [
            (&["ja-JP"][..], Language::Japanese),
            (&["ja"], Language::Japanese),
            (&["de-DE", "ja-JP", "en-US"], Language::Japanese),
            (&["en-GB", "ja-JP"], Language::English),
            (&["C", "ja-JP"], Language::English),
            (&["POSIX", "ja-JP"], Language::English),
            (&["de-DE"], Language::English),
            (&[""], Language::English),
            (&[], Language::English),
        ] {
            let locales = locales.iter().map(|locale| (*locale).to_owned());
            assert_eq!(Language::first(locales.clone()), language, "{locales:?}");
        }
    }
}
