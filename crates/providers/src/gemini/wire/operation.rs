//! Long-running operations, by which Veo was asked until its place on this API ended: only read, so
//! that jobs begun then come to their end.

use serde_json::Value;

use super::failed;
use super::interaction::download;
use crate::error::Kind;
use crate::types::{PollState, RemoteOutput};

/// Whether a handle is such an operation's.
pub(in crate::gemini) fn is_one(remote_id: &str) -> bool {
    remote_id.contains("/operations/")
}

/// Where it stands, and the word for the record; None where the answer is none.
pub(in crate::gemini) fn parse(answer: &Value, provider: &str) -> Option<(PollState, String)> {
    answer["name"].as_str().filter(|name| is_one(name))?;
    if answer["done"] != true {
        return Some((PollState::Running { progress: None }, "running".to_owned()));
    }
    let error = &answer["error"];
    if error["code"] == 1 {
        return Some((PollState::Cancelled, "cancelled".to_owned()));
    }
    if error.is_object() {
        let what = t!("{provider} could not finish it.", provider);
        let state = failed(Kind::Unavailable, what, error["message"].as_str());
        return Some((state, "error".to_owned()));
    }
    let made = &answer["response"]["generateVideoResponse"];
    let samples = made["generatedSamples"].as_array().into_iter().flatten();
    let outputs: Vec<RemoteOutput> = samples
        .filter_map(|sample| sample["video"]["uri"].as_str())
        .map(|uri| RemoteOutput::Link { url: download(uri) })
        .collect();
    let filtered = made["raiMediaFilteredCount"].as_u64().is_some_and(|count| count > 0);
    if outputs.is_empty() && filtered {
        let reasons = made["raiMediaFilteredReasons"].as_array().into_iter().flatten();
        let reasons: Vec<&str> = reasons.filter_map(Value::as_str).collect();
        let what = t!("{provider}'s filter declined what came out.", provider);
        let state = failed(Kind::Refused, what, Some(&reasons.join(" ")));
        return Some((state, "filtered".to_owned()));
    }
    Some((PollState::Done { outputs }, "done".to_owned()))
}
