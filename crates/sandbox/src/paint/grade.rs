//! An edit: the given pictures, seen in the light of the prompt.

use image::RgbImage;
use image::imageops::FilterType;

use super::canvas::{Canvas, Exact, Finish};
use super::colour::{Ramp, Rgb, luma, mix, screen};
use super::mood::Mood;
use super::noise::{cloth, smooth};
use super::scene::Scene;

/// Regrades the pictures. Several stand side by side with soft seams, the first one the widest.
pub(super) fn regrade(
    mood: Mood,
    references: &[RgbImage],
    w: u32,
    h: u32,
) -> Result<Canvas, String> {
    if references.is_empty() {
        return Err("an edit without a picture".to_owned());
    }
    let covers: Vec<RgbImage> = references.iter().map(|picture| cover(picture, w, h)).collect();
    let mut canvas = Canvas::new(w, h);
    let finish = Finish { grain: 2.6 * mood.grain, vignette: 0.24, salt: mood.salt };
    let p = mood.palette.varied(0.0, 1.3, 0.0);
    let tones = Ramp::new(&[
        (0.0, mix(p.near, [0.0; 3], 0.25)),
        (0.30, p.near),
        (0.62, p.middle),
        (0.88, p.horizon),
        (1.0, p.sun),
    ]);
    let mist = mood.mist;
    let scene = Scene::compose(mood, w, h);
    let moment = scene.at(0.0);
    let (wide, high) = (w as f32, h as f32);
    let seen = Exact(|x: f32, y: f32| {
        let picture = beside(&covers, x, y, wide);
        // The picture keeps two fifths of its own colours; the rest is the palette by its light and dark.
        let light = luma(picture);
        let toned = tones.at((light * 1.04).powf(0.92));
        let graded = mix(picture, toned, 0.6);
        // The painted sky lights it from behind, most of all at the top.
        let behind = moment.sky_light(x, y);
        let glow = screen(graded, behind, 0.26 * smooth(0.75, 0.0, y / high));
        let vapour = cloth().at(x / wide * 0.6, y / high * 1.3);
        mix(glow, p.horizon, mist * 0.34 * smooth(0.55, 1.0, y / high) * smooth(0.35, 0.75, vapour))
    });
    canvas.fill(finish, (3, 3), &seen);
    Ok(canvas)
}

/// The pictures' mix at a point: panels from left to right that melt into each other.
fn beside(covers: &[RgbImage], x: f32, y: f32, width: f32) -> Rgb {
    let at = |cover: &RgbImage| pixel(cover, x as u32, y as u32);
    let count = covers.len();
    let mut colour = at(&covers[0]);
    for (i, cover) in covers.iter().enumerate().skip(1) {
        let seam = (i as f32 + 0.5) / (count as f32 + 0.5) * width;
        colour = mix(colour, at(cover), smooth(seam - width * 0.06, seam + width * 0.06, x));
    }
    colour
}

/// The picture scaled and cropped to fill a frame.
pub(super) fn cover(picture: &RgbImage, w: u32, h: u32) -> RgbImage {
    let (pw, ph) = (picture.width().max(1), picture.height().max(1));
    let scale = (w as f32 / pw as f32).max(h as f32 / ph as f32);
    let (cw, ch) =
        (((w as f32 / scale) as u32).clamp(1, pw), ((h as f32 / scale) as u32).clamp(1, ph));
    let crop = image::imageops::crop_imm(picture, (pw - cw) / 2, (ph - ch) / 2, cw, ch).to_image();
    image::imageops::resize(&crop, w, h, FilterType::CatmullRom)
}

pub(super) fn pixel(picture: &RgbImage, x: u32, y: u32) -> Rgb {
    let (x, y) = (x.min(picture.width() - 1), y.min(picture.height() - 1));
    picture.get_pixel(x, y).0.map(|c| f32::from(c) / 255.0)
}
