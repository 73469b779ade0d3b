//! Thumbnails: made when a print is saved or first looked at, and made again where they are missing.

use super::{blocking, count};
use crate::Studio;
use crate::library::{LibraryError, thumb_hash};
use crate::store::{Tx, check};
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
        let (mut made, mut failed) = (Vec::new(), Vec::new());
        if repair {
            for (id, path) in &missing {
                match thumb_hash(&library, path, id) {
                    Ok(hash) => made.push((id.clone(), hash)),
                    // There is no still to be had of it, today or ever.
                    Err(LibraryError::NoPoster { .. }) => {}
                    Err(_) => failed.push(path.clone()),
                }
            }
        }
        (missing.len(), made, failed)
    })
    .await?;
    let made_again = made.len();
    if made_again > 0 {
        let keep = move |tx: &mut Tx<'_>| {
            made.iter().try_for_each(|(id, hash)| tx.keep_thumb_hash(id, hash))
        };
        studio.store.write(keep).await?;
    }
    Ok(if !failed.is_empty() {
        let message = format!("No thumbnail could be made of {}.", count(failed.len(), "print"));
        let hint = "Look at the files themselves: they may be damaged.";
        Finding::new("thumbnails", FindingState::Yours, message, hint).about(failed)
    } else if made_again > 0 {
        let message = format!("{} made again.", count(made_again, "thumbnail"));
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
