//! Value noise: as a hash, along a line, and as a woven cloth that can be laid over any plane.

use std::sync::OnceLock;

/// A well-mixed 32-bit hash.
pub(super) fn hash(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

pub(super) fn hash2(x: u32, y: u32) -> u32 {
    hash(x.wrapping_add(hash(y)))
}

/// 0 up to 1.
pub(super) fn unit(hash: u32) -> f32 {
    (hash >> 8) as f32 / 16_777_216.0
}

/// Draws numbers in a row; each scene part takes its own, so that adding one part leaves the others as they were.
pub(super) struct Draw(u32);

impl Draw {
    pub(super) fn new(seed: u32, part: u32) -> Self {
        Self(hash2(seed, part.wrapping_mul(0x9e37_79b9)))
    }

    pub(super) fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        hash(self.0)
    }

    pub(super) fn unit(&mut self) -> f32 {
        unit(self.bits())
    }

    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    pub(super) fn chance(&mut self, of: f32) -> bool {
        self.unit() < of
    }
}

pub(super) fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Smooth noise along a line, -1 to 1, one wave per unit.
fn line(x: f32, salt: u32) -> f32 {
    let cell = x.floor();
    let t = x - cell;
    let t = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let at = |i: f32| unit(hash2(i as i32 as u32, salt)) * 2.0 - 1.0;
    at(cell) + (at(cell + 1.0) - at(cell)) * t
}

/// Several octaves of it, about -1 to 1. `rough` is the weight of each octave against the one before.
pub(super) fn waves(x: f32, octaves: u32, rough: f32, salt: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut f) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += weight * line(x * f + octave as f32 * 17.3, salt.wrapping_add(octave));
        total += weight;
        weight *= rough;
        f *= 2.03;
    }
    sum / total
}

/// The same with sharp crests, 0 to 1.
pub(super) fn crests(x: f32, octaves: u32, rough: f32, salt: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut f) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        let n = 1.0 - line(x * f + octave as f32 * 11.7, salt.wrapping_add(octave)).abs();
        sum += weight * n * n;
        total += weight;
        weight *= rough;
        f *= 2.11;
    }
    sum / total
}

/// A square of cloud-like noise that repeats without a seam; values 0 to 1 around 0.5.
pub(super) struct Cloth(Vec<f32>);

const SIDE: usize = 512;

/// The rough cloth, woven at first use: clouds, mist, ground.
pub(super) fn cloth() -> &'static Cloth {
    static CLOTH: OnceLock<Cloth> = OnceLock::new();
    CLOTH.get_or_init(|| Cloth::weave(6))
}

/// The smooth cloth: folds and swells.
pub(super) fn silk() -> &'static Cloth {
    static SILK: OnceLock<Cloth> = OnceLock::new();
    SILK.get_or_init(|| Cloth::weave(2))
}

impl Cloth {
    fn weave(octaves: u32) -> Self {
        let mut threads = vec![0.0_f32; SIDE * SIDE];
        let (mut weight, mut cells) = (1.0_f32, 4_usize);
        for octave in 0..octaves {
            let step = cells as f32 / SIDE as f32;
            let at = |x: usize, y: usize| {
                unit(hash2(
                    (x % cells) as u32 + octave * 7919,
                    (y % cells) as u32 + octave * 104_729,
                )) - 0.5
            };
            for y in 0..SIDE {
                let fy = y as f32 * step;
                let (cy, ty) = (fy as usize, ease(fy.fract()));
                for x in 0..SIDE {
                    let fx = x as f32 * step;
                    let (cx, tx) = (fx as usize, ease(fx.fract()));
                    let top = at(cx, cy) + (at(cx + 1, cy) - at(cx, cy)) * tx;
                    let low = at(cx, cy + 1) + (at(cx + 1, cy + 1) - at(cx, cy + 1)) * tx;
                    threads[y * SIDE + x] += weight * (top + (low - top) * ty);
                }
            }
            weight *= 0.52;
            cells *= 2;
        }
        let (low, high) =
            threads.iter().fold((f32::MAX, f32::MIN), |(l, h), t| (l.min(*t), h.max(*t)));
        for thread in &mut threads {
            *thread = (*thread - low) / (high - low);
        }
        Self(threads)
    }

    /// The cloth at a point; it repeats every unit.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        const MASK: usize = SIDE - 1;
        let (x, y) = (x * SIDE as f32, y * SIDE as f32);
        let (fx, fy) = (floor(x), floor(y));
        let (tx, ty) = (x - fx as f32, y - fy as f32);
        let (x0, y0) = (fx as usize & MASK, fy as usize & MASK);
        let (x1, y1) = ((x0 + 1) & MASK, (y0 + 1) & MASK);
        let (a, b) = (self.0[y0 * SIDE + x0], self.0[y0 * SIDE + x1]);
        let (c, d) = (self.0[y1 * SIDE + x0], self.0[y1 * SIDE + x1]);
        let (top, low) = (a + (b - a) * tx, c + (d - c) * tx);
        top + (low - top) * ty
    }
}

/// Rounds down without a call into the C library.
fn floor(x: f32) -> i32 {
    let whole = x as i32;
    whole - i32::from(x < whole as f32)
}

fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}
