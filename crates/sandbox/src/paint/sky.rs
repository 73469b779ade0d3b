//! The sky: a ramp of colour, the disc and its glow, clouds, stars, aurora.

use super::colour::{Ramp, Rgb, luma, mix, scale, screen};
use super::mood::{Mood, Place};
use super::noise::{Draw, cloth, hash2, silk, smooth, unit};

pub(super) struct Sky {
    ramp: Ramp,
    scale: f32,
    /// Pixels from the top.
    horizon: f32,
    /// Where the disc stands at the start, and its radius; none when it is hidden.
    pub(super) sun: (f32, f32),
    radius: f32,
    pub(super) is_sun_shown: bool,
    rises: f32,
    pub(super) sun_colour: Rgb,
    cloud_light: Rgb,
    cloud_shade: Rgb,
    clouds: f32,
    cloud_size: (f32, f32),
    stars: f32,
    galaxy: f32,
    aurora: f32,
    salt: u32,
    offset: f32,
}

impl Sky {
    pub(super) fn new(
        mood: &Mood,
        (width, height): (f32, f32),
        horizon: f32,
        draw: &mut Draw,
    ) -> Self {
        let p = &mood.palette;
        let s = (width * height).sqrt();
        let side =
            if draw.chance(0.5) { draw.between(0.24, 0.40) } else { draw.between(0.60, 0.76) };
        let radius =
            s * draw.between(0.042, 0.066) * if mood.place == Place::City { 1.35 } else { 1.0 };
        let up = draw.between(0.08, 0.30);
        let is_dark = luma(p.top) < 0.12;
        let is_night = mood.place == Place::Night;
        let middle = draw.between(0.46, 0.60);
        Self {
            ramp: Ramp::new(&[(0.0, p.top), (middle, p.middle), (1.0, p.horizon)]),
            scale: s,
            horizon,
            sun: (width * side, (horizon - up * s).max(radius * 2.2)),
            radius: if is_night { radius * 0.6 } else { radius },
            is_sun_shown: mood.sun && !mood.aurora && (!is_night || draw.chance(0.3)),
            rises: if draw.chance(0.6) { -0.006 } else { 0.006 },
            sun_colour: p.sun,
            cloud_light: mix(p.horizon, p.sun, 0.45),
            cloud_shade: if is_dark { scale(p.middle, 1.05) } else { mix(p.top, p.middle, 0.55) },
            clouds: if is_night { mood.clouds * 0.35 } else { mood.clouds },
            cloud_size: (draw.between(0.34, 0.6), draw.between(1.1, 1.9)),
            stars: if mood.stars { 1.0 } else { 0.0 },
            galaxy: if is_night { draw.between(0.7, 1.0) } else { 0.0 },
            aurora: if mood.aurora { 1.0 } else { 0.0 },
            salt: draw.bits(),
            offset: draw.between(0.0, 9.0),
        }
    }

    /// Where the disc stands at a time.
    pub(super) fn sun_at(&self, time: f32) -> (f32, f32) {
        (
            self.sun.0 + self.rises * 0.5 * self.scale * time,
            self.sun.1 + self.rises * self.scale * time,
        )
    }

    pub(super) fn colour(
        &self,
        x: f32,
        y: f32,
        sun: (f32, f32),
        time: f32,
        with_disc: bool,
    ) -> Rgb {
        let s = self.scale;
        let mut colour = self.ramp.at(y / self.horizon);
        if self.galaxy > 0.0 {
            let (crowd, dust) = self.galaxy_at(x, y);
            let fade = smooth(0.98, 0.45, y / self.horizon);
            let haze = mix([0.50, 0.60, 0.88], [0.98, 0.82, 0.74], smooth(0.2, 0.7, crowd));
            colour = screen(colour, haze, (crowd * 0.42 * (1.0 - 0.55 * dust)).max(0.0) * fade);
        }
        if self.aurora > 0.0 {
            colour = self.veils(colour, x, y, time);
        }
        let (dx, dy) = ((x - sun.0) / s, (y - sun.1) / s);
        let away = (dx * dx + dy * dy).sqrt();
        if self.is_sun_shown {
            // A wide glow along the horizon, and a narrow one around the disc.
            let wide = 1.0 / (1.0 + (dx * dx * 5.0 + dy * dy * 16.0));
            let near = 1.0 / (1.0 + (away / 0.085).powi(2));
            colour = screen(colour, self.sun_colour, 0.20 * wide * wide + 0.34 * near);
            let disc = (self.radius - away * s + 0.5).clamp(0.0, 1.0);
            if with_disc && disc > 0.0 {
                let inner =
                    mix(self.sun_colour, [1.0, 1.0, 0.98], 0.25 * (1.0 - away * s / self.radius));
                colour = mix(colour, inner, disc);
            }
        }
        if self.clouds > 0.02 { self.cloudy(colour, x, y, away, time) } else { colour }
    }

