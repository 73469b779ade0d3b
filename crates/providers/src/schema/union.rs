//! One shape out of several: `allOf`, `anyOf`, `oneOf`, lists of types, `const`.

use serde_json::{Map, Value};

use super::{MediaKind, Role};

type Shape = Map<String, Value>;

/// What an enumeration is called by the tools that write these schemas, which tells nobody anything.
const SAYS_NOTHING: &str = "An enumeration.";

/// A property as one shape: parts put together, "or null" taken away, and of several ways to write
/// the same thing the one that a form can show.
pub(super) fn flatten(
    property: &Value,
    role: impl Fn(&Shape) -> (Role, Option<MediaKind>),
) -> Shape {
    let mut flat = property.as_object().cloned().unwrap_or_default();
    if let Some(Value::Array(parts)) = flat.remove("allOf") {
        for part in parts {
            fill(&mut flat, part);
        }
    }
    for wrap in ["anyOf", "oneOf"] {
        let Some(Value::Array(options)) = flat.get(wrap) else { continue };
        let real: Vec<Shape> = options
            .iter()
            .filter(|option| option["type"] != "null")
            .filter_map(Value::as_object)
            .map(one_type)
            .collect();
        if let Some(chosen) = chosen(real, role(&flat)) {
            flat.remove(wrap);
            fill(&mut flat, Value::Object(chosen));
        }
    }
    let mut flat = one_type(&flat);
    if flat.get("description").is_some_and(|text| text == SAYS_NOTHING) {
        flat.remove("description");
    }
    flat
}

/// Adds what is not there yet.
fn fill(flat: &mut Shape, part: Value) {
    if let Value::Object(part) = part {
        for (key, value) in part {
            flat.entry(key).or_insert(value);
        }
    }
}

/// `["integer", "null"]` is an integer; a `const` is an enumeration of one.
fn one_type(shape: &Shape) -> Shape {
    let mut shape = shape.clone();
    if let Some(Value::Array(types)) = shape.get("type") {
        let mut real = types.iter().filter(|kind| *kind != "null");
        if let (Some(only), None) = (real.next(), real.next()) {
            let only = only.clone();
            shape.insert("type".into(), only);
        }
    }
    if let Some(only) = shape.remove("const") {
        shape.entry("enum").or_insert_with(|| Value::Array(vec![only]));
    }
    shape
}

/// The shape that stands for all options; None where no single one does.
fn chosen(options: Vec<Shape>, (role, media): (Role, Option<MediaKind>)) -> Option<Shape> {
    if options.len() < 2 {
        return options.into_iter().next();
    }
    if let Some(all) = one_list(&options) {
        return Some(all);
    }
    let is = |option: &Shape, kind: &str| option.get("type").is_some_and(|k| k == kind);
    let by = |kind: &str| options.iter().find(|option| is(option, kind));
    let only =
        |kinds: &[&str]| options.iter().all(|option| kinds.iter().any(|kind| is(option, kind)));
    let plain = |option: &&Shape| is(option, "string") && !option.contains_key("enum");
    // A list also holds one; an object with a URL says no more than the URL.
    if media.is_some() && only(&["string", "array", "object"]) {
        return by("array").or_else(|| by("string")).cloned();
    }
    let has_sides = |option: &&Shape| {
        let sides = option.get("properties").and_then(Value::as_object);
        sides.is_some_and(|sides| sides.contains_key("width") && sides.contains_key("height"))
    };
    if let Some(sides) = options.iter().find(has_sides).filter(|_| role == Role::Shape) {
        return Some(named_or_free(sides, &options));
    }
    match role {
        Role::Prompt | Role::NegativePrompt => by("string").cloned(),
        Role::Seed => by("integer").cloned(),
        // Any whole number and any number are any number; any word and these words are any word.
        _ if only(&["integer", "number"]) => by("number").cloned(),
        _ if only(&["string"]) => options.iter().find(plain).cloned(),
        _ => None,
    }
}

/// Free sizes, with the words that stand beside them.
fn named_or_free(sides: &Shape, options: &[Shape]) -> Shape {
    let mut whole = sides.clone();
    // What the object is called says nothing about the input.
    whole.remove("title");
    whole.remove("description");
    let listed = options.iter().filter_map(|option| option.get("enum")?.as_array());
    let words: Vec<Value> = listed.flatten().filter(|word| word.is_string()).cloned().collect();
    whole.insert("enum".into(), words.into());
    whole
}

/// Several enumerations as one.
fn one_list(options: &[Shape]) -> Option<Shape> {
    let lists = options.iter().map(|option| option.get("enum")?.as_array());
    let lists: Vec<&Vec<Value>> = lists.collect::<Option<_>>()?;
    let all: Vec<Value> = lists.into_iter().flatten().cloned().collect();
    let mut whole = options.first()?.clone();
    whole.insert("enum".into(), all.into());
    Some(whole)
}
