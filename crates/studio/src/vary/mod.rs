//! Varying on purpose: alternatives in a prompt, several values of a field, and the cells they make.
//! Pure; nothing here reads a file, rolls dice or knows a price.
//!
//! In a prompt `{dawn|dusk}` stands for one of its options, which may hold others again; `{2::dawn|dusk}`
//! weighs them for chance; `__name__` stands for a line of that list. `\` before one of `{ } | _ : # \`
//! takes the sign as it is. Braces without a bar between them are braces.

mod axes;
mod range;
mod read;
mod template;

pub use axes::{cells, count};
pub use range::values;
pub use read::{Fault, Lists, entries, is_name, read, verbatim};
pub use template::{Choice, Template};

/// Most jobs that one variation may make.
pub const MOST_JOBS: u64 = 256;
/// Longest name of a list, in characters.
pub const LONGEST_NAME: usize = 64;

#[cfg(test)]
mod tests;
