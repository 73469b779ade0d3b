//! From what a person entered to what an endpoint takes: pruned, checked, nothing sent.

use rushes_providers::schema::{FieldKind, MediaKind, Role, validate};
use serde_json::{Map, Value};

use super::Entry;
use crate::view::{Problem, Reference};

/// Where a reference stands in for its URL while inputs are checked.
const STAND_IN: &str = "https://reference.invalid/picture";

/// A reference with what its asset is.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which asset in which field.
    pub reference: Reference,
    /// What the asset is; None when it is not in the library.
    pub media: Option<MediaKind>,
}

/// Inputs that an endpoint takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// The words; empty where the endpoint takes none.
    pub prompt: String,
    /// Without references, nulls and empty texts.
    pub inputs: Map<String, Value>,
    /// References, and whether the field's wire form is a list.
    pub references: Vec<(Reference, bool)>,
    /// The seed that was entered.
    pub seed: Option<i64>,
    /// The field a seed goes into.
    pub seed_field: Option<String>,
}

/// Checks inputs and references against an endpoint's fields.
pub fn compose(
    entry: &Entry,
    inputs: &Map<String, Value>,
    wanted: &[Wanted],
) -> Result<Composed, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut inputs: Map<String, Value> = inputs
        .iter()
        .filter(|(_, value)| !is_nothing(value))
        .map(|(name, value)| {
            let field = entry.fields.iter().find(|field| field.name == *name);
            (name.clone(), field.map_or_else(|| value.clone(), |field| field.spelt(value)))
        })
        .collect();
    // What no form shows and no provider does without goes as the catalogue has it.
    for field in entry.fields.iter().filter(|field| field.hidden && field.required) {
        if let (Some(default), false) = (&field.default, inputs.contains_key(&field.name)) {
            inputs.insert(field.name.clone(), default.clone());
        }
    }
    let mut references = Vec::with_capacity(wanted.len());
    let mut checked = inputs.clone();
    for one in wanted {
        match place(entry, one, &mut checked) {
            Ok(list) => references.push((one.reference.clone(), list)),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(
        validate(&entry.fields, &checked)
            .into_iter()
            .map(|found| Problem { field: found.field, message: found.message }),
    );
    if !problems.is_empty() {
        return Err(problems);
    }
    let prompt = entry
        .field(Role::Prompt)
        .and_then(|field| inputs.get(&field.name))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let seed_field = entry.field(Role::Seed).map(|field| field.name.clone());
    // The seed is set for each attempt; -1 and its like mean "any" in every dialect.
    let seed = seed_field
        .as_ref()
        .and_then(|name| inputs.remove(name))
        .and_then(|value| value.as_i64())
        .filter(|seed| *seed >= 0);
    Ok(Composed { prompt, inputs, references, seed, seed_field })
}

pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Puts a stand-in where the reference's URL will be; answers whether the field takes a list.
fn place(
    entry: &Entry,
    wanted: &Wanted,
    checked: &mut Map<String, Value>,
) -> Result<bool, Problem> {
    let name = &wanted.reference.field;
    let problem = |message: String| Problem { field: name.clone(), message };
    let Some(field) = entry.fields.iter().find(|field| &field.name == name) else {
        return Err(problem(t!(
            "{name} takes no reference here. Remove it or switch to a model that takes pictures.",
            name = entry.name
        )));
    };
    let FieldKind::Media { media, max_items, list } = &field.kind else {
        return Err(problem(t!(
            "{label} is not a place for a reference.",
            label = rushes_providers::said(&field.label)
        )));
    };
    match wanted.media {
        None => {
            return Err(problem(
                t!("This reference is no longer in the library. Drop the picture in again.").into(),
            ));
        }
        Some(given) if given != *media => {
            return Err(problem(t!(
                "{label} takes {wanted}, and this is {given}.",
                label = rushes_providers::said(&field.label),
                wanted = spoken(*media),
                given = spoken(given)
            )));
        }
        Some(_) => {}
    }
    let url = Value::String(STAND_IN.into());
    if *list {
        let entry = checked.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(urls) = entry {
            if urls.len() >= *max_items as usize {
                return Err(problem(t!(
                    "{label} takes at most {max_items}. Remove one.",
                    label = rushes_providers::said(&field.label),
                    max_items
                )));
            }
            urls.push(url);
        }
    } else if checked.insert(name.clone(), url).is_some() {
        return Err(problem(t!(
            "{label} takes one picture. Remove the other.",
            label = rushes_providers::said(&field.label)
        )));
    }
    Ok(*list)
}

pub(super) fn spoken(media: MediaKind) -> &'static str {
    match media {
        MediaKind::Image => t!("a picture"),
        MediaKind::Video => t!("a clip"),
        MediaKind::Audio => t!("a sound"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalog::merge;
    use serde_json::json;

    fn entry(remote_model: &str) -> Entry {
        let manifest = rushes_providers::find("sandbox").unwrap().manifest();
        merge(manifest, None).into_iter().find(|entry| entry.remote_model == remote_model).unwrap()
    }

    fn inputs(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    fn picture(field: &str) -> Wanted {
        Wanted {
            reference: Reference { field: field.into(), asset: "ast_1".into() },
            media: Some(MediaKind::Image),
        }
    }

    #[test]
    fn nothings_are_pruned_and_the_seed_is_taken_out() {
        let composed = compose(
            &entry("sandbox/stills"),
            &inputs(json!({"prompt": "hills", "negative_prompt": " ", "seed": 7, "size": null})),
            &[],
        )
        .unwrap();
        assert_eq!(composed.inputs, inputs(json!({"prompt": "hills"})));
        assert_eq!((composed.seed, composed.seed_field.as_deref()), (Some(7), Some("seed")));
        assert_eq!(composed.prompt, "hills");
    }

    #[test]
    fn a_size_is_written_as_the_endpoint_wants_it() {
        let typed = inputs(json!({"prompt": "640x480", "size": "640x480"}));
        let composed = compose(&entry("sandbox/stills"), &typed, &[]).unwrap();
        assert_eq!(composed.inputs, inputs(json!({"prompt": "640x480", "size": "640*480"})));
    }

    #[test]
    fn what_no_form_shows_and_nothing_goes_without_is_put_in() {
        let mut still = entry("sandbox/stills");
        still.fields.push(rushes_providers::schema::Field {
            name: "workflow".into(),
            label: "Workflow".into(),
            help: String::new(),
            role: Role::Other,
            kind: FieldKind::Json,
            required: true,
            default: Some(json!({"1": {"class_type": "SaveImage"}})),
            hidden: true,
            advanced: false,
            mention: None,
            mask: None,
        });
        let composed = compose(&still, &inputs(json!({"prompt": "hills"})), &[]).unwrap();
        assert_eq!(composed.inputs["workflow"], json!({"1": {"class_type": "SaveImage"}}));
        let own = inputs(json!({"prompt": "hills", "workflow": {"2": {}}}));
        assert_eq!(compose(&still, &own, &[]).unwrap().inputs["workflow"], json!({"2": {}}));
    }

    #[test]
    fn a_seed_of_minus_one_means_a_fresh_one() {
        let composed =
            compose(&entry("sandbox/stills"), &inputs(json!({"prompt": "hills", "seed": -1})), &[])
                .unwrap();
        assert_eq!(composed.seed, None);
    }

    #[test]
    fn references_go_where_they_fit_and_nowhere_else() {
        let edit = entry("sandbox/stills/edit");
        let prompt = inputs(json!({"prompt": "at night"}));
        let composed = compose(&edit, &prompt, &[picture("images"), picture("images")]).unwrap();
        assert_eq!(composed.references.len(), 2);
        assert!(composed.references.iter().all(|(_, list)| *list));
        let five: Vec<Wanted> = (0..5).map(|_| picture("images")).collect();
        assert_eq!(compose(&edit, &prompt, &five).unwrap_err().len(), 1);
        let plain = compose(&entry("sandbox/stills"), &prompt, &[picture("images")]).unwrap_err();
        assert_eq!(plain[0].field, "images");
        let clip = Wanted { media: Some(MediaKind::Video), ..picture("images") };
        let wrong = compose(&edit, &prompt, &[clip]).unwrap_err();
        assert!(wrong[0].message.contains("takes a picture, and this is a clip"), "{wrong:?}");
    }

    #[test]
    fn a_missing_reference_is_a_problem_of_its_field() {
        let problems = compose(
            &entry("sandbox/clips/image-to-video"),
            &inputs(json!({"prompt": "slow push in"})),
            &[],
        )
        .unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].field, "image");
    }
}
