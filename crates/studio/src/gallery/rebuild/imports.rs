//! Prints that no job made, and files of which nobody tells who made them.

use super::{asset_of, kept_of};
use crate::gallery::imports::record;
use crate::library::{Library, Sidecar, recipe};
use crate::store::NewAsset;
use crate::store::rebuild::{ImportEntry, Kept};

/// The origin that stands beside imports.
pub(super) const ORIGIN: &str = "import";

/// An import, as it is told beside it.
pub(super) fn told(sidecar: Sidecar, path: &str, id: String, present: bool) -> ImportEntry {
    let number = sidecar.code.strip_prefix("i-").and_then(|number| number.parse().ok());
    let is_due = id != sidecar.id || sidecar.media_type.is_empty();
    let asset = asset_of(&sidecar, path, id, number.unwrap_or(0));
    let kept = kept_of(&sidecar, present, is_due);
    let name = sidecar.file_name.unwrap_or_else(|| file_name(path));
    let mut record = record(name, sidecar.file_at, sidecar.recipe);
    // A recipe that was too long is not told, but these are.
    (record.prompt, record.model, record.seed) = (sidecar.prompt, sidecar.model, sidecar.seed);
    ImportEntry { asset, kept, record }
}

/// A file that nothing is told of, with what it tells of itself.
pub(super) fn bare(library: &Library, asset: NewAsset) -> ImportEntry {
    let read = library.path(&asset.path).and_then(|path| recipe::read_file(&path));
    let read = read.inspect_err(|error| tracing::debug!(%error, "no recipe was read"));
    let record = record(file_name(&asset.path), Some(asset.created_at), read.ok().flatten());
    ImportEntry {
        asset: NewAsset { number: 0, ..asset },
        kept: Kept { present: true, is_due: true, ..Kept::default() },
        record,
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
