//! The frame of the window: its first state, its notices, the user's choices.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::money::Caps;

/// What a host needs to draw its first frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AppState {
    /// Version of Rushes.
    pub version: String,
    /// The media folder, absolute.
    pub library: String,
    /// Where the job book and settings live, absolute.
    pub data: String,
    /// Prefix of media URLs, ending in `/`: `{media_base}{asset id}/original|thumb`. Thumb of a clip is its poster.
    pub media_base: String,
    /// The keychain's state.
    pub vault: VaultState,
    /// True until the user has chosen a key or the sandbox.
    pub first_run: bool,
    /// The language that `system` means here: `en` or `ja`.
    pub system_language: String,
    /// Something the user should know at the top of the window, worst first.
    pub notices: Vec<Notice>,
}

/// Where keys are kept, and whether that place answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultState {
    /// The store's name for a person, e.g. "your system keychain (Secret Service)".
    pub name: String,
    /// Whether a written secret could be read back at start.
    pub works: bool,
    /// Why not, and what to do; empty when it works.
    pub message: String,
}

/// A line under the top bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// `library` where that is not there; empty for everything else.
    pub about: String,
    /// `fail`, `block` or `wait`: which ground it stands on.
    pub tone: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// The user's choices. Unknown words in the file are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// `system`, `dark` or `light`.
    pub theme: String,
    /// What Rushes speaks: `system`, `en` or `ja`.
    pub language: String,
    /// Tell of finished clips when the window is not in front.
    pub notify: bool,
    /// Tell of jobs that need somebody when the window is not in front.
    pub notify_needs: bool,
    /// Let the desktop make its sound with what is told.
    pub notify_sound: bool,
    /// Set once the user has chosen a key or the sandbox.
    pub welcomed: bool,
    /// Height of a gallery row in pixels, 96 to 420.
    pub row_height: u32,
    /// What may be spent.
    pub caps: Caps,
    /// How many renders a provider may have at once, by provider id; its own figure where none is given.
    pub in_flight: std::collections::BTreeMap<String, u32>,
    /// How many submits a minute a provider may get, by provider id; as many as it takes where none
    /// is given and its manifest knows none.
    pub per_minute: std::collections::BTreeMap<String, u32>,
    /// A public address of the user's own that leads to the receiver for webhooks (a tunnel); empty
    /// for none.
    pub webhook_url: String,
    /// The receiver's port on this computer.
    pub webhook_port: u16,
    /// Last endpoint used for each modality, by `image` and `video`.
    pub last_endpoint: std::collections::BTreeMap<String, String>,
    /// Endpoints the user reaches for, by id, in the order in which they were chosen. One stands for all
    /// its variants, and stays when its provider no longer lists it.
    pub favourites: Vec<String>,
    /// How the window looks, beside its theme.
    pub appearance: Appearance,
    /// A folder whose newest pictures are offered as references, absolute; empty for none.
    pub camera_roll: String,
    /// Keys of the user's own, by action; an empty one takes an action its keys. The window knows the actions.
    pub shortcuts: std::collections::BTreeMap<String, String>,
    /// Whether letters, digits and signs are shortcuts by themselves.
    pub single_keys: bool,
}

/// How the window looks, beside its theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Appearance {
    /// `comfortable` or `compact`.
    pub density: String,
    /// Size of words in per cent, 90 to 130.
    pub text_size: u32,
    /// `system`, or `reduced` whatever the system says.
    pub motion: String,
    /// Whether prints bear their edge print.
    pub edge_print: bool,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            density: "comfortable".into(),
            text_size: 100,
            motion: "system".into(),
            edge_print: true,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "system".into(),
            language: "system".into(),
            notify: true,
            notify_needs: true,
            notify_sound: false,
            welcomed: false,
            row_height: 220,
            caps: Caps::default(),
            in_flight: std::collections::BTreeMap::new(),
            per_minute: std::collections::BTreeMap::new(),
            webhook_url: String::new(),
            webhook_port: 8189,
            last_endpoint: std::collections::BTreeMap::new(),
            favourites: Vec::new(),
            appearance: Appearance::default(),
            camera_roll: String::new(),
            shortcuts: std::collections::BTreeMap::new(),
            single_keys: true,
        }
    }
}
