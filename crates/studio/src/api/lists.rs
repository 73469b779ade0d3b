//! Lists of the user's own for prompts.

use serde::Deserialize;
use ts_rs::TS;

use super::commands::{ByName, Nothing};
use super::types::WordList;
use crate::lists::{self, FOLDER, ListError};
use crate::vary::Lists;
use crate::view::ApiError;
use crate::{Studio, chance};

/// A list to keep.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SaveWordList {
    /// What it is called in prompts, between double underscores.
    pub name: String,
    /// One entry a line; lines that begin with `#` are remarks.
    pub text: String,
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Name(name) => Self::new(
                "invalid",
                t!("“{name}” cannot be the name of a list.", name),
                t!("Use letters and digits, with single - or _ between them."),
            ),
            ListError::TooLarge => Self::new(
                "invalid",
                t!("This list is larger than a megabyte. It was not kept."),
                t!("Part it into several, and name them in one line each."),
            ),
            ListError::Io(error) => Self {
                detail: error.to_string(),
                ..Self::new(
                    "library",
                    t!("The folder of lists could not be read or written."),
                    t!("Check that there is room, and that you may write in Rushes' data folder."),
                )
            },
        }
    }
}

/// All lists, by name.
pub(super) async fn all(studio: &Studio) -> Result<Lists, ApiError> {
    let folder = studio.config.data.join(FOLDER);
    let read = chance::off_thread(move || lists::all(&folder)).await;
    let read = read.map_err(|error| ApiError::internal(&error))?;
    Ok(read.map_err(ListError::from)?)
}

pub(super) async fn list_word_lists(
    studio: &Studio,
    _: Nothing,
) -> Result<Vec<WordList>, ApiError> {
    Ok(all(studio).await?.into_iter().map(|(name, text)| lists::told(name, text)).collect())
}

pub(super) async fn save_word_list(
    studio: &Studio,
    wanted: SaveWordList,
) -> Result<WordList, ApiError> {
    let folder = studio.config.data.join(FOLDER);
    let SaveWordList { name, text } = wanted;
    let (to, what) = (name.clone(), text.clone());
    let kept = chance::off_thread(move || lists::keep(&folder, &to, &what)).await;
    kept.map_err(|error| ApiError::internal(&error))??;
    Ok(lists::told(name, text))
}

pub(super) async fn remove_word_list(
    studio: &Studio,
    wanted: ByName,
) -> Result<WordList, ApiError> {
    let folder = studio.config.data.join(FOLDER);
    let name = wanted.name.clone();
    let gone = chance::off_thread(move || lists::remove(&folder, &name)).await;
    let gone = gone.map_err(|error| ApiError::internal(&error))??;
    let text = gone.ok_or_else(|| ApiError::not_found(&t!("list “{name}”", name = wanted.name)))?;
    Ok(lists::told(wanted.name, text))
}
