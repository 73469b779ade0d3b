//! Files that the user takes along, among the downloads of the computer where the studio runs.

use crate::view::{ApiError, SavedFile};
use crate::{handout, paths};

/// Writes a text into a new file there; nothing is ever replaced.
pub(super) async fn save(name: impl Into<String>, text: String) -> Result<SavedFile, ApiError> {
    let (folder, name) = (paths::default_download_dir(), name.into());
    let shown = folder.display().to_string();
    let written = tokio::task::spawn_blocking(move || handout::write(&folder, &name, &text))
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let path = written.map_err(|error| ApiError {
        detail: error.to_string(),
        ..ApiError::new(
            "library",
            t!("No file could be written to {shown}.", shown),
            t!("Check that there is room, and that you may write there. Then save again."),
        )
    })?;
    Ok(SavedFile { path: path.display().to_string() })
}
