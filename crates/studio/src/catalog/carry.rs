//! What was written for one endpoint, taken over to another.

use rushes_providers::schema::{Field, FieldKind, MediaKind, Role, validate};
use serde_json::{Map, Value};

use super::compose::{Composed, Wanted, compose, is_nothing, spoken};
use super::{Entry, LeftOut};
use crate::view::Reference;

/// Carries inputs and references that were written for `from` over to `to`, and checks them there.
/// The prompt and every reference must come along; of the rest, what `to` does not take is left to
/// its own defaults.
pub fn carry(
    from: &Entry,
    to: &Entry,
    inputs: &Map<String, Value>,
    wanted: &[Wanted],
) -> Result<Composed, LeftOut> {
    if to.fields.is_empty() {
        return Err(LeftOut::Unready);
    }
    let mut carried = Map::new();
    for (name, value) in inputs.iter().filter(|(_, value)| !value.is_null()) {
        let source = from.fields.iter().find(|field| field.name == *name);
        if source.is_some_and(is_own) {
            continue;
        }
        match value_there(source, to, name, value) {
            Some((field, value)) => {
                carried.insert(field.name.clone(), value);
            }
            None if source.is_some_and(|field| field.role == Role::Prompt) => {
                return Err(LeftOut::Misfit(t!("It takes no prompt.").into()));
            }
            None => {}
        }
    }
    let mut placed: Vec<Wanted> = Vec::with_capacity(wanted.len());
    for one in wanted {
        let field = match one.media {
            Some(media) => seat_of(from, to, &one.reference, media, &placed).ok_or_else(|| {
                LeftOut::Misfit(t!("It has no place for {what} like that.", what = spoken(media)))
            })?,
            None => one.reference.field.clone(),
        };
        let reference = Reference { field, ..one.reference.clone() };
        placed.push(Wanted { reference, media: one.media });
    }
    compose(to, &carried, &placed).map_err(|problems| {
        let first = problems.into_iter().next().map(|problem| problem.message);
        LeftOut::Misfit(first.unwrap_or_default())
    })
}

/// The fields of `from` whose values `to` does not take: its own defaults stand there instead.
pub fn not_taken<'a>(from: &'a Entry, to: &Entry, inputs: &Map<String, Value>) -> Vec<&'a Field> {
    let is_left = |field: &&Field| {
        let value = inputs.get(&field.name).filter(|value| !is_nothing(value));
        field.role != Role::Prompt
            && !is_own(field)
            && value.is_some_and(|value| value_there(Some(field), to, &field.name, value).is_none())
    };
    from.fields.iter().filter(is_left).collect()
}

/// What no form shows and no provider does without is each endpoint's own.
fn is_own(field: &Field) -> bool {
    field.hidden && field.required
}

/// The field that a value goes to, with the value as it is spelt there; None where it is not taken.
fn value_there<'a>(
    source: Option<&Field>,
    to: &'a Entry,
    name: &str,
    value: &Value,
) -> Option<(&'a Field, Value)> {
    let role = source.map(|field| field.role);
    let field = match role {
        Some(role @ (Role::Prompt | Role::NegativePrompt | Role::Seed)) => to.field(role),
        _ => to.fields.iter().find(|field| field.name == name),
    }?;
    let value = field.spelt(value);
    // A prompt that does not fit is told by the check of the whole, never dropped.
    (role == Some(Role::Prompt) || takes(field, &value)).then_some((field, value))
}

fn takes(field: &Field, value: &Value) -> bool {
    let one = Map::from_iter([(field.name.clone(), value.clone())]);
    validate(std::slice::from_ref(field), &one).is_empty()
}

