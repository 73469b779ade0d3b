//! The JSON and the forms of servers that speak like OpenAI, and what they mean. Pure.

pub(super) mod catalog;

use serde_json::{Map, Value, json};
use url::{Host, Url};

use crate::call::{Form, file_part};
use crate::error::Kind;
use crate::failure;
use crate::sift;
use crate::types::{Poll, PollState, RemoteOutput, Request, Upload};

/// The pictures of an edit, by the protocol's name.
const IMAGE: &str = "image";

/// The fields of a job of sd-server that stand inside `sample_params`, and those inside its `guidance`.
const SAMPLING: [&str; 4] = ["sample_steps", "sample_method", "scheduler", "flow_shift"];
const GUIDANCE: [&str; 2] = ["txt_cfg", "distilled_guidance"];

/// How a model is asked for: what its name here begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// `/v1/images/…`, answered at once.
    Images,
    /// `/v1/videos`, asked after.
    Videos,
    /// LocalAI's `/video`, answered at once.
    AtOnce,
    /// sd-server's own jobs of this kind, asked after.
    Job(&'static str),
}

impl Way {
    /// The way of a name such as `images/qwen/qwen-image`, and the server's name for the model.
    pub(super) fn of(name: &str) -> Option<(Self, Option<&str>)> {
        let (way, model) =
            name.split_once('/').map_or((name, None), |(way, model)| (way, Some(model)));
        match (way, model) {
            ("images", model) => Some((Self::Images, model)),
            ("videos", model) => Some((Self::Videos, model)),
            ("video", model) => Some((Self::AtOnce, model)),
            ("sdcpp", Some("img_gen")) => Some((Self::Job("img_gen"), None)),
            ("sdcpp", Some("vid_gen")) => Some((Self::Job("vid_gen"), None)),
            _ => None,
        }
    }
}

/// What a submit carries.
pub(super) enum Body {
    Json(Value),
    Form(Form),
}

/// A request for pictures: where it goes and what it carries. Pictures to edit make it a form; LocalAI
/// knows no edits and takes its references (`ref_images`) inside the JSON.
pub(super) fn to_images(request: &Request, model: Option<&str>) -> (&'static str, Body) {
    let edits = request.inputs.contains_key(IMAGE);
    if edits {
        ("images/edits", Body::Form(to_form(request, model)))
    } else {
        ("images/generations", Body::Json(to_json(request, model)))
    }
}

/// A request for a clip: always a form, which is all that vLLM-Omni takes.
pub(super) fn to_video(request: &Request, model: Option<&str>) -> Body {
    Body::Form(to_form(request, model))
}

/// A request for a clip that is answered at once.
pub(super) fn to_clip(request: &Request, model: Option<&str>) -> Body {
    Body::Json(to_json(request, model))
}

/// A job of sd-server: its parameters of sampling stand together.
pub(super) fn to_job(request: &Request) -> Body {
    let Value::Object(mut body) = to_json(request, None) else { return Body::Json(Value::Null) };
    let mut take = |names: &[&str]| -> Map<String, Value> {
        names.iter().filter_map(|name| body.remove_entry(*name)).collect()
    };
    let (mut sampling, guidance) = (take(&SAMPLING), take(&GUIDANCE));
    if !guidance.is_empty() {
        sampling.insert("guidance".into(), guidance.into());
    }
    if !sampling.is_empty() {
        body.insert("sample_params".into(), sampling.into());
    }
    Body::Json(body.into())
}

/// The inputs with attached files as plain base64.
fn to_json(request: &Request, model: Option<&str>) -> Value {
    let plain = |value: &Value| match request.file(value) {
        Some(file) => file.base64().into(),
        None => value.clone(),
    };
    let mut body: Map<String, Value> = request
        .inputs
        .iter()
        .map(|(name, value)| {
            let sent = match value {
                Value::Array(items) => items.iter().map(plain).collect(),
                one => plain(one),
            };
            (name.clone(), sent)
        })
        .collect();
    if let Some(model) = model {
        body.insert("model".into(), model.into());
    }
    body.into()
}

/// The inputs as a form: files as they are, a list as its name with brackets, once for each.
fn to_form(request: &Request, model: Option<&str>) -> Form {
    let mut form = Form::new();
    if let Some(model) = model {
        form = form.text("model", model.to_owned());
    }
    for (name, value) in &request.inputs {
        form = match value {
            Value::Array(items) if items.iter().any(|item| request.file(item).is_some()) => {
                let name = if items.len() == 1 { name.clone() } else { format!("{name}[]") };
                items.iter().fold(form, |form, item| with(form, &name, item, request.file(item)))
            }
            one => with(form, name, one, request.file(one)),
        };
    }
    form
}

fn with(form: Form, name: &str, value: &Value, file: Option<&Upload>) -> Form {
    match (file, value) {
        (Some(file), _) => form.part(name.to_owned(), file_part(file)),
        (None, Value::String(text)) => form.text(name.to_owned(), text.clone()),
        (None, other) => form.text(name.to_owned(), other.to_string()),
    }
}

