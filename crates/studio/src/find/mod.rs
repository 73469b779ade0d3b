//! The query language of the gallery: words and filters, read into a small tree. Pure.
//!
//! Nothing that is typed goes on as it is: words become folded tokens ([`fold`]), values become
//! numbers, names or dates. Whoever asks the book with a [`Query`] only ever sees those.

pub mod fold;
mod name;
mod read;
mod suggest;
mod tree;
mod value;

pub use name::Name;
pub use read::{Fault, Piece, Reading, read};
pub use suggest::{Place, Value, Wanted, offers, place};
pub use tree::{Bound, Cmp, Days, Filter, Has, Is, Part, Query, Size, What, Words};

#[cfg(test)]
mod tests;
