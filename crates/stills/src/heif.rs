//! Pictures in boxes: AVIF (AV1) and HEIC (HEVC), ISO/IEC 23008-12. The boxes, HEVC and the colours are
//! read by `heic-rs`, AV1 by [`crate::av1`]; turns and mirrors are done when the pixels leave here.

use heic_rs::context::Context;
use heic_rs::ftyp::FileType;
use heic_rs::hevc::{self, Frame};
use heic_rs::meta::iref::RefKind;
use heic_rs::props::ItemProps;
use heic_rs::{
    Brand, Error, Image, MatrixCoefficients, Mirror, Nclx, PixelLayout, Range, Transform, color,
    grid, meta, transform,
};
use image::{DynamicImage, RgbImage, RgbaImage};

use crate::{MAX_PIXELS, MAX_SIDE, Unreadable, av1, colour, unreadable};

/// The colours of HEVC whose boxes name none, as libheif takes them and telephones write them.
const FULL: Nclx = Nclx {
    primaries: 1,
    transfer: 13,
    matrix: MatrixCoefficients::Bt601,
    matrix_code: 6,
    range: Range::Full,
};

/// What was decoded: its pixels as they are shown, and the profile of their colours.
pub(crate) struct Shown {
    pub(crate) pixels: DynamicImage,
    pub(crate) profile: Option<Vec<u8>>,
}

/// Decodes the main picture of a file.
pub(crate) fn decode(file: &[u8]) -> Result<Shown, Unreadable> {
    // The kind is told by the picture, not by what the file calls itself.
    let named = FileType {
        major: Brand::Mif1,
        effective: Brand::Mif1,
        minor_version: 0,
        compatible_count: 0,
    };
    let boxes = Context { file, ftyp: named, meta: meta::parse(file).map_err(told)? };
    let main = boxes.meta.primary;
    let about = boxes.props(main).map_err(told)?;
    let (width, height) = boxes.coded_size(main, &about).map_err(told)?;
    fits(width, height)?;
    let (image, colours) = shown(&boxes, &about)?;
    let profile = about
        .icc
        .map(<[u8]>::to_vec)
        .or_else(|| colour::of_codes(colours.primaries, colours.transfer));
    let Image { data, width, height, layout } = image;
    let pixels = if layout == PixelLayout::Rgba8 {
        RgbaImage::from_raw(width, height, data).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(width, height, data).map(DynamicImage::from)
    };
    Ok(Shown { pixels: pixels.ok_or_else(|| unreadable("pixels are missing"))?, profile })
}

fn fits(width: u32, height: u32) -> Result<(), Unreadable> {
    if width.max(height) > MAX_SIDE {
        return Err(unreadable("a side is longer than 32,768 pixels"));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(unreadable("there are more than 200 million pixels"));
    }
    Ok(())
}

fn told(error: Error) -> Unreadable {
    match error {
        Error::Unsupported(_) => Unreadable::Unsupported(error.to_string()),
        _ => unreadable(error),
    }
}

/// The main picture as it is shown, in the colours of the file, and which those are.
fn shown(boxes: &Context<'_>, about: &ItemProps<'_>) -> Result<(Image, Nclx), Unreadable> {
    let main = boxes.meta.primary;
    let (whole, own) = frame(boxes, main)?;
    let mut colours = about.nclx.unwrap_or(own);
    match colours.matrix {
        // What libavif and libheif take it for.
        MatrixCoefficients::Unspecified => colours.matrix = MatrixCoefficients::Bt601,
        MatrixCoefficients::Other(code) => {
            return Err(Unreadable::Unsupported(format!("its colours are coded by matrix {code}")));
        }
        _ => {}
    }
    let alpha_item = boxes.alpha_item(main).map_err(told)?;
    let alpha = alpha_item.map(|item| frame(boxes, item)).transpose()?.map(|(alpha, _)| alpha);
    if alpha.as_ref().is_some_and(|a| (a.width, a.height) != (whole.width, whole.height)) {
        return Err(Unreadable::Unsupported("its alpha is of another size".into()));
    }
    let layout = if alpha.is_some() { PixelLayout::Rgba8 } else { PixelLayout::Rgb8 };
    // One thread: a process that reads media may start none.
    let image = color::convert(&whole, alpha.as_ref(), colours, layout, MAX_PIXELS, Some(1));
    let mut image = image.map_err(told)?;
    if multiplied(boxes, alpha_item) {
        divide(&mut image);
    }
    Ok((turned(image, about)?, colours))
}

