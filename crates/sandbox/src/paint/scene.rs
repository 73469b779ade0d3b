//! A landscape, composed: sky behind, bands of land from far to near, water where there is some.

use super::canvas::Subject;
use super::colour::{Rgb, blend, mix, scale, screen};
use super::mood::{Mood, Place};
use super::noise::{Draw, cloth, silk, smooth};
use super::ridge::{Cover, Light, Ridge, Site};
use super::sky::Sky;

/// The longest clip, in seconds: bands are drawn as wide as its camera needs them.
const LONGEST: f32 = 10.0;

pub(super) struct Scene {
    width: f32,
    height: f32,
    scale: f32,
    mood: Mood,
    sky: Sky,
    /// Nearest first.
    ridges: Vec<Ridge>,
    water: Option<Water>,
    silk: Option<Silk>,
    /// Pixels that the nearest band moves in a second.
    pace: f32,
}

struct Water {
    /// The waterline, pixels from the top.
    top: f32,
    /// How rough it is, 0 to 1.
    rough: f32,
    deep: Rgb,
    boat: Option<(f32, f32, f32)>,
}

/// Sheets of cloth that lie over each other, for scenes that show nothing.
struct Silk {
    ramp: super::colour::Ramp,
    offset: f32,
    /// The direction the sheets run in, as cosine and sine.
    turn: (f32, f32),
    sheets: u16,
}

/// A scene at one time, with what all of its pixels share worked out.
pub(super) struct Moment<'a> {
    scene: &'a Scene,
    light: Light,
    bands: Vec<Band>,
    /// The sheets' edges, for scenes of silk.
    sheets: Vec<Sheet>,
}

/// A band as it stands at the time: how far it has moved, and its outline (height, softness) in each column.
struct Band {
    shift: f32,
    outline: Vec<(f32, f32)>,
}

/// A sheet's edge in steps along it.
struct Sheet {
    row: f32,
    edge: Vec<f32>,
}

/// How far along a sheet's edge is worked out, each way from the middle, and in how many steps.
const REACH: f32 = 1.3;
const STEPS: usize = 1024;

impl Scene {
    pub(super) fn compose(mood: Mood, width: u32, height: u32) -> Self {
        let (w, h) = (width as f32, height as f32);
        let s = (w * h).sqrt();
        let mut draw = Draw::new(mood.salt, 2);
        let pace = s * 0.022 * if draw.chance(0.5) { 1.0 } else { -1.0 };
        let horizon = h * match mood.place {
            Place::Sea => draw.between(0.50, 0.60),
            Place::Lake => draw.between(0.52, 0.60),
            Place::Night => draw.between(0.80, 0.88),
            Place::City => draw.between(0.70, 0.80),
            Place::Forest => draw.between(0.46, 0.58),
            _ => draw.between(0.52, 0.64),
        };
        let sky = Sky::new(&mood, (w, h), horizon, &mut Draw::new(mood.salt, 3));
        let mut ridges = Vec::new();
        for (level, depth) in bands(&mood, h, s, horizon, &mut draw) {
            let cover = Cover::of(mood.place, depth, &mut draw);
            let margin = pace.abs() * LONGEST + s * 0.1;
            ridges.push(Ridge::new(
                &mood,
                &Site { width: w, margin, scale: s, level, depth, cover },
                &mut draw,
            ));
        }
        ridges.reverse();
        let water = matches!(mood.place, Place::Sea | Place::Lake).then(|| Water {
            top: horizon,
            rough: if mood.place == Place::Sea {
                draw.between(0.6, 1.0)
            } else {
                draw.between(0.12, 0.3)
            },
            deep: blend(mood.palette.near, mood.palette.middle, 0.30),
            boat: mood.boat.then(|| (w * draw.between(0.3, 0.7), horizon + s * 0.028, s * 0.075)),
        });
        let p = &mood.palette;
        let silk = (mood.place == Place::Abstract).then(|| Silk {
            ramp: super::colour::Ramp::new(&[
                (0.0, p.near),
                (0.28, blend(p.near, p.top, 0.7)),
                (0.52, p.middle),
                (0.78, p.horizon),
                (1.0, p.sun),
            ]),
            offset: draw.between(0.0, 1.0),
            turn: {
                let (sin, cos) = (draw.between(0.25, 0.75)
                    * if draw.chance(0.5) { 1.0 } else { -1.0 })
                .sin_cos();
                (cos, sin)
            },
            sheets: 6 + (draw.bits() % 3) as u16,
        });
        Self { width: w, height: h, scale: s, sky, ridges, water, silk, pace, mood }
    }

