//! Thumbnails: made when a print is saved or first looked at, and made again where they are missing.

use super::{blocking, count};
use crate::Studio;
use crate::library::LibraryError;
use crate::store::check;
use crate::view::{ApiError, Finding, FindingState};

pub(super) async fn look(studio: &Studio, repair: bool) -> Result<Finding, ApiError> {
    let known = studio.store.read(check::prints).await?;
    let (library, all) = (studio.library.clone(), known.len());
    let (missing, made, failed) = blocking(move || {
        let missing: Vec<(String, String)> = known
            .into_iter()
            .filter(|(id, path)| {
                library.path(path).is_ok_and(|path| path.is_file()) && !library.has_thumb(id)
            })
            .collect();
        let (mut made, mut failed) = (0, Vec::new());
        if repair {
            for (id, path) in &missing {
                match library.thumb(path, id) {
                    Ok(_) => made += 1,
                    // There is no still to be had of it, today or ever.
                    Err(LibraryError::NoPoster { .. }) => {}
                    Err(_) => failed.push(path.clone()),
                }
            }
        }
        (missing.len(), made, failed)
    })
    .await?;
    Ok(if !failed.is_empty() {
        let message = format!("No thumbnail could be made of {}.", count(failed.len(), "print"));
        let hint = "Look at the files themselves: they may be damaged.";
        Finding::new("thumbnails", FindingState::Yours, message, hint).about(failed)
    } else if made > 0 {
        let message = format!("{} made again.", count(made, "thumbnail"));
        Finding::new("thumbnails", FindingState::Repaired, message, "")
    } else if missing > 0 && !repair {
        let message = format!("{} without a thumbnail.", count(missing, "print"));
        let hint = "Each is made when it is first looked at, or by a repair now.";
        Finding::new("thumbnails", FindingState::Note, message, hint)
    } else {
        Finding::fine(
            "thumbnails",
            format!("{} with a thumbnail, where there can be one.", count(all, "print")),
        )
    })
}
