//! The shapes that schemas of four catalogues come in, written by us after reading thousands of them,
//! and what becomes of each. `make soak` counts the real ones.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use serde_json::Value;

use super::{Field, FieldKind, resolve};

fn shapes() -> Vec<Value> {
    serde_json::from_str(include_str!("shapes.json")).unwrap()
}

fn fields(shape: &Value) -> (Value, Vec<Field>) {
    let document = &shape["document"];
    let input = resolve(document, &document["components"]["schemas"]["Input"]);
    let fields = Field::for_task(&input, shape["task"].as_str().unwrap());
    (input, fields)
}

#[test]
fn each_shape_becomes_the_form_it_always_became() {
    let mut forms = String::new();
    for shape in shapes() {
        let _ = writeln!(forms, "{}", shape["shape"].as_str().unwrap());
        for field in fields(&shape).1 {
            let kind = serde_json::to_value(&field.kind).unwrap();
            let mut marks = String::new();
            for (mark, set) in [(" required", field.required), (" advanced", field.advanced)] {
                marks.push_str(if set { mark } else { "" });
            }
            let default = field.default.map(|d| format!(" = {d}")).unwrap_or_default();
            let _ = writeln!(forms, "  {}: {:?}{marks} {kind}{default}", field.name, field.role);
        }
    }
    insta::assert_snapshot!(forms);
}

#[test]
fn no_input_of_any_shape_is_dropped() {
    for shape in shapes() {
        let (input, fields) = fields(&shape);
        let names = input["properties"].as_object().unwrap();
        assert_eq!(fields.len(), names.len(), "{}", shape["shape"]);
        assert!(
            names.keys().all(|name| fields.iter().any(|f| f.name == *name)),
            "{}",
            shape["shape"]
        );
    }
}

#[test]
fn what_is_not_understood_can_still_be_written() {
    let json = |field: &Field| field.kind == FieldKind::Json;
    let names: Vec<String> = shapes()
        .iter()
        .flat_map(|shape| fields(shape).1)
        .filter(json)
        .map(|field| field.name)
        .collect();
    assert_eq!(names, ["loras", "camera", "tree"]);
}
