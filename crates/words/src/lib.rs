//! The languages Rushes speaks, and its sentences in them.
//!
//! A sentence is written in English where it is said: `t!("{provider} refused the key.", provider)`.
//! That text is the key under which a crate's [`Catalogue`] has it in other languages; what a
//! catalogue lacks is said in English. The language belongs to the whole process.

mod catalogue;
mod language;

pub use catalogue::{Catalogue, fill};
pub use language::{Language, begin, choose, now};

/// A sentence in the language spoken now: `&'static str` without values, a `String` with them.
///
/// Values are named as in `format!`, which makes the English sentence and so checks their names:
/// `t!("{n} of {total} prints.", n = saved, total)`. The crate has its catalogue at
/// `crate::words::CATALOGUE`.
#[macro_export]
#[allow(clippy::crate_in_macro_def)] // the catalogue is that of the crate that speaks
macro_rules! t {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($text:literal $(,)?) => {
        crate::words::CATALOGUE.say($text)
    };
    ($text:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        match crate::words::CATALOGUE.other($text) {
            None => format!($text, $($name = $crate::t!(@value $name $($value)?)),+),
            Some(text) => $crate::fill(
                text,
                &[$((stringify!($name), &$crate::t!(@value $name $($value)?) as &dyn ::std::fmt::Display)),+],
            ),
        }
    };
}

/// A text that stands in the catalogue and is said later, with [`Catalogue::say`].
#[macro_export]
macro_rules! key {
    ($text:literal) => {
        $text
    };
}
