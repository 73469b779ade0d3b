//! generateContent: a picture in the answer itself.

use serde_json::{Map, Value, json};

use super::{each, encoded, failed, spoken};
use crate::error::Kind;
use crate::sift;
use crate::types::{PollState, RemoteOutput, Request};

/// Reasons that a filter gives (google-genai 3.4.0, `FinishReason`).
const FILTERED: [&str; 10] = [
    "SAFETY",
    "IMAGE_SAFETY",
    "PROHIBITED_CONTENT",
    "IMAGE_PROHIBITED_CONTENT",
    "RECITATION",
    "IMAGE_RECITATION",
    "BLOCKLIST",
    "SPII",
    "MODEL_ARMOR",
    "ESCALATION",
];

/// A request's body. Names that are not known here go among the settings as they stand.
pub(in crate::gemini) fn to_body(request: &Request) -> Value {
    let (mut words, mut files) = (Vec::new(), Vec::new());
    let (mut image, mut config) = (Map::new(), Map::new());
    for (name, value) in &request.inputs {
        match name.as_str() {
            "prompt" => words.push(json!({"text": value})),
            "image" | "images" => files.extend(each(value).iter().map(|one| part(request, one))),
            "aspect_ratio" => {
                image.insert("aspectRatio".into(), value.clone());
            }
            "resolution" => {
                image.insert("imageSize".into(), value.clone());
            }
            _ => {
                config.insert(name.clone(), value.clone());
            }
        }
    }
    config.insert("responseModalities".into(), json!(["IMAGE"]));
    if !image.is_empty() {
        config.insert("imageConfig".into(), image.into());
    }
    words.extend(files);
    json!({"contents": [{"role": "user", "parts": words}], "generationConfig": config})
}

fn part(request: &Request, value: &Value) -> Value {
    match request.file(value).map(encoded) {
        Some((media_type, data)) => json!({"inlineData": {"mimeType": media_type, "data": data}}),
        None => json!({"fileData": {"fileUri": value}}),
    }
}

/// What an answer tells.
#[derive(Debug, PartialEq)]
pub(in crate::gemini) struct Told {
    /// The answer's own name, which nobody can ask about; for the record.
    pub(in crate::gemini) id: String,
    /// How it ended.
    pub(in crate::gemini) state: PollState,
    /// The provider's word for that.
    pub(in crate::gemini) word: String,
    /// Pictures that the model made on its way to the last one.
    pub(in crate::gemini) drafts: Vec<RemoteOutput>,
}

/// Reads it; None where nothing in it says how it ended.
pub(in crate::gemini) fn parse(answer: &Value, provider: &str) -> Option<Told> {
    let id = answer["responseId"].as_str().unwrap_or_default().to_owned();
    let told = |state, word: &str, drafts| Told { id, state, word: word.to_owned(), drafts };
    let candidate = &answer["candidates"][0];
    let word = candidate["finishReason"].as_str();
    let parts = candidate["content"]["parts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let picture = |part: &&Value| part["inlineData"]["data"].is_string();
    let thought = |part: &&Value| part["thought"] == true;
    let media = |part: &Value| sift::media(part["inlineData"]["data"].as_str()?);

    if let Some(last) = parts.iter().rev().find(|part| picture(part) && !thought(part)) {
        let drafts = parts.iter().filter(|part| picture(part) && !std::ptr::eq(*part, last));
        let drafts = drafts.filter_map(media).collect();
        let outputs = vec![media(last)?];
        return Some(told(PollState::Done { outputs }, word.unwrap_or("STOP"), drafts));
    }
    if let Some(reason) = answer["promptFeedback"]["blockReason"].as_str() {
        let what = t!(
            "{provider}'s filter declined the prompt. It names: {what}.",
            provider,
            what = spoken(reason)
        );
        return Some(told(failed(Kind::Refused, what, None), reason, Vec::new()));
    }
    let word = word?;
    let words: Vec<&str> = parts
        .iter()
        .filter(|part| !thought(part))
        .filter_map(|part| part["text"].as_str())
        .collect();
    let words = words.join(" ");
    let state = if FILTERED.contains(&word) {
        let what = t!(
            "{provider}'s filter declined this. It names: {what}.",
            provider,
            what = spoken(word)
        );
        failed(Kind::Refused, what, Some(&words))
    } else if word == "STOP" && !words.trim().is_empty() {
        let what = t!("{provider} answered in words and made no picture.", provider);
        failed(Kind::Refused, what, Some(&words))
    } else {
        let what =
            t!("{provider} made no picture this time ({what}).", provider, what = spoken(word));
        failed(Kind::Unavailable, what, Some(&words))
    };
    Some(told(state, word, Vec::new()))
}
