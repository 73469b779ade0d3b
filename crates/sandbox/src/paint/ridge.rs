//! Bands of land that lie one behind another: hills, rock, dunes, woods and towns as outlines with depth.

use super::colour::{Rgb, blend, mix, scale, screen};
use super::mood::{Mood, Place};
use super::noise::{Draw, cloth, crests, hash2, smooth, unit, waves};
use super::outline::{Roof, build, plant};

/// What stands on a band, and how its face is shaded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cover {
    Grass,
    Rock,
    Dune,
    Wood,
    Town,
}

/// One band. Distances are in pixels; columns begin `margin` left of the picture.
pub(super) struct Ridge {
    heights: Vec<f32>,
    /// The outline without trees and houses: what mist is measured from.
    base: Vec<f32>,
    slopes: Vec<f32>,
    /// Which building stands at a column (towns only), and the roofs' places.
    lots: Vec<u16>,
    roofs: Vec<Roof>,
    margin: f32,
    pub(super) highest: f32,
    cover: Cover,
    body: Rgb,
    /// 0 far, 1 near.
    pub(super) depth: f32,
    snow: bool,
    salt: u32,
}

/// What a band needs to know of the whole to be shaded.
pub(super) struct Light {
    pub(super) scale: f32,
    pub(super) sun: (f32, f32),
    pub(super) sun_colour: Rgb,
    /// How much the sun lights edges, 0 to 1.
    pub(super) strength: f32,
    pub(super) mist: f32,
    pub(super) mist_colour: Rgb,
    pub(super) windows: Rgb,
    pub(super) snow_colour: Rgb,
    /// Seconds.
    pub(super) time: f32,
}

/// Where a band lies.
pub(super) struct Site {
    pub(super) width: f32,
    pub(super) margin: f32,
    pub(super) scale: f32,
    /// The mean height of the outline, pixels from the top.
    pub(super) level: f32,
    pub(super) depth: f32,
    pub(super) cover: Cover,
}

impl Ridge {
    pub(super) fn new(mood: &Mood, site: &Site, draw: &mut Draw) -> Self {
        let salt = draw.bits();
        let columns = (site.width + 2.0 * site.margin).ceil() as usize + 2;
        let (s, depth) = (site.scale, site.depth);
        let along = |column: usize| column as f32 / s + unit(salt) * 100.0;
        let (mut lots, mut roofs, mut base) = (Vec::new(), Vec::new(), Vec::new());
        let mut heights: Vec<f32> = match site.cover {
            Cover::Grass => {
                let (wave, rise) = (2.3 - 0.8 * depth, s * (0.085 + 0.085 * depth));
                (0..columns)
                    .map(|c| site.level - rise * waves(along(c) * wave, 6, 0.40, salt))
                    .collect()
            }
            Cover::Rock => {
                let (wave, rise) = (1.25 - 0.35 * depth, s * (0.30 - 0.10 * depth));
                let top = |c| crests(along(c) * wave, 7, 0.47, salt);
                (0..columns).map(|c| site.level - rise * (top(c) * 1.25 - 0.55)).collect()
            }
            Cover::Dune => {
                let (wave, rise) = (0.95 - 0.25 * depth, s * (0.06 + 0.10 * depth));
                (0..columns)
                    .map(|c| {
                        let x = along(c) * wave;
                        site.level
                            - rise
                                * (crests(
                                    x + 0.12 * waves(x * 1.7, 1, 0.5, salt ^ 9),
                                    2,
                                    0.18,
                                    salt,
                                ) * 1.6
                                    - 0.9)
                    })
                    .collect()
            }
            Cover::Wood => {
                let ground: Vec<f32> = (0..columns)
                    .map(|c| {
                        site.level
                            - s * (0.035 + 0.05 * depth)
                                * waves(along(c) * (1.2 - 0.5 * depth), 3, 0.4, salt)
                    })
                    .collect();
                let tall = s * (0.045 + 0.11 * depth + 0.13 * depth * depth);
                base = ground.iter().map(|g| g - 0.42 * tall).collect();
                plant(&ground, tall, draw)
            }
            Cover::Town => {
                let built = build(columns, site, draw);
                (lots, roofs) = (built.1, built.2);
                base = vec![site.level - s * 0.16; columns];
                built.0
            }
        };
        // An outline that leaves the picture at the top would be no outline.
        for height in &mut heights {
            *height = height.max(s * 0.04);
        }
        let reach = ((s * 0.012) as usize).max(1);
        let slopes = (0..columns)
            .map(|c| {
                (heights[(c + reach).min(columns - 1)] - heights[c.saturating_sub(reach)])
                    / (2 * reach) as f32
            })
            .collect();
        if base.is_empty() {
            base.clone_from(&heights);
        }
        let highest = heights.iter().copied().fold(f32::MAX, f32::min) - 1.0;
        let air = mix(mood.palette.far, mood.palette.horizon, 0.35 * (1.0 - depth));
        let body = blend(air, mood.palette.near, depth.powf(0.9));
        Self {
            heights,
            base,
            slopes,
            lots,
            roofs,
            margin: site.margin,
            highest,
            cover: site.cover,
            body,
            depth,
            snow: mood.snow,
            salt,
        }
    }

