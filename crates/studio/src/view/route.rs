//! Routes as a person keeps them.

use rushes_providers::types::{Modality, Price};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A named, ordered list of endpoints: the first is tried, the others are its fallbacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Route {
    /// What the user calls it.
    pub name: String,
    /// What it makes.
    pub modality: Modality,
    /// Endpoint ids, the one to try first at the top.
    pub steps: Vec<String>,
    /// The most that one run may cost on any step; null for what the first usable step costs.
    pub most: Option<Price>,
}

/// What a file would do to one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RouteChange {
    /// The route as it would be kept.
    pub route: Route,
    /// The one of that name as it is; None where there is none, equal where nothing would change.
    pub before: Option<Route>,
}

/// A file that was written for the user to take along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFile {
    /// Absolute path.
    pub path: String,
}

/// Routes as one TOML file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoutesFile {
    /// The file's text.
    pub toml: String,
}
