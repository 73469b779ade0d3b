//! What an input takes: by what the server says of the node, or else by what stands in the file.

use serde_json::{Map, Value};

use crate::schema::FieldKind;

/// The server's words for an input: its type or its list of choices, then its limits.
pub(super) fn spec<'a>(
    nodes: &'a Map<String, Value>,
    class: &str,
    input: &str,
) -> Option<&'a Value> {
    let inputs = &nodes.get(class)?["input"];
    ["required", "optional"].into_iter().map(|group| &inputs[group][input]).find(|s| s.is_array())
}

/// Its shape. `whole` where a number can only be a whole one, whoever says nothing of it.
pub(super) fn of(spec: Option<&Value>, value: &Value, whole: bool) -> FieldKind {
    spec.and_then(of_spec).unwrap_or_else(|| of_value(value, whole))
}

fn of_spec(spec: &Value) -> Option<FieldKind> {
    let limits = &spec[1];
    let choices = |list: &Value| {
        let options: Vec<Value> =
            list.as_array()?.iter().filter(|o| o.is_string() || o.is_number()).cloned().collect();
        (!options.is_empty()).then_some(FieldKind::Choice { options })
    };
    match spec[0].as_str() {
        None => choices(&spec[0]),
        Some("COMBO") => choices(&limits["options"]),
        Some("INT") => Some(FieldKind::Integer {
            min: limits["min"].as_i64(),
            max: limits["max"].as_i64(),
            step: limits["step"].as_i64().filter(|step| *step > 0),
        }),
        Some("FLOAT") => Some(FieldKind::Number {
            min: limits["min"].as_f64(),
            max: limits["max"].as_f64(),
            step: None,
        }),
        Some("BOOLEAN") => Some(FieldKind::Switch),
        Some("STRING") => {
            let multiline = limits["multiline"] == true;
            Some(FieldKind::Text { max_length: None, multiline })
        }
        Some(_) => None,
    }
}

fn of_value(value: &Value, whole: bool) -> FieldKind {
    match value {
        Value::Bool(_) => FieldKind::Switch,
        Value::Number(_) if whole => FieldKind::Integer { min: Some(1), max: None, step: None },
        // `8` may stand where `7.5` may as well.
        Value::Number(_) => FieldKind::Number { min: None, max: None, step: None },
        Value::String(text) => FieldKind::Text { max_length: None, multiline: text.contains('\n') },
        Value::Null | Value::Array(_) | Value::Object(_) => FieldKind::Json,
    }
}
