//! The inputs of a render, from what was typed.

use rushes_studio::api::types::{Asset, Endpoint, Reference};
use rushes_studio::schema::{Field, FieldKind, Role};
use serde_json::{Map, Number, Value};

use crate::exit::Failure;
use crate::words::{did_you_mean, nearest};

/// Inputs by field name, and whether the seed among them was given.
#[derive(Debug, PartialEq)]
pub(crate) struct Inputs {
    pub(crate) values: Map<String, Value>,
    pub(crate) keep_seed: bool,
}

/// The prompt and every `--set field=value`, each in the shape that its field has. A value that
/// does not fit its field goes on as the text it is: the check says what would fit.
pub(crate) fn read(endpoint: &Endpoint, prompt: &str, set: &[String]) -> Result<Inputs, Failure> {
    let mut values = Map::new();
    let mut keep_seed = false;
    if let Some(field) = endpoint.fields.iter().find(|f| f.role == Role::Prompt) {
        values.insert(field.name.clone(), prompt.into());
    }
    for pair in set {
        let (name, text) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(format!("{pair} has no value."), "Write --set field=value.")
        })?;
        let field = endpoint
            .fields
            .iter()
            .find(|f| f.name == name && !f.hidden)
            .ok_or_else(|| no_field(endpoint, name))?;
        if matches!(field.kind, FieldKind::Media { .. }) {
            return Err(Failure::usage(
                format!("{name} takes a file."),
                "Give it with --ref FILE.",
            ));
        }
        keep_seed |= field.role == Role::Seed;
        values.insert(field.name.clone(), shape(&field.kind, text));
    }
    Ok(Inputs { values, keep_seed })
}

fn no_field(endpoint: &Endpoint, name: &str) -> Failure {
    let names: Vec<&str> =
        endpoint.fields.iter().filter(|f| !f.hidden).map(|f| f.name.as_str()).collect();
    let all = format!("It takes {}.", names.join(", "));
    let hint = did_you_mean(&nearest(name, names.into_iter()), &all);
    Failure::usage(format!("{} has no input called {name}.", endpoint.name), hint)
}

fn shape(kind: &FieldKind, text: &str) -> Value {
    let as_typed = || Value::from(text);
    match kind {
        FieldKind::Text { .. } | FieldKind::Media { .. } => as_typed(),
        FieldKind::Choice { options } => {
            let option = options
                .iter()
                .find(|o| o.as_str().map_or_else(|| o.to_string(), Into::into) == text);
            option.cloned().unwrap_or_else(as_typed)
        }
        FieldKind::Integer { .. } => text.parse::<i64>().map_or_else(|_| as_typed(), Value::from),
        FieldKind::Number { .. } => {
            text.parse().ok().and_then(Number::from_f64).map_or_else(as_typed, Value::Number)
        }
        FieldKind::Switch => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => true.into(),
            "false" | "no" | "off" | "0" => false.into(),
            _ => as_typed(),
        },
        FieldKind::Size { words, .. } if words.iter().any(|word| word == text) => as_typed(),
        FieldKind::Size { separator, .. } => match text.split_once(['x', 'X', '*', '×']) {
            Some((width, height)) => format!("{}{separator}{}", width.trim(), height.trim()).into(),
            None => as_typed(),
        },
        FieldKind::List { .. } => match serde_json::from_str(text) {
            Ok(Value::Array(entries)) => entries.into(),
            _ => text.split(',').map(|entry| Value::from(entry.trim())).collect(),
        },
        FieldKind::Json => serde_json::from_str(text).unwrap_or_else(|_| as_typed()),
    }
}

/// Puts each file into the first field that takes its kind and has room: references first, then
/// frames, then anything else.
pub(crate) fn place(endpoint: &Endpoint, assets: &[Asset]) -> Result<Vec<Reference>, Failure> {
    let mut fields: Vec<(&Field, u32)> = endpoint
        .fields
        .iter()
        .filter(|f| !f.hidden)
        .filter_map(|f| match f.kind {
            FieldKind::Media { max_items, .. } => Some((f, max_items.max(1))),
            _ => None,
        })
        .collect();
    fields.sort_by_key(|(field, _)| match field.role {
        Role::Reference => 0,
        Role::FirstFrame => 1,
        Role::LastFrame => 2,
        Role::Mask => 4,
        _ => 3,
    });
    let mut placed = Vec::new();
    for asset in assets {
        let takes = |field: &Field| matches!(field.kind, FieldKind::Media { media, .. } if media == asset.media);
        let room = fields.iter_mut().find(|(field, left)| *left > 0 && takes(field));
        let (field, left) = room.ok_or_else(|| no_room(endpoint, placed.len()))?;
        *left -= 1;
        placed.push(Reference { field: field.name.clone(), asset: asset.id.clone() });
    }
    Ok(placed)
}