/// Crops, turns and mirrors as the file asks.
fn turned(image: Image, about: &ItemProps<'_>) -> Result<Image, Unreadable> {
    let mut asked = about.transforms.clone();
    for one in &mut asked {
        // Axis 0 exchanges top and bottom, axis 1 left and right (ISO/IEC 23008-12:2022, 6.5.12, and what
        // libavif and libheif do); `heic-rs` 0.1.4 has them the other way round.
        if let Transform::Mirror(mirror) = one {
            *mirror = match mirror {
                Mirror::LeftRight => Mirror::TopBottom,
                Mirror::TopBottom => Mirror::LeftRight,
            };
        }
    }
    transform::apply_all(image, &asked).map_err(told)
}

/// The samples of an item, put together from its tiles where it is made of them.
fn frame(boxes: &Context<'_>, item: u32) -> Result<(Frame, Nclx), Unreadable> {
    let Some((whole, tiles)) = boxes.grid(item).map_err(told)? else {
        return coded(boxes, item);
    };
    fits(whole.output_width, whole.output_height)?;
    let (mut frames, mut colours, mut pixels) = (Vec::new(), FULL, 0);
    for tile in tiles {
        let (frame, own) = coded(boxes, tile)?;
        // Tiles overhang the edges, but not by more than themselves.
        pixels += u64::from(frame.width) * u64::from(frame.height);
        if pixels > 2 * MAX_PIXELS {
            return Err(unreadable("its tiles are far more than the picture"));
        }
        colours = own;
        frames.push(frame);
    }
    Ok((grid::compose(&whole, &frames, MAX_PIXELS).map_err(told)?, colours))
}

/// The samples of an item that is coded, and the colours that are meant where the boxes name none.
fn coded(boxes: &Context<'_>, item: u32) -> Result<(Frame, Nclx), Unreadable> {
    let kind = boxes.meta.item(item).ok_or_else(|| told(Error::MissingItem(item)))?.item_type;
    let bytes = boxes.item_data(item).map_err(told)?;
    match &kind {
        b"av01" => av1::decode(bytes.into_owned()),
        b"hvc1" => {
            let about = boxes.props(item).map_err(told)?;
            let head = about.hvcc.ok_or_else(|| told(Error::MissingBox("hvcC")))?;
            let units = head.split_nals(&bytes).map_err(told)?;
            let sets = head.parameter_sets();
            // What the stream itself says of its size, which is what room is made for.
            let size = hevc::probe(&sets).map_err(told)?;
            fits(size.width, size.height)?;
            let frame = hevc::decode_still(&sets, &units);
            // All its bytes are there. The decoder does not know every tool of HEVC, and takes some that
            // it does not for damage (lossless 4:4:4 of x265, as of 0.1.4).
            let frame = frame.map_err(|error| Unreadable::Unsupported(error.to_string()))?;
            frame.validate().map_err(told)?;
            Ok((frame, FULL))
        }
        other => {
            let other = String::from_utf8_lossy(other);
            Err(Unreadable::Unsupported(format!("it is coded as {other}")))
        }
    }
}

/// Whether the colours are multiplied by their alpha already.
fn multiplied(boxes: &Context<'_>, alpha: Option<u32>) -> bool {
    let main = boxes.meta.primary;
    alpha.is_some_and(|alpha| {
        boxes.meta.refs.iter().any(|reference| {
            reference.kind == RefKind::Other(*b"prem")
                && reference.from == main
                && reference.to.contains(&alpha)
        })
    })
}

fn divide(image: &mut Image) {
    for pixel in image.data.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]).max(1);
        for part in &mut pixel[..3] {
            *part = ((u32::from(*part) * 255 + alpha / 2) / alpha).min(255) as u8;
        }
    }
}

#[cfg(test)]
mod tests;
