//! The names of the filters.

/// A filter's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// `model:`
    Model,
    /// `provider:`
    Provider,
    /// `type:`
    Type,
    /// `rating:`
    Rating,
    /// `tag:`
    Tag,
    /// `licence:`
    Licence,
    /// `cost:`
    Cost,
    /// `date:`
    Date,
    /// `has:`
    Has,
    /// `seed:`
    Seed,
    /// `size:`
    Size,
    /// `is:`
    Is,
    /// `in:`
    In,
    /// `shot:`
    Shot,
}

impl Name {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 14] = [
        Self::Model,
        Self::Provider,
        Self::Type,
        Self::Rating,
        Self::Tag,
        Self::Is,
        Self::In,
        Self::Date,
        Self::Has,
        Self::Licence,
        Self::Cost,
        Self::Size,
        Self::Seed,
        Self::Shot,
    ];

    /// As it is typed, without the colon.
    pub fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Type => "type",
            Self::Rating => "rating",
            Self::Tag => "tag",
            Self::Licence => "licence",
            Self::Cost => "cost",
            Self::Date => "date",
            Self::Has => "has",
            Self::Seed => "seed",
            Self::Size => "size",
            Self::Is => "is",
            Self::In => "in",
            Self::Shot => "shot",
        }
    }

    /// The filter of that name, in any case.
    pub fn of(word: &str) -> Option<Self> {
        // The other spelling of one word is not worth a refusal.
        let word = if word.eq_ignore_ascii_case("license") { "licence" } else { word };
        Self::ALL.into_iter().find(|name| name.word().eq_ignore_ascii_case(word))
    }

    /// What it asks for, where it is offered.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Model => t!("part of a model's name"),
            Self::Provider => t!("part of a provider's name"),
            Self::Type => t!("image, video or audio"),
            Self::Rating => t!("stars, for example >=3"),
            Self::Tag => t!("a tag"),
            Self::Licence => t!("what the model's licence allows"),
            Self::Cost => t!("what its job was quoted at, for example >0.1"),
            Self::Date => t!("when it was saved, for example 2026-11"),
            Self::Has => t!("refs, note or tags"),
            Self::Seed => t!("the seed it was made with"),
            Self::Size => t!("the longer side in pixels, for example >=2000, or 1024x1536"),
            Self::Is => t!("circled, video, image, sandbox, trashed or missing"),
            Self::In => t!("a collection"),
            Self::Shot => t!("the number of its shot"),
        }
    }

    /// What would do as a value, in an error.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Model => "model:seedream",
            Self::Provider => "provider:fal",
            Self::Type => t!("type:image, type:video or type:audio"),
            Self::Rating => t!("rating:4 or rating:>=3, with 0 to 5 stars"),
            Self::Tag => "tag:portrait",
            Self::Licence => {
                t!("licence:commercial, licence:conditions, licence:personal or licence:unknown")
            }
            Self::Cost => "cost:>0.1",
            Self::Date => t!("date:2026-11, date:>=2026-10-01 or date:2026-10..2026-11"),
            Self::Has => t!("has:refs, has:note or has:tags"),
            Self::Seed => "seed:42",
            Self::Size => t!("size:>=2000 or size:1024x1536"),
            Self::Is => t!("is:circled, is:video, is:image, is:sandbox, is:trashed or is:missing"),
            Self::In => t!("in:\"My collection\""),
            Self::Shot => "shot:152",
        }
    }
}
