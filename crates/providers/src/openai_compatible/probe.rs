//! What no answer may make the readers do, whatever stands in it.

use serde_json::Value;
use url::Url;

use super::{OPENAI_COMPATIBLE, wire};
use crate::Provider;
use crate::types::{PollState, RemoteOutput};

/// Reads it in every way. Panics where work ends without a word that says so, or a link leads nowhere.
pub(crate) fn probe(answer: &Value, _status: u16) {
    let Ok(base) = Url::parse("http://192.168.0.7:8000/v1") else { return };
    for output in wire::parse_outputs(&base, answer) {
        if let RemoteOutput::Link { url } = output {
            assert!(url.starts_with("http"), "{url}");
        }
    }
    wire::parse_id(answer);
    wire::has_stopped(answer);
    let bundled = OPENAI_COMPATIBLE.manifest().bundled();
    assert!(wire::catalog::parse_models(answer, bundled).len() >= 2);
    let told = [wire::parse_video(answer, || base.clone()), wire::parse_job(answer)];
    for told in told.into_iter().flatten() {
        let status = answer["status"].as_str().unwrap_or_default();
        let state = told.poll("A server", String::new()).state;
        let ends = ["completed", "failed", "cancelled", "canceled", "deleted"];
        let ended = !matches!(state, PollState::Queued | PollState::Running { .. });
        assert_eq!(ended, ends.contains(&status));
    }
}