/// The field that a reference goes to: of the same name, else of the same role, else the first that
/// takes such a file. A mask or a last frame means something else anywhere else.
fn seat_of(
    from: &Entry,
    to: &Entry,
    reference: &Reference,
    media: MediaKind,
    placed: &[Wanted],
) -> Option<String> {
    let role = from.fields.iter().find(|f| f.name == reference.field).map(|field| field.role);
    let own = |role: Role| matches!(role, Role::Mask | Role::LastFrame);
    let open: Vec<&Field> = to
        .fields
        .iter()
        .filter(|field| match &field.kind {
            FieldKind::Media { media: takes, max_items, list } => {
                let there = placed.iter().filter(|one| one.reference.field == field.name).count();
                let room = if *list { *max_items as usize } else { 1 };
                *takes == media && there < room
            }
            _ => false,
        })
        .filter(|field| role == Some(field.role) || !own(field.role) && !role.is_some_and(own))
        .collect();
    let named = open.iter().find(|field| field.name == reference.field);
    let alike = || open.iter().find(|field| role == Some(field.role));
    named.or_else(alike).or_else(|| open.first()).map(|field| field.name.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rushes_providers::types::Modality;
    use serde_json::json;

    fn field(name: &str, role: Role, kind: FieldKind) -> Field {
        Field {
            name: name.into(),
            label: name.into(),
            help: String::new(),
            role,
            kind,
            required: role == Role::Prompt,
            default: None,
            hidden: false,
            advanced: false,
            mention: None,
            mask: None,
        }
    }

    fn words(most: Option<u32>) -> FieldKind {
        FieldKind::Text { max_length: most, multiline: false }
    }

    fn picture(max_items: u32) -> FieldKind {
        FieldKind::Media { media: MediaKind::Image, max_items, list: max_items > 1 }
    }

    fn entry(id: &str, fields: Vec<Field>) -> Entry {
        Entry {
            id: id.into(),
            provider: "wave".into(),
            remote_model: id.into(),
            model: id.into(),
            name: id.into(),
            description: String::new(),
            task: String::new(),
            modality: Modality::Image,
            fields,
            price: None,
            licence: rushes_providers::types::Licence::default(),
            docs: None,
            as_of: String::new(),
            live: true,
            output_terms: rushes_providers::types::Licence::default(),
            ends_on: None,
            retired: None,
            own: false,
        }
    }

    fn first() -> Entry {
        entry(
            "first",
            vec![
                field("prompt", Role::Prompt, words(None)),
                field("seed", Role::Seed, FieldKind::Integer { min: None, max: None, step: None }),
                field(
                    "steps",
                    Role::Other,
                    FieldKind::Integer { min: None, max: None, step: None },
                ),
                field("images", Role::Reference, picture(4)),
                field("mask", Role::Mask, picture(1)),
            ],
        )
    }

    fn inputs(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    fn wanted(fields: &[&str]) -> Vec<Wanted> {
        let one = |(n, field): (usize, &&str)| Wanted {
            reference: Reference { field: (*field).into(), asset: format!("ast_{n}") },
            media: Some(MediaKind::Image),
        };
        fields.iter().enumerate().map(one).collect()
    }

    fn seats(composed: &Composed) -> Vec<(&str, bool)> {
        composed.references.iter().map(|(one, list)| (one.field.as_str(), *list)).collect()
    }

    #[test]
    fn the_prompt_and_seed_go_by_role_and_the_rest_by_name_where_it_is_valid() {
        let few = FieldKind::Integer { min: Some(1), max: Some(8), step: None };
        let to = entry(
            "second",
            vec![
                field("text", Role::Prompt, words(None)),
                field("noise", Role::Seed, FieldKind::Integer { min: None, max: None, step: None }),
                field("steps", Role::Other, few),
            ],
        );
        let wrote = json!({"prompt": "hills", "seed": 7, "steps": 8, "size": "1x1", "none": null});
        let carried = carry(&first(), &to, &inputs(wrote), &[]).unwrap();
        assert_eq!(carried.inputs, inputs(json!({"text": "hills", "steps": 8})));
        assert_eq!(carried.prompt, "hills");
        assert_eq!((carried.seed, carried.seed_field.as_deref()), (Some(7), Some("noise")));
        // Eleven steps are too many there: its own default then.
        let wrote = inputs(json!({"prompt": "hills", "steps": 11}));
        let carried = carry(&first(), &to, &wrote, &[]).unwrap();
        assert_eq!(carried.inputs, inputs(json!({"text": "hills"})));
        // And that is told, by the names of fields that it was written for.
        let told = |wrote: &Map<String, Value>| -> Vec<String> {
            not_taken(&first(), &to, wrote).into_iter().map(|field| field.name.clone()).collect()
        };
        assert_eq!(told(&wrote), ["steps"]);
        let wrote = json!({"prompt": "hills", "seed": 7, "steps": 8, "size": null});
        assert_eq!(told(&inputs(wrote)), [""; 0]);
        let to = entry("third", vec![field("text", Role::Prompt, words(None))]);
        let wrote = inputs(json!({"seed": 7, "steps": 8}));
        assert_eq!(not_taken(&first(), &to, &wrote).len(), 2);
    }

    #[test]
    fn what_is_hidden_and_needed_is_the_endpoints_own() {
        let itself = |value: &str| Field {
            required: true,
            hidden: true,
            default: Some(value.into()),
            ..field("workflow", Role::Other, words(None))
        };
        let prompt = || field("prompt", Role::Prompt, words(None));
        let from = entry("first", vec![prompt(), itself("of the first")]);
        let to = entry("second", vec![prompt(), itself("of the second")]);
        let wrote = inputs(json!({"prompt": "hills", "workflow": "as it was once"}));
        let carried = carry(&from, &to, &wrote, &[]).unwrap();
        assert_eq!(carried.inputs, inputs(json!({"prompt": "hills", "workflow": "of the second"})));
    }

    #[test]
    fn a_prompt_is_never_cut_or_dropped() {
        let brief = entry("brief", vec![field("text", Role::Prompt, words(Some(4)))]);
        let wrote = inputs(json!({"prompt": "hills"}));
        assert_eq!(
            carry(&first(), &brief, &wrote, &[]),
            Err(LeftOut::Misfit("text takes 4 characters, this is 5.".into()))
        );
        let mute = entry("mute", vec![field("image", Role::Reference, picture(1))]);
        assert_eq!(
            carry(&first(), &mute, &wrote, &[]),
            Err(LeftOut::Misfit("It takes no prompt.".into()))
        );
        assert_eq!(carry(&first(), &entry("new", vec![]), &wrote, &[]), Err(LeftOut::Unready));
    }

    #[test]
    fn references_find_a_place_of_their_kind_or_the_step_does_not_fit() {
        let prompt = || field("prompt", Role::Prompt, words(None));
        let wrote = inputs(json!({"prompt": "hills"}));
        let to = entry(
            "second",
            vec![
                prompt(),
                field("cover", Role::Mask, picture(1)),
                field("image", Role::FirstFrame, picture(1)),
                field("more", Role::Other, picture(3)),
            ],
        );
        let carried = carry(&first(), &to, &wrote, &wanted(&["images", "mask", "images"])).unwrap();
        assert_eq!(seats(&carried), [("image", false), ("cover", false), ("more", true)]);
        let bare = entry("bare", vec![prompt(), field("image", Role::Reference, picture(1))]);
        let none = LeftOut::Misfit("It has no place for a picture like that.".into());
        assert_eq!(carry(&first(), &bare, &wrote, &wanted(&["mask"])), Err(none.clone()));
        assert_eq!(carry(&first(), &bare, &wrote, &wanted(&["images", "images"])), Err(none));
        let itself = carry(&first(), &first(), &wrote, &wanted(&["mask", "images"])).unwrap();
        assert_eq!(seats(&itself), [("mask", false), ("images", true)]);
    }
}
