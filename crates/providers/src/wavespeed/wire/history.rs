//! Looking for lost work in WaveSpeed's list of the last seven days.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::parse_prediction;
use crate::types::{Found, Lookup};

/// The most items that one page holds.
const PAGE_SIZE: u32 = 100;

/// One page of the question for recent work.
pub(in crate::wavespeed) fn to_find_body(lookup: &Lookup, page: u32) -> Value {
    json!({
        "page": page,
        "page_size": PAGE_SIZE,
        "model": lookup.remote_model,
        "created_after": whole_second(lookup.since, 0),
        "created_before": whole_second(lookup.until, 1),
        "include_inputs": true,
    })
}

/// A time in whole seconds, as the docs write it, `later` seconds on.
fn whole_second(at: Timestamp, later: i64) -> String {
    Timestamp::from_second(at.as_second().saturating_add(later)).unwrap_or(at).to_string()
}

/// One page of recent work and whether there is another.
pub(in crate::wavespeed) fn parse_found(
    data: &Value,
    lookup: &Lookup,
    page: u32,
) -> Option<(Vec<Found>, bool)> {
    let items = data["items"].as_array()?;
    let total = data["total"].as_u64();
    let more = match total {
        Some(total) => u64::from(page) * u64::from(PAGE_SIZE) < total && !items.is_empty(),
        None => items.len() >= PAGE_SIZE as usize,
    };
    let found = items
        .iter()
        .filter_map(parse_prediction)
        .filter(|item| item.model.as_str().is_none_or(|model| model == lookup.remote_model))
        .map(|item| Found {
            created_at: item.created_at.as_str().and_then(|at| at.parse::<Timestamp>().ok()),
            same_inputs: lookup.has_inputs_of(&item.inputs) || lookup.has_inputs_of(&item.input),
            remote_id: item.id,
        })
        .collect();
    Some((found, more))
}
