//! What the gallery asks and is answered: queries, marks, collections, searches that were kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// In which order a view shows its prints. Ties stand newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Saved last first.
    #[default]
    Newest,
    /// Saved first first.
    Oldest,
    /// Most stars first.
    Rating,
    /// Dearest job first; those without a listed price last.
    Cost,
    /// Longest render first.
    Render,
    /// Where the words of the query fit best first; as the newest where it has none.
    Fit,
}

impl Sort {
    /// All orders, as they are offered.
    pub const ALL: [Self; 6] =
        [Self::Newest, Self::Oldest, Self::Rating, Self::Cost, Self::Render, Self::Fit];

    /// Its word in addresses and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Rating => "rating",
            Self::Cost => "cost",
            Self::Render => "render",
            Self::Fit => "fit",
        }
    }

    /// The order of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

/// A filter of a query, as it was read. Places count UTF-16 units, as a window does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Chip {
    /// As it was typed.
    pub text: String,
    /// Where it begins.
    pub from: u32,
    /// Where it ends; this place is no longer part of it.
    pub to: u32,
    /// What it asks for, or what is wrong with it.
    pub says: String,
    /// False when it cannot be read; a view of this query is refused then.
    pub known: bool,
}

/// A query as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueryReading {
    /// Its filters, in order.
    pub chips: Vec<Chip>,
    /// What is left when the filters are taken out: the words to look for.
    pub words: String,
}

/// How a query may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Offer {
    /// What takes the place of the text between `from` and `to`.
    pub text: String,
    /// What it is.
    pub says: String,
    /// How many prints have it, where that is known.
    pub count: Option<u32>,
}

/// How a query may go on at a place. Places count UTF-16 units, as a window does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Offers {
    /// Where the text begins that an offer takes the place of.
    pub from: u32,
    /// Where that text ends.
    pub to: u32,
    /// The best first; at most twelve.
    pub offers: Vec<Offer>,
}

/// What a mark did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Marked {
    /// Takes exactly this back, among the last fifty marks since the start.
    pub undo: String,
    /// How many prints are not as they were.
    pub changed: u32,
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undone {
    /// How many prints are not as they were.
    pub changed: u32,
}

/// A named set of prints; a print may be in many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Collection {
    /// `col_…`.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// How many prints it shows; those in the trash are not counted.
    pub count: u32,
    /// When it was made, ms UTC.
    #[ts(type = "number")]
    pub created_at: i64,
}

/// A query that was kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedSearch {
    /// What the user calls it.
    pub name: String,
    /// As it was typed.
    pub query: String,
    /// In which order.
    pub sort: Sort,
}

/// What was removed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Emptied {
    /// How many prints.
    pub count: u32,
}
