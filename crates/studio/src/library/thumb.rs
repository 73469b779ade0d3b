//! Stills for the gallery: small pictures of pictures, posters of clips.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, RgbImage, RgbaImage};
use rushes_providers::schema::MediaKind;

use super::error::{LibraryError, Result};
use super::form::{self, Form};
use super::picture::{self, Picture};
use super::{Library, clip, our_id, place};

/// Longest side of a thumbnail, in pixels.
const SIDE: u32 = 512;
/// JPEG quality, 1 to 100.
const QUALITY: u8 = 82;

impl Library {
    /// The thumbnail of a file, made when it is first asked for: 512 pixels on the longest side,
    /// JPEG, or PNG where the picture is see-through. `asset_id` names it in the cache.
    /// [`LibraryError::NoPoster`] for a clip whose codec is not known here.
    pub fn thumb(&self, relative: &str, asset_id: &str) -> Result<PathBuf> {
        let base = self.thumb_base(asset_id)?;
        for ending in ["jpg", "png"] {
            let made = base.with_extension(ending);
            if made.is_file() {
                return Ok(made);
            }
        }
        let source = self.path(relative)?;
        let form = form::sniff_file(&source)?;
        let still = form::guarded(form, || still(&source, form))?;
        let (bytes, ending) = encode(still, form)?;
        let to = base.with_extension(ending);
        let folder = to.parent().unwrap_or(&self.thumbs);
        place::make_dirs(folder)
            .map_err(|error| LibraryError::io("save a thumbnail", &to, error))?;
        place::write_whole(&self.thumbs, &to, &bytes)?;
        Ok(to)
    }

    /// Path in the cache, without ending. Ids of one minute begin alike, so the folder comes from
    /// a hash.
    fn thumb_base(&self, asset_id: &str) -> Result<PathBuf> {
        let shard = &blake3::hash(asset_id.as_bytes()).to_hex()[..2];
        Ok(self.thumbs.join(shard).join(our_id(asset_id)?))
    }
}

/// The picture to shrink.
fn still(source: &Path, form: Form) -> Result<Picture> {
    match form.media() {
        MediaKind::Image => picture::decode(source, form),
        _ if form == Form::Webm => Err(LibraryError::NoPoster { codec: "WebM".into() }),
        _ => Ok(Picture {
            pixels: clip::Clip::open(source, form)?.poster()?.into(),
            // The poster is turned already.
            orientation: Orientation::NoTransforms,
            profile: None,
        }),
    }
}

/// Shrinks, turns and encodes; answers the bytes and the ending.
fn encode(still: Picture, form: Form) -> Result<(Vec<u8>, &'static str)> {
    let failed = |detail: String| LibraryError::Damaged { what: form.words(), detail };
    let pixels = if still.pixels.color().has_alpha() {
        DynamicImage::from(still.pixels.into_rgba8())
    } else {
        DynamicImage::from(still.pixels.into_rgb8())
    };
    let mut small = shrink(pixels).map_err(failed)?;
    small.apply_orientation(still.orientation);
    let see_through =
        small.as_rgba8().is_some_and(|rgba| rgba.pixels().any(|pixel| pixel.0[3] < 255));

    let mut bytes = Cursor::new(Vec::new());
    let written = if see_through {
        let mut encoder = PngEncoder::new(&mut bytes);
        keep_profile(&mut encoder, still.profile);
        small.write_with_encoder(encoder)
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        keep_profile(&mut encoder, still.profile);
        small.into_rgb8().write_with_encoder(encoder)
    };
    written.map_err(|error| failed(error.to_string()))?;
    Ok((bytes.into_inner(), if see_through { "png" } else { "jpg" }))
}

fn keep_profile(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    // An encoder that takes none shows the colours a little off, which is better than no thumbnail.
    let _ = profile.map(|profile| encoder.set_icc_profile(profile));
}

/// At most [`SIDE`] pixels on the longest side; never larger than it was.
fn shrink(pixels: DynamicImage) -> Result<DynamicImage, String> {
    let (width, height) = (pixels.width(), pixels.height());
    let longest = width.max(height);
    if longest <= SIDE {
        return Ok(pixels);
    }
    let scaled = |side: u32| {
        let side =
            (u64::from(side) * u64::from(SIDE) + u64::from(longest) / 2) / u64::from(longest);
        (side as u32).max(1)
    };
    let (to_width, to_height) = (scaled(width), scaled(height));
    let alpha = pixels.color().has_alpha();
    let pixel_type = if alpha { PixelType::U8x4 } else { PixelType::U8x3 };
    let mut small = Image::new(to_width, to_height, pixel_type);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&pixels, &mut small, &options).map_err(|error| error.to_string())?;
    let raw = small.into_vec();
    let small = if alpha {
        RgbaImage::from_raw(to_width, to_height, raw).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(to_width, to_height, raw).map(DynamicImage::from)
    };
    small.ok_or_else(|| "a thumbnail of the wrong size".into())
}

#[cfg(test)]
mod tests;
