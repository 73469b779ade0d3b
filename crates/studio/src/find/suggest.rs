//! How a query may go on where the caret stands.

use super::fold;
use super::name::Name;
use super::read::{is_quote, named, spans, units};
use super::value;
use crate::view::{Offer, Offers};
use crate::words::CATALOGUE;

/// The most offers of one answer.
const MOST: usize = 12;

/// What is being typed at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where the text begins that an offer takes the place of, in UTF-16 units.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What may follow.
    pub wanted: Wanted,
    /// What of it was typed before the caret.
    typed: String,
}

/// What may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The name of a filter.
    Name,
    /// A value of this filter.
    Value(Name),
    /// Nothing that could be offered.
    Nothing,
}

/// A value that the book knows for a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As it is written.
    pub text: String,
    /// How many prints have it, where that is known.
    pub count: Option<u32>,
}

/// What is being typed at this place of the text, which counts UTF-16 units.
pub fn place(text: &str, at: u32) -> Place {
    let caret = bytes(text, at);
    let span = spans(text).into_iter().find(|(from, to)| *from <= caret && caret <= *to);
    let (from, to) = span.unwrap_or((caret, caret));
    let raw = &text[from..to];
    let start = if raw.starts_with('-') && raw.len() > 1 { from + 1 } else { from };
    let start = start.min(caret);
    let bare = &text[start..to];
    let done = |from: usize, to: usize, wanted| Place {
        from: units(&text[..from]),
        to: units(&text[..to]),
        wanted,
        typed: text[from..caret.clamp(from, to)].to_owned(),
    };
    if let Some((name, rest)) = named(bare) {
        let first = to - rest.len();
        if caret >= first {
            let Some(name) = Name::of(name) else { return done(first, to, Wanted::Nothing) };
            let (from, to) = value_at(text, first, to, caret);
            return done(from, to, Wanted::Value(name));
        }
        // The colon after the name stays where it is written already.
        return done(start, first, Wanted::Name);
    }
    if bare.starts_with(is_quote) {
        return done(start, to, Wanted::Nothing);
    }
    done(start, to, Wanted::Name)
}

/// The value between commas that the caret is in.
fn value_at(text: &str, first: usize, end: usize, caret: usize) -> (usize, usize) {
    let (mut from, mut quoted) = (first, false);
    for (at, c) in text[first..end].char_indices() {
        let at = first + at;
        if is_quote(c) {
            quoted = !quoted;
        } else if c == ',' && !quoted {
            if at >= caret {
                return (from, at);
            }
            from = at + 1;
        }
    }
    (from, end)
}

/// The byte where so many UTF-16 units end; in the middle of a character, where that begins.
fn bytes(text: &str, at: u32) -> usize {
    let mut left = at as usize;
    for (byte, c) in text.char_indices() {
        if left < c.len_utf16() {
            return byte;
        }
        left -= c.len_utf16();
    }
    text.len()
}

/// What to offer there, of the values that the book knows for the filter.
pub fn offers(place: &Place, known: &[Value]) -> Offers {
    let typed: String = place.typed.chars().filter(|c| !is_quote(*c)).collect();
    let typed = fold::key(&typed);
    let mut offers: Vec<(bool, Offer)> = Vec::new();
    match place.wanted {
        Wanted::Nothing => {}
        Wanted::Name => {
            for name in Name::ALL {
                let beginning = name.word().starts_with(typed.trim_end_matches([':', '：']));
                if beginning {
                    let text = format!("{}:", name.word());
                    offers.push((true, Offer { text, says: name.says().into(), count: None }));
                }
            }
        }
        Wanted::Value(name) => {
            for (word, says) in value::words(name) {
                if word.starts_with(&typed) {
                    let (text, says) = ((*word).to_owned(), CATALOGUE.say(says).to_owned());
                    offers.push((true, Offer { text, says, count: None }));
                }
            }
            for value in known {
                let key = fold::key(&value.text);
                if key.contains(&typed) {
                    let says = name.word().to_owned();
                    let offer = Offer { text: written(&value.text), says, count: value.count };
                    offers.push((key.starts_with(&typed), offer));
                }
            }
        }
    }
    // Those that begin as typed before those that only have it; then what most prints have.
    offers.sort_by_key(|(begins, offer)| (!begins, std::cmp::Reverse(offer.count.unwrap_or(0))));
    let offers = offers.into_iter().map(|(_, offer)| offer).take(MOST).collect();
    Offers { from: place.from, to: place.to, offers }
}

/// A value as a query takes it: in quotes where it has to be.
fn written(value: &str) -> String {
    let value: String = value.chars().filter(|c| !is_quote(*c)).collect();
    let plain = !value.contains(|c: char| c.is_whitespace() || c == ',') && !value.is_empty();
    if plain { value } else { format!("\"{value}\"") }
}
