//! Pixels, painted by rows on all cores, then given grain and dither on their way to eight bits.

use image::RgbImage;

use super::colour::Rgb;
use super::noise::{hash2, unit};

/// 8-bit RGB, rows from the top.
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// How a painting is finished.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    /// Strength of the grain, in 8-bit steps. It also dithers, so it is never quite none.
    pub(super) grain: f32,
    /// How much darker the corners are, 0 to 1.
    pub(super) vignette: f32,
    pub(super) salt: u32,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, pixels: vec![0; width * height * 3] }
    }

    /// Asks for the colour of each pixel's middle.
    pub(super) fn fill(&mut self, finish: Finish, colour: impl Fn(f32, f32) -> Rgb + Sync) {
        let (width, height) = (self.width, self.height);
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
        // Many short bands: one slow part of the picture does not keep a single thread busy.
        let bands: Vec<(usize, &mut [u8])> = self.pixels.chunks_mut(width * 3 * 16).enumerate().collect();
        let bands = std::sync::Mutex::new(bands.into_iter());
        let next = || bands.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
        let work = || {
            while let Some((band, pixels)) = next() {
                for (row, line) in pixels.chunks_mut(width * 3).enumerate() {
                    let y = band * 16 + row;
                    fill_row(line, y, (width, height), finish, &colour);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
    }

    /// Lays a colour over a pixel, with so many 255ths of its weight. Outside of the canvas nothing happens.
    pub(super) fn blend(&mut self, x: usize, y: usize, colour: [u8; 3], weight: u32) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            for (old, new) in self.pixels[at..at + 3].iter_mut().zip(colour) {
                *old = ((u32::from(*old) * (255 - weight) + u32::from(new) * weight + 127) / 255) as u8;
            }
        }
    }

    pub(super) fn into_image(self) -> Result<RgbImage, String> {
        RgbImage::from_raw(self.width as u32, self.height as u32, self.pixels).ok_or_else(|| "a canvas of a wrong size".to_owned())
    }
}

fn fill_row(line: &mut [u8], y: usize, (width, height): (usize, usize), finish: Finish, colour: &impl Fn(f32, f32) -> Rgb) {
    let dy = (y as f32 + 0.5) / height as f32 - 0.5;
    for (x, pixel) in line.chunks_exact_mut(3).enumerate() {
        let rgb = colour(x as f32 + 0.5, y as f32 + 0.5);
        let dx = (x as f32 + 0.5) / width as f32 - 0.5;
        let shade = 1.0 - finish.vignette * (dx * dx + dy * dy) * 1.6;
        // Two draws make a triangle: the dither leaves no steps and no pattern.
        let random = hash2(x as u32 ^ finish.salt, y as u32);
        let noise = unit(random) + unit(random.wrapping_mul(0x9e37_79b9)) - 1.0;
        for (out, c) in pixel.iter_mut().zip(rgb) {
            // Grain lies on the middle tones, as on film.
            let grain = 0.9 + finish.grain * (4.0 * c * (1.0 - c)).clamp(0.15, 1.0);
            *out = (c * shade * 255.0 + noise * grain + 0.5).clamp(0.0, 255.0) as u8;
        }
    }
}
