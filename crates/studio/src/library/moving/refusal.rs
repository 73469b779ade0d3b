//! Why a library is not moved.

use crate::library::error::LibraryError;

/// Why a move does not begin. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MoveRefused {
    /// The folder or the disk is at fault.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The place is told by a path that leads somewhere else from each folder.
    #[error("the new place is no absolute path")]
    Relative,
    /// One folder lies in the other.
    #[error("{folder} lies in the library or around it")]
    Within {
        /// The new place.
        folder: String,
    },
    /// Something else is there.
    #[error("{folder} is no empty folder")]
    Taken {
        /// The new place.
        folder: String,
    },
    /// A move to another place was begun and is not over.
    #[error("a move to {to} is under way")]
    Begun {
        /// Where to.
        to: String,
    },
}

impl MoveRefused {
    /// What happened, in one sentence.
    pub fn message(&self) -> String {
        match self {
            Self::Library(error) => error.message(),
            Self::Relative => t!("The new place is not told by its full path.").into(),
            Self::Within { folder } => {
                t!("{folder} and the library folder lie one in the other.", folder)
            }
            Self::Taken { folder } => t!("{folder} is there already and is not empty.", folder),
            Self::Begun { to } => {
                t!("A move of the library to {to} was begun and is not over.", to)
            }
        }
    }

    /// What to do next, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Library(error) => error.hint(),
            Self::Relative => t!("Give the whole path, from the top of its disk."),
            Self::Within { .. } | Self::Taken { .. } => {
                t!(
                    "Name a folder that is not there yet, outside of the library; it is made for you."
                )
            }
            Self::Begun { .. } => {
                t!(
                    "Move to that place again to go on. To stay where you are, move to the folder that the library is in."
                )
            }
        }
    }
}
