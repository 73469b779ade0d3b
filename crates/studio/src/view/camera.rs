//! Pictures of the user's own that can be brought as references.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A picture of the camera roll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CameraPicture {
    /// What commands take it by; its small picture is at `roll/ID` of the door.
    pub id: String,
    /// Its path below the folder, with forward slashes.
    pub name: String,
    /// When it was last changed, ms UTC.
    #[ts(type = "number")]
    pub made_at: i64,
    /// Size of its file.
    #[ts(type = "number")]
    pub bytes: i64,
}

/// The newest pictures of the camera roll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CameraRoll {
    /// The folder, absolute; null where none is chosen.
    pub folder: Option<String>,
    /// A folder that may be meant: the system's own for pictures, where there is one.
    pub suggested: Option<String>,
    /// Newest first.
    pub pictures: Vec<CameraPicture>,
    /// The folder has more in it than is looked through, so newer ones may be missing.
    pub cut_short: bool,
}