/// A path beside the base's `/v1`.
pub(super) fn beside(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let own = base.path().trim_end_matches('/');
    url.set_path(&format!("{}/{path}", own.strip_suffix("/v1").unwrap_or(own)));
    url
}

/// Where the bytes of a finished video lie.
pub(super) fn content_of(base: &Url, id: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/videos/{id}/content", base.path().trim_end_matches('/')));
    url
}

/// The id of accepted work.
pub(super) fn parse_id(answer: &Value) -> Option<String> {
    answer["id"].as_str().filter(|id| !id.is_empty()).map(ToOwned::to_owned)
}

/// What an answer brings itself, in its order: base64, or links, which may be relative.
pub(super) fn parse_outputs(base: &Url, answer: &Value) -> Vec<RemoteOutput> {
    answer["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|holder| media(holder).or_else(|| linked(base, holder["url"].as_str()?)))
        .collect()
}

fn media(holder: &Value) -> Option<RemoteOutput> {
    sift::media(holder["b64_json"].as_str().filter(|text| !text.is_empty())?)
}

fn linked(base: &Url, text: &str) -> Option<RemoteOutput> {
    if text.is_empty() {
        return None;
    }
    if text.starts_with("data:") {
        return sift::media(text);
    }
    let mut url = base.join(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // A server elsewhere that calls itself localhost means itself.
    if on_loopback(&url) && !on_loopback(base) {
        let (path, query) = (url.path().to_owned(), url.query().map(ToOwned::to_owned));
        url = base.clone();
        url.set_path(&path);
        url.set_query(query.as_deref());
    }
    Some(RemoteOutput::Link { url: url.into() })
}

fn on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What a poll's answer tells.
pub(super) struct Told {
    status: String,
    progress: Option<f64>,
    place: Option<u64>,
    error: Value,
    outputs: Vec<RemoteOutput>,
}

/// Reads a video; None without a status. `content` is where its bytes lie once it is finished.
pub(super) fn parse_video(answer: &Value, content: impl FnOnce() -> Url) -> Option<Told> {
    // Only a video has both: a refusal may well have a status of its own.
    let status = answer["status"].as_str().filter(|_| answer["id"].is_string())?;
    let finished = status == "completed";
    Some(Told {
        status: status.to_owned(),
        progress: answer["progress"].as_f64().map(|percent| percent / 100.0),
        place: None,
        error: answer["error"].clone(),
        outputs: finished
            .then(|| RemoteOutput::Link { url: content().into() })
            .into_iter()
            .collect(),
    })
}

/// Reads a job of sd-server; None without a status.
pub(super) fn parse_job(answer: &Value) -> Option<Told> {
    let status = answer["status"].as_str().filter(|_| answer["id"].is_string())?;
    let result = &answer["result"];
    let pictures = result["images"].as_array().into_iter().flatten();
    Some(Told {
        status: status.to_owned(),
        progress: None,
        place: answer["queue_position"].as_u64(),
        error: answer["error"].clone(),
        outputs: pictures.chain([result]).filter_map(media).collect(),
    })
}

impl Told {
    /// Whether the work has failed.
    pub(super) fn has_failed(&self) -> bool {
        self.status == "failed"
    }

    /// In our words. Words that nobody has documented read as running.
    pub(super) fn poll(self, provider: &str, raw: String) -> Poll {
        let state = match self.status.as_str() {
            "completed" => PollState::Done { outputs: self.outputs },
            "failed" => failed(provider, &self.error),
            "cancelled" | "canceled" | "deleted" => PollState::Cancelled,
            "queued" => PollState::Queued,
            "in_progress" | "generating" => PollState::Running {
                progress: self.progress.map(|part| part.clamp(0.0, 1.0) as f32),
            },
            _ => PollState::Running { progress: None },
        };
        let place = self.place.filter(|place| *place > 0 && state == PollState::Queued);
        let note = place.map(|place| t!("Place {place} in the queue.", place));
        Poll { note, ..Poll::new(state, self.status, raw) }
    }
}

fn failed(provider: &str, error: &Value) -> PollState {
    let said = failure::words(&json!({"error": error}))
        .map(|words| t!(" It says: {words}", words = failure::quote(&words)))
        .unwrap_or_default();
    let (kind, message) = if failure::is_filter(failure::code(error)) {
        (Kind::Refused, t!("The filter of {provider} declined this.{said}", provider, said))
    } else if matches!(error["code"].as_u64(), Some(400 | 422)) {
        (
            Kind::Invalid { field: None },
            t!("{provider} did not accept the settings.{said}", provider, said),
        )
    } else {
        (Kind::Unavailable, t!("{provider} could not finish it.{said}", provider, said))
    };
    PollState::Failed { kind, message, refunded: false }
}

/// Whether the answer to a wish to delete or cancel says that the run is over. SGLang calls a video deleted
/// and paints on.
pub(super) fn has_stopped(answer: &Value) -> bool {
    answer["deleted"] == true || matches!(answer["status"].as_str(), Some("cancelled" | "canceled"))
}
