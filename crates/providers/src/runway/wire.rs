//! The JSON of API version 2024-11-06 and what it means. Pure.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::Kind;
use crate::failure;
use crate::types::{PollState, Price, RemoteOutput};

/// Micros of a US dollar in one credit (docs, setup: $0.01 a credit).
const CREDIT: f64 = 10_000.0;

/// Our names of inputs where Runway's is not the same one in camel case. A clip's pictures are both parts
/// of `promptImage`.
const NAMES: [(&str, &str); 5] = [
    ("image", "promptImage"),
    ("last_image", "promptImage"),
    ("images", "referenceImages"),
    ("video", "videoUri"),
    ("num_images", "outputCount"),
];

/// The model and the path of a submit by our name for both: `gen4.5/image-to-video`. None for a kind of
/// work that there is no path for.
pub(super) fn asked(name: &str) -> Option<(&str, &'static str)> {
    let (model, kind) = name.split_once('/')?;
    let path = match kind {
        "text-to-image" => "v1/text_to_image",
        "text-to-video" => "v1/text_to_video",
        "image-to-video" => "v1/image_to_video",
        "video-to-video" => "v1/video_to_video",
        _ => return None,
    };
    Some((model, path))
}

/// A submit's body.
pub(super) fn to_body(model: &str, inputs: &Map<String, Value>) -> Value {
    let mut body = Map::new();
    for (name, value) in inputs.iter().filter(|(_, value)| !value.is_null()) {
        match name.as_str() {
            "image" | "last_image" => {}
            "images" => {
                body.insert("referenceImages".into(), references(model, value));
            }
            name => {
                body.insert(to_wire(name), value.clone());
            }
        }
    }
    let frame = |name: &str| inputs.get(name).filter(|value| !value.is_null());
    let at = |uri: &Value, position: &str| json!({"uri": uri, "position": position});
    let frames = match (frame("image"), frame("last_image")) {
        (Some(first), None) => Some(first.clone()),
        (None, Some(last)) => Some(json!([at(last, "last")])),
        (Some(first), Some(last)) => Some(json!([at(first, "first"), at(last, "last")])),
        (None, None) => None,
    };
    body.extend(frames.map(|frames| ("promptImage".to_owned(), frames)));
    body.insert("model".into(), model.into());
    Value::Object(body)
}

/// Pictures to work from. A prompt for Gen-4 Image may speak of them by their tags.
fn references(model: &str, images: &Value) -> Value {
    let list = images.as_array().map_or(std::slice::from_ref(images), Vec::as_slice);
    let one = |(n, uri): (usize, &Value)| match model {
        "gen4_image" | "gen4_image_turbo" => json!({"uri": uri, "tag": format!("image{}", n + 1)}),
        _ => json!({"uri": uri}),
    };
    list.iter().enumerate().map(one).collect()
}

/// `prompt_text` is `promptText`.
fn to_wire(name: &str) -> String {
    if let Some((_, theirs)) = NAMES.iter().find(|(ours, _)| *ours == name) {
        return (*theirs).to_owned();
    }
    let mut parts = name.split('_');
    let mut wire = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        wire.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        wire.push_str(letters.as_str());
    }
    wire
}

/// `promptText` is `prompt_text`.
fn from_wire(name: &str) -> String {
    if let Some((ours, _)) = NAMES.iter().find(|(_, theirs)| *theirs == name) {
        return (*ours).to_owned();
    }
    let mut ours = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            ours.push('_');
        }
        ours.push(letter.to_ascii_lowercase());
    }
    ours
}

/// The id in the answer to a submit.
pub(super) fn parse_id(answer: &Value) -> Option<String> {
    answer["id"].as_str().filter(|id| !id.is_empty()).map(ToOwned::to_owned)
}

/// A task.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) status: String,
    #[serde(default)]
    progress: Value,
    #[serde(default)]
    output: Value,
    #[serde(default)]
    failure: Value,
    #[serde(default, rename = "failureCode")]
    failure_code: Value,
    #[serde(default)]
    cost: Value,
}

/// Reads a task; None without a status.
pub(super) fn parse_task(answer: &Value) -> Option<Told> {
    Told::deserialize(answer).ok().filter(|told| !told.status.is_empty())
}

