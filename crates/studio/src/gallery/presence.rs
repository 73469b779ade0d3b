//! Whether the files of the library are where they were saved. One that was removed by hand is noted as
//! missing and never taken out of the book; it comes back by itself with its file. While the whole folder is
//! away nothing is noted at all.

use crate::Studio;
use crate::chance;
use crate::library::LibraryError;
use crate::store::assets;
use crate::view::{ApiError, Change, Notice};

/// How many are looked up, and noted, at a time.
const AT_ONCE: u32 = 5_000;

/// Looks for every file once.
pub(crate) async fn look(studio: &Studio) -> Result<(), ApiError> {
    let library = studio.library.clone();
    let files = chance::off_thread(move || {
        library.here()?;
        let files = library.files()?;
        // A drive that went away meanwhile says nothing of its files.
        library.here()?;
        Ok::<_, LibraryError>(files)
    })
    .await
    .map_err(|error| ApiError::internal(&error))?;
    let files = match files {
        Ok(files) => files,
        Err(LibraryError::Away { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut after = 0;
    loop {
        let (known, _) = studio.store.read(move |sql| assets::written(sql, after, AT_ONCE)).await?;
        let Some(last) = known.last() else { return Ok(()) };
        after = last.seq;
        let mut moved = Vec::new();
        for file in known.iter().filter(|file| file.present != files.contains(&file.path)) {
            // One that was saved since the folder was listed is there all the same.
            let there = studio.library.path(&file.path).is_ok_and(|path| path.is_file());
            if file.present != there {
                moved.push((file.id.clone(), there));
            }
        }
        if studio.library.here().is_err() {
            return Ok(());
        }
        note(studio, moved).await?;
    }
}

/// Notes which files are there now and which are not; the others stay as they are.
pub(crate) async fn note(studio: &Studio, moved: Vec<(String, bool)>) -> Result<(), ApiError> {
    if moved.is_empty() {
        return Ok(());
    }
    let all = move |tx: &mut crate::store::Tx<'_>| {
        moved.iter().try_for_each(|(id, present)| tx.note_present(id, *present))
    };
    Ok(studio.store.write(all).await?)
}

/// What the user should know of the library at the top of the window.
pub(crate) fn notices(studio: &Studio) -> Vec<Notice> {
    let said = |error: LibraryError| Notice {
        about: "library".into(),
        tone: "block".into(),
        message: error.message(),
        hint: error.hint().into(),
    };
    studio.library.here().err().map(said).into_iter().collect()
}

/// Tells the hosts that the library went away or came back.
pub(crate) fn tell(studio: &Studio) {
    studio.store.publish(vec![Change::Notices { notices: notices(studio) }]);
}
