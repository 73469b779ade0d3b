//! How the core's errors read at the door.

use crate::engine::LineError;
use crate::keys::VaultError;
use crate::library::{LibraryError, MoveRefused};
use crate::store::{self, StoreError};
use crate::studio::OpenError;
use crate::view::ApiError;

impl ApiError {
    pub(crate) fn new(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            hint: hint.into(),
            detail: String::new(),
        }
    }

    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        Self {
            detail: error.to_string(),
            ..Self::new(
                "internal",
                t!("Something inside Rushes went wrong."),
                t!("Nothing was sent. Try again, and report it if it stays."),
            )
        }
    }

    pub(crate) fn unreadable(command: &str, error: &serde_json::Error) -> Self {
        Self {
            detail: error.to_string(),
            ..Self::new(
                "unreadable",
                t!("The request for “{command}” is not in the shape it takes.", command),
                t!("Compare it with the command's documentation."),
            )
        }
    }

    pub(crate) fn unknown_command(name: &str, known: &[&str]) -> Self {
        Self {
            detail: known.join(" "),
            ..Self::new(
                "unreadable",
                t!("There is no command “{name}”.", name),
                t!("The detail lists those there are."),
            )
        }
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            "not_found",
            t!("There is no {what}.", what),
            t!("It may have been removed. List again."),
        )
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::not_found(&what),
            StoreError::Moved { row, expected } => Self::new(
                "moved",
                t!("{row} is no longer {expected}.", row, expected),
                t!("It changed in the meantime. Look at it again."),
            ),
            StoreError::Closed => Self::new(
                "internal",
                t!("Rushes is closing."),
                t!("Nothing was sent. Start it again."),
            ),
            other => {
                let (message, hint) = if other.is_full() {
                    (
                        t!("The disk is full, so the job book could not be written."),
                        t!("Nothing was sent. Make room, then try again."),
                    )
                } else {
                    (
                        t!("The job book could not be read or written."),
                        t!("Nothing was sent. Try again; if it stays, run `rushes doctor`."),
                    )
                };
                Self { detail: other.to_string(), ..Self::new("internal", message, hint) }
            }
        }
    }
}

impl From<LibraryError> for ApiError {
    fn from(error: LibraryError) -> Self {
        let code = match error {
            LibraryError::Gone { .. } | LibraryError::NoPoster { .. } => "not_found",
            LibraryError::Empty
            | LibraryError::TooLarge { .. }
            | LibraryError::NotMedia { .. }
            | LibraryError::Damaged { .. } => "invalid",
            LibraryError::Away { .. } => "away_library",
            _ => "library",
        };
        Self { detail: error.to_string(), ..Self::new(code, error.message(), error.hint()) }
    }
}

impl From<MoveRefused> for ApiError {
    fn from(error: MoveRefused) -> Self {
        match error {
            MoveRefused::Library(error) => error.into(),
            refused => Self::new("invalid", refused.message(), refused.hint()),
        }
    }
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        Self {
            detail: error.detail().to_owned(),
            ..Self::new("vault", error.message(), error.hint())
        }
    }
}

impl From<LineError> for ApiError {
    fn from(error: LineError) -> Self {
        Self::new(error.code(), error.to_string(), error.hint())
    }
}

impl From<rushes_providers::Error> for ApiError {
    fn from(error: rushes_providers::Error) -> Self {
        let code = match error.kind {
            rushes_providers::Kind::Network => "network",
            rushes_providers::Kind::Auth => "auth",
            _ => "provider",
        };
        Self {
            detail: error.raw.unwrap_or_default(),
            ..Self::new(code, error.message, error.hint.unwrap_or_default())
        }
    }
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        let detail = error.to_string();
        let said = match error {
            OpenError::Locked => Self::new(
                "locked",
                t!("Rushes is open in another window."),
                t!("Use that one, or close it first."),
            ),
            OpenError::Folder { path, .. } => Self::new(
                "library",
                t!("The folder {path} can't be used.", path),
                t!("Check that it can be written, or choose another with --data."),
            ),
            OpenError::Library(error) => return error.into(),
            OpenError::Store(store::OpenError::Newer { .. }) => Self::new(
                "newer",
                t!("This job book was written by a newer Rushes and is left as it is."),
                t!("Update Rushes, or start it with another data folder."),
            ),
            OpenError::Store(store::OpenError::Damaged { copy, .. }) => Self::new(
                "damaged",
                t!("The job book is damaged, and nothing was written to it. Your pictures and clips are fine."),
                copy.map_or_else(
                    || t!("There is no copy of it to go back to. Start with another data folder, and keep this one.").into(),
                    |copy| t!("Run `rushes doctor --repair` to go back to the newest copy ({copy}). The damaged file is kept.", copy),
                ),
            ),
            OpenError::Store(store::OpenError::Backup(_)) => Self::new(
                "library",
                t!("The job book has to be brought up to date, and no copy of it could be kept first. It is as it was."),
                t!("Make room on the disk, or check that the data folder can be written, then start again."),
            ),
            OpenError::Store(_) | OpenError::Read(_) => Self::new(
                "library",
                t!("The job book didn't open. Your pictures and clips are fine."),
                t!("Run `rushes doctor` to see why, or start with another data folder."),
            ),
        };
        Self { detail, ..said }
    }
}