    /// The scene so many seconds after its start.
    pub(super) fn at(&self, time: f32) -> Moment<'_> {
        let p = &self.mood.palette;
        let light = Light {
            scale: self.scale,
            sun: self.sky.sun_at(time),
            sun_colour: p.sun,
            strength: if self.sky.is_sun_shown { 0.8 } else { 0.25 },
            mist: self.mood.mist * if self.mood.place == Place::City { 0.62 } else { 1.0 },
            mist_colour: p.horizon,
            windows: p.accent,
            snow_colour: blend([0.97, 0.98, 1.0], p.horizon, 0.25),
            time,
        };
        let band = |ridge: &Ridge| {
            let shift = self.pace * time * (0.06 + 0.94 * ridge.depth * ridge.depth);
            Band {
                shift,
                outline: (0..self.width as usize)
                    .map(|x| ridge.outline(x as f32 + 0.5 + shift))
                    .collect(),
            }
        };
        let bands = self.ridges.iter().map(band).collect();
        let sheets = self.silk.as_ref().map(|silk| silk.sheets_at(time)).unwrap_or_default();
        Moment { scene: self, light, bands, sheets }
    }
}

impl Silk {
    /// The sheets, the one in front first. The last one lies behind them all and has no edge.
    fn sheets_at(&self, time: f32) -> Vec<Sheet> {
        let sheet = |number: u16| {
            let t = f32::from(number) / f32::from(self.sheets - 1);
            let row = self.offset + t * 0.61;
            let edge = |step: usize| {
                let along = (step as f32 / STEPS as f32 * 2.0 - 1.0) * REACH;
                let sway = silk()
                    .at(along * 0.13 + row + time * 0.0035 * (1.4 - t), row * 1.7 + time * 0.0022)
                    - 0.5;
                let swing =
                    (along * (2.3 + 1.2 * t) + self.offset * 9.0 + t * 4.0 + time * 0.05).sin();
                0.52 - 1.12 * t + 0.62 * sway + 0.055 * swing
            };
            Sheet { row, edge: (0..=STEPS).map(edge).collect() }
        };
        (0..self.sheets).map(sheet).collect()
    }
}

impl Sheet {
    fn edge_at(&self, along: f32) -> f32 {
        let step = ((along / REACH + 1.0) * 0.5 * STEPS as f32).clamp(0.0, STEPS as f32 - 0.01);
        let (i, t) = (step as usize, step.fract());
        self.edge[i] + (self.edge[i + 1] - self.edge[i]) * t
    }
}

/// Heights (pixels from the top) and depths of the bands, far to near.
fn bands(mood: &Mood, h: f32, s: f32, horizon: f32, draw: &mut Draw) -> Vec<(f32, f32)> {
    let spread = |count: usize, first: f32, last: f32, near: f32| -> Vec<(f32, f32)> {
        (0..count)
            .map(|i| {
                let t = i as f32 / (count - 1).max(1) as f32;
                (first + (last - first) * t.powf(1.25), near * t)
            })
            .collect()
    };
    match mood.place {
        Place::Hills => spread(5 + (draw.bits() % 2) as usize, horizon, h * 0.96, 1.0),
        Place::Mountains => spread(5, horizon - s * 0.02, h * 0.97, 1.0),
        Place::Forest => spread(5, horizon, h * 0.99, 1.0),
        Place::Desert => spread(5, horizon, h * 0.93, 1.0),
        Place::City => spread(4, horizon, h * 1.06, 1.0),
        Place::Night => spread(3, horizon, h * 1.02, 1.0),
        Place::Sea => match draw.bits() % 3 {
            0 => vec![(horizon - s * 0.004, 0.15), (horizon + s * 0.012, 0.5)],
            1 => vec![(horizon + s * 0.005, 0.3)],
            _ => Vec::new(),
        },
        Place::Lake => vec![
            (horizon - s * 0.03, 0.05),
            (horizon - s * 0.01, 0.35),
            (horizon - s * 0.004, 0.62),
        ],
        Place::Abstract => Vec::new(),
    }
}

/// Surfaces: the bands by their number, then these.
const SKY: u16 = 100;
const DISC: u16 = 101;
const WATER: u16 = 102;

