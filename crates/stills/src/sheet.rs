//! A large picture made of small ones, with words under them.

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::letters::Letters;
use crate::{Picture, Unreadable, jpeg, shrink, unreadable};

/// JPEG quality of a sheet, 1 to 100: looked at closely, and not copied again.
const QUALITY: i32 = 90;

/// A sheet that pictures and words are laid on.
#[derive(Debug)]
pub struct Sheet {
    pixels: RgbImage,
    letters: Letters,
}

/// Words on a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The words; what does not fit is cut off with dots.
    pub text: &'a str,
    /// Left edge in pixels.
    pub left: u32,
    /// Upper edge in pixels.
    pub top: u32,
    /// Height of the letters in pixels.
    pub height: u32,
    /// Most pixels it takes from left to right.
    pub width: u32,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

impl Sheet {
    /// An empty sheet of these pixels and this ground.
    pub fn new(width: u32, height: u32, ground: [u8; 3]) -> Result<Self, Unreadable> {
        let letters = Letters::new()?;
        Ok(Self { pixels: RgbImage::from_pixel(width, height, Rgb(ground)), letters })
    }

    /// Lays a picture into the middle of a square, upright and shrunk to fit.
    pub fn place(&mut self, picture: Picture, left: u32, top: u32, side: u32) {
        let mut small = shrink::shrink(picture.pixels, side);
        small.apply_orientation(picture.orientation);
        let small = small.into_rgba8();
        let left = left + side.saturating_sub(small.width()) / 2;
        let top = top + side.saturating_sub(small.height()) / 2;
        for (x, y, pixel) in small.enumerate_pixels() {
            let [colour @ .., alpha] = pixel.0;
            self.blend(left + x, top + y, colour, f32::from(alpha) / 255.0);
        }
    }

    /// Draws the outline of a square for a print that has no still.
    pub fn frame(&mut self, left: u32, top: u32, side: u32, colour: [u8; 3]) {
        for at in 0..side {
            for (x, y) in [(at, 0), (at, side - 1), (0, at), (side - 1, at)] {
                self.blend(left + x, top + y, colour, 1.0);
            }
        }
    }

    /// How many pixels words of this height take from left to right.
    pub fn measure(&mut self, text: &str, height: u32) -> u32 {
        text.chars().map(|letter| self.letters.advance(letter, height)).sum::<f32>().ceil() as u32
    }

    /// Writes a line of words.
    pub fn write(&mut self, line: Line<'_>) {
        let text = self.cut(line);
        let mut left = line.left as f32;
        for letter in text.chars() {
            let shape = self.letters.shape(letter, line.height, left, line.top as f32);
            left += self.letters.advance(letter, line.height);
            let Some(outline) = shape else { continue };
            let bounds = outline.px_bounds();
            outline.draw(|x, y, cover| {
                let (x, y) = (bounds.min.x + x as f32, bounds.min.y + y as f32);
                if x >= 0.0 && y >= 0.0 {
                    self.blend(x as u32, y as u32, line.colour, cover);
                }
            });
        }
    }

    /// As much of the words as there is room for, with dots where there is more.
    fn cut(&mut self, line: Line<'_>) -> String {
        if self.measure(line.text, line.height) <= line.width {
            return line.text.to_owned();
        }
        let dots = "...";
        let mut room = line.width.saturating_sub(self.measure(dots, line.height)) as f32;
        let fits = |letter: &char| {
            room -= self.letters.advance(*letter, line.height);
            room >= 0.0
        };
        let kept: String = line.text.chars().take_while(fits).collect();
        kept + dots
    }

    /// The sheet as a PNG, or as a JPEG where that is asked for.
    pub fn encode(self, format: ImageFormat) -> Result<Vec<u8>, Unreadable> {
        if format == ImageFormat::Jpeg {
            return jpeg::encode(&self.pixels, QUALITY).map_err(unreadable);
        }
        let mut bytes = Vec::new();
        let pixels = DynamicImage::from(self.pixels);
        pixels.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(unreadable)?;
        Ok(bytes)
    }

    fn blend(&mut self, x: u32, y: u32, colour: [u8; 3], cover: f32) {
        let Some(pixel) = self.pixels.get_pixel_mut_checked(x, y) else { return };
        let cover = cover.clamp(0.0, 1.0);
        for (below, above) in pixel.0.iter_mut().zip(colour) {
            *below = (f32::from(*below) * (1.0 - cover) + f32::from(above) * cover).round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    const GROUND: [u8; 3] = [10, 10, 10];
    const INK: [u8; 3] = [240, 240, 240];

    fn inked(sheet: &Sheet, from: u32, to: u32) -> usize {
        sheet
            .pixels
            .enumerate_pixels()
            .filter(|(x, _, p)| (from..to).contains(x) && p.0 != GROUND)
            .count()
    }

    #[test]
    fn words_are_drawn_and_cut_where_they_do_not_fit() {
        let mut sheet = Sheet::new(400, 40, GROUND).unwrap();
        let line = Line { text: "152-1·2", left: 10, top: 4, height: 24, width: 380, colour: INK };
        sheet.write(line);
        assert!(inked(&sheet, 10, 120) > 200);
        assert_eq!((inked(&sheet, 0, 10), inked(&sheet, 140, 400)), (0, 0));

        let mut cut = Sheet::new(400, 40, GROUND).unwrap();
        cut.write(Line { text: &"x".repeat(100), width: 100, ..line });
        assert!(inked(&cut, 10, 110) > 100);
        assert_eq!(inked(&cut, 111, 400), 0);
    }

    #[test]
    fn letters_that_our_font_lacks_are_the_systems_and_cut_like_others() {
        let mut sheet = Sheet::new(400, 40, GROUND).unwrap();
        // Cyrillic: fonts of every system have it, and Geist Mono's Latin part does not.
        let narrow = sheet.measure("00", 24);
        sheet.write(Line { text: "ЖЖ", left: 10, top: 4, height: 24, width: 380, colour: INK });
        let one = |from, to| inked(&sheet, from, to);
        assert!(one(10, 60) > 150, "{} pixels", one(10, 60));
        assert!(narrow > 20);

        let mut cut = Sheet::new(400, 40, GROUND).unwrap();
        let long = "夕暮れの灯台".repeat(20);
        cut.write(Line { text: &long, left: 10, top: 4, height: 24, width: 100, colour: INK });
        assert!(inked(&cut, 10, 110) > 100);
        assert_eq!(inked(&cut, 114, 400), 0);
    }

    #[test]
    fn a_picture_lies_in_the_middle_of_its_square() {
        let mut sheet = Sheet::new(100, 100, GROUND).unwrap();
        let wide = RgbImage::from_pixel(80, 40, Rgb([200, 0, 0]));
        sheet.place(Picture::from_rgb(wide, crate::Orientation::NoTransforms), 10, 10, 40);
        let at = |x, y| sheet.pixels.get_pixel(x, y).0;
        assert_eq!([at(30, 30), at(30, 15), at(60, 30)], [[200, 0, 0], GROUND, GROUND]);
        let bytes = sheet.encode(ImageFormat::Png).unwrap();
        assert_eq!(Picture::decode(&bytes, ImageFormat::Png).unwrap().size(), (100, 100));
    }
}
