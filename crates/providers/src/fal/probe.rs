//! What no answer may make the readers do, whatever stands in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::wire::{self, Outcome};
use crate::types::{Lookup, PollState, Request};

/// Reads it in every way, the result as one that came with this status. Panics where work ends without
/// words that say so.
pub(crate) fn probe(answer: &Value, status: u16) {
    wire::parse_ticket(answer);
    wire::parse_pass(answer);
    wire::parse_stored(answer);
    wire::parse_place(answer);
    wire::parse_page(answer);
    wire::parse_balance(answer);
    let request = Request {
        remote_model: "fal-ai/flux/dev".into(),
        inputs: answer.as_object().cloned().unwrap_or_default(),
        client_ref: String::new(),
        attached: BTreeMap::new(),
        webhook: None,
    };
    wire::to_body(&request.inputs);
    let lookup = Lookup {
        remote_model: request.remote_model.clone(),
        client_ref: String::new(),
        inputs: request.inputs.clone(),
        since: Timestamp::MIN,
        until: Timestamp::MAX,
    };
    for found in wire::parse_found(answer, &lookup).map(|page| page.0).unwrap_or_default() {
        assert!(!found.remote_id.is_empty());
    }
    for price in wire::parse_price(answer).unwrap_or_default().values() {
        wire::price_of(price, &request);
    }
    if let Some(told) = wire::parse_status(answer) {
        let ended = told.failed("fal").is_some();
        assert!(!ended || told.status == "COMPLETED");
        told.note();
        told.render_time();
    }
    if let Outcome::Ended { state, .. } = wire::parse_outcome("fal", status, false, answer) {
        assert!(status != 202);
        let good = matches!(state, PollState::Done { .. });
        assert!(!good || status < 300);
        // A server's trouble is the model's only where it says so.
        let says = answer["error_type"].is_string() || answer["detail"].is_array();
        assert!(status < 500 || says);
    }
}
