//! The catalogue: what each provider offers, merged from what is bundled and what it last listed.
//! Pure: lists come in, entries go out.

mod compose;
mod entry;

pub use compose::{Composed, Wanted, compose};
pub use entry::{Entry, merge};
