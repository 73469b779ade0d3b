//! `$ref` of OpenAPI documents, written out.

use serde_json::{Map, Value};

/// How deep references may lead into each other. Schemas of inputs are flat; what goes deeper is a
/// circle, and stays as it is.
const DEPTH: u8 = 12;

/// How many references are written out in one schema. A few that name each other many times could
/// grow without end.
const MANY: u32 = 10_000;

/// A part of a document with every reference into the same document (`#/components/…`) written out.
/// What stands beside a reference wins over what it names. A reference that leads nowhere stays.
pub fn resolve(document: &Value, part: &Value) -> Value {
    written_out(document, part, DEPTH, &mut MANY.clone())
}

fn written_out(document: &Value, part: &Value, depth: u8, left: &mut u32) -> Value {
    match part {
        Value::Array(items) => {
            items.iter().map(|item| written_out(document, item, depth, left)).collect()
        }
        Value::Object(map) => {
            let mut whole = Map::new();
            let named =
                map.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
            let named = named
                .and_then(|pointer| document.pointer(pointer))
                .filter(|_| depth > 0 && *left > 0);
            for (key, value) in map {
                if key != "$ref" || named.is_none() {
                    whole.insert(key.clone(), written_out(document, value, depth, left));
                }
            }
            if let Some(named) = named {
                *left -= 1;
                if let Value::Object(named) = written_out(document, named, depth - 1, left) {
                    for (key, value) in named {
                        whole.entry(key).or_insert(value);
                    }
                }
            }
            Value::Object(whole)
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::resolve;

    #[test]
    fn references_are_written_out_wherever_they_stand() {
        let document = json!({
            "components": {"schemas": {
                "Input": {"properties": {
                    "format": {"allOf": [{"$ref": "#/components/schemas/format"}], "default": "png"},
                    "size": {"anyOf": [{"$ref": "#/components/schemas/Size"}, {"enum": ["wide"]}]},
                }},
                "format": {"type": "string", "enum": ["png", "webp"]},
                "Size": {"type": "object", "properties": {"width": {"$ref": "#/components/schemas/Side"}}},
                "Side": {"type": "integer", "maximum": 4},
            }},
        });
        let input = &json!({"$ref": "#/components/schemas/Input", "title": "Mine"});
        assert_eq!(
            resolve(&document, input),
            json!({
                "title": "Mine",
                "properties": {
                    "format": {"allOf": [{"type": "string", "enum": ["png", "webp"]}], "default": "png"},
                    "size": {"anyOf": [
                        {"type": "object", "properties": {"width": {"type": "integer", "maximum": 4}}},
                        {"enum": ["wide"]},
                    ]},
                },
            })
        );
    }

    #[test]
    fn circles_and_dead_ends_come_to_an_end() {
        let document =
            json!({"a": {"x": {"$ref": "#/a"}, "y": {"$ref": "#/a"}}, "b": {"$ref": "#/b"}});
        let one = resolve(&document, &json!({"$ref": "#/a"}));
        assert!(one["x"]["x"]["y"].is_object());
        assert!(resolve(&document, &json!({"$ref": "#/b"})).is_object());
        for dead in ["#/nowhere", "elsewhere.json#/a", "#a"] {
            assert_eq!(resolve(&document, &json!({"$ref": dead})), json!({"$ref": dead}));
        }
    }
}