    fn cloudy(&self, colour: Rgb, x: f32, y: f32, away: f32, time: f32) -> Rgb {
        let s = self.scale;
        let weave = cloth();
        let (fx, fy) = self.cloud_size;
        let (u, v) =
            (x / s * fx * 0.5 + self.offset + time * 0.004, y / s * fy * 0.5 + self.offset * 1.7);
        let bend = weave.at(u * 0.7 + 0.3, v * 0.7) - 0.5;
        let n = weave.at(u + bend * 0.16, v + bend * 0.10 - time * 0.0012);
        // More of them in the middle heights, none at the very horizon.
        let height = y / self.horizon;
        let belt = smooth(1.02, 0.72, height) * (0.55 + 0.45 * smooth(0.0, 0.35, height));
        let floor = 0.70 - 0.30 * self.clouds;
        let density = smooth(floor, floor + 0.30, n) * belt * (0.40 + 0.45 * self.clouds);
        if density < 0.004 {
            return colour;
        }
        // The side that looks to the light is a thinner one: compare with the cloth a little lower.
        let below = weave.at(u + bend * 0.16 + 0.004, v + bend * 0.10 + 0.022);
        let lit = smooth(-0.10, 0.10, n - below) * 0.6 + 0.4 / (1.0 + (away / 0.35).powi(2));
        let light = mix(self.cloud_light, self.sun_colour, 0.5 / (1.0 + (away / 0.22).powi(2)));
        mix(colour, mix(self.cloud_shade, light, (lit * 0.85).min(1.0)), density)
    }

    /// How crowded with stars a place is, and how dusty: the band runs across the sky, with dust in its middle.
    fn galaxy_at(&self, x: f32, y: f32) -> (f32, f32) {
        let s = self.scale;
        let tilt = if self.salt & 1 == 0 { 0.55 } else { -0.55 };
        let across = (y / s - 0.33 - tilt * (x / s - 0.5)) * 1.15;
        let n = cloth().at(x / s * 0.55 + self.offset, y / s * 0.55);
        let fine = cloth().at(x / s * 1.6, y / s * 1.6 + self.offset);
        let band = 1.0 / (1.0 + ((across + (n - 0.5) * 0.22) / 0.105).powi(2));
        let dust =
            smooth(0.40, 0.75, fine) * smooth(1.0, 0.0, ((across + (n - 0.5) * 0.3) / 0.075).abs());
        (band * (0.25 + 0.75 * n) * self.galaxy, dust)
    }

    /// Lays the stars on the sky's colour.
    pub(super) fn stars(&self, colour: Rgb, x: f32, y: f32, time: f32) -> Rgb {
        let s = self.scale;
        let fade = smooth(0.98, 0.45, y / self.horizon);
        if self.stars <= 0.0 || fade <= 0.0 {
            return colour;
        }
        let mut light = 0.0_f32;
        let mut hue = 0.5;
        for (layer, size, share) in [(0_u32, 0.0100, 0.16), (1, 0.028, 0.22), (2, 0.085, 0.26)] {
            let cell = (s * size).max(4.0);
            let (cx, cy) = ((x / cell).floor(), (y / cell).floor());
            let h = hash2(hash2(cx as i32 as u32, cy as i32 as u32), self.salt ^ layer);
            if unit(h) > share {
                // The galaxy is a crowd of faint ones.
                let is_crowd = layer == 0
                    && self.galaxy > 0.0
                    && unit(h) < share + 0.5 * self.galaxy_at(x, y).0;
                if !is_crowd {
                    continue;
                }
            }
            let reach = (s * [0.0006, 0.0009, 0.0014][layer as usize]).max(0.55);
            let inset = reach * 2.0 / cell;
            let place = |part: u32| (inset + (1.0 - 2.0 * inset) * unit(hash2(h, part))) * cell;
            let (dx, dy) = (x - cx * cell - place(1), y - cy * cell - place(2));
            let away = dx * dx + dy * dy;
            if away > reach * reach * 16.0 {
                continue;
            }
            let spot = 1.0 / (1.0 + (away / (reach * reach)).powi(2));
            let twinkle =
                0.82 + 0.18 * (time * (2.0 + 3.0 * unit(hash2(h, 3))) + unit(h) * 40.0).sin();
            let bright =
                [0.6, 0.85, 1.0][layer as usize] * (0.4 + 0.6 * unit(hash2(h, 4))) * twinkle;
            if spot * bright > light {
                light = spot * bright;
                hue = unit(hash2(h, 5));
            }
        }
        screen(colour, mix([0.80, 0.88, 1.0], [1.0, 0.92, 0.80], hue), light * fade)
    }

    /// Whether a point is on the disc (true), off it (false) or on its edge (none).
    pub(super) fn is_disc(&self, x: f32, y: f32, sun: (f32, f32)) -> Option<bool> {
        if !self.is_sun_shown {
            return Some(false);
        }
        let (dx, dy) = (x - sun.0, y - sun.1);
        let away = dx * dx + dy * dy;
        let (inner, outer) = ((self.radius - 1.5).max(0.0), self.radius + 1.5);
        if away < inner * inner {
            Some(true)
        } else if away > outer * outer {
            Some(false)
        } else {
            None
        }
    }

    /// Northern lights: curtains that hang from a wandering line.
    fn veils(&self, colour: Rgb, x: f32, y: f32, time: f32) -> Rgb {
        let s = self.scale;
        let mut colour = colour;
        for layer in 0..2_u8 {
            let shift = f32::from(layer) * 0.37 + self.offset;
            let wander = silk().at(x / s * 0.22 + shift + time * 0.006, shift + time * 0.004) - 0.5;
            let line = self.horizon * (0.60 - 0.16 * f32::from(layer)) + wander * s * 0.34;
            let up = (line - y) / s;
            if up < -0.03 {
                continue;
            }
            let rays = cloth().at(x / s * 0.9 + wander * 0.7 + time * 0.01, shift);
            let hang = smooth(-0.03, 0.03, up) * (-(up.max(0.0)) / (0.07 + 0.16 * rays)).exp();
            let tone = mix([0.40, 0.90, 0.66], [0.50, 0.42, 0.84], smooth(0.05, 0.30, up));
            colour = screen(colour, tone, hang * (0.25 + 0.6 * rays) * 0.62);
        }
        colour
    }
}