    fn column(&self, x: f32) -> (usize, f32) {
        let x = (x + self.margin).clamp(0.0, (self.heights.len() - 2) as f32);
        (x as usize, x.fract())
    }

    /// The outline at a place along the band, and over how many pixels across it its edge is soft.
    pub(super) fn outline(&self, x: f32) -> (f32, f32) {
        let (i, t) = self.column(x);
        let (a, b) = (self.heights[i], self.heights[i + 1]);
        // Steep outlines are as soft as flat ones when the distance is taken across them.
        let steep = (b - a).abs().min(6.0);
        (a + (b - a) * t, (1.0 + steep * steep).sqrt())
    }

    /// Whether its face has details that cannot be filled in between.
    pub(super) fn is_detailed(&self) -> bool {
        self.cover == Cover::Town && self.depth >= 0.2
    }

    /// The colour of its face. `x` is along the band (with its shift), `seen` on the picture.
    pub(super) fn shade(&self, x: f32, seen: f32, y: f32, light: &Light) -> Rgb {
        let s = light.scale;
        let (along, down) = (x / s, (y - self.base[self.column(x).0]).max(0.0) / s);
        let weave = cloth();
        let drift = light.time * 0.012 * (0.4 + self.depth);
        let vapour = weave.at(along * 0.55 - drift, y / s * 1.6 + self.depth * 3.7);
        let mut colour = self.face(x, y, along, down, light);
        // Light that grazes the edge towards the sun.
        let toward = 1.0 / (1.0 + ((seen - light.sun.0) / (s * 0.33)).powi(2));
        let edge = 1.0 / (1.0 + (down / 0.012).powi(2));
        colour = screen(
            colour,
            light.sun_colour,
            light.strength * toward * (0.10 + 0.28 * edge) * (1.0 - 0.5 * self.depth),
        );
        // Mist gathers at the foot of each band, most of it far away.
        let depth = self.depth;
        let reach = 0.05 + 0.16 * depth;
        let amount =
            light.mist * (1.0 - 0.82 * depth) * smooth(0.0, reach, down) * (0.35 + 0.95 * vapour);
        mix(colour, light.mist_colour, amount.min(0.92))
    }

    fn face(&self, x: f32, y: f32, along: f32, down: f32, light: &Light) -> Rgb {
        let weave = cloth();
        let body = self.body;
        match self.cover {
            Cover::Grass | Cover::Wood => {
                let n = weave.at(along * 1.3, down * 2.1 + unit(self.salt)) - 0.5;
                let snowy = if self.snow && self.cover == Cover::Grass {
                    0.55 * smooth(0.25, 0.0, down)
                } else {
                    0.0
                };
                let lit = scale(body, 1.0 + 0.16 * n + 0.10 * smooth(0.10, 0.0, down));
                mix(lit, light.snow_colour, snowy * (0.5 + n).clamp(0.0, 1.0))
            }
            Cover::Rock => {
                let n = weave.at(along * 1.9, down * 1.5 + unit(self.salt)) - 0.5;
                let fine = weave.at(along * 5.3 + down * 2.0, down * 3.1) - 0.5;
                let shear = (down * 0.55 + 0.16 * n * smooth(0.0, 0.1, down)) * light.scale;
                let side = if light.sun.0 > 0.5 * light.scale { -1.0 } else { 1.0 };
                let slope = self.slope(x + shear * side) * side + 0.9 * n + 0.5 * fine;
                let sunny = smooth(-0.35, 0.55, slope);
                let stone = mix(scale(body, 0.80), blend(body, light.mist_colour, 0.22), sunny);
                if !self.snow {
                    return stone;
                }
                let line = smooth(0.34, 0.05, down + 0.22 * n + 0.10 * fine);
                let snow = mix(blend(light.snow_colour, body, 0.62), light.snow_colour, sunny);
                mix(stone, mix(stone, snow, 0.9 - 0.35 * self.depth), line)
            }
            Cover::Dune => {
                let swell = weave.at(along * 0.5, down * 0.9 + unit(self.salt)) - 0.5;
                let shear = (down * 0.9 + 0.10 * swell * smooth(0.0, 0.12, down)) * light.scale;
                let side = if light.sun.0 > 0.5 * light.scale { -1.0 } else { 1.0 };
                let slope = self.slope(x + shear * side) * side + 0.12 * swell;
                let sunny = smooth(-0.05, 0.06, slope) * smooth(0.75, 0.0, down);
                let fine = ((down * 190.0 + along * 40.0 + swell * 30.0).sin() * 0.5 + 0.5)
                    * smooth(0.02, 0.2, down)
                    * self.depth;
                let shadow = scale(body, 0.74);
                let lit = blend(body, light.mist_colour, 0.34);
                scale(mix(shadow, lit, 0.15 + 0.85 * sunny), 1.0 - 0.035 * fine)
            }
            Cover::Town => self.windows(x, y, body, light),
        }
    }

