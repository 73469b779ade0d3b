//! The catalogue: what each provider offers, merged from what is bundled and what it last listed.
//! Pure: lists come in, entries go out.

mod carry;
mod compose;
mod entry;
mod family;
mod own;
mod route;
pub mod routes_file;
mod variants;

pub use carry::{carry, not_taken};
pub use compose::{Composed, Wanted, compose};
pub use entry::{Entry, merge};
pub use family::Families;
pub use own::{own_entry, slug};
pub use route::{LeftOut, affordable};
pub use variants::Variants;
