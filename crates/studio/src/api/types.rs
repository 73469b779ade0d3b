//! The shapes of the commands, under the door's own name.

pub use crate::view::*;