impl Told {
    /// Why it waits, where that is not the usual queue.
    pub(super) fn note(&self, provider: &str) -> Option<String> {
        (self.status == "THROTTLED").then(|| {
            t!(
                "It waits at {provider} until fewer renders of this account are under way.",
                provider
            )
        })
    }

    /// What it cost. Only ended work tells; paid back in full it is nothing.
    pub(super) fn cost(&self) -> Option<Price> {
        price_of(&self.cost["credits"])
    }

    /// Where the work stands. A word that nobody has documented reads as running.
    pub(super) fn state(&self, provider: &str) -> PollState {
        match self.status.as_str() {
            "PENDING" | "THROTTLED" => PollState::Queued,
            "SUCCEEDED" => PollState::Done { outputs: self.outputs() },
            "FAILED" => self.failed(provider),
            "CANCELLED" => PollState::Cancelled,
            _ => PollState::Running {
                progress: self.progress.as_f64().map(|part| part.clamp(0.0, 1.0) as f32),
            },
        }
    }

    fn outputs(&self) -> Vec<RemoteOutput> {
        let links = self.output.as_array().into_iter().flatten().filter_map(Value::as_str);
        links.map(|url| RemoteOutput::Link { url: url.to_owned() }).collect()
    }

    /// Codes of failures (docs, task failures): SAFETY.INPUT.* and SAFETY.OUTPUT.*, also below
    /// INPUT_PREPROCESSING; ASSET.*; INTERNAL.* and THIRD_PARTY.*.
    fn failed(&self, provider: &str) -> PollState {
        let code = self.failure_code.as_str().unwrap_or_default();
        let parts: Vec<&str> = code.split('.').collect();
        let (kind, what) = if parts.contains(&"SAFETY") {
            let what = if parts.contains(&"OUTPUT") {
                t!("{provider}'s filter declined what came out.", provider)
            } else {
                t!("{provider}'s filter declined this.", provider)
            };
            (Kind::Refused, what)
        } else if parts.first() == Some(&"ASSET") {
            let what = t!("{provider} could not use a file that was sent along.", provider);
            (Kind::Invalid { field: None }, what)
        } else {
            (Kind::Unavailable, t!("{provider} could not finish it.", provider))
        };
        let words = self.failure.as_str().map(str::trim).filter(|words| !words.is_empty());
        let said = words.map(|words| t!(" It says: {words}", words = failure::quote(words)));
        PollState::Failed {
            kind,
            message: format!("{what}{}", said.unwrap_or_default()),
            // What was paid back in full reports nothing as its cost.
            refunded: self.cost().is_some_and(|cost| cost.micros == 0),
        }
    }
}

/// Where a file is to be sent, and what stands for it then.
#[derive(Debug)]
pub(super) struct Ticket {
    pub(super) url: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) uri: String,
}

/// Reads the answer to the wish to upload; None where a part is missing.
pub(super) fn parse_ticket(answer: &Value) -> Option<Ticket> {
    let text = |name: &str| answer[name].as_str().filter(|text| !text.is_empty());
    let field = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Some(Ticket {
        url: text("uploadUrl")?.to_owned(),
        fields: answer["fields"].as_object()?.iter().map(field).collect::<Option<_>>()?,
        uri: text("runwayUri")?.to_owned(),
    })
}

/// The first of the inputs that a refusal names.
#[derive(Debug)]
pub(super) struct Issue {
    pub(super) field: Option<String>,
    pub(super) words: String,
}

/// Reads it; None where it names none.
pub(super) fn parse_issue(answer: &Value) -> Option<Issue> {
    let issue = answer["issues"].as_array()?.first()?;
    let named = issue["path"].as_array().and_then(|path| path.first()?.as_str());
    let words = [named, issue["message"].as_str()].into_iter().flatten().collect::<Vec<_>>();
    if words.is_empty() {
        return None;
    }
    Some(Issue { field: named.map(from_wire), words: words.join(": ") })
}

/// The account's credits in US dollars.
pub(super) fn parse_balance(answer: &Value) -> Option<Price> {
    price_of(&answer["creditBalance"])
}

fn price_of(credits: &Value) -> Option<Price> {
    let credits = credits.as_f64().filter(|credits| (-1e9..1e9).contains(credits))?;
    Some(Price { micros: (credits * CREDIT).round() as i64, currency: "USD".into(), exact: true })
}
