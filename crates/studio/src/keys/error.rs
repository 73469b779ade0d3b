//! What can be wrong with a keychain, in words.

/// Why a vault could not do it. Never carries a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No keychain answers on this computer.
    #[error("no keychain service answers: {detail}")]
    NoService {
        /// The system's words.
        detail: String,
    },
    /// There is one, and it is locked.
    #[error("the keychain is locked: {detail}")]
    Locked {
        /// The system's words.
        detail: String,
    },
    /// The user or the system said no.
    #[error("access to the keychain was denied: {detail}")]
    Denied {
        /// The system's words.
        detail: String,
    },
    /// No answer yet; the system may be showing a dialog.
    #[error("the keychain has not answered yet")]
    Late,
    /// What was written did not come back the same.
    #[error("the keychain gave back something else than was written")]
    Mismatch,
    /// More than one entry bears our name.
    #[error("the keychain holds more than one entry for this key")]
    Ambiguous,
    /// The key does not fit into this keychain.
    #[error("the key is longer than this keychain can hold")]
    TooLong,
    /// Anything else.
    #[error("the keychain failed: {detail}")]
    Failed {
        /// The system's words.
        detail: String,
    },
}

impl VaultError {
    /// What happened, in one sentence.
    pub fn message(&self) -> &'static str {
        match self {
            Self::NoService { .. } => {
                t!("No keychain answers on this computer, so keys cannot be kept in it.")
            }
            Self::Locked { .. } => t!("Your keychain is locked."),
            Self::Denied { .. } => t!("Rushes was not allowed to use your keychain."),
            Self::Late => t!("Your keychain has not answered yet."),
            Self::Mismatch => t!("Your keychain did not give back what was saved in it."),
            Self::Ambiguous => t!("Your keychain holds more than one Rushes entry for this key."),
            Self::TooLong => t!("This key is longer than your keychain can hold."),
            Self::Failed { .. } => t!("Your keychain could not do it."),
        }
    }

    /// What to do next, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoService { .. } if cfg!(target_os = "linux") => {
                t!(
                    "Start GNOME Keyring or KWallet and open Rushes again, keep the key for this session only, or set the provider's environment variable."
                )
            }
            Self::NoService { .. } | Self::Mismatch | Self::Failed { .. } => {
                t!(
                    "Keep the key for this session only, or set the provider's environment variable."
                )
            }
            Self::Locked { .. } => {
                t!("Unlock it and try again, or keep the key for this session only.")
            }
            Self::Denied { .. } => {
                t!("Allow Rushes when the system asks, or keep the key for this session only.")
            }
            Self::Late => {
                t!("Look for a window of the system that asks to unlock it, then try again.")
            }
            Self::Ambiguous => {
                t!("Open your keychain, delete the entries named Rushes and save the key again.")
            }
            Self::TooLong => t!("Check that you pasted only the key."),
        }
    }

    /// The system's own words, for a bug report; may be empty.
    pub fn detail(&self) -> &str {
        match self {
            Self::NoService { detail }
            | Self::Locked { detail }
            | Self::Denied { detail }
            | Self::Failed { detail } => detail,
            Self::Late | Self::Mismatch | Self::Ambiguous | Self::TooLong => "",
        }
    }
}
