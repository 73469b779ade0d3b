//! Why an export could not be made, in words for a person.

use std::io;
use std::path::Path;

use crate::library::error::{LibraryError, said};

/// Why prints could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No print was named.
    #[error("no prints")]
    Nothing,
    /// The place is not absolute, or lies in the library.
    #[error("not a place for exports: {to}")]
    Where {
        /// As it was given.
        to: String,
    },
    /// A file of that name stands there.
    #[error("{name} is taken")]
    Taken {
        /// The file's name.
        name: String,
    },
    /// More prints than fit on one sheet.
    #[error("more than {most} prints on a sheet")]
    TooMany {
        /// The most that fit.
        most: usize,
    },
    /// The place cannot be written.
    #[error("cannot write to {folder}: {source}")]
    Target {
        /// The folder or file.
        folder: String,
        /// The system's reason.
        source: io::Error,
    },
    /// What a file of this kind says about itself cannot be taken out of it.
    #[error("no share copy of a {what}")]
    NotBare {
        /// Its kind.
        what: &'static str,
    },
    /// The contact sheet could not be drawn.
    #[error("the sheet: {0}")]
    Sheet(String),
    /// It was stopped by whoever watches.
    #[error("stopped")]
    Stopped,
    /// The library could not do it.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl ExportError {
    /// A failure of the system where the export goes.
    pub(super) fn target(at: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                LibraryError::io(key!("save the file"), at, source).into()
            }
            _ => Self::Target { folder: at.display().to_string(), source },
        }
    }

    /// A word that hosts may branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Where { .. } | Self::Taken { .. } | Self::TooMany { .. } => {
                "invalid"
            }
            _ => "library",
        }
    }

    /// What happened, in one sentence.
    pub fn message(&self) -> String {
        match self {
            Self::Nothing => t!("There is nothing to export.").into(),
            Self::Where { to } => t!("{to} is no place for exports.", to),
            Self::Taken { name } => t!("There is already a file named {name}.", name),
            Self::TooMany { most } => t!("A contact sheet holds {most} prints at most.", most),
            Self::Target { folder, .. } => t!("Rushes cannot write to {folder}.", folder),
            Self::NotBare { what } => {
                t!("Rushes cannot take out what this {what} says about itself.", what = said(what))
            }
            Self::Sheet(_) => t!("The contact sheet could not be drawn.").into(),
            Self::Stopped => t!("The export was stopped.").into(),
            Self::Library(error) => error.message(),
        }
    }

    /// What to do next, in one sentence; may be empty.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Nothing => t!("Choose at least one print."),
            Self::Where { .. } => t!("Give the whole path of a folder outside the library."),
            Self::Taken { .. } => t!("Give another name, or move that file away."),
            Self::TooMany { .. } => t!("Make several sheets, or choose fewer prints."),
            Self::Target { .. } => {
                t!(
                    "Check that the folder is there and that you may write to it, or choose another."
                )
            }
            Self::NotBare { .. } => t!("Export the original if its words may travel with it."),
            Self::Sheet(_) => t!("Try again; if it stays, report it."),
            Self::Stopped => "",
            Self::Library(error) => error.hint(),
        }
    }
}
