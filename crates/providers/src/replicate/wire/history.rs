//! Looking for lost work in the list of the account's predictions.

use serde_json::Value;

use super::{Asked, asked, parse_prediction, time};
use crate::types::{Found, Lookup};

/// One page of the list: what may be ours, and where the next page begins.
pub(in crate::replicate) fn parse_found(
    answer: &Value,
    lookup: &Lookup,
) -> Option<(Vec<Found>, Option<String>)> {
    let rows = answer["results"].as_array()?.iter().filter_map(parse_prediction);
    let found =
        rows.filter(|row| is_of(&row.model, &row.version, &lookup.remote_model)).map(|row| Found {
            created_at: time(&row.created_at),
            same_inputs: lookup.has_inputs_of(&row.input),
            remote_id: row.id,
        });
    let next = answer["next"].as_str().filter(|next| !next.is_empty()).map(ToOwned::to_owned);
    Some((found.collect(), next))
}

/// Whether a row may be of this model. What the row does not tell counts as ours.
fn is_of(model: &Value, version: &Value, asked_for: &str) -> bool {
    let (name, wanted) = match asked_for.split_once(':') {
        Some((name, version)) => (Some(name), Some(version)),
        None if asked(asked_for) == Asked::Version => (None, Some(asked_for)),
        None => (Some(asked_for), None),
    };
    let fits = |told: &Value, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| {
            told.as_str().is_none_or(|told| told == wanted || told == "hidden")
        })
    };
    fits(model, name) && fits(version, wanted)
}
