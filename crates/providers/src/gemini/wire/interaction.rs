//! Interactions: work that is accepted, goes on in the background and is asked after.

use serde_json::{Map, Value, json};

use super::{each, encoded, failed};
use crate::error::Kind;
use crate::sift;
use crate::types::{PollState, RemoteOutput, Request};

/// A request's body. Names that are not known here go among the settings as they stand.
pub(in crate::gemini) fn to_body(request: &Request) -> Value {
    let (mut words, mut files) = (Vec::new(), Vec::new());
    let (mut format, mut config) = (Map::new(), Map::new());
    format.insert("type".into(), "video".into());
    // What is larger than 4 MB does not fit into the answer.
    format.insert("delivery".into(), "uri".into());
    for (name, value) in &request.inputs {
        match name.as_str() {
            "prompt" => words.push(json!({"type": "text", "text": value})),
            "image" | "images" | "video" => {
                let kind = if name == "video" { "video" } else { "image" };
                files.extend(each(value).iter().map(|one| content(request, kind, one)));
            }
            "aspect_ratio" | "resolution" => {
                format.insert(name.clone(), value.clone());
            }
            "duration" => {
                format.insert(name.clone(), seconds(value));
            }
            "task" => {
                config.insert("video_config".into(), json!({"task": value}));
            }
            _ => {
                config.insert(name.clone(), value.clone());
            }
        }
    }
    words.extend(files);
    let mut body = json!({
        "model": request.remote_model,
        "input": words,
        "background": true,
        "response_format": format,
    });
    if !config.is_empty() {
        body["generation_config"] = config.into();
    }
    body
}

fn content(request: &Request, kind: &str, value: &Value) -> Value {
    match request.file(value).map(encoded) {
        Some((media_type, data)) => json!({"type": kind, "mime_type": media_type, "data": data}),
        None => json!({"type": kind, "uri": value}),
    }
}

/// `8` and `"8"` are sent as `"8s"`.
fn seconds(value: &Value) -> Value {
    let number = value.as_f64().or_else(|| value.as_str()?.trim_end_matches('s').parse().ok());
    number.map_or_else(|| value.clone(), |number| format!("{number}s").into())
}

/// The id in the answer to a submit.
pub(in crate::gemini) fn parse_id(answer: &Value) -> Option<&str> {
    answer["id"].as_str().filter(|id| !id.is_empty())
}

/// What an interaction tells of itself.
#[derive(Debug, PartialEq)]
pub(in crate::gemini) struct Told {
    /// Where it stands.
    pub(in crate::gemini) state: PollState,
    /// The provider's word for that.
    pub(in crate::gemini) word: String,
    /// What a person should know meanwhile.
    pub(in crate::gemini) note: Option<String>,
}

/// Reads it; None without a status. Words that nobody has documented read as running.
pub(in crate::gemini) fn parse(answer: &Value, provider: &str) -> Option<Told> {
    let word = answer["status"].as_str().filter(|word| !word.is_empty())?;
    let mut note = None;
    let state = match word {
        "queued" => PollState::Queued,
        "completed" => completed(answer, provider),
        "cancelled" => PollState::Cancelled,
        "failed" | "incomplete" => {
            let (code, words) = reason(answer);
            let kind = kind_of(&code);
            let what = match kind {
                Kind::Refused => t!("{provider}'s filter declined this.", provider),
                _ => t!("{provider} could not finish it.", provider),
            };
            failed(kind, what, words.as_deref())
        }
        "budget_exceeded" => {
            let what = t!("{provider} stopped because the budget for it was used up.", provider);
            failed(Kind::Unavailable, what, reason(answer).1.as_deref())
        }
        "requires_action" | "requires_continuation" => {
            note = Some(t!(
                "{provider} asks for a step that Rushes can't take. Cancel it if it stays like this.",
                provider
            ));
            PollState::Running { progress: None }
        }
        _ => PollState::Running { progress: None },
    };
    Some(Told { state, word: word.to_owned(), note })
}

fn completed(answer: &Value, provider: &str) -> PollState {
    let contents = || outputs_of(answer).filter_map(|step| step["content"].as_array()).flatten();
    let outputs: Vec<RemoteOutput> = contents()
        .filter(|content| matches!(content["type"].as_str(), Some("video" | "image")))
        .filter_map(|content| {
            let uri = content["uri"].as_str().filter(|uri| !uri.is_empty());
            match uri {
                Some(uri) => Some(RemoteOutput::Link { url: download(uri) }),
                None => sift::media(content["data"].as_str()?),
            }
        })
        .collect();
    if !outputs.is_empty() {
        return PollState::Done { outputs };
    }
    let (code, words) = reason(answer);
    let texts: Vec<&str> = contents().filter_map(|content| content["text"].as_str()).collect();
    let texts = texts.join(" ");
    if words.is_none() && texts.trim().is_empty() {
        // Nothing says why, so whoever asked says that nothing came.
        return PollState::Done { outputs };
    }
    let kind = match (kind_of(&code), &words) {
        (Kind::Unavailable, None) => Kind::Refused,
        (kind, _) => kind,
    };
    let what = t!("{provider} ended it without a clip.", provider);
    failed(kind, what, Some(words.as_deref().unwrap_or(&texts)))
}

fn outputs_of(answer: &Value) -> impl Iterator<Item = &Value> {
    let steps = answer["steps"].as_array().into_iter().flatten();
    steps.filter(|step| step["type"] == "model_output")
}

/// Code and words of the first error, of the whole or of a step.
fn reason(answer: &Value) -> (String, Option<String>) {
    let of_steps = outputs_of(answer).map(|step| &step["error"]);
    let of_all = answer["errors"].as_array().into_iter().flatten();
    let error = of_all.chain(of_steps).find(|error| error.is_object());
    let text = |name: &str| match &error?[name] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    (text("code").unwrap_or_default(), text("message"))
}

/// Which words a filter's code uses was not read anywhere (unverified): those of the finish reasons
/// and of the usual sentences are looked for.
fn kind_of(code: &str) -> Kind {
    let code = code.to_lowercase();
    let filters = ["safety", "block", "prohibit", "policy", "moderat", "recitation", "spii"];
    if filters.iter().any(|word| code.contains(word)) { Kind::Refused } else { Kind::Unavailable }
}

/// A file's address as the one that hands out its bytes.
pub(super) fn download(uri: &str) -> String {
    match uri.rsplit_once("/files/") {
        Some((_, id)) if !id.is_empty() && !id.contains([':', '?', '/']) => {
            format!("{uri}:download?alt=media")
        }
        _ => uri.to_owned(),
    }
}
