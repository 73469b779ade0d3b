//! What is to be painted: a task's checked inputs, read into sizes, formats and seeds.

use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::catalog::Craft;

/// The least and most pixels of a side that is asked for.
pub(crate) const PIXELS: (u32, u32) = (256, 2048);

/// One commission for the painter. The same order with the same references gives the same bytes.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) craft: Craft,
    pub(crate) prompt: String,
    pub(crate) negative: String,
    pub(crate) seed: u32,
    pub(crate) frame: Frame,
    pub(crate) format: Format,
    /// Seconds; 0 for stills.
    pub(crate) duration: u32,
    /// Frames per second; 0 for stills.
    pub(crate) fps: u32,
    /// URLs of the pictures to work from, the leading one first.
    pub(crate) references: Vec<String>,
}

/// The size of what is painted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Frame {
    /// Width and height in pixels.
    Pixels(u32, u32),
    /// The first reference's aspect ratio, with about so many pixels (stills) or so short a side (clips).
    Like { target: Target },
}

/// How large a frame of a given aspect ratio is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    Megapixel,
    LongSide2048,
    ShortSide(u32),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    Png,
    Jpeg,
    WebP,
    Mp4,
}

impl Format {
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::WebP => "webp",
            Self::Mp4 => "mp4",
        }
    }
}

/// The media type for a file name's ending.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}

impl Order {
    /// Reads inputs that the catalogue has checked; `seed` is the one to use when none was asked for.
    pub(crate) fn read(
        craft: Craft,
        inputs: &Map<String, Value>,
        seed: u32,
    ) -> Result<Self, Refusal> {
        let text =
            |name: &str| inputs.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number =
            |name: &str| inputs.get(name).and_then(Value::as_u64).unwrap_or_default() as u32;
        let target = match text("resolution").as_str() {
            "480p" => Target::ShortSide(480),
            "720p" => Target::ShortSide(720),
            "1080p" => Target::ShortSide(1080),
            "2k" => Target::LongSide2048,
            _ => Target::Megapixel,
        };
        let frame = match (text("size").as_str(), text("aspect_ratio").as_str()) {
            ("", "") => Frame::Like { target },
            ("", ratio) => {
                let (w, h) = target.fit(ratio_of(ratio)?);
                Frame::Pixels(w, h)
            }
            (size, _) => read_size(size)?,
        };
        let format = match text("output_format").as_str() {
            _ if craft.is_video() => Format::Mp4,
            "jpeg" => Format::Jpeg,
            "webp" => Format::WebP,
            _ => Format::Png,
        };
        let references = match craft {
            Craft::Still | Craft::Clip => Vec::new(),
            Craft::Edit => inputs
                .get("images")
                .and_then(Value::as_array)
                .map(|urls| urls.iter().filter_map(|u| u.as_str().map(str::to_owned)).collect())
                .unwrap_or_default(),
            Craft::ImageToClip => [text("image"), text("last_image")]
                .into_iter()
                .filter(|url| !url.is_empty())
                .collect(),
        };
        Ok(Self {
            craft,
            prompt: text("prompt"),
            negative: text("negative_prompt"),
            seed,
            frame,
            format,
            duration: number("duration"),
            fps: number("fps"),
            references,
        })
    }

    /// Width and height in pixels, given the size of the first reference.
    pub(crate) fn pixels(&self, first: Option<(u32, u32)>) -> (u32, u32) {
        match self.frame {
            Frame::Pixels(w, h) => (w, h),
            Frame::Like { target } => {
                let (w, h) = first.unwrap_or((1, 1));
                target.fit((f64::from(w.max(1)) / f64::from(h.max(1))).clamp(0.4, 2.5))
            }
        }
    }
}

impl Target {
    /// Width and height for a ratio: multiples of 16 for stills, even for clips, 256 to 2048 each.
    fn fit(self, ratio: f64) -> (u32, u32) {
        let (w, h, step) = match self {
            Self::Megapixel => {
                let w = (1024.0 * 1024.0 * ratio).sqrt();
                (w, w / ratio, 16.0)
            }
            Self::LongSide2048 if ratio >= 1.0 => (2048.0, 2048.0 / ratio, 16.0),
            Self::LongSide2048 => (2048.0 * ratio, 2048.0, 16.0),
            Self::ShortSide(side) if ratio >= 1.0 => {
                (f64::from(side) * ratio, f64::from(side), 2.0)
            }
            Self::ShortSide(side) => (f64::from(side), f64::from(side) / ratio, 2.0),
        };
        let even = |side: f64| ((side / step).round() * step).clamp(256.0, 2048.0) as u32;
        (even(w), even(h))
    }
}

fn ratio_of(text: &str) -> Result<f64, Refusal> {
    let wrong = || Refusal::invalid("aspect_ratio must look like 16:9");
    let (w, h) = text.split_once(':').ok_or_else(wrong)?;
    let (w, h): (f64, f64) = (w.parse().map_err(|_| wrong())?, h.parse().map_err(|_| wrong())?);
    Ok(w / h)
}

fn read_size(text: &str) -> Result<Frame, Refusal> {
    let wrong =
        || Refusal::invalid("size must look like 1024*1024, with 256 to 2048 pixels each way");
    let (w, h) = text.split_once('*').ok_or_else(wrong)?;
    let side = |t: &str| {
        t.parse::<u32>().ok().filter(|n| (PIXELS.0..=PIXELS.1).contains(n)).ok_or_else(wrong)
    };
    Ok(Frame::Pixels(side(w)?, side(h)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_what_their_words_say() {
        for (target, ratio, size) in [
            (Target::Megapixel, "1:1", (1024, 1024)),
            (Target::Megapixel, "16:9", (1360, 768)),
            (Target::LongSide2048, "9:16", (1152, 2048)),
            (Target::ShortSide(480), "16:9", (854, 480)),
            (Target::ShortSide(720), "16:9", (1280, 720)),
            (Target::ShortSide(1080), "9:16", (1080, 1920)),
        ] {
            assert_eq!(target.fit(ratio_of(ratio).unwrap()), size, "{target:?} {ratio}");
        }
    }
}
