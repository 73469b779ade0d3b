//! Which languages there are, and which one is spoken.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A language that Rushes speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, in which every sentence is written.
    English,
    /// Japanese.
    Japanese,
}

/// The places in [`Language::ALL`] of the one that is spoken and of the one that `system` means.
static SPOKEN: AtomicUsize = AtomicUsize::new(0);
static SYSTEM: AtomicUsize = AtomicUsize::new(0);

/// Speaks this language, which is what `system` means from now on.
pub fn begin(system: Language) {
    SYSTEM.store(system.place(), Ordering::Relaxed);
    SPOKEN.store(system.place(), Ordering::Relaxed);
}

/// Speaks what the user chose, `system` or a code, in the whole process. What was written down
/// before stays as it is.
pub fn choose(setting: &str) {
    let place =
        Language::of(setting).map_or_else(|| SYSTEM.load(Ordering::Relaxed), Language::place);
    SPOKEN.store(place, Ordering::Relaxed);
}

/// The language that is spoken.
pub fn now() -> Language {
    Language::ALL[SPOKEN.load(Ordering::Relaxed)]
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

    fn place(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or_default()
    }

    /// The one with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The first one that the system's user reads, as the system names them; English if none is.
    pub fn of_the_system() -> Self {
        Self::first(sys_locale::get_locales())
    }

    /// The languages to check spelling in, as dictionaries are named (`de_DE`): American English, which most prompts are
    /// written in, and those that the system's user reads.
    pub fn dictionaries() -> Vec<String> {
        Self::spelt(sys_locale::get_locales())
    }

    fn spelt(locales: impl Iterator<Item = String>) -> Vec<String> {
        let mut names = vec!["en_US".to_owned()];
        for locale in locales {
            let name = locale.split(['.', '@']).next().unwrap_or_default().replace('-', "_");
            // Those who want no language have none to spell in.
            if name.contains('_') && !names.contains(&name) {
                names.push(name);
            }
        }
        names
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

    #[test]
    fn spelling_is_checked_in_what_the_user_reads_and_in_english() {
        for (locales, names) in [
            (&["de-DE", "fr_CA.UTF-8", "en-US"][..], &["en_US", "de_DE", "fr_CA"][..]),
            (&["ja", "C", "POSIX", ""], &["en_US"]),
            (&[], &["en_US"]),
        ] {
            let locales = locales.iter().map(|locale| (*locale).to_owned());
            assert_eq!(Language::spelt(locales), names);
        }
    }
}
