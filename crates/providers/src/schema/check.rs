//! Whether inputs fit fields, in words for the person who typed them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::words::said;

use super::{Field, FieldKind, MediaKind, Role, split_size};

/// Something to mend before a submit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// The name of the field it belongs to.
    pub field: String,
    /// One sentence that stands under the field.
    pub message: String,
}

/// Everything that would make the provider decline `inputs`, in the order of the fields. A null
/// counts as not given.
pub fn validate(fields: &[Field], inputs: &Map<String, Value>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in fields {
        let message = match inputs.get(&field.name).filter(|value| !value.is_null()) {
            Some(value) => wrong(field, value),
            None if field.required && field.default.is_none() => Some(missing(field)),
            None => None,
        };
        problems.extend(message.map(|message| Problem { field: field.name.clone(), message }));
    }
    let unknown = inputs.keys().filter(|name| fields.iter().all(|field| field.name != **name));
    problems.extend(
        unknown.map(|name| Problem { field: name.clone(), message: stranger(name, fields) }),
    );
    problems
}

fn missing(field: &Field) -> String {
    match (field.role, &field.kind) {
        (Role::Prompt, _) => t!("Write a prompt first.").into(),
        (_, FieldKind::Media { media, list: true, .. }) => {
            t!("{label} needs at least {what}.", label = said(&field.label), what = one(*media))
        }
        (_, FieldKind::Media { media, .. }) => {
            t!("{label} needs {what}.", label = said(&field.label), what = one(*media))
        }
        _ => t!("{label} is needed.", label = said(&field.label)),
    }
}

fn wrong(field: &Field, value: &Value) -> Option<String> {
    let label = said(&field.label);
    match &field.kind {
        FieldKind::Text { max_length, .. } => match value.as_str() {
            None => Some(t!("{label} takes words.", label)),
            Some(text) if field.required && text.trim().is_empty() => Some(missing(field)),
            Some(text) => {
                let long = text.chars().count();
                max_length.filter(|most| long > *most as usize).map(|most| {
                    t!("{label} takes {most} characters, this is {long}.", label, most, long)
                })
            }
        },
        FieldKind::Choice { options } => (!options.iter().any(|option| same(option, value)))
            .then(|| t!("{label} is one of {values}.", label, values = listed(options))),
        FieldKind::Integer { min, max, step } => {
            if value.as_i64().is_none() && value.as_f64().is_none_or(|number| number.fract() != 0.0)
            {
                return Some(t!("{label} takes a whole number.", label));
            }
            let number = value.as_f64()?;
            let limits = (min.map(|min| min as f64), max.map(|max| max as f64));
            out_of_range(field, number, limits)
                .or_else(|| off_step(label, number, limits.0, step.map(|step| step as f64)))
        }
        FieldKind::Number { min, max, step } => match value.as_f64() {
            None => Some(t!("{label} takes a number.", label)),
            Some(number) => out_of_range(field, number, (*min, *max))
                .or_else(|| off_step(label, number, *min, *step)),
        },
        FieldKind::Switch => (!value.is_boolean()).then(|| t!("{label} is on or off.", label)),
        FieldKind::Size { min, max, separator, options, words } => {
            if value.as_str().is_some_and(|text| words.iter().any(|word| word == text)) {
                return None;
            }
            wrong_size(label, value, (*min, *max), separator, (options, words))
        }
        FieldKind::Media { media, max_items, list } => {
            wrong_media(field, value, *media, *max_items, *list)
        }
        FieldKind::List { max_items } => match value.as_array() {
            None => Some(t!("{label} takes a list.", label)),
            Some(entries)
                if entries.iter().any(|entry| !entry.is_string() && !entry.is_number()) =>
            {
                Some(t!("{label} takes words and numbers.", label))
            }
            Some(entries) => max_items.filter(|most| entries.len() > *most as usize).map(|most| {
                t!("{label} takes up to {most}, these are {n}.", label, most, n = entries.len())
            }),
        },
        FieldKind::Json => None,
    }
}