impl Subject for Moment<'_> {
    fn surface(&self, x: usize, y: usize) -> Option<u16> {
        let middle = (x as f32 + 0.5, y as f32 + 0.5);
        if let Some(silk) = &self.scene.silk {
            return self.sheet(silk, middle.0, middle.1);
        }
        if let Some(water) = &self.scene.water {
            if water.boat.is_some_and(|boat| self.is_near_boat(boat, middle.0, middle.1)) {
                return None;
            }
            if middle.1 > water.top {
                return Some(WATER);
            }
        }
        for (number, (band, ridge)) in self.bands.iter().zip(&self.scene.ridges).enumerate() {
            // An outline is never softer than seven pixels.
            if middle.1 < ridge.highest - 4.0 {
                continue;
            }
            let (outline, soft) = band.outline[x];
            let below = middle.1 - outline;
            if below >= 0.5 * soft {
                return if ridge.is_detailed() { None } else { Some(number as u16) };
            }
            if below > -0.5 * soft {
                return None;
            }
        }
        self.scene
            .sky
            .is_disc(middle.0, middle.1, self.light.sun)
            .map(|is_disc| if is_disc { DISC } else { SKY })
    }

    fn colour(&self, x: f32, y: f32) -> Rgb {
        if let Some(silk) = &self.scene.silk {
            return self.folds(silk, x, y);
        }
        let Some(water) = &self.scene.water else { return self.dry(x, y, true) };
        let colour = if y > water.top { self.wet(water, x, y) } else { self.dry(x, y, true) };
        match water.boat {
            Some(boat) => self.sail(boat, colour, x, y),
            None => colour,
        }
    }

    fn sparkle(&self, surface: u16, x: f32, y: f32, colour: Rgb) -> Rgb {
        if surface == SKY { self.scene.sky.stars(colour, x, y, self.light.time) } else { colour }
    }
}

