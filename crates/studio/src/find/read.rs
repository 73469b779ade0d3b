//! Reading what was typed. It never fails as a whole: each piece is read or says what is wrong.

use super::fold;
use super::name::Name;
use super::tree::{Part, Query, What, Words};
use super::value;
use crate::view::{Chip, QueryReading};
use crate::words::CATALOGUE;

/// A query piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    text: String,
    /// In the order they were typed.
    pub pieces: Vec<Piece>,
}

/// A filter, a word, or words in quotes. Places are bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Whether it is written as a filter.
    pub filter: bool,
    /// What it says; None for one without a letter, a digit or a picture in it.
    pub part: Result<Option<Part>, Fault>,
}

/// Why a piece cannot be read, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, naming the piece.
    pub message: String,
    /// What would do.
    pub hint: String,
}

/// Reads a query.
pub fn read(text: &str) -> Reading {
    let pieces = spans(text).into_iter().map(|(from, to)| piece(text, from, to)).collect();
    Reading { text: text.to_owned(), pieces }
}

impl Reading {
    /// The whole query, or what is wrong with its first piece that cannot be read.
    pub fn query(&self) -> Result<Query, Fault> {
        let mut parts = Vec::new();
        for piece in &self.pieces {
            parts.extend(piece.part.clone()?);
        }
        Ok(Query { parts })
    }

    /// Its filters as chips, and the words that are left.
    pub fn told(&self) -> QueryReading {
        let (filters, words): (Vec<&Piece>, Vec<&Piece>) =
            self.pieces.iter().partition(|piece| piece.filter);
        let chips = filters.into_iter().map(|piece| self.chip(piece)).collect();
        let words: Vec<&str> =
            words.into_iter().map(|piece| &self.text[piece.from..piece.to]).collect();
        QueryReading { chips, words: words.join(" ") }
    }

    fn chip(&self, piece: &Piece) -> Chip {
        let text = self.text[piece.from..piece.to].to_owned();
        let says = match &piece.part {
            Ok(_) => says(&text),
            Err(fault) => format!("{} {}", fault.message, fault.hint),
        };
        Chip {
            says,
            known: piece.part.is_ok(),
            from: units(&self.text[..piece.from]),
            to: units(&self.text[..piece.to]),
            text,
        }
    }
}

/// How long a text is as a window counts it.
pub(super) fn units(text: &str) -> u32 {
    text.encode_utf16().count() as u32
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”')
}

/// Where the pieces stand: white space parts them, but not inside quotes.
pub(super) fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut from, mut quoted) = (None, false);
    for (at, c) in text.char_indices() {
        if is_quote(c) {
            quoted = !quoted;
        }
        match from {
            None if !c.is_whitespace() => from = Some(at),
            Some(start) if c.is_whitespace() && !quoted => {
                found.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    found.extend(from.map(|start| (start, text.len())));
    found
}

/// The name before a colon, where there is one that could be meant as a filter's, and the rest.
pub(super) fn named(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once([':', '：'])?;
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic());
    plain.then_some((name, rest))
}

fn piece(text: &str, from: usize, to: usize) -> Piece {
    let raw = &text[from..to];
    let (negated, bare) = match raw.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, raw),
    };
    let done = |filter, part: Result<Option<What>, Fault>| Piece {
        from,
        to,
        filter,
        part: part.map(|what| what.map(|what| Part { negated, what })),
    };
    let Some((name, rest)) = named(bare) else { return done(false, Ok(words(bare))) };
    let Some(name) = Name::of(name) else {
        // `note:` at the end of a sentence is no filter, and an address is none either.
        if rest.is_empty() || rest.starts_with("//") {
            return done(false, Ok(words(bare)));
        }
        let names: Vec<&str> = Name::ALL.iter().map(|name| name.word()).collect();
        return done(
            true,
            Err(Fault {
                message: t!("There is no filter “{name}”.", name),
                hint: t!(
                    "Use one of {names}, or put “{bare}” in quotes to look for the words.",
                    names = names.join(", "),
                    bare
                ),
            }),
        );
    };
    let values = values(rest);
    if values.is_empty() {
        let message = t!("“{word}:” wants a value.", word = name.word());
        return done(
            true,
            Err(Fault { message, hint: t!("Try {example}.", example = name.example()) }),
        );
    }
    done(
        true,
        value::filter(name, &values).map(|filter| Some(What::Filter(filter))).map_err(|value| {
            Fault {
                message: t!("“{word}:” can't read “{value}”.", word = name.word(), value),
                hint: t!("Try {example}.", example = name.example()),
            }
        }),
    )
}

/// The words of a piece. In closed quotes they stand as they are; else the last may go on.
fn words(text: &str) -> Option<What> {
    let quotes = text.chars().filter(|c| is_quote(*c)).count();
    let closed = quotes > 0 && quotes % 2 == 0 && text.ends_with(is_quote);
    Words::of(text, closed).map(What::Words)
}

/// The values of a filter: parted by commas outside quotes, without the quotes.
fn values(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        if is_quote(c) {
            quoted = !quoted;
        } else if c == ',' && !quoted {
            found.push(String::new());
        } else if let Some(value) = found.last_mut() {
            value.push(c);
        }
    }
    let trimmed = found.iter().map(|value| value.trim().to_owned());
    trimmed.filter(|value| !value.is_empty()).collect()
}

/// A filter that could be read, in words.
fn says(text: &str) -> String {
    let (not, bare) = match text.strip_prefix('-') {
        Some(rest) => (t!("not "), rest),
        None => ("", text),
    };
    let Some((name, rest)) = named(bare) else { return text.to_owned() };
    let Some(name) = Name::of(name) else { return text.to_owned() };
    let said: Vec<String> = values(rest).iter().map(|value| one(name, value)).collect();
    let what = match name {
        Name::Model => t!("model"),
        Name::Provider => t!("provider"),
        Name::Tag => t!("tag"),
        Name::In => t!("in"),
        Name::Date => t!("saved"),
        Name::Cost => t!("cost"),
        Name::Size => t!("size"),
        Name::Seed => t!("seed"),
        Name::Shot => t!("shot"),
        Name::Rating => t!("rating"),
        Name::Has => t!("with"),
        Name::Type | Name::Is | Name::Licence => "",
    };
    t!("{not}{what} {values}", not, what, values = said.join(t!(" or ")))
        .replace("  ", " ")
        .trim()
        .to_owned()
}

/// A value with its sign, in words.
fn compared(value: &str) -> String {
    let within = |value: &str| match value.split_once("..") {
        Some((from, to)) => t!("{from} to {to}", from, to),
        None => value.to_owned(),
    };
    if let Some(value) = value.strip_prefix(">=") {
        t!("at least {value}", value = within(value))
    } else if let Some(value) = value.strip_prefix("<=") {
        t!("at most {value}", value = within(value))
    } else if let Some(value) = value.strip_prefix('>') {
        t!("more than {value}", value = within(value))
    } else if let Some(value) = value.strip_prefix('<') {
        t!("less than {value}", value = within(value))
    } else {
        within(value.strip_prefix('=').unwrap_or(value))
    }
}

fn one(name: Name, value: &str) -> String {
    let known = fold::fold(value);
    let words = value::words(name).iter().find(|(word, _)| *word == known);
    match words {
        Some((_, says)) if name != Name::Rating => CATALOGUE.say(says).to_owned(),
        _ => compared(value),
    }
}
