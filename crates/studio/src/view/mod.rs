//! The shapes that cross to every host: window, browser and command line speak exactly these.
//! They sit below the store, which publishes them after each commit, and the API, which answers them.

mod app;
mod camera;
mod change;
mod copies;
mod doctor;
mod endpoint;
mod error;
mod export;
mod gallery;
mod glimpse;
mod grid;
mod import;
mod job;
mod key;
mod lineage;
mod list;
mod money;
mod moved;
mod print;
mod prompt;
mod route;
mod spend;
mod story;
mod words;

pub use app::{AppState, Appearance, Notice, Settings, VaultState};
pub use camera::{CameraPicture, CameraRoll};
pub use change::Change;
pub use copies::{BookCopies, BookCopy, CopyKind, Restore, RestorePreview};
pub use doctor::{Diagnosis, Finding, FindingState};
pub use endpoint::{
    Endpoint, Estimate, ImportedWorkflow, Problem, Quote, SyncReport, WorkflowFile,
};
pub use error::ApiError;
pub use export::{ExportForm, Exported, ShareCredentials, SkippedPrint};
pub use gallery::{
    Chip, Collection, Emptied, Marked, Offer, Offers, QueryReading, SavedSearch, Sort, Undone,
};
pub use glimpse::Glimpse;
pub use grid::{
    Axis, AxisKind, CellTrouble, CellValue, Grid, GridBook, InGrid, NotTaken, Plan, Varied,
    VaryFault, VaryMode, WordList,
};
pub use import::{ImportRecord, Imported, Importing, SkippedFile};
pub use job::{Attempt, Charge, DoubtChoice, Event, Job, JobBook, Reference, Submission};
pub use key::{KeyPlace, KeyRow, KeyTest};
pub use lineage::{FrameOf, Origin, PrintOrigins};
pub use list::{Day, Member, ViewList, ViewRow};
pub use money::{Caps, Spending};
pub use moved::{MovePhase, Moved};
pub use print::{Asset, Print, PrintBook, PrintPage, RebuildReport, Verification};
pub use prompt::{PastPrompt, Preset, PromptPage, Snippet, WordsPlace};
pub use route::{Route, RouteChange, RoutesFile, SavedFile};
pub use spend::{
    SpendAmounts, SpendDay, SpendFile, SpendReport, SpendRow, SpendSum, SpendUnlisted,
};
pub use story::{AttemptStory, JobStory, LedgerStory, Membership, OriginStory, ShotStory};
pub use words::{CredentialsWords, PrintWords, RecipeWords, Standing};
