//! Moving the library, part by part: whoever wants it moved asks for one part after the other.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::Studio;
use crate::chance;
use crate::library::{MoveRefused, Moving};
use crate::view::{ApiError, MovePhase, Moved};

/// The move that is under way in this process.
pub(crate) type MoveSlot = Arc<Mutex<Option<Moving>>>;

/// Does a part of a move to this folder. Who asks no more leaves it where it is; asked again, even after a crash,
/// it goes on.
pub(crate) async fn part(studio: &Studio, to: PathBuf) -> Result<Moved, ApiError> {
    let done = step(studio, Some(to)).await?;
    done.ok_or_else(|| ApiError::internal(&"the move was lost"))
}

/// Removes what is left at the old place of a library that was moved before a restart.
pub(crate) async fn finish(studio: &Studio) -> Result<(), ApiError> {
    loop {
        match step(studio, None).await?.map(|moved| moved.phase) {
            Some(MovePhase::Copying | MovePhase::Removing) => {}
            None | Some(MovePhase::Waiting | MovePhase::Over) => return Ok(()),
        }
    }
}

async fn step(studio: &Studio, to: Option<PathBuf>) -> Result<Option<Moved>, ApiError> {
    // What is taken in lies in the folder under a name of its own for a while, so imports and parts of a move
    // take turns. Who only tidies up comes another time.
    let (slot, turn) = (studio.gallery.moving.clone(), studio.gallery.intake.clone());
    let (mut slot, turn) = if to.is_some() {
        (slot.lock_owned().await, turn.lock_owned().await)
    } else {
        match (slot.try_lock_owned(), turn.try_lock_owned()) {
            (Ok(slot), Ok(turn)) => (slot, turn),
            _ => return Ok(None),
        }
    };
    let (library, data) = (studio.library.clone(), studio.config.data.clone());
    let named = studio.config.library.clone();
    let done = chance::off_thread(move || {
        let _turn = turn;
        let under_way = slot.take().filter(|moving| match &to {
            Some(to) => moving.leads_to(to),
            // Copying goes on at the user's word only; what was copied is in the journal.
            None => !moving.is_copying(),
        });
        let moving = match (under_way, &to) {
            (Some(moving), _) => Some(moving),
            (None, Some(to)) => Some(Moving::begin(&library, &data, &named, to)?),
            (None, None) => Moving::unfinished(&library, &data, &named),
        };
        let Some(mut moving) = moving else { return Ok(None) };
        // After an error it is taken up from what is written down.
        let moved = moving.step(&library)?;
        if moved.phase != MovePhase::Over {
            *slot = Some(moving);
        }
        Ok::<_, MoveRefused>(Some(moved))
    })
    .await
    .map_err(|error| ApiError::internal(&error))?;
    let root = studio.library.root();
    if root != studio.store.library() {
        studio.store.set_library(&root);
        // Hosts were told where each file is.
        studio
            .store
            .write(|tx| {
                tx.touch_view();
                Ok(())
            })
            .await?;
    }
    Ok(done?)
}
