//! From a JSON Schema, as catalogues give it, to fields. What it does not know becomes
//! [`FieldKind::Json`]; nothing is dropped and nothing panics.

use serde_json::{Map, Value};

use super::roles::{find_prompt, is_ours, label, media_kind, rank, role_of, suits};
use super::union::flatten;
use super::{Field, FieldKind, MediaKind, Role, SIDES, split_size, text};

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
        let order: Vec<&str> = ["x-order-properties", "x-fal-order-properties"]
            .iter()
            .filter_map(|name| schema[*name].as_array())
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
        let ordered = fields.first().is_some_and(|(place, _)| *place != usize::MAX);
        let mut fields: Vec<Self> = fields.into_iter().map(|(_, field)| field).collect();
        find_prompt(&mut fields, ordered);
        if !ordered {
            fields.sort_by_key(|field| rank(field.role));
        }
        fields
    }
}

fn read_field(name: &str, property: &Value, clip: bool, required: bool) -> Field {
    let flat = flatten(property, |flat| {
        let media = media_kind(name, flat);
        (role_of(name, media, clip), media)
    });
    let media = media_kind(name, &flat);
    let role = role_of(name, media, clip);
    let kind = read_kind(name, &flat, role, media);
    // A resolution in pixels is a shape.
    let pixels = role == Role::Resolution && matches!(kind, FieldKind::Size { .. });
    let role = if pixels { Role::Shape } else { role };
    let hidden = is_ours(name) || flat.get("x-hidden") == Some(&Value::Bool(true));
    let role = if suits(role, &kind) { role } else { Role::Other };
    Field {
        label: text(&flat, "title")
            .filter(|title| *title != name)
            .map_or_else(|| label(name), ToOwned::to_owned),
        help: text(&flat, "description").unwrap_or_default().trim().to_owned(),
        role,
        required,
        default: default_of(&flat, &kind),
        hidden,
        advanced: !required && matches!(role, Role::Format | Role::Other),
        mention: text(&flat, "x-mention").map(str::to_owned),
        mask: flat.get("x-mask").and_then(|form| serde_json::from_value(form.clone()).ok()),
        kind,
        name: name.to_owned(),
    }
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
        ("string", options) if matches!(role, Role::Shape | Role::Resolution) => {
            read_size(name, flat, options.as_deref())
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
            min: least(flat).or_else(|| number(flat, "exclusiveMinimum")),
            max: most(flat).or_else(|| number(flat, "exclusiveMaximum")),
            step: step(flat),
        },
        ("boolean", _) => FieldKind::Switch,
        ("array", _) => read_list(flat, media),
        ("object", words) if role == Role::Shape => {
            read_sides(flat, words.as_deref()).unwrap_or(FieldKind::Json)
        }
        _ => FieldKind::Json,
    }
}

/// The default as the field's values are written: both sides of a size as one text.
fn default_of(flat: &Map<String, Value>, kind: &FieldKind) -> Option<Value> {
    let default = flat.get("default").filter(|value| !value.is_null())?;
    let sides = default["width"].as_u64().zip(default["height"].as_u64());
    match (kind, sides) {
        (FieldKind::Size { separator, .. }, Some((width, height))) => {
            Some(format!("{width}{separator}{height}").into())
        }
        _ => Some(default.clone()),
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
fn read_size(
    name: &str,
    flat: &Map<String, Value>,
    options: Option<&[Value]>,
) -> Option<FieldKind> {
    let options: Vec<String> =
        options.into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    let limit = |name: &str| whole(flat, &format!("x-size-{name}")).or_else(|| whole(flat, name));
    let (min, max) = (limit("minimum"), limit("maximum"));
    let samples =
        [options.first().map(String::as_str), text(flat, "default"), text(flat, "x-placeholder")];
    let separator = match samples.into_iter().flatten().find_map(split_size) {
        Some((_, separator)) => separator,
        // A text with limits in numbers can only be WaveSpeed's size, which has an asterisk.
        None if name.ends_with("size")
            && options.is_empty()
            && (min.is_some() || max.is_some()) =>
        {
            '*'
        }
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
        words: Vec::new(),
    })
}

/// A size that the wire wants as an object of width and height, and the words that may stand in its
/// place; None where the object is no such one.
fn read_sides(flat: &Map<String, Value>, words: Option<&[Value]>) -> Option<FieldKind> {
    let properties = flat.get("properties")?;
    let both = [properties["width"].as_object()?, properties["height"].as_object()?];
    let least = both.into_iter().filter_map(least_whole).max().unwrap_or_default();
    let most = both.into_iter().filter_map(most_whole).min();
    let max = most.and_then(|most| u32::try_from(most).ok()).unwrap_or(SIZE_LIMITS.1);
    // A schema may say no more than that a side is not negative; nothing is painted that small.
    let min = u32::try_from(least).unwrap_or_default().max(SIZE_LIMITS.0).min(max);
    let words = words.into_iter().flatten().filter_map(Value::as_str);
    Some(FieldKind::Size {
        min,
        max,
        separator: SIDES.to_string(),
        options: Vec::new(),
        words: words.map(ToOwned::to_owned).collect(),
    })
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

/// The least allowed; some generators leave their own word for it.
fn least(flat: &Map<String, Value>) -> Option<f64> {
    number(flat, "minimum").or_else(|| number(flat, "ge"))
}

/// The most allowed.
fn most(flat: &Map<String, Value>) -> Option<f64> {
    number(flat, "maximum").or_else(|| number(flat, "le"))
}

fn least_whole(flat: &Map<String, Value>) -> Option<i64> {
    least(flat).map(|least| least.ceil() as i64).or_else(|| {
        number(flat, "exclusiveMinimum").map(|least| (least.floor() as i64).saturating_add(1))
    })
}

fn most_whole(flat: &Map<String, Value>) -> Option<i64> {
    most(flat).map(|most| most.floor() as i64).or_else(|| {
        number(flat, "exclusiveMaximum").map(|most| (most.ceil() as i64).saturating_sub(1))
    })
}
