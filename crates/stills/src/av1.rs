//! One picture of AV1, as it lies in an AVIF file.

use heic_rs::hevc::{ChromaFormat, Frame};
use heic_rs::{MatrixCoefficients, Nclx, Range};
use re_rav1d::pixel::YUVRange;
use re_rav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings};

use crate::{MAX_PIXELS, Unreadable, unreadable};

/// How often the decoder is asked before it must have a picture. It uses one thread and holds none
/// back, so it has one as soon as it has read the bytes.
const ASKED: u32 = 16;

/// Decodes the picture; answers the colours that its own head names, too.
pub(crate) fn decode(coded: Vec<u8>) -> Result<(Frame, Nclx), Unreadable> {
    let mut settings = Settings::new();
    // A process that reads media may start no threads.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(MAX_PIXELS as u32);
    let mut decoder = Decoder::with_settings(&settings).map_err(told)?;
    let mut sent = decoder.send_data(coded, None, None, None);
    for _ in 0..ASKED {
        match sent {
            Ok(()) | Err(Error::Again) => {}
            Err(error) => return Err(told(error)),
        }
        match decoder.get_picture() {
            Ok(picture) => return Ok((frame(&picture)?, colours(&picture))),
            Err(Error::Again) => sent = decoder.send_pending_data(),
            Err(error) => return Err(told(error)),
        }
    }
    Err(unreadable("the file ends before the picture"))
}

fn told(error: Error) -> Unreadable {
    match error {
        Error::UnsupportedBitstream => Unreadable::Unsupported(error.to_string()),
        _ => unreadable(error),
    }
}

fn frame(picture: &Picture) -> Result<Frame, Unreadable> {
    let (width, height) = (picture.width(), picture.height());
    let chroma = match picture.pixel_layout() {
        PixelLayout::I400 => ChromaFormat::Monochrome,
        PixelLayout::I420 => ChromaFormat::Yuv420,
        PixelLayout::I422 => ChromaFormat::Yuv422,
        PixelLayout::I444 => ChromaFormat::Yuv444,
    };
    let (c_width, c_height) = chroma.chroma_size(width, height);
    let plane = |part, width: u32, height: u32| {
        if height == 0 { Ok(Vec::new()) } else { samples(picture, part, width, height) }
    };
    let frame = Frame {
        width,
        height,
        bit_depth: picture.bit_depth() as u8,
        chroma,
        y: plane(PlanarImageComponent::Y, width, height)?,
        cb: plane(PlanarImageComponent::U, c_width, c_height)?,
        cr: plane(PlanarImageComponent::V, c_width, c_height)?,
        y_stride: width,
        c_stride: c_width,
    };
    frame.validate().map_err(unreadable)?;
    Ok(frame)
}

/// The samples of one plane, row after row without gaps.
fn samples(
    picture: &Picture,
    part: PlanarImageComponent,
    width: u32,
    height: u32,
) -> Result<Vec<u16>, Unreadable> {
    let plane = picture.plane(part);
    let stride = picture.stride(part) as usize;
    let (width, height) = (width as usize, height as usize);
    let bytes = if picture.bit_depth() > 8 { 2 * width } else { width };
    let mut samples = Vec::with_capacity(width * height);
    for row in plane.chunks(stride.max(1)).take(height) {
        let row = row.get(..bytes).ok_or_else(|| unreadable("a row is too short"))?;
        if bytes == width {
            samples.extend(row.iter().map(|byte| u16::from(*byte)));
        } else {
            samples.extend(row.as_chunks::<2>().0.iter().map(|two| u16::from_ne_bytes(*two)));
        }
    }
    Ok(samples)
}

fn colours(picture: &Picture) -> Nclx {
    let matrix_code = picture.matrix_coefficients() as u16;
    Nclx {
        primaries: picture.color_primaries() as u16,
        transfer: picture.transfer_characteristic() as u16,
        matrix: MatrixCoefficients::from_code(matrix_code),
        matrix_code,
        range: match picture.color_range() {
            YUVRange::Limited => Range::Limited,
            YUVRange::Full => Range::Full,
        },
    }
}
