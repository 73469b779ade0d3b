//! From a JSON Schema, as catalogues give it, to fields. What it does not know becomes
//! [`FieldKind::Json`]; nothing is dropped and nothing panics.

use serde_json::{Map, Value};

use super::{Field, FieldKind, MediaKind, Role, split_size};

/// The least and most pixels on a side where a schema has a size and no limits.
const SIZE_LIMITS: (u32, u32) = (64, 8192);

/// A list of media without `maxItems`.
const MANY: u32 = 64;

impl Field {
    /// Reads an object schema (`properties`, `required`, `x-order-properties`) into fields, in the
    /// order they are shown.
    pub fn from_json_schema(schema: &Value) -> Vec<Self> {
        Self::for_task(schema, "")
    }

    /// [`Field::from_json_schema`] with the provider's word for the kind of work, which tells a
    /// first frame from a reference: `image` of `image-to-video` is the first frame.
    pub fn for_task(schema: &Value, task: &str) -> Vec<Self> {
        let Some(properties) = schema["properties"].as_object() else {
            return Vec::new();
        };
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let order: Vec<&str> = schema["x-order-properties"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let clip = task.ends_with("image-to-video")
            || ["last_image", "end_image"].iter().any(|name| properties.contains_key(*name));
        let mut fields: Vec<(usize, Self)> = properties
            .iter()
            .map(|(name, property)| {
                let field = read_field(name, property, clip, required.contains(&name.as_str()));
                let place = order
                    .iter()
                    .position(|ordered| ordered == name)
                    .or_else(|| Some(property["x-order"].as_u64()? as usize))
                    .unwrap_or(usize::MAX);
                (place, field)
            })
            .collect();
        fields.sort_by_key(|(place, field)| (*place, rank(field.role)));
        fields.into_iter().map(|(_, field)| field).collect()
    }
}

fn read_field(name: &str, property: &Value, clip: bool, required: bool) -> Field {
    let flat = without_null(property);
    let media = media_kind(name, &flat);
    let role = role_of(name, media, clip);
    let kind = read_kind(name, &flat, role, media);
    let hidden = is_ours(name) || flat.get("x-hidden") == Some(&Value::Bool(true));
    let role = if suits(role, &kind) { role } else { Role::Other };
    Field {
        label: text(&flat, "title")
            .filter(|title| *title != name)
            .map_or_else(|| label(name), ToOwned::to_owned),
        help: text(&flat, "description").unwrap_or_default().trim().to_owned(),
        role,
        required,
        default: flat.get("default").filter(|value| !value.is_null()).cloned(),
        hidden,
        advanced: !required && matches!(role, Role::Format | Role::Other),
        kind,
        name: name.to_owned(),
    }
}

/// Whether a kind is one that people would know the role by: a seed is a number, whatever a schema
/// calls by that name.
fn suits(role: Role, kind: &FieldKind) -> bool {
    match role {
        Role::Prompt | Role::NegativePrompt => matches!(kind, FieldKind::Text { .. }),
        Role::Reference | Role::FirstFrame | Role::LastFrame | Role::Mask => {
            matches!(kind, FieldKind::Media { .. })
        }
        Role::Seed => matches!(kind, FieldKind::Integer { .. } | FieldKind::Number { .. }),
        Role::Count | Role::Duration => {
            matches!(
                kind,
                FieldKind::Integer { .. } | FieldKind::Number { .. } | FieldKind::Choice { .. }
            )
        }
        Role::Shape | Role::Resolution | Role::Format => {
            !matches!(kind, FieldKind::Json | FieldKind::List { .. })
        }
        Role::Other => true,
    }
}

/// Where a role stands when the schema has no order of its own.
fn rank(role: Role) -> u8 {
    match role {
        Role::Prompt => 0,
        Role::NegativePrompt => 1,
        Role::FirstFrame => 2,
        Role::Reference => 3,
        Role::LastFrame => 4,
        Role::Mask => 5,
        Role::Shape => 6,
        Role::Resolution => 7,
        Role::Duration => 8,
        Role::Count => 9,
        Role::Seed => 10,
        Role::Format => 11,
        Role::Other => 12,
    }
}

/// The property itself, where `anyOf`, `oneOf`, `allOf` or a type list only add "or null".
fn without_null(property: &Value) -> Map<String, Value> {
    let mut flat = property.as_object().cloned().unwrap_or_default();
    for wrap in ["anyOf", "oneOf", "allOf"] {
        let Some(Value::Array(options)) = flat.get(wrap) else {
            continue;
        };
        let mut real = options.iter().filter(|option| option["type"] != "null");
        if let (Some(Value::Object(only)), None) = (real.next(), real.next()) {
            let only = only.clone();
            flat.remove(wrap);
            for (key, value) in only {
                flat.entry(key).or_insert(value);
            }
        }
    }
    if let Some(Value::Array(types)) = flat.get("type") {
        let mut real = types.iter().filter(|kind| *kind != "null");
        if let (Some(only), None) = (real.next(), real.next()) {
            flat.insert("type".into(), only.clone());
        }
    }
    flat
}

fn read_kind(
    name: &str,
    flat: &Map<String, Value>,
    role: Role,
    media: Option<MediaKind>,
) -> FieldKind {
    let options: Option<Vec<Value>> = flat.get("enum").and_then(Value::as_array).map(|options| {
        options.iter().filter(|option| option.is_string() || option.is_number()).cloned().collect()
    });
    let kind = text(flat, "type").unwrap_or_else(|| match flat.get("default") {
        _ if flat.contains_key("properties") => "object",
        Some(Value::String(_)) => "string",
        Some(Value::Bool(_)) => "boolean",
        _ => options.as_ref().filter(|options| !options.is_empty()).map_or("", |_| "enum"),
    });
    match (kind, options) {
        ("string", options) if role == Role::Shape && name.ends_with("size") => {
            read_size(flat, options.as_deref())
                .unwrap_or_else(|| choice_or_text(flat, options, role))
        }
        ("string" | "integer" | "number" | "enum", Some(options)) if !options.is_empty() => {
            FieldKind::Choice { options }
        }
        ("string", options) => match media {
            Some(media) => FieldKind::Media { media, max_items: 1, list: false },
            None => choice_or_text(flat, options, role),
        },
        ("integer", _) => FieldKind::Integer {
            min: least_whole(flat),
            max: most_whole(flat),
            step: step(flat).map(|step| step as i64).filter(|step| *step > 0),
        },
        ("number", _) => FieldKind::Number {
            min: number(flat, "minimum").or_else(|| number(flat, "exclusiveMinimum")),
            max: number(flat, "maximum").or_else(|| number(flat, "exclusiveMaximum")),
            step: step(flat),
        },
        ("boolean", _) => FieldKind::Switch,
        ("array", _) => read_list(flat, media),
        _ => FieldKind::Json,
    }
}

fn choice_or_text(flat: &Map<String, Value>, options: Option<Vec<Value>>, role: Role) -> FieldKind {
    match options {
        Some(options) if !options.is_empty() => FieldKind::Choice { options },
        _ => FieldKind::Text {
            max_length: whole(flat, "maxLength"),
            multiline: matches!(role, Role::Prompt | Role::NegativePrompt)
                || text(flat, "x-ui-component") == Some("textarea"),
        },
    }
}

/// A list of URLs, or of words and numbers. `maxItems` may stand on the list or on its items.
fn read_list(flat: &Map<String, Value>, media: Option<MediaKind>) -> FieldKind {
    let empty = Map::new();
    let items = flat.get("items").and_then(Value::as_object).unwrap_or(&empty);
    let max_items = whole(flat, "maxItems").or_else(|| whole(items, "maxItems"));
    match (media, text(items, "type")) {
        (Some(media), Some("string") | None) => {
            FieldKind::Media { media, max_items: max_items.unwrap_or(MANY), list: true }
        }
        (_, Some("string" | "integer" | "number")) => FieldKind::List { max_items },
        _ => FieldKind::Json,
    }
}

/// `1024*1024` and `1024x1024`; None where nothing shows that the text is a size.
fn read_size(flat: &Map<String, Value>, options: Option<&[Value]>) -> Option<FieldKind> {
    let options: Vec<String> =
        options.into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    let limit = |name: &str| whole(flat, &format!("x-size-{name}")).or_else(|| whole(flat, name));
    let (min, max) = (limit("minimum"), limit("maximum"));
    let samples =
        [options.first().map(String::as_str), text(flat, "default"), text(flat, "x-placeholder")];
    let separator = match samples.into_iter().flatten().find_map(split_size) {
        Some((_, separator)) => separator,
        // A text with limits in numbers can only be WaveSpeed's size, which has an asterisk.
        None if options.is_empty() && (min.is_some() || max.is_some()) => '*',
        None => return None,
    };
    let sides: Vec<(u32, u32)> =
        options.iter().map(|size| Some(split_size(size)?.0)).collect::<Option<_>>()?;
    let least = sides.iter().map(|(width, height)| *width.min(height)).min();
    let most = sides.iter().map(|(width, height)| *width.max(height)).max();
    Some(FieldKind::Size {
        min: least.or(min).unwrap_or(SIZE_LIMITS.0),
        max: most.or(max).unwrap_or(SIZE_LIMITS.1),
        separator: separator.to_string(),
        options,
    })
}

fn role_of(name: &str, media: Option<MediaKind>, clip: bool) -> Role {
    match name {
        "prompt" | "text_prompt" | "positive_prompt" => Role::Prompt,
        "negative_prompt" => Role::NegativePrompt,
        "last_image" | "end_image" | "last_frame" | "end_frame" | "last_frame_image"
        | "last_image_url" | "end_image_url" | "tail_image" => Role::LastFrame,
        "first_image" | "start_image" | "first_frame" | "start_frame" | "first_frame_image"
        | "start_image_url" => Role::FirstFrame,
        "image" | "image_url" | "input_image" if clip => Role::FirstFrame,
        _ if media.is_some() && name.contains("mask") => Role::Mask,
        _ if media.is_some() => Role::Reference,
        "size" | "image_size" | "aspect_ratio" | "ratio" | "width" | "height" => Role::Shape,
        "resolution" => Role::Resolution,
        "duration" | "duration_seconds" | "seconds" => Role::Duration,
        "num_images" | "number_of_images" | "num_outputs" | "max_images" | "n" => Role::Count,
        "seed" => Role::Seed,
        "output_format" | "format" | "image_format" => Role::Format,
        _ => Role::Other,
    }
}

/// What file a field takes, told by its name, or by an uploader in its interface hints.
fn media_kind(name: &str, flat: &Map<String, Value>) -> Option<MediaKind> {
    let kind = text(flat, "type").unwrap_or("string");
    if !matches!(kind, "string" | "array") || flat.contains_key("enum") {
        return None;
    }
    let by_word = |word: &str| match word {
        "image" | "images" | "frame" | "mask" | "picture" | "photo" => Some(MediaKind::Image),
        "video" | "videos" => Some(MediaKind::Video),
        "audio" | "audios" => Some(MediaKind::Audio),
        _ => None,
    };
    let words: Vec<&str> =
        name.split('_').filter(|word| !matches!(*word, "url" | "urls" | "uri" | "uris")).collect();
    let last_word = words.last().and_then(|word| by_word(word));
    let numbered = words.last().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let by_name = last_word
        .or_else(|| numbered.then(|| by_word(words.get(words.len().checked_sub(2)?)?)).flatten());
    let uploads = text(flat, "x-ui-component") == Some("uploader");
    let accepts = text(flat, "x-accept").unwrap_or_default();
    by_name.or_else(|| {
        uploads.then_some(if accepts.contains("video") {
            MediaKind::Video
        } else if accepts.contains("audio") {
            MediaKind::Audio
        } else {
            MediaKind::Image
        })
    })
}

/// Inputs that Rushes sets itself: how the answer comes is not the user's business.
fn is_ours(name: &str) -> bool {
    matches!(name, "enable_sync_mode" | "enable_base64_output" | "sync_mode")
        || name.starts_with("webhook")
}

/// `aspect_ratio` reads "Aspect ratio".
fn label(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

fn text<'a>(flat: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    flat.get(key)?.as_str()
}

fn number(flat: &Map<String, Value>, key: &str) -> Option<f64> {
    flat.get(key)?.as_f64()
}

fn whole(flat: &Map<String, Value>, key: &str) -> Option<u32> {
    u32::try_from(flat.get(key)?.as_u64()?).ok()
}

fn step(flat: &Map<String, Value>) -> Option<f64> {
    number(flat, "multipleOf").or_else(|| number(flat, "step")).filter(|step| *step > 0.0)
}

fn least_whole(flat: &Map<String, Value>) -> Option<i64> {
    number(flat, "minimum").map(|least| least.ceil() as i64).or_else(|| {
        number(flat, "exclusiveMinimum").map(|least| (least.floor() as i64).saturating_add(1))
    })
}

fn most_whole(flat: &Map<String, Value>) -> Option<i64> {
    number(flat, "maximum").map(|most| most.floor() as i64).or_else(|| {
        number(flat, "exclusiveMaximum").map(|most| (most.ceil() as i64).saturating_sub(1))
    })
}
