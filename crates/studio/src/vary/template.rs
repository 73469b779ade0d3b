//! A prompt with alternatives, read: how many there are, each of them by its number, and one by chance.

use std::sync::Arc;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// As it stands.
    Text(String),
    /// One of several.
    Choice(Arc<Choice>),
}

/// Words with choices in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pub(super) pieces: Vec<Piece>,
    ways: u64,
    longest: u64,
}

/// One of several options, from braces or from a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What it is called: the list's name, or its options.
    pub title: String,
    options: Vec<Weighted>,
    ways: u64,
    longest: u64,
}

/// An option with its weight for chance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighted {
    pub(super) weight: f64,
    pub(super) template: Template,
}

impl Template {
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        let (mut ways, mut longest) = (1_u64, 0_u64);
        for piece in &pieces {
            match piece {
                Piece::Text(text) => longest = longest.saturating_add(text.len() as u64),
                Piece::Choice(choice) => {
                    ways = ways.saturating_mul(choice.ways);
                    longest = longest.saturating_add(choice.longest);
                }
            }
        }
        Self { pieces, ways, longest }
    }

    /// In how many ways it can be read. Counted without making them; at the top of the scale it stays there.
    pub fn ways(&self) -> u64 {
        self.ways
    }

    /// The most bytes that any of them has.
    pub(super) fn longest(&self) -> u64 {
        self.longest
    }

    /// Its choices, in the order they stand.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Choice(choice) => Some(choice.as_ref()),
            Piece::Text(_) => None,
        })
    }

    /// The words with these readings of its choices, by number.
    pub fn with(&self, numbers: &[u64]) -> String {
        let (mut out, mut numbers) = (String::new(), numbers.iter());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Choice(choice) => {
                    out.push_str(&choice.nth(numbers.next().copied().unwrap_or(0)));
                }
            }
        }
        out
    }

    /// The reading of this number, from 0. The last choice turns first.
    pub fn nth(&self, number: u64) -> String {
        let mut numbers = Vec::new();
        let mut left = number;
        let turning: Vec<u64> = self.choices().map(|choice| choice.ways).collect();
        for ways in turning.iter().rev() {
            numbers.push(left % ways);
            left /= ways;
        }
        numbers.reverse();
        self.with(&numbers)
    }

    /// One of its readings, by dice that fall from 0 up to 1.
    pub fn draw(&self, dice: &mut dyn FnMut() -> f64) -> String {
        let mut out = String::new();
        self.draw_into(&mut out, dice);
        out
    }

    fn draw_into(&self, out: &mut String, dice: &mut dyn FnMut() -> f64) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Choice(choice) => choice.fall(dice()).draw_into(out, dice),
            }
        }
    }
}

impl Choice {
    pub(super) fn new(title: String, options: Vec<Weighted>) -> Self {
        let ways =
            options.iter().fold(0_u64, |sum, option| sum.saturating_add(option.template.ways));
        let longest = options.iter().map(|option| option.template.longest).max().unwrap_or(0);
        Self { title, options, ways, longest }
    }

    /// In how many ways it can be read.
    pub fn ways(&self) -> u64 {
        self.ways
    }

    /// The reading of this number, from 0; past the end it is the last.
    pub fn nth(&self, number: u64) -> String {
        let mut left = number;
        for option in &self.options {
            if left < option.template.ways {
                return option.template.nth(left);
            }
            left -= option.template.ways;
        }
        self.options
            .last()
            .map(|option| option.template.nth(option.template.ways - 1))
            .unwrap_or_default()
    }

    fn fall(&self, dice: f64) -> &Template {
        let all: f64 = self.options.iter().map(|option| option.weight).sum();
        let mut left = dice.clamp(0.0, 1.0) * all;
        let mut last = &self.options[0].template;
        for option in &self.options {
            last = &option.template;
            if left < option.weight {
                break;
            }
            left -= option.weight;
        }
        last
    }
}
