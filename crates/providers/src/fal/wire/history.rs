//! Looking for lost work in the platform API's list of an endpoint's requests (its docs, read 2026-11-22).

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::to_body;
use crate::types::{Found, Lookup};

/// The question for one page. Its end is left open: the list is one of work that has ended, whenever
/// that was, and whether its span is about the beginning or the end of the work is not documented.
pub(in crate::fal) fn to_find_path(lookup: &Lookup, cursor: Option<&str>) -> String {
    let escaped = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let mut path = format!(
        "v1/models/requests/by-endpoint?limit=100&expand=payloads&endpoint_id={}&start={}",
        escaped(&lookup.remote_model),
        escaped(&lookup.since.to_string())
    );
    if let Some(cursor) = cursor {
        path.push_str("&cursor=");
        path.push_str(&escaped(cursor));
    }
    path
}

/// One page of requests: those that were sent in our span, and where the next page begins. None for what
/// is no such page, and where a request of our span does not tell its inputs: it might be ours.
pub(in crate::fal) fn parse_found(
    answer: &Value,
    lookup: &Lookup,
) -> Option<(Vec<Found>, Option<String>)> {
    let ours = Lookup { inputs: to_body(&lookup.inputs), ..lookup.clone() };
    let mut found = Vec::new();
    for item in answer["items"].as_array()? {
        if item["endpoint_id"].as_str().is_some_and(|endpoint| endpoint != lookup.remote_model) {
            continue;
        }
        let id = item["request_id"].as_str().filter(|id| !id.is_empty())?;
        let sent = item["sent_at"].as_str().and_then(|at| at.parse().ok())?;
        if !(lookup.since..=lookup.until).contains(&sent) {
            continue;
        }
        found.push(Found {
            remote_id: id.to_owned(),
            created_at: Some(sent),
            same_inputs: ours.has_inputs_of(item.get("json_input").filter(|it| it.is_object())?),
        });
    }
    let next = answer["next_cursor"].as_str().filter(|cursor| !cursor.is_empty());
    Some((found, next.filter(|_| answer["has_more"] != false).map(ToOwned::to_owned)))
}