fn no_room(endpoint: &Endpoint, taken: usize) -> Failure {
    let message = match taken {
        0 => format!("{} takes no such reference.", endpoint.name),
        1 => format!("{} takes one reference of this kind.", endpoint.name),
        n => format!("{} takes {n} references of this kind.", endpoint.name),
    };
    Failure::usage(message, "Leave some out, or choose another model with --model.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fall over")]

    use rushes_studio::schema::MediaKind;
    use serde_json::json;

    use super::*;
    use crate::exit::Exit;

    fn endpoint(fields: Vec<(&str, Role, FieldKind)>) -> Endpoint {
        let fields: Vec<Field> = fields
            .into_iter()
            .map(|(name, role, kind)| Field {
                name: name.into(),
                label: name.into(),
                help: String::new(),
                role,
                kind,
                required: false,
                default: None,
                hidden: name == "webhook",
                advanced: false,
                mention: None,
                mask: None,
            })
            .collect();
        serde_json::from_value(json!({
            "id": "p:m", "model": "m", "name": "M", "description": "", "provider": "p",
            "provider_name": "P", "monogram": "Pp", "modality": "image", "task": "",
            "fields": fields, "price": null,
            "licence": { "commercial": "unknown", "name": null, "url": null, "read_on": null },
            "docs": null, "as_of": "2026-11-22", "live": false, "sandbox": false, "usable": true,
            "keyed": true, "output_terms": {"commercial": "unknown"}, "variants": [], "own": false, "own_server": false, "family": "M",
            "estimate": null,
        }))
        .unwrap()
    }

    fn painter() -> Endpoint {
        let text = || FieldKind::Text { max_length: None, multiline: false };
        let media = |max_items| FieldKind::Media { media: MediaKind::Image, max_items, list: true };
        endpoint(vec![
            ("prompt", Role::Prompt, text()),
            ("last_image", Role::LastFrame, media(1)),
            ("images", Role::Reference, media(2)),
            ("seed", Role::Seed, FieldKind::Integer { min: None, max: None, step: None }),
            ("strength", Role::Other, FieldKind::Number { min: None, max: None, step: None }),
            (
                "duration",
                Role::Duration,
                FieldKind::Choice { options: vec![json!(5), json!("10")] },
            ),
            (
                "size",
                Role::Shape,
                FieldKind::Size {
                    min: 1,
                    max: 9999,
                    separator: "*".into(),
                    options: vec![],
                    words: vec!["extra_wide".into()],
                },
            ),
            ("safe", Role::Other, FieldKind::Switch),
            ("styles", Role::Other, FieldKind::List { max_items: None }),
            ("camera", Role::Other, FieldKind::Json),
            ("webhook", Role::Other, text()),
        ])
    }

    fn values(set: &[&str]) -> Result<Inputs, Failure> {
        let set: Vec<String> = set.iter().map(|s| (*s).into()).collect();
        read(&painter(), "boats", &set)
    }

    #[test]
    fn values_take_the_shape_of_their_fields() {
        let set = [
            "seed=7",
            "strength=0.5",
            "duration=5",
            "size=640x480",
            "safe=yes",
            "styles=ink, wash",
            r#"camera={"pan":1}"#,
        ];
        let inputs = values(&set).unwrap();
        assert_eq!(
            Value::from(inputs.values),
            json!({
                "prompt": "boats", "seed": 7, "strength": 0.5, "duration": 5, "size": "640*480",
                "safe": true, "styles": ["ink", "wash"], "camera": { "pan": 1 },
            })
        );
        assert!(inputs.keep_seed);
        let named = values(&["size=extra_wide"]).unwrap();
        assert_eq!(named.values["size"], json!("extra_wide"));
    }

    #[test]
    fn what_does_not_fit_goes_on_as_typed_for_the_check_to_name() {
        let inputs =
            values(&["strength=much", "duration=10", "safe=perhaps", "prompt=a=b"]).unwrap();
        assert_eq!(
            Value::from(inputs.values),
            json!({ "prompt": "a=b", "strength": "much", "duration": "10", "safe": "perhaps" })
        );
        assert!(!inputs.keep_seed);
    }

    #[test]
    fn unknown_inputs_are_answered_with_the_nearest() {
        for (set, words) in [
            ("sed=7", "M has no input called sed.\nDid you mean seed?"),
            (
                "qqq=7",
                "M has no input called qqq.\nIt takes prompt, last_image, images, seed, strength, duration, size, safe, styles, camera.",
            ),
            (
                "webhook=http://x",
                "M has no input called webhook.\nIt takes prompt, last_image, images, seed, strength, duration, size, safe, styles, camera.",
            ),
            ("seed", "seed has no value.\nWrite --set field=value."),
            ("images=a.png", "images takes a file.\nGive it with --ref FILE."),
        ] {
            let wrong = values(&[set]).unwrap_err();
            assert_eq!((wrong.exit, wrong.words().as_str()), (Exit::Usage, words));
        }
    }

    fn asset(id: &str, media: MediaKind) -> Asset {
        Asset {
            id: id.into(),
            media,
            media_type: String::new(),
            width: 1,
            height: 1,
            duration_ms: None,
            bytes: 1,
            path: String::new(),
        }
    }

    #[test]
    fn references_fill_the_strip_before_the_frames() {
        let pictures: Vec<Asset> =
            ["a", "b", "c", "d"].iter().map(|id| asset(id, MediaKind::Image)).collect();
        let placed = place(&painter(), &pictures[..3]).unwrap();
        let fields: Vec<(&str, &str)> =
            placed.iter().map(|r| (r.field.as_str(), r.asset.as_str())).collect();
        assert_eq!(fields, [("images", "a"), ("images", "b"), ("last_image", "c")]);

        let wrong = place(&painter(), &pictures).unwrap_err();
        assert_eq!(wrong.error.message, "M takes 3 references of this kind.");
        let clip = place(&painter(), &[asset("v", MediaKind::Video)]).unwrap_err();
        assert_eq!(clip.error.message, "M takes no such reference.");
    }
}
