//! What the hosts hear of after each commit.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::app::{Notice, Settings};
use super::glimpse::Glimpse;
use super::import::Importing;
use super::job::Job;
use super::print::Print;
use super::route::Route;

/// One committed change, as the hosts hear of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)] // most are jobs; a box would only add a step
pub enum Change {
    /// A job was made or changed.
    Job {
        /// As it is now.
        job: Job,
    },
    /// Something was seen of a job that runs. Not kept: what is missed is missed.
    Glimpse {
        /// What is seen now.
        glimpse: Glimpse,
    },
    /// An import went on. Not kept: what is missed is missed.
    Import {
        /// How far it is now.
        import: Importing,
    },
    /// A print was saved or changed.
    Print {
        /// As it is now.
        print: Print,
    },
    /// So much changed in the gallery, or was taken out of it, that views are to be asked for again.
    View,
    /// A provider's models, key or address changed: list the endpoints and keys again.
    Catalog {
        /// Provider id.
        provider: String,
    },
    /// A route was kept or removed.
    Routes {
        /// All of them now, by name.
        routes: Vec<Route>,
    },
    /// The user's choices changed.
    Settings {
        /// As they are now.
        settings: Settings,
    },
    /// Something to say at the top of the window changed.
    Notices {
        /// All of them now.
        notices: Vec<Notice>,
    },
}
