//! Fields: the part of JSON Schema that forms and validators speak, in our words.

mod check;
mod read;
mod refs;
mod roles;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests;
mod union;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

pub use check::{Problem, validate};
pub use refs::resolve;

/// One declared input of an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Field {
    /// The provider's own name, the key in the inputs.
    pub name: String,
    /// A readable label, e.g. "Aspect ratio".
    pub label: String,
    /// One line of help; may be empty.
    pub help: String,
    /// What the field is for, where it is recognised.
    pub role: Role,
    /// Its shape and limits.
    pub kind: FieldKind,
    /// Whether a submit without it is refused.
    pub required: bool,
    /// The provider's default.
    #[ts(type = "unknown")]
    pub default: Option<Value>,
    /// Set by Rushes or never shown (sync mode, base64 output, webhooks).
    pub hidden: bool,
    /// Shown under Advanced.
    pub advanced: bool,
    /// How a prompt speaks of its files, `{n}` for their number, where the model knows them by a name of
    /// its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mention: Option<String>,
    /// How a mask marks what is to be painted anew; white where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mask: Option<MaskForm>,
}

/// How a mask marks what is to be painted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MaskForm {
    /// White on black.
    White,
    /// Clear in what is opaque.
    Clear,
}

/// What a field means to a person, beyond its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The prompt.
    Prompt,
    /// What should not be in the picture.
    NegativePrompt,
    /// One reference picture or a strip of them.
    Reference,
    /// The picture a clip begins with.
    FirstFrame,
    /// The picture a clip ends with.
    LastFrame,
    /// A mask over the reference.
    Mask,
    /// Ratio or pixel size of the output.
    Shape,
    /// Resolution class: 1k, 720p.
    Resolution,
    /// Length in seconds.
    Duration,
    /// How many outputs one call makes.
    Count,
    /// The seed.
    Seed,
    /// File type of the output.
    Format,
    /// Anything else.
    Other,
}

/// Shape and limits of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "snake_case")]
pub enum FieldKind {
    /// Words.
    Text {
        /// Longest allowed, in characters.
        max_length: Option<u32>,
        /// Whether it deserves an editor of several lines.
        multiline: bool,
    },
    /// One of a list of words or numbers.
    Choice {
        /// In the provider's order.
        #[ts(type = "Array<string | number>")]
        options: Vec<Value>,
    },
    /// A whole number.
    Integer {
        /// Least.
        min: Option<i64>,
        /// Most.
        max: Option<i64>,
        /// Step.
        step: Option<i64>,
    },
    /// A number.
    Number {
        /// Least.
        min: Option<f64>,
        /// Most.
        max: Option<f64>,
        /// Step.
        step: Option<f64>,
    },
    /// Yes or no.
    Switch,
    /// Width and height written as one text, e.g. `1024*1024`, or one of a few words for a size.
    Size {
        /// Least pixels on a side.
        min: u32,
        /// Most pixels on a side.
        max: u32,
        /// What stands between the numbers: `*`, `x` or `×`.
        separator: String,
        /// Sizes the schema lists, if it does.
        options: Vec<String>,
        /// Words that stand for sizes of the provider's own, beside any size in pixels.
        #[serde(default)]
        words: Vec<String>,
    },
    /// A media file by URL; a reference of the draft goes here.
    Media {
        /// What it takes.
        media: MediaKind,
        /// One URL, or a list of at most this many.
        max_items: u32,
        /// Whether the wire wants a list even for one.
        list: bool,
    },
    /// Several words or numbers.
    List {
        /// Most entries.
        max_items: Option<u32>,
    },
    /// Anything this subset does not know: edited as JSON, checked, never dropped.
    Json,
}

/// What kind of file a media field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A clip.
    Video,
    /// A sound.
    Audio,
}

impl MediaKind {
    /// What a file is by the ending of its address or name.
    pub fn of_name(name: &str) -> Option<Self> {
        let path = name.split(['?', '#']).next().unwrap_or_default();
        let (_, ending) = path.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "png" | "jpg" | "jpeg" | "webp" | "gif" | "avif" | "svg" | "bmp" | "tiff" => {
                Some(Self::Image)
            }
            "mp4" | "webm" | "mov" | "mkv" | "m4v" | "avi" => Some(Self::Video),
            "mp3" | "wav" | "ogg" | "flac" | "m4a" | "aac" | "opus" => Some(Self::Audio),
            _ => None,
        }
    }
}

/// What stands between the sides of a size that the wire wants as an object of width and height. No
/// provider writes it, so such a size is told from one that is sent as it stands.
pub const SIDES: char = '×';

/// Width and height of a size that is written with [`SIDES`].
pub fn sides(text: &str) -> Option<(u32, u32)> {
    split_size(text).filter(|(_, separator)| *separator == SIDES).map(|(sides, _)| sides)
}

impl Field {
    /// A value as this field writes it: a size with the field's own sign between its sides, whichever
    /// of the usual ones was typed. Anything else as it is.
    pub fn spelt(&self, value: &Value) -> Value {
        let FieldKind::Size { separator, options, words, .. } = &self.kind else {
            return value.clone();
        };
        let listed = |text: &str| options.iter().chain(words).any(|known| known == text);
        let typed = value.as_str().filter(|text| !listed(text)).and_then(split_size);
        typed.map_or_else(
            || value.clone(),
            |((width, height), _)| format!("{width}{separator}{height}").into(),
        )
    }
}

/// Both sides of a size such as `1024*768` and what stands between them.
fn split_size(text: &str) -> Option<((u32, u32), char)> {
    let (at, separator) =
        text.char_indices().find(|(_, c)| matches!(*c, '*' | 'x' | 'X' | SIDES))?;
    let width = text[..at].trim().parse().ok()?;
    let height = text[at + separator.len_utf8()..].trim().parse().ok()?;
    Some(((width, height), separator))
}

/// A part of a schema that is words.
fn text<'a>(flat: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    flat.get(key)?.as_str()
}
