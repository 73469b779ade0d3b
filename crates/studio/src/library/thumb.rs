//! Stills for the gallery: small pictures of pictures, posters of clips.

use std::path::{Path, PathBuf};

use rushes_providers::schema::MediaKind;
use rushes_stills::{ImageFormat, Picture};

use super::error::{LibraryError, Result};
use super::form::{self, Form};
use super::{Library, clip, our_id, picture, place};

/// Longest side of a thumbnail, in pixels.
const SIDE: u32 = 512;

impl Library {
    /// The thumbnail of a file, made when it is first asked for: 512 pixels on the longest side,
    /// JPEG, or PNG where the picture is see-through. `asset_id` names it in the cache.
    /// [`LibraryError::NoPoster`] for a clip whose codec is not known here.
    pub fn thumb(&self, relative: &str, asset_id: &str) -> Result<PathBuf> {
        let base = self.thumb_base(asset_id)?;
        if let Some(made) = made(&base) {
            return Ok(made);
        }
        let source = self.path(relative)?;
        let form = form::sniff_file(&source)?;
        let small = form::guarded(form, || {
            still(&source, form)?.shrink(SIDE).map_err(|error| LibraryError::Damaged {
                what: form.words(),
                detail: error.to_string(),
            })
        })?;
        let see_through = small.format == ImageFormat::Png;
        let to = base.with_extension(if see_through { "png" } else { "jpg" });
        let folder = to.parent().unwrap_or(&self.thumbs);
        place::make_dirs(folder)
            .map_err(|error| LibraryError::io("save a thumbnail", &to, error))?;
        place::write_whole(&self.thumbs, &to, &small.bytes)?;
        Ok(to)
    }

    /// Whether the thumbnail of an asset was made.
    pub fn has_thumb(&self, asset_id: &str) -> bool {
        self.thumb_base(asset_id).is_ok_and(|base| made(&base).is_some())
    }

    /// Path in the cache, without ending. Ids of one minute begin alike, so the folder comes from
    /// a hash.
    fn thumb_base(&self, asset_id: &str) -> Result<PathBuf> {
        let shard = &blake3::hash(asset_id.as_bytes()).to_hex()[..2];
        Ok(self.thumbs.join(shard).join(our_id(asset_id)?))
    }
}

/// The thumbnail that stands in the cache.
fn made(base: &Path) -> Option<PathBuf> {
    ["jpg", "png"].map(|ending| base.with_extension(ending)).into_iter().find(|made| made.is_file())
}

/// The picture to shrink.
fn still(source: &Path, form: Form) -> Result<Picture> {
    match form.media() {
        MediaKind::Image => picture::decode(source, form),
        _ if form == Form::Webm => Err(LibraryError::NoPoster { codec: "WebM".into() }),
        _ => clip::Clip::open(source, form)?.poster(),
    }
}

#[cfg(test)]
mod tests;
