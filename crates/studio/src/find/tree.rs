//! What a query says, once it was read.

use rushes_providers::schema::MediaKind;
use rushes_providers::types::Commercial;

use super::fold;

/// A whole query: prints for which every part holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order they were typed.
    pub parts: Vec<Part>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whether it must not hold.
    pub negated: bool,
    /// What must hold.
    pub what: What,
}

/// A condition's own kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// These words stand beside each other in prompt, model, note or a tag.
    Words(Words),
    /// One of these values.
    Filter(Filter),
}

/// Words beside each other, folded. Each token is letters and digits only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// At least one.
    pub tokens: Vec<String>,
    /// Whether the last of them may be the beginning of a longer one.
    pub open: bool,
}

impl Words {
    /// The words of what was typed. None where there is none in it.
    pub(super) fn of(text: &str, closed: bool) -> Option<Self> {
        let tokens = fold::tokens(text);
        // A character that is a word by itself has no beginning.
        let last = tokens.last()?.chars().next_back()?;
        Some(Self { open: !closed && !fold::stands_alone(last), tokens })
    }
}

/// A filter with its values, of which one must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Part of a model's name or path, folded.
    Model(Vec<String>),
    /// Part of a provider's name, or its id, folded.
    Provider(Vec<String>),
    /// Picture, clip or sound.
    Type(Vec<MediaKind>),
    /// Stars.
    Rating(Vec<Bound>),
    /// A whole tag, as [`fold::key`] makes it.
    Tag(Vec<String>),
    /// Whether the model's licence allowed commercial use.
    Licence(Vec<Commercial>),
    /// What its job was quoted at, micros.
    Cost(Vec<Bound>),
    /// When it was saved.
    Date(Vec<Days>),
    /// What it has.
    Has(Vec<Has>),
    /// The seed it was sent with.
    Seed(Vec<i64>),
    /// How large it is.
    Size(Vec<Size>),
    /// What it is.
    Is(Vec<Is>),
    /// A whole collection's name, as [`fold::key`] makes it.
    In(Vec<String>),
    /// The number of its thread.
    Shot(Vec<u32>),
}

/// A number compared with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// How.
    pub cmp: Cmp,
    /// With what.
    pub value: i64,
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cmp {
    /// Less than.
    Less,
    /// At most.
    Most,
    /// The same.
    Same,
    /// At least.
    Least,
    /// More than.
    More,
}

/// Days since 1970-01-01, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First.
    pub from: i32,
    /// Last.
    pub to: i32,
}

/// Something that a print may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    /// References it was made from.
    Refs,
    /// A note.
    Note,
    /// Tags.
    Tags,
}

/// A size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// The longer side.
    Longer(Bound),
    /// Exactly this.
    Exact {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
}

/// Something that a print may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Circled: a pick.
    Circled,
    /// A clip.
    Video,
    /// A picture.
    Image,
    /// Made by the sandbox.
    Sandbox,
    /// In the trash.
    Trashed,
    /// Not where its file was.
    Missing,
    /// Taken in from a file, not made here.
    Import,
}

impl Query {
    /// Whether it speaks of the trash, so that what lies there is not left out by itself.
    pub fn sees_trash(&self) -> bool {
        self.parts.iter().any(|part| match &part.what {
            What::Filter(Filter::Is(any)) => any.contains(&Is::Trashed),
            _ => false,
        })
    }

    /// The plain words of a text, each as a beginning; nothing in it is a filter.
    pub fn of_words(text: &str) -> Self {
        let words = text.split_whitespace().filter_map(|word| Words::of(word, false));
        let parts = words.map(|words| Part { negated: false, what: What::Words(words) });
        Self { parts: parts.collect() }
    }
}
