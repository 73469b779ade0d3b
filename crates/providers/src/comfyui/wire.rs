//! The JSON of the server's answers and what it means. Pure.

use serde_json::Value;
use url::Url;

use super::{address, workflow};
use crate::call::{Answer, Call, Patience};
use crate::error::{Error, Kind};
use crate::failure;
use crate::types::{PollState, RemoteOutput};

/// Where in an output the files stand.
const SHELVES: [&str; 3] = ["images", "gifs", "videos"];

/// The path that tells about a class of nodes, whose name may hold anything; None where there is no
/// name.
pub(super) fn info_path(class: &str) -> Option<String> {
    if matches!(class, "" | "." | "..") {
        return None;
    }
    let mut url = Url::parse("http://server/object_info").ok()?;
    url.path_segments_mut().ok()?.push(class);
    Some(url.path().trim_start_matches('/').to_owned())
}

/// The id in the answer to a submit.
pub(super) fn parse_id(answer: &Value) -> Option<&str> {
    answer["prompt_id"].as_str().filter(|id| !id.is_empty())
}

/// What stands for an uploaded file in a node: its name below its folder.
pub(super) fn parse_upload(answer: &Value) -> Option<String> {
    let name = answer["name"].as_str().filter(|name| !name.is_empty())?;
    let folder = answer["subfolder"].as_str().unwrap_or_default().trim_matches('/');
    Some(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}

/// A submit that was declined. What nodes say about their inputs comes first, since the rest only
/// says that they do.
pub(super) fn refused(call: &Call, answer: &Answer, file: &Value) -> Error {
    let Some((node, error)) = first_error(&answer.json) else {
        return call.refusal(answer.status, answer);
    };
    let part = |name: &str| error[name].as_str().unwrap_or_default().trim();
    let words = [part("message"), part("details")];
    let words: Vec<&str> = words.into_iter().filter(|words| !words.is_empty()).collect();
    let words = call.redact(&words.join(": "));
    let raw = Some(answer.raw.clone());
    let of_node =
        failure::of_status(call.provider(), answer.status, Some(&words), Patience::Submit, raw);
    let input = error["extra_info"]["input_name"].as_str();
    match of_node.kind {
        Kind::Invalid { .. } => {
            let field = input.and_then(|input| workflow::name_of(file, node, input));
            Error { kind: Kind::Invalid { field }, ..of_node }
        }
        _ => of_node,
    }
}

fn first_error(answer: &Value) -> Option<(&str, &Value)> {
    answer["node_errors"]
        .as_object()?
        .iter()
        .find_map(|(node, about)| Some((node.as_str(), about["errors"].as_array()?.first()?)))
}

/// Whether an answer is a queue.
pub(super) fn is_queue(answer: &Value) -> bool {
    answer["queue_running"].is_array() && answer["queue_pending"].is_array()
}

/// Whether work is in the queue and has not begun.
pub(super) fn is_waiting(queue: &Value, id: &str) -> bool {
    rows(queue, "queue_pending").any(|row| row[1] == id)
}

/// Whether work is in the queue and has begun.
pub(super) fn is_running(queue: &Value, id: &str) -> bool {
    rows(queue, "queue_running").any(|row| row[1] == id)
}

fn rows<'a>(queue: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    queue[name].as_array().into_iter().flatten()
}

/// What the queue or the history tells of one piece of work.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    /// Where it stands.
    pub(super) state: PollState,
    /// The server's word for that.
    pub(super) word: String,
    /// How many are before it.
    pub(super) note: Option<String>,
}

/// Reads either; None where it says nothing of this id.
pub(super) fn told(answer: &Value, id: &str, call: &Call) -> Option<Told> {
    let told = |state, word: &str, note| Some(Told { state, word: word.to_owned(), note });
    if is_running(answer, id) {
        return told(PollState::Running { progress: None }, "running", None);
    }
    if is_waiting(answer, id) {
        return told(PollState::Queued, "pending", Some(place(answer, id)));
    }
    let entry = answer.get(id).filter(|entry| entry.is_object())?;
    let status = &entry["status"];
    let word = status["status_str"].as_str().unwrap_or_default();
    let state = match word {
        "success" => PollState::Done { outputs: outputs(entry, call.base()) },
        "error" => failed(status, call.provider()),
        _ => PollState::Running { progress: None },
    };
    told(state, word, None)
}

/// The rows of the queue are a heap: the least number goes first, wherever it stands.
fn place(queue: &Value, id: &str) -> String {
    let number = |row: &Value| row[0].as_f64().unwrap_or(f64::MAX);
    let own = rows(queue, "queue_pending").find(|row| row[1] == id).map_or(f64::MAX, number);
    let before = rows(queue, "queue_pending").filter(|row| number(row) < own).count()
        + rows(queue, "queue_running").count();
    match before {
        0 => t!("It is next.").to_owned(),
        1 => t!("One job is before it.").to_owned(),
        more => t!("{more} jobs are before it.", more),
    }
}

fn failed(status: &Value, provider: &str) -> PollState {
    let messages = || status["messages"].as_array().into_iter().flatten();
    let about = |name: &str| messages().find(|message| message[0] == name).map(|m| &m[1]);
    if about("execution_interrupted").is_some() {
        return PollState::Cancelled;
    }
    let error = about("execution_error").unwrap_or(&Value::Null);
    let node = error["node_type"].as_str().map(|node| t!(" at the node {node}", node));
    let words = error["exception_message"].as_str().map(str::trim).filter(|w| !w.is_empty());
    let said = words.map(|words| t!(" It says: {words}", words = failure::quote(words)));
    PollState::Failed {
        kind: Kind::Unavailable,
        message: t!(
            "{provider} could not finish it{node}.{said}",
            provider,
            node = node.unwrap_or_default(),
            said = said.unwrap_or_default()
        ),
        refunded: false,
    }
}

/// The files that nodes saved; where none did, those that they only showed.
fn outputs(entry: &Value, base: &Url) -> Vec<RemoteOutput> {
    let files = || {
        let nodes = entry["outputs"].as_object().into_iter().flat_map(|nodes| nodes.values());
        nodes.flat_map(|node| {
            SHELVES.into_iter().filter_map(|shelf| node[shelf].as_array()).flatten()
        })
    };
    let of_type = |kind: &str| -> Vec<RemoteOutput> {
        files()
            .filter(|file| file["type"] == kind)
            .filter_map(|file| {
                let name = file["filename"].as_str().filter(|name| !name.is_empty())?;
                let folder = file["subfolder"].as_str().unwrap_or_default();
                let query = [("filename", name), ("subfolder", folder), ("type", kind)];
                Some(RemoteOutput::Link { url: address(base, "view", &query).into() })
            })
            .collect()
    };
    let saved = of_type("output");
    if saved.is_empty() { of_type("temp") } else { saved }
}
