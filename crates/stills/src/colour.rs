//! Colours of other spaces as sRGB, which is what a small picture is shown in.

use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Largest profile that is read, in bytes; those of printers come to three megabytes.
const MAX_PROFILE: usize = 8 << 20;

/// Converts from the space that an ICC profile describes. Colours stay as they are where the profile
/// is broken, or is one for ink or for grey: those do not fit what comes out of the decoder.
pub(crate) fn to_srgb(small: DynamicImage, profile: &[u8]) -> DynamicImage {
    converted(&small, profile).unwrap_or(small)
}

fn converted(small: &DynamicImage, profile: &[u8]) -> Option<DynamicImage> {
    if profile.len() > MAX_PROFILE {
        return None;
    }
    let from = ColorProfile::new_from_slice(profile).ok()?;
    if from.color_space != DataColorSpace::Rgb {
        return None;
    }
    let layout = if small.color().has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let srgb = ColorProfile::new_srgb();
    let change =
        from.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()).ok()?;
    let mut to = small.clone();
    match (small, &mut to) {
        (DynamicImage::ImageRgb8(from), DynamicImage::ImageRgb8(to)) => {
            change.transform(from, to).ok()?;
        }
        (DynamicImage::ImageRgba8(from), DynamicImage::ImageRgba8(to)) => {
            change.transform(from, to).ok()?;
        }
        _ => return None,
    }
    Some(to)
}
