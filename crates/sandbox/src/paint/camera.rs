//! A camera over a picture: it pushes in, pulls out or pans, with drifting haze, and may end on another picture.

use image::RgbImage;

use super::canvas::{Canvas, Exact, Finish};
use super::colour::{Rgb, mix, screen};
use super::grade::{cover, pixel};
use super::mood::Mood;
use super::noise::{Draw, cloth, smooth};
use crate::order::Order;

pub(super) struct Camera {
    first: RgbImage,
    last: Option<RgbImage>,
    from: View,
    to: View,
    seconds: f32,
    haze: f32,
    finish: Finish,
    light: Rgb,
}

/// What the camera sees: the middle of the view and its width, as shares of the picture.
#[derive(Clone, Copy)]
struct View {
    x: f32,
    y: f32,
    width: f32,
}

impl Camera {
    pub(super) fn new(
        order: &Order,
        mood: &Mood,
        references: &[RgbImage],
        w: u32,
        h: u32,
    ) -> Result<Self, String> {
        let first = references.first().ok_or("a clip without a picture")?;
        let mut draw = Draw::new(mood.salt, 4);
        let (from, to) = moves(&order.prompt.to_lowercase(), &mut draw);
        // Painted a little larger than the frame, so that a close view stays sharp.
        let (big_w, big_h) = ((w as f32 * 1.25) as u32, (h as f32 * 1.25) as u32);
        Ok(Self {
            first: cover(first, big_w, big_h),
            last: references.get(1).map(|picture| cover(picture, big_w, big_h)),
            from,
            to,
            seconds: order.duration.max(1) as f32,
            haze: if mood.mist > 0.7 { 0.22 } else { 0.07 },
            finish: Finish { grain: 0.0, vignette: 0.10, salt: mood.salt },
            light: mood.palette.sun,
        })
    }

    pub(super) fn shoot(&self, canvas: &mut Canvas, time: f32) {
        let t = (time / self.seconds).clamp(0.0, 1.0);
        let eased = smooth(0.0, 1.0, t) * 0.6 + t * 0.4;
        let lerp = |a: f32, b: f32| a + (b - a) * eased;
        let view = View {
            x: lerp(self.from.x, self.to.x),
            y: lerp(self.from.y, self.to.y),
            width: lerp(self.from.width, self.to.width),
        };
        let (w, h) = (canvas.width as f32, canvas.height as f32);
        let arrived = smooth(0.30, 0.95, t);
        let seen = Exact(|x: f32, y: f32| {
            let (u, v) = (view.x + (x / w - 0.5) * view.width, view.y + (y / h - 0.5) * view.width);
            let mut colour = sample(&self.first, u, v);
            if let Some(last) = &self.last {
                colour = mix(colour, sample(last, u, v), arrived);
            }
            let drift = cloth().at(u * 0.5 + time * 0.010, v * 0.5 - time * 0.004);
            screen(colour, self.light, self.haze * smooth(0.45, 0.85, drift))
        });
        canvas.fill(self.finish, (3, 3), &seen);
    }
}

/// The camera's path by the prompt's words, or a drawn one.
fn moves(prompt: &str, draw: &mut Draw) -> (View, View) {
    let whole = View { x: 0.5, y: 0.5, width: 0.98 };
    let close = View { x: draw.between(0.44, 0.56), y: draw.between(0.44, 0.56), width: 0.78 };
    let pan = |dx: f32, dy: f32| {
        let side =
            |sign: f32| View { x: 0.5 + sign * dx * 0.09, y: 0.5 + sign * dy * 0.09, width: 0.80 };
        (side(-1.0), side(1.0))
    };
    let has = |words: &[&str]| words.iter().any(|w| prompt.contains(w));
    if has(&["zoom out", "pull out", "pull back", "dolly out"]) {
        (close, whole)
    } else if has(&["zoom in", "push in", "dolly in", "zoom"]) {
        (whole, close)
    } else if has(&["pan left", "to the left"]) {
        pan(-1.0, 0.0)
    } else if has(&["pan right", "to the right", "pan"]) {
        pan(1.0, 0.0)
    } else if has(&["tilt up", "rise", "crane"]) {
        pan(0.0, -1.0)
    } else if has(&["tilt down"]) {
        pan(0.0, 1.0)
    } else {
        match draw.bits() % 4 {
            0 => (close, whole),
            1 => pan(1.0, 0.2),
            2 => pan(-1.0, 0.2),
            _ => (whole, close),
        }
    }
}

/// The picture between its pixels, at shares of its width and height.
fn sample(picture: &RgbImage, u: f32, v: f32) -> Rgb {
    let x = (u * picture.width() as f32 - 0.5).clamp(0.0, (picture.width() - 1) as f32);
    let y = (v * picture.height() as f32 - 0.5).clamp(0.0, (picture.height() - 1) as f32);
    let (x0, y0) = (x as u32, y as u32);
    let (tx, ty) = (x.fract(), y.fract());
    let top = mix(pixel(picture, x0, y0), pixel(picture, x0 + 1, y0), tx);
    let low = mix(pixel(picture, x0, y0 + 1), pixel(picture, x0 + 1, y0 + 1), tx);
    mix(top, low, ty)
}