    fn slope(&self, x: f32) -> f32 {
        let (i, t) = self.column(x);
        self.slopes[i] + (self.slopes[i + 1] - self.slopes[i]) * t
    }

    /// A house front: dark, a little lighter at the foot, with some windows lit.
    fn windows(&self, x: f32, y: f32, body: Rgb, light: &Light) -> Rgb {
        let s = light.scale;
        let (i, _) = self.column(x);
        let lot = self.lots[i];
        let roof = self.roofs[lot as usize];
        let kind = hash2(u32::from(lot), self.salt);
        let wall = scale(body, 0.90 + 0.20 * unit(kind));
        let (wide, high) = (
            (s * (0.0048 + 0.0050 * self.depth)).round(),
            (s * (0.0075 + 0.0075 * self.depth)).round(),
        );
        let border = wide;
        let (inside, width) = (x + self.margin - roof.left, roof.right - roof.left - 2.0 * border);
        let count = (width / wide).floor();
        if self.depth < 0.2
            || wide < 3.0
            || count < 3.0
            || inside < border
            || inside > width + border
            || y - roof.top < high
        {
            return wall;
        }
        let (fx, fy) = ((inside - border) * count / width, (y - roof.top) / high);
        let cell = hash2(hash2(fx as u32, fy as u32), kind);
        // Some floors are busy, some houses asleep.
        let floor = unit(hash2(fy as u32, kind ^ 0x4d));
        let busy = (0.06 + 0.30 * unit(hash2(kind, 5))) * if floor > 0.82 { 2.4 } else { 1.0 };
        // A few windows go on and off while a clip runs.
        let flicker = unit(hash2(cell, (light.time * 0.4 + unit(cell) * 7.0) as u32)) < 0.02;
        let is_lit = (unit(cell) < busy) != flicker;
        let (u, v) = ((fx.fract() - 0.5).abs() * width / count, (fy.fract() - 0.5).abs() * high);
        let pane =
            (wide * 0.30 - u + 0.5).clamp(0.0, 1.0) * (high * 0.31 - v + 0.5).clamp(0.0, 1.0);
        if !is_lit {
            return scale(wall, 1.0 - 0.10 * pane);
        }
        let tone = unit(hash2(cell, 9));
        let glass = if tone < 0.68 { light.windows } else { light.sun_colour };
        mix(wall, glass, pane * (0.25 + 0.65 * unit(hash2(cell, 3))))
    }
}

impl Cover {
    /// What usually covers the ground of a place, far (0) to near (1).
    pub(super) fn of(place: Place, depth: f32, draw: &mut Draw) -> Self {
        match place {
            Place::Hills | Place::Abstract => Self::Grass,
            Place::Mountains if depth > 0.72 => Self::Wood,
            Place::Mountains => Self::Rock,
            Place::Lake if depth < 0.45 => Self::Rock,
            Place::Lake | Place::Forest => Self::Wood,
            Place::Sea => {
                if draw.chance(0.5) {
                    Self::Rock
                } else {
                    Self::Grass
                }
            }
            Place::City => Self::Town,
            Place::Desert => Self::Dune,
            Place::Night => {
                if depth > 0.6 {
                    Self::Wood
                } else {
                    Self::Grass
                }
            }
        }
    }
}
