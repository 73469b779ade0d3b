//! Pixels, painted by rows on all cores, then given grain and dither on their way to eight bits.

use super::colour::{Rgb, mix};
use super::noise::hash;

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

/// What is painted.
pub(super) trait Subject: Sync {
    /// The surface that a pixel shows. The colours of one surface change slowly: between two of its points they are
    /// filled in. `None` for edges and details, whose colour is asked for pixel by pixel.
    fn surface(&self, x: usize, y: usize) -> Option<u16>;

    /// The colour at a point; a pixel's middle is at a half.
    fn colour(&self, x: f32, y: f32) -> Rgb;

    /// Adds what is finer than the filling: stars.
    fn sparkle(&self, _surface: u16, _x: f32, _y: f32, colour: Rgb) -> Rgb {
        colour
    }
}

/// A subject without surfaces: each pixel is asked for.
pub(super) struct Exact<F>(pub(super) F);

impl<F: Fn(f32, f32) -> Rgb + Sync> Subject for Exact<F> {
    fn surface(&self, _x: usize, _y: usize) -> Option<u16> {
        None
    }

    fn colour(&self, x: f32, y: f32) -> Rgb {
        self.0(x, y)
    }
}

/// Rows that are painted by one thread in one go.
const BAND: usize = 16;

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, pixels: vec![0; width * height * 3] }
    }

    /// Paints a subject. `mesh` is the distance between the points whose colours are worked out, across and down,
    /// as powers of two: 1 is every second pixel.
    pub(super) fn fill(&mut self, finish: Finish, mesh: (u32, u32), subject: &impl Subject) {
        let size = (self.width, self.height);
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
        // Many short bands: one slow part of the picture does not keep a single thread busy.
        let bands: Vec<(usize, &mut [u8])> =
            self.pixels.chunks_mut(size.0 * 3 * BAND).enumerate().collect();
        let bands = std::sync::Mutex::new(bands.into_iter());
        let next = || bands.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
        let work = || {
            while let Some((band, pixels)) = next() {
                fill_band(pixels, band * BAND, size, mesh, finish, subject);
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
                *old = ((u32::from(*old) * (255 - weight) + u32::from(new) * weight + 127) / 255)
                    as u8;
            }
        }
    }
}

/// A worked-out point: its surface and colour.
type Knot = (Option<u16>, Rgb);

/// Paints rows from `top` on.
fn fill_band(
    pixels: &mut [u8],
    top: usize,
    size: (usize, usize),
    mesh: (u32, u32),
    finish: Finish,
    subject: &impl Subject,
) {
    let (width, height) = size;
    let (wide, high) = (1 << mesh.0, 1 << mesh.1);
    let (part_x, part_y) = (1.0 / wide as f32, 1.0 / high as f32);
    let columns = width.div_ceil(wide) + 1;
    let knots = |y: usize| -> Vec<Knot> {
        let y = y.min(height - 1);
        let knot = |column: usize| {
            let x = (column * wide).min(width - 1);
            let surface = subject.surface(x, y);
            (surface, surface.map_or([0.0; 3], |_| subject.colour(x as f32 + 0.5, y as f32 + 0.5)))
        };
        (0..columns).map(knot).collect()
    };
    let mut above = knots(top);
    for (group, lines) in pixels.chunks_mut(width * 3 * high).enumerate() {
        let below = knots(top + (group + 1) * high);
        for (row, line) in lines.chunks_exact_mut(width * 3).enumerate() {
            let (y, down) = (top + group * high + row, row as f32 * part_y);
            let grain = Grain::new(y, size, finish);
            for (column, cell) in line.chunks_mut(3 * wide).enumerate() {
                let corners = [above[column], above[column + 1], below[column], below[column + 1]];
                let whole = corners[0].0.filter(|_| corners.iter().all(|c| c.0 == corners[0].0));
                let left = mix(corners[0].1, corners[2].1, down);
                let right = mix(corners[1].1, corners[3].1, down);
                for (i, pixel) in cell.chunks_exact_mut(3).enumerate() {
                    let x = column * wide + i;
                    let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                    let colour = match subject.surface(x, y) {
                        Some(shown) if whole == Some(shown) => {
                            let filled = mix(left, right, i as f32 * part_x);
                            subject.sparkle(shown, px, py, filled)
                        }
                        Some(shown) => subject.sparkle(shown, px, py, subject.colour(px, py)),
                        None => subject.colour(px, py),
                    };
                    grain.develop(x, colour, pixel);
                }
            }
        }
        above = below;
    }
}

/// Grain, dither and vignette of one row.
struct Grain {
    /// The row's part of the hash.
    row: u32,
    finish: Finish,
    dy2: f32,
    width: f32,
}

impl Grain {
    fn new(y: usize, (width, height): (usize, usize), finish: Finish) -> Self {
        let dy = (y as f32 + 0.5) / height as f32 - 0.5;
        Self { row: hash(y as u32 ^ finish.salt), finish, dy2: dy * dy, width: width as f32 }
    }

    #[inline]
    fn develop(&self, x: usize, rgb: Rgb, pixel: &mut [u8]) {
        let dx = (x as f32 + 0.5) / self.width - 0.5;
        let shade = 1.0 - self.finish.vignette * (dx * dx + self.dy2) * 1.6;
        // Two halves of one draw make a triangle: the dither leaves no steps and no pattern.
        let random = hash((x as u32).wrapping_mul(0x9e37_79b9) ^ self.row);
        let noise = ((random & 0xffff) + (random >> 16)) as f32 / 65_536.0 - 1.0;
        for (out, c) in pixel.iter_mut().zip(rgb) {
            // Grain lies on the middle tones, as on film.
            let grain = 0.9 + self.finish.grain * (4.0 * c * (1.0 - c)).max(0.15);
            // The cast stops at 0 and 255.
            *out = (c * shade * 255.0 + noise * grain + 0.5) as u8;
        }
    }
}
