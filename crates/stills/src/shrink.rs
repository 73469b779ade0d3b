//! Making pictures small: whole blocks of pixels are averaged first, and what is left to a ratio
//! below two is resampled with a better filter. The second step is compiled with `image`, the
//! first is a few lines, so that no build waits for a library of kernels.

use image::imageops::FilterType;
use image::{DynamicImage, RgbImage, RgbaImage};

/// Shrinks to at most `side` pixels on the longest side; never enlarges. Opaque pictures come back
/// as RGB, others as RGBA, 8 bits each.
pub(crate) fn shrink(picture: DynamicImage, side: u32) -> DynamicImage {
    let to = fit((picture.width(), picture.height()), side);
    shrink_to(picture, to)
}

/// The same to a size; of a side that is shorter already nothing is changed.
pub(crate) fn shrink_to(picture: DynamicImage, to: (u32, u32)) -> DynamicImage {
    let size = (picture.width(), picture.height());
    let (width, height) = (to.0.min(size.0), to.1.min(size.1));
    let factor = (size.0.max(size.1) / width.max(height).max(1)).max(1);
    let blocks = ((size.0 / factor).max(width), (size.1 / factor).max(height));
    if picture.color().has_alpha() {
        let mut rgba = picture.into_rgba8();
        if blocks != size {
            rgba = averaged::<4, _>(&rgba, size, blocks, RgbaImage::from_raw).unwrap_or(rgba);
        }
        if blocks == (width, height) {
            return rgba.into();
        }
        // Colours count by how much they are seen, or the unseen ones bleed into the edges.
        for pixel in rgba.pixels_mut() {
            let alpha = u32::from(pixel.0[3]);
            pixel.0[..3].iter_mut().for_each(|c| *c = ((u32::from(*c) * alpha + 127) / 255) as u8);
        }
        let small = DynamicImage::from(rgba).resize_exact(width, height, FilterType::CatmullRom);
        let mut small = small.into_rgba8();
        for pixel in small.pixels_mut() {
            let alpha = u32::from(pixel.0[3]).max(1);
            let full = |c: u8| (u32::from(c) * 255 / alpha).min(255) as u8;
            pixel.0[..3].iter_mut().for_each(|c| *c = full(*c));
        }
        small.into()
    } else {
        let mut rgb = picture.into_rgb8();
        if blocks != size {
            rgb = averaged::<3, _>(&rgb, size, blocks, RgbImage::from_raw).unwrap_or(rgb);
        }
        if blocks == (width, height) {
            return rgb.into();
        }
        DynamicImage::from(rgb).resize_exact(width, height, FilterType::CatmullRom)
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

/// Averages blocks of pixels of `C` bytes; of four bytes the last is alpha and weighs the rest.
fn averaged<const C: usize, P>(
    from: &[u8],
    (width, height): (u32, u32),
    to: (u32, u32),
    build: impl Fn(u32, u32, Vec<u8>) -> Option<P>,
) -> Option<P> {
    let columns = bounds(width, to.0);
    let line = width as usize * C;
    let mut out = Vec::with_capacity(to.0 as usize * to.1 as usize * C);
    // First down, then across: the first loop does most of the work and is plain enough for the
    // compiler to do many columns at once.
    let mut down = vec![0_u32; line];
    for rows in bounds(height, to.1).windows(2) {
        down.fill(0);
        for row in from[rows[0] * line..rows[1] * line].chunks_exact(line) {
            add_row::<C>(&mut down, row);
        }
        for edges in columns.windows(2) {
            let mut sum = [0_u32; C];
            for column in down[edges[0] * C..edges[1] * C].as_chunks::<C>().0 {
                for channel in 0..C {
                    sum[channel] += column[channel];
                }
            }
            let count = ((rows[1] - rows[0]) * (edges[1] - edges[0])) as u32;
            let weight = if C == 4 { sum[C - 1].max(1) } else { count };
            out.extend(sum[..C.min(3)].iter().map(|sum| ((sum + weight / 2) / weight) as u8));
            if C == 4 {
                out.push(((sum[C - 1] + count / 2) / count) as u8);
            }
        }
    }
    build(to.0, to.1, out)
}

/// Adds a row of pixels of `C` bytes to the sums of their columns.
fn add_row<const C: usize>(sums: &mut [u32], row: &[u8]) {
    if C == 4 {
        for (sum, pixel) in sums.as_chunks_mut::<4>().0.iter_mut().zip(row.as_chunks::<4>().0) {
            let alpha = u32::from(pixel[3]);
            let weighed = [pixel[0], pixel[1], pixel[2]].map(|c| u32::from(c) * alpha);
            for (sum, add) in sum.iter_mut().zip([weighed[0], weighed[1], weighed[2], alpha]) {
                *sum += add;
            }
        }
    } else {
        for (sum, byte) in sums.iter_mut().zip(row) {
            *sum += u32::from(*byte);
        }
    }
}

/// Where each of `parts` begins in `length`, and the end.
fn bounds(length: u32, parts: u32) -> Vec<usize> {
    (0..=u64::from(parts))
        .map(|part| (part * u64::from(length) / u64::from(parts)) as usize)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, Rgba};

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
    fn blocks_become_their_average() {
        // Each block of 4 x 2 holds 0..=70 in steps of ten, plus its own shade.
        let picture = RgbImage::from_fn(8, 2, |x, y| {
            let step = ((y * 4 + x % 4) * 10) as u8;
            Rgb([step, 100 + step, if x < 4 { 0 } else { 200 }])
        });
        let small = averaged::<3, _>(&picture, (8, 2), (2, 1), RgbImage::from_raw);
        assert_eq!(small, RgbImage::from_raw(2, 1, vec![35, 135, 0, 35, 135, 200]));
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
