//! How the shapes that commands answer are written out for the window.

use ts_rs::TS;

use super::commands::Saved;
use super::settings::StoredDraft;
use super::types::{
    AppState, Asset, BookCopies, CameraRoll, Collection, Diagnosis, Emptied, Endpoint, Exported,
    GridBook, Imported, ImportedWorkflow, Job, JobBook, KeyRow, Marked, Moved, Offers, Plan,
    Preset, Print, PrintBook, PrintOrigins, PrintPage, PrintWords, PromptPage, QueryReading, Quote,
    RestorePreview, Route, RoutesFile, SavedFile, SavedSearch, Settings, Snippet, SpendFile,
    SpendReport, Spending, Submission, SyncReport, Undone, Varied, Verification, WordList,
    WorkflowFile,
};

/// Vectors have no file of their own; their element does.
pub(super) trait ExportResponse {
    fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError>;
}
impl<T: TS + 'static> ExportResponse for Vec<T> {
    fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
        T::export_all(config)
    }
}
macro_rules! single {
    ($($t:ty),*) => {$(impl ExportResponse for $t {
        fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            <$t as TS>::export_all(config)
        }
    })*};
}
single!(
    AppState,
    Asset,
    BookCopies,
    CameraRoll,
    Collection,
    Diagnosis,
    Emptied,
    Endpoint,
    Exported,
    GridBook,
    Imported,
    ImportedWorkflow,
    Job,
    JobBook,
    KeyRow,
    Marked,
    Moved,
    Offers,
    Plan,
    Preset,
    Print,
    PrintBook,
    PrintOrigins,
    PrintPage,
    PrintWords,
    PromptPage,
    QueryReading,
    Quote,
    RestorePreview,
    Route,
    RoutesFile,
    Saved,
    SavedFile,
    SavedSearch,
    Settings,
    Snippet,
    SpendFile,
    SpendReport,
    Spending,
    StoredDraft,
    Submission,
    SyncReport,
    Undone,
    Varied,
    Verification,
    WordList,
    WorkflowFile
);