fn out_of_range(field: &Field, number: f64, limits: (Option<f64>, Option<f64>)) -> Option<String> {
    let (label, unit) =
        (said(&field.label), if field.role == Role::Duration { t!(" seconds") } else { "" });
    match limits {
        (Some(min), Some(max)) if number < min || number > max => {
            Some(t!("{label} goes from {min} to {max}{unit}.", label, min, max, unit))
        }
        (Some(min), None) if number < min => {
            Some(t!("{label} starts at {min}{unit}.", label, min, unit))
        }
        (None, Some(max)) if number > max => {
            Some(t!("{label} goes up to {max}{unit}.", label, max, unit))
        }
        _ => None,
    }
}

fn off_step(label: &str, number: f64, min: Option<f64>, step: Option<f64>) -> Option<String> {
    let step = step?;
    let steps = number / step;
    let from_least = (number - min.unwrap_or_default()) / step;
    // Schemas count steps from zero (`multipleOf`) or from the least (a slider's `step`).
    let on = |steps: f64| (steps - steps.round()).abs() < 1e-6;
    (!on(steps) && !on(from_least)).then(|| t!("{label} goes in steps of {step}.", label, step))
}

fn wrong_size(
    label: &str,
    value: &Value,
    (min, max): (u32, u32),
    separator: &str,
    (options, words): (&[String], &[String]),
) -> Option<String> {
    let named = if words.is_empty() {
        String::new()
    } else {
        t!("one of {words}, or ", words = words.join(", "))
    };
    let shape =
        || Some(t!("{label} is {named}written like 1024{separator}1024.", label, named, separator));
    let Some(text) = value.as_str() else {
        return shape();
    };
    let Some(((width, height), between)) = split_size(text) else {
        return shape();
    };
    if between.to_string() != separator {
        return shape();
    }
    if !options.is_empty() && !options.iter().any(|option| option == text) {
        return Some(t!("{label} is one of {options}.", label, options = options.join(", ")));
    }
    let fits = |side: u32| (min..=max).contains(&side);
    (!fits(width) || !fits(height))
        .then(|| t!("{label} goes from {min} to {max} pixels a side.", label, min, max))
}

fn wrong_media(
    field: &Field,
    value: &Value,
    media: MediaKind,
    max_items: u32,
    list: bool,
) -> Option<String> {
    let label = said(&field.label);
    if !list {
        return match value.as_str() {
            Some(url) if !url.is_empty() => None,
            Some(_) if field.required => Some(missing(field)),
            Some(_) => None,
            None => Some(t!("{label} takes {what}.", label, what = one(media))),
        };
    }
    let Some(entries) = value.as_array() else {
        return Some(t!("{label} takes a list.", label));
    };
    if entries.iter().any(|entry| entry.as_str().is_none_or(str::is_empty)) {
        return Some(t!("Each of {label} is {what}.", label, what = one(media)));
    }
    if entries.is_empty() && field.required {
        return Some(missing(field));
    }
    (entries.len() > max_items as usize).then(|| {
        t!("{label} takes up to {max_items}, these are {n}.", label, max_items, n = entries.len())
    })
}

fn one(media: MediaKind) -> &'static str {
    match media {
        MediaKind::Image => t!("a picture"),
        MediaKind::Video => t!("a clip"),
        MediaKind::Audio => t!("a sound"),
    }
}

/// Equality that does not tell 5 from 5.0.
fn same(a: &Value, b: &Value) -> bool {
    a == b || matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if (a - b).abs() < 1e-9)
}

fn listed(options: &[Value]) -> String {
    let words: Vec<String> = options
        .iter()
        .map(|option| option.as_str().map_or_else(|| option.to_string(), ToOwned::to_owned))
        .collect();
    words.join(", ")
}

fn stranger(name: &str, fields: &[Field]) -> String {
    let nearest = fields
        .iter()
        .filter(|field| !field.hidden)
        .map(|field| (distance(name, &field.name), field))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, _)| *far <= name.chars().count().div_ceil(3));
    match nearest {
        Some((_, field)) => {
            t!(
                "This model does not take “{name}”. Did you mean “{nearest}”?",
                name,
                nearest = field.name
            )
        }
        None => t!("This model does not take “{name}”.", name),
    }
}

/// How many letters must change to make one name of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let cost = if from == *to { corner } else { 1 + corner.min(row[j]).min(row[j + 1]) };
            corner = row[j + 1];
            row[j + 1] = cost;
        }
    }
    row[b.len()]
}