impl Moment<'_> {
    /// The light of the sky alone, without a disc.
    pub(super) fn sky_light(&self, x: f32, y: f32) -> Rgb {
        self.scene.sky.colour(x, y, self.light.sun, self.light.time, false)
    }

    /// Land and sky; a mirror image has no disc, the water makes its own of the light.
    fn dry(&self, x: f32, y: f32, with_disc: bool) -> Rgb {
        let mut colour = [0.0; 3];
        let mut left = 1.0;
        for (ridge, band) in self.scene.ridges.iter().zip(&self.bands) {
            if y < ridge.highest {
                continue;
            }
            let along = x + band.shift;
            let (outline, soft) = ridge.outline(along);
            let covered = ((y - outline) / soft + 0.5).clamp(0.0, 1.0);
            if covered <= 0.0 {
                continue;
            }
            let face = ridge.shade(along, x, y, &self.light);
            let weight = covered * left;
            colour = [0, 1, 2].map(|i| colour[i] + face[i] * weight);
            left -= weight;
            if left < 0.004 {
                return colour;
            }
        }
        let sky = self.scene.sky.colour(x, y, self.light.sun, self.light.time, with_disc);
        [0, 1, 2].map(|i| colour[i] + sky[i] * left)
    }

    fn wet(&self, water: &Water, x: f32, y: f32) -> Rgb {
        let (s, time) = (self.scene.scale, self.light.time);
        let down = (y - water.top) / s;
        // Rows of waves grow towards the viewer.
        let (u, v) =
            ((x - self.scene.width * 0.5) / s * 0.35 / (down + 0.08), -(down + 0.012).ln() * 1.1);
        let sway = silk().at(u * 0.11 + 0.5, v * 0.3) - 0.5;
        let swell = cloth().at(u * 0.30 + time * 0.006, v * 0.95 + time * 0.030 + sway * 0.3) - 0.5;
        let chop = cloth().at(u * 1.7 - time * 0.016 + 0.37, v * 3.3 + time * 0.070 + sway) - 0.5;
        let clear = smooth(0.0, 0.05, down);
        let wave = (swell * 0.8 + chop * 0.9) * water.rough * clear;
        let bend = wave * (0.03 + 0.16 * smooth(0.0, 0.3, down));
        let mirror_y =
            (water.top - (y - water.top) * 0.92 - bend * s * 0.9 - 1.0).clamp(1.0, water.top - 1.0);
        let mirrored = self.dry(x + bend * s * 0.3, mirror_y, false);
        let depth = (0.16 + 0.60 * smooth(0.0, 0.5, down)) * (0.55 + 0.45 * water.rough);
        let mut colour =
            mix(scale(mirrored, 0.93), water.deep, (depth - wave * 1.15).clamp(0.0, 0.92));
        let edge = 1.0 / (1.0 + (down / 0.004).powi(2));
        colour = mix(colour, self.light.mist_colour, 0.30 * edge * (0.4 + self.light.mist));
        if self.scene.sky.is_sun_shown {
            let off = ((x - self.light.sun.0) / s + sway * 0.03).abs() / (0.026 + 0.20 * down);
            let path = 1.0 / (1.0 + off * off * off * off);
            let ripple = 0.5 + (0.55 * swell + 1.1 * chop) * (0.5 + 0.5 * water.rough);
            let sparkle = smooth(0.50, 0.72, ripple) * (0.45 + 0.55 * water.rough);
            colour = screen(
                colour,
                self.light.sun_colour,
                path * (0.12 + 0.75 * sparkle * smooth(0.0, 0.02, down)),
            );
        }
        colour
    }

    fn boat_at(&self, x0: f32) -> f32 {
        x0 + self.scene.pace * 0.25 * self.light.time
    }

    fn is_near_boat(&self, (x0, y0, size): (f32, f32, f32), x: f32, y: f32) -> bool {
        (x - self.boat_at(x0)).abs() < 0.75 * size && (y - y0).abs() < 1.2 * size
    }

    /// A small sailing boat with its reflection; its place and size are (x, waterline y, height).
    fn sail(&self, (x0, y0, size): (f32, f32, f32), under: Rgb, x: f32, y: f32) -> Rgb {
        let time = self.light.time;
        let x0 = self.boat_at(x0);
        let (dx, mut dy) = ((x - x0) / size, (y - y0) / size);
        let is_mirrored = dy > 0.0;
        let ripple = if is_mirrored {
            (silk().at(x / size * 0.1, y / size * 1.4 + time * 0.2) - 0.5) * 0.10
        } else {
            0.0
        };
        if is_mirrored {
            dy = -dy * 1.1;
        }
        if dx.abs() > 0.6 || dy < -1.1 {
            return under;
        }
        let dx = dx + ripple + 0.05 * dy * (time * 0.9).sin();
        let px = 1.0 / size;
        let inside = |d: f32| (d / px + 0.5).clamp(0.0, 1.0);
        let hull =
            inside(0.10 + dy).min(inside(-dy + 0.001)).min(inside(0.36 + dy * 0.9 - dx.abs()));
        let main =
            inside((dy + 1.0) * 0.36 - (dx - 0.02)).min(inside(dx - 0.02)).min(inside(-dy - 0.16));
        let jib =
            inside((dy + 0.9) * 0.26 + (dx + 0.02)).min(inside(-0.02 - dx)).min(inside(-dy - 0.16));
        let weight = hull.max(main).max(jib) * if is_mirrored { 0.45 } else { 1.0 };
        let p = &self.scene.mood.palette;
        let colour = if hull >= main.max(jib) { p.near } else { blend(p.near, p.horizon, 0.16) };
        mix(under, colour, weight)
    }

    /// A point in the sheets' own directions: along them and across.
    fn turned(&self, fabric: &Silk, x: f32, y: f32) -> (f32, f32) {
        let s = self.scene.scale;
        let (cx, cy) = ((x - self.scene.width * 0.5) / s, (y - self.scene.height * 0.5) / s);
        (cx * fabric.turn.0 - cy * fabric.turn.1, cx * fabric.turn.1 + cy * fabric.turn.0)
    }

    /// The number of the sheet that a pixel shows, none at its edge.
    fn sheet(&self, fabric: &Silk, x: f32, y: f32) -> Option<u16> {
        let (along, across) = self.turned(fabric, x, y);
        let edge = 1.5 / self.scene.scale;
        for (number, sheet) in self.sheets.iter().enumerate() {
            let inside = across - sheet.edge_at(along);
            if inside > edge || number + 1 == self.sheets.len() {
                return Some(number as u16);
            }
            if inside > -edge {
                return None;
            }
        }
        None
    }

    /// Sheets with soft edges, each in the shadow of the one before it, in slow wind.
    fn folds(&self, fabric: &Silk, x: f32, y: f32) -> Rgb {
        let (along, across) = self.turned(fabric, x, y);
        let mut shadow = 0.0_f32;
        let (mut colour, mut left) = ([0.0; 3], 1.0);
        for (number, sheet) in self.sheets.iter().enumerate() {
            // 0 the sheet in front, at the bottom; 1 the one behind them all, which has no edge.
            let t = number as f32 / (self.sheets.len() - 1) as f32;
            let is_last = number + 1 == self.sheets.len();
            let inside = across - sheet.edge_at(along);
            let covered =
                if is_last { 1.0 } else { (inside * self.scene.scale + 0.5).clamp(0.0, 1.0) };
            if covered > 0.0 {
                let fall = if is_last { 0.5 } else { smooth(0.0, 0.42, inside) };
                let weave = silk().at(along * 0.21 + sheet.row * 2.3, across * 0.16 + sheet.row);
                let base = fabric.ramp.at(0.11 + 0.86 * t + 0.16 * (weave - 0.5) - 0.17 * fall);
                let rim = if is_last { 0.0 } else { 1.0 / (1.0 + (inside / 0.016).powi(2)) };
                let lit =
                    screen(base, self.light.sun_colour, 0.20 * rim + 0.10 * (1.0 - fall) * weave);
                let weight = covered * left;
                colour = [0, 1, 2].map(|i| colour[i] + lit[i] * (1.0 - shadow) * weight);
                left -= weight;
                if left < 0.004 {
                    return colour;
                }
            }
            // What lies behind an edge is darkest close to it.
            let behind = inside.min(0.0);
            shadow = shadow.max(0.46 * (behind / 0.055).exp() + 0.20 * (behind / 0.22).exp());
        }
        colour
    }
}
