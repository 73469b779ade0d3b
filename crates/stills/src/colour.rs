//! Colours of other spaces as sRGB, which is what a small picture is shown in.

use image::DynamicImage;
use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    TransferCharacteristics, TransformOptions,
};

/// Largest profile that is read, in bytes; those of printers come to three megabytes.
const MAX_PROFILE: usize = 8 << 20;

/// The primaries of sRGB and those that a file names which says nothing (ISO/IEC 23091-2, table 2).
const PLAIN: [u16; 2] = [1, 2];
/// The curves of pictures brighter than white (ISO/IEC 23091-2, table 3). Without a tone mapping they
/// come out nearer to what is meant when they are left alone.
const BRIGHT: [u16; 2] = [16, 18];

/// The profile of a space that a file names by codes in place of a profile. None where it is sRGB, or
/// near enough, or unknown.
pub(crate) fn of_codes(primaries: u16, transfer: u16) -> Option<Vec<u8>> {
    if PLAIN.contains(&primaries) || BRIGHT.contains(&transfer) {
        return None;
    }
    let color_primaries = CicpColorPrimaries::try_from(u8::try_from(primaries).ok()?).ok()?;
    // A curve that is not named, or that of video, is shown by that of sRGB.
    let transfer = if matches!(transfer, 4 | 5 | 8) { transfer as u8 } else { 13 };
    let named = CicpProfile {
        color_primaries,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    };
    let profile = ColorProfile::new_from_cicp(named);
    // Without a curve where it did not know one of the codes.
    profile.red_trc.is_some().then(|| profile.encode().ok())?
}

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
