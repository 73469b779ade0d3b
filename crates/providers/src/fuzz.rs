//! Random JSON for tests of parsers: made of the words they look for, or of recorded answers with a
//! part exchanged.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON, made of these names and words among others.
pub(crate) fn any_json(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let word = prop::sample::select(words);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 96, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

/// One of these recorded answers, with up to three of its parts exchanged for any JSON.
pub(crate) fn mutated(
    answers: Vec<Value>,
    words: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    let answer = prop::sample::select(answers);
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any_json(words)), 0..=3);
    (answer, changes).prop_map(|(mut answer, changes)| {
        for (at, part) in changes {
            let parts = parts(&answer);
            let place: &String = at.get(&parts);
            if let Some(place) = answer.pointer_mut(place) {
                *place = part;
            }
        }
        answer
    })
}

/// JSON pointers to every part, the whole first.
fn parts(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, all: &mut Vec<String>) {
        all.push(path.to_owned());
        let name = |key: &str| key.replace('~', "~0").replace('/', "~1");
        match value {
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}/{n}"), all);
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    walk(item, &format!("{path}/{}", name(key)), all);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut all);
    all
}
