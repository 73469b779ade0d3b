//! The painter: pictures and clips from words and a seed. Pure: the same order gives the same bytes.
#![allow(clippy::many_single_char_names)] // x, y, s, t, u, v are what coordinates are called

mod camera;
mod canvas;
mod clip;
mod colour;
mod grade;
mod label;
mod mood;
mod noise;
mod outline;
mod palette;
mod ridge;
mod scene;
mod sky;

use std::io::Cursor;
use std::sync::atomic::AtomicBool;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};

use crate::catalog::Craft;
use crate::order::{Format, Order};
use canvas::{Canvas, Finish};
use mood::Mood;
use scene::Scene;

/// Between the points whose colours are worked out, as powers of two: every second pixel, and every fourth of every second row.
const STILL_MESH: (u32, u32) = (1, 1);
const CLIP_MESH: (u32, u32) = (2, 1);

/// Paints an order into the bytes of its file. `stopped` ends a long painting early, with an error.
pub(crate) fn paint(
    order: &Order,
    references: &[RgbImage],
    label: bool,
    stopped: &AtomicBool,
) -> Result<Vec<u8>, String> {
    let (w, h) = order.pixels(references.first().map(RgbImage::dimensions));
    let mood = Mood::read(order);
    match order.craft {
        Craft::Still => {
            let mut canvas = Canvas::new(w, h);
            let finish = Finish { grain: 3.2 * mood.grain, vignette: 0.20, salt: mood.salt };
            let scene = Scene::compose(mood, w, h);
            let moment = scene.at(0.0);
            canvas.fill(finish, STILL_MESH, &moment);
            file(canvas, label, order.format)
        }
        Craft::Edit => {
            let canvas = grade::regrade(mood, references, w, h)?;
            file(canvas, label, order.format)
        }
        Craft::Clip => {
            let finish = Finish { grain: 0.0, vignette: 0.20, salt: mood.salt };
            let scene = Scene::compose(mood, w, h);
            clip::encode(order, (w, h), label, stopped, |canvas, time| {
                let moment = scene.at(time);
                canvas.fill(finish, CLIP_MESH, &moment);
            })
        }
        Craft::ImageToClip => {
            let camera = camera::Camera::new(order, &mood, references, w, h)?;
            clip::encode(order, (w, h), label, stopped, |canvas, time| camera.shoot(canvas, time))
        }
    }
}

fn file(mut canvas: Canvas, label: bool, format: Format) -> Result<Vec<u8>, String> {
    if label {
        label::draw(&mut canvas);
    }
    let (w, h) = (canvas.width as u32, canvas.height as u32);
    let mut out = Cursor::new(Vec::new());
    let pixels = &canvas.pixels;
    let written = match format {
        Format::Jpeg => JpegEncoder::new_with_quality(&mut out, 90).write_image(
            pixels,
            w,
            h,
            ExtendedColorType::Rgb8,
        ),
        Format::WebP => {
            WebPEncoder::new_lossless(&mut out).write_image(pixels, w, h, ExtendedColorType::Rgb8)
        }
        Format::Png | Format::Mp4 => {
            PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Adaptive)
                .write_image(pixels, w, h, ExtendedColorType::Rgb8)
        }
    };
    written.map_err(|error| error.to_string())?;
    Ok(out.into_inner())
}
