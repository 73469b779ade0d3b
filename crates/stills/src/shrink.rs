//! Making pictures small.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

/// Shrinks to at most `side` pixels on the longest side; never enlarges. Opaque pictures come back
/// as RGB, others as RGBA, 8 bits each.
pub(crate) fn shrink(picture: DynamicImage, side: u32) -> DynamicImage {
    let to = fit((picture.width(), picture.height()), side);
    shrink_to(picture, to)
}

/// The same to a size; of a side that is shorter already nothing is changed.
pub(crate) fn shrink_to(picture: DynamicImage, to: (u32, u32)) -> DynamicImage {
    let plain: DynamicImage = if picture.color().has_alpha() {
        picture.into_rgba8().into()
    } else {
        picture.into_rgb8().into()
    };
    let (width, height) = (to.0.min(plain.width()), to.1.min(plain.height()));
    if (width, height) == (plain.width(), plain.height()) {
        return plain;
    }
    let mut small = DynamicImage::new(width, height, plain.color());
    // Colours count by how much they are seen, or the unseen ones bleed into the edges: it sees to that.
    let how = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    match Resizer::new().resize(&plain, &mut small, &how) {
        Ok(()) => small,
        Err(_) => plain.resize_exact(width, height, image::imageops::FilterType::CatmullRom),
    }
}

/// Width and height that fit into a square of `side`.
pub(crate) fn fit((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scaled = |length: u32| {
        let exact = u64::from(length) * u64::from(side) + u64::from(longest) / 2;
        ((exact / u64::from(longest)) as u32).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    #[test]
    fn sides_keep_their_ratio_and_never_vanish() {
        let cases = [
            ((1_000, 500), (512, 256)),
            ((500, 1_000), (256, 512)),
            ((30, 3_000), (5, 512)),
            ((1, 30_000), (1, 512)),
            ((3_000, 1), (512, 1)),
            ((2_048, 2_048), (512, 512)),
            ((2_050, 1_538), (512, 384)),
            ((512, 512), (512, 512)),
            ((64, 48), (64, 48)),
        ];
        for ((width, height), expected) in cases {
            let small = shrink(RgbImage::new(width, height).into(), 512);
            assert_eq!((small.width(), small.height()), expected, "{width}x{height}");
            let small = shrink(RgbaImage::new(width, height).into(), 512);
            assert_eq!((small.width(), small.height()), expected, "{width}x{height} rgba");
        }
    }

    #[test]
    fn unseen_colours_do_not_bleed() {
        let stripes = |x: u32| {
            if x.is_multiple_of(2) { Rgba([200, 100, 50, 255]) } else { Rgba([0, 255, 0, 0]) }
        };
        for width in [1_024, 700] {
            let picture = RgbaImage::from_fn(width, 4, |x, _| stripes(x));
            let small = shrink(picture.into(), 512).into_rgba8();
            let (width, height) = small.dimensions();
            let pixel = small.get_pixel(width / 2, height / 2).0;
            let near =
                [200_u8, 100, 50].iter().zip(pixel).all(|(want, got)| want.abs_diff(got) <= 3);
            assert!(near, "{width}: {pixel:?}");
        }
    }

    #[test]
    fn a_flat_picture_stays_flat() {
        for size in [1_024, 1_300, 640] {
            let flat = RgbImage::from_pixel(size, size, Rgb([9, 130, 251]));
            let small = shrink(flat.into(), 512).into_rgb8();
            assert!(small.pixels().all(|pixel| pixel.0 == [9, 130, 251]), "{size}");
        }
    }
}
