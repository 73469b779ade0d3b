//! Where a print comes from, and what came of it.

use rushes_providers::schema::MediaKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A print's lineage, one step each way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PrintOrigins {
    /// What it was made from, in the order that it was sent.
    pub made_from: Vec<Origin>,
    /// What was made from it, the newest first, and then its frames that were kept. At most 60.
    pub led_to: Vec<Origin>,
    /// How many there are in all.
    pub led_to_count: u32,
}

/// A neighbour in the lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Origin {
    /// Name of the field that the one stood in when the other was made; empty for a kept frame.
    pub field: String,
    /// Id of the endpoint that the field belongs to; empty for a kept frame.
    pub endpoint: String,
    /// The asset; None when it was removed for good.
    pub id: Option<String>,
    /// Edge print; empty for what is no print.
    pub code: String,
    /// Picture or clip.
    pub media: MediaKind,
    /// Pixels; 0 when it could not be read.
    pub width: u32,
    /// Pixels; 0 when it could not be read.
    pub height: u32,
    /// Whether it lies in the trash.
    pub trashed: bool,
    /// Set where a frame of a clip stands between the two, or is the neighbour itself.
    pub frame: Option<FrameOf>,
}

/// Where a kept frame was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FrameOf {
    /// The clip; None when it was removed for good.
    pub clip: Option<String>,
    /// The clip's edge print.
    pub code: String,
    /// Where in the clip, ms from its start.
    #[ts(type = "number")]
    pub at_ms: i64,
}
