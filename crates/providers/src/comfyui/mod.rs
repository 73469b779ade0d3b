//! ComfyUI's own server. Its models are workflows in the API format: files of the user's, whose literal
//! inputs become fields. Work bears a name of our choice, so that an answer that was lost can be
//! looked up.

mod frame;
mod trace;
mod wire;
mod workflow;

#[cfg(any(test, feature = "testkit"))]
pub(crate) mod probe;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use async_trait::async_trait;
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use crate::Provider;
use crate::call::{Call, Form, Part, Patience, Payload};
use crate::error::{Error, Kind, Wire};
use crate::manifest::Manifest;
use crate::types::{
    Cancelled, Found, LiveModel, Lookup, Poll, Price, RemoteOutput, Request, Submitted, Task,
    Upload, WORKFLOW,
};
use frame::Heard;

/// The folder of the server's inputs that references go to.
const FOLDER: &str = "rushes";

/// The bundled workflows by the name of their endpoint.
static BUNDLED: LazyLock<[(&str, Value); 2]> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).expect("a bundled workflow reads");
    [
        ("text-to-image", read(include_str!("workflows/text-to-image.json"))),
        ("image-to-image", read(include_str!("workflows/image-to-image.json"))),
    ]
});

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("provider.toml"), include_str!("models.toml"))
        .expect("the bundled manifest of ComfyUI reads")
        .with_fields(|name| Some(workflow::fields(bundled(name)?, &Map::new())))
});

/// ComfyUI.
pub(crate) struct ComfyUi;

/// The one there is.
pub(crate) static COMFYUI: ComfyUi = ComfyUi;

fn bundled(name: &str) -> Option<&'static Value> {
    BUNDLED.iter().find(|(known, _)| *known == name).map(|(_, workflow)| workflow)
}

/// The name of an attempt at the server: always the same, and one that the server takes, which is a
/// UUID.
fn prompt_id(client_ref: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(client_ref)[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn invalid(field: Option<String>, message: String, hint: &str) -> Error {
    Error {
        kind: Kind::Invalid { field },
        wire: Wire::NotSent,
        message,
        hint: Some(hint.into()),
        retry_after: None,
        raw: None,
    }
}

fn checked(file: &Value) -> Result<(), Error> {
    workflow::check(file).map_err(|reason| {
        let hint = t!("In ComfyUI, open it and choose Export (API), then take that file.");
        invalid(Some(WORKFLOW.to_owned()), reason.to_owned(), hint)
    })
}

/// The workflow of a request with its inputs in their places.
fn filled(call: &Call, request: &Request) -> Result<(Value, Value), Error> {
    let model = call.path_name(&request.remote_model)?;
    let mut inputs = request.inputs.clone();
    let own = inputs.remove(WORKFLOW).filter(|own| !own.is_null());
    let workflow = own.or_else(|| bundled(model).cloned()).ok_or_else(|| Error {
        kind: Kind::NotFound,
        ..invalid(
            None,
            t!("There is no workflow “{model}” any more. Nothing was sent.", model),
            t!("Add its file again, or choose another one."),
        )
    })?;
    checked(&workflow)?;
    let filled = workflow::filled(&workflow, &inputs).map_err(|name| {
        let message = t!("This workflow has no place for “{name}”. Nothing was sent.", name);
        invalid(Some(name), message, t!("Choose the workflow again, then run it again."))
    })?;
    Ok((workflow, filled))
}

/// What the server says of these node classes: types, limits, lists to choose from. One that it does
/// not know is left out; the workflow would be refused with words that say so.
async fn nodes(call: &Call, classes: BTreeSet<String>) -> Result<Map<String, Value>, Error> {
    let mut known = Map::new();
    for class in classes {
        let Some(path) = wire::info_path(&class) else { continue };
        match call.get(&path, Patience::Bulk).await {
            Ok(answer) => {
                if let Some(node) = answer.json.get(&class) {
                    known.insert(class, node.clone());
                }
            }
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(known)
}

/// Whether anything would come out of it, as far as is known: a node of another author's may do so by any
/// name, and only the server can tell.
async fn gives_something(call: Option<&Call>, file: &Value) -> Result<bool, Error> {
    match (workflow::ends(file), call) {
        (Some(ends), _) => Ok(ends),
        (None, None) => Ok(true),
        (None, Some(call)) => {
            let last = workflow::last(file);
            let known = nodes(call, last.clone()).await?;
            let ends = known.values().any(|node| node["output_node"] == true);
            Ok(ends || known.len() < last.len())
        }
    }
}

fn model_of(file: &Value, nodes: &Map<String, Value>) -> LiveModel {
    LiveModel {
        remote_model: String::new(),
        name: String::new(),
        description: String::new(),
        task: workflow::task(file).to_owned(),
        modality: Some(workflow::modality(file)),
        fields: workflow::fields(file, nodes),
        // A server of the user's own bills nobody. Nodes that call a paid service want a sign-in that travels with
        // the prompt, and none is sent.
        price: Some(Price { micros: 0, currency: "USD".into(), exact: true }),
        licence: None,
        docs: None,
        ends_on: None,
    }
}

#[async_trait]
impl Provider for ComfyUi {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    #[cfg(any(test, feature = "testkit"))]
    fn probe(&self) -> Option<crate::probe::Probe> {
        Some(probe::probe)
    }

    async fn submit(&self, call: &Call, request: &Request) -> Result<Submitted, Error> {
        let (workflow, filled) = filled(call, request)?;
        let id = prompt_id(&request.client_ref);
        // Messages go to whoever submitted, so each job is a client of its own.
        let body = json!({"prompt": filled, "client_id": id, "prompt_id": id});
        let payload = Payload::Json(&body);
        let answer = call.peek(Method::POST, "prompt", payload, Patience::Submit).await?;
        if !(200..300).contains(&answer.status) {
            return Err(wire::refused(call, &answer, &workflow));
        }
        let id = wire::parse_id(&answer.json).map(str::to_owned);
        let id = id.ok_or_else(|| call.unreadable(&answer, t!("a prompt id")))?;
        Ok(Submitted { remote_id: id, poll_url: None, raw: answer.raw, at_once: None })
    }

    async fn poll(&self, call: &Call, task: &Task) -> Result<Poll, Error> {
        let id = call.path_name(&task.remote_id)?;
        // In this order nothing slips through: work leaves the queue for the history.
        let mut answer = call.get("queue", Patience::Ask).await?;
        let mut told = wire::told(&answer.json, id, call);
        if told.is_none() {
            if !wire::is_queue(&answer.json) {
                return Err(call.unreadable(&answer, t!("a queue")));
            }
            answer = call.get(&format!("history/{id}"), Patience::Bulk).await?;
            told = wire::told(&answer.json, id, call);
        }
        match told {
            Some(told) => Ok(call
                .cleaned(Poll { note: told.note, ..Poll::new(told.state, told.word, answer.raw) })),
            None if answer.json.is_object() => Err(call.refusal(404, &answer)),
            None => Err(call.unreadable(&answer, t!("a history"))),
        }
    }

    async fn upload(&self, call: &Call, upload: &Upload) -> Result<String, Error> {
        let part = Part::stream(upload.bytes.clone()).file_name(upload.name.clone());
        let part = part.mime_str(&upload.content_type).map_err(|_| {
            let message = t!("{name} is a kind of file that no server takes.", name = upload.name);
            invalid(None, message, t!("Take a PNG, JPEG or WebP, or an MP4."))
        })?;
        let form = Form::new().text("type", "input").text("subfolder", FOLDER).part("image", part);
        let answer = call.post_form("upload/image", form, Patience::Bulk).await?;
        wire::parse_upload(&answer.json).ok_or_else(|| call.unreadable(&answer, t!("a file name")))
    }

    async fn cancel(&self, call: &Call, task: &Task) -> Result<Cancelled, Error> {
        let id = call.path_name(&task.remote_id)?;
        let queue = call.get("queue", Patience::Ask).await?;
        let (path, body) = if wire::is_waiting(&queue.json, id) {
            ("queue", json!({"delete": [id]}))
        } else if wire::is_running(&queue.json, id) {
            ("interrupt", json!({"prompt_id": id}))
        } else {
            return Ok(Cancelled::CannotStop);
        };
        call.post(path, &body, Patience::Ask).await?;
        Ok(Cancelled::Stopped)
    }

    async fn models(&self, call: &Call) -> Result<Option<Vec<LiveModel>>, Error> {
        let mut models = Vec::new();
        for known in MANIFEST.bundled() {
            let Some(file) = bundled(&known.remote_model) else { continue };
            let nodes = nodes(call, workflow::classes(file)).await?;
            models.push(LiveModel {
                remote_model: known.remote_model.clone(),
                name: known.name.clone(),
                ..model_of(file, &nodes)
            });
        }
        Ok(Some(models))
    }

    async fn workflow(
        &self,
        call: Option<&Call>,
        file: &Value,
    ) -> Result<Option<LiveModel>, Error> {
        checked(file)?;
        if !gives_something(call, file).await? {
            return Err(invalid(
                Some(WORKFLOW.to_owned()),
                t!("Nothing in this workflow saves a picture or a clip.").to_owned(),
                t!(
                    "In ComfyUI, end it with a node like Save Image or Save Video, then choose Export (API) again."
                ),
            ));
        }
        let nodes = match call {
            Some(call) => nodes(call, workflow::classes(file)).await?,
            None => Map::new(),
        };
        let mut model = model_of(file, &nodes);
        model.fields.push(workflow::itself(file));
        Ok(Some(model))
    }

    async fn price(&self, _call: &Call, _request: &Request) -> Result<Option<Price>, Error> {
        Ok(None)
    }

    async fn balance(&self, call: &Call) -> Result<Option<Price>, Error> {
        // There is nothing to pay; this shows that the server is there.
        call.get("system_stats", Patience::Ask).await?;
        Ok(None)
    }

    async fn find(&self, call: &Call, lookup: &Lookup) -> Result<Option<Vec<Found>>, Error> {
        let id = prompt_id(&lookup.client_ref);
        let queue = call.get("queue", Patience::Ask).await?;
        let mut is_there = wire::is_waiting(&queue.json, &id) || wire::is_running(&queue.json, &id);
        if !is_there {
            if !wire::is_queue(&queue.json) {
                return Err(call.unreadable(&queue, t!("a queue")));
            }
            let history = call.get(&format!("history/{id}"), Patience::Bulk).await?;
            let entries = history.json.as_object();
            let entries = entries.ok_or_else(|| call.unreadable(&history, t!("a history")))?;
            is_there = entries.contains_key(&id);
        }
        let found = Found { remote_id: id, created_at: None, same_inputs: true };
        Ok(Some(if is_there { vec![found] } else { Vec::new() }))
    }

    async fn watch(&self, call: &Call, task: &Task) -> Result<(), Error> {
        let id = call.path_name(&task.remote_id)?;
        let Some(tray) = call.tray() else { return Ok(()) };
        let mut line = call.socket(&format!("ws?clientId={id}")).await?;
        // Asked for in the very first frame, previews say whose they are.
        let features = json!({"supports_preview_metadata": true});
        let hello = json!({"type": "feature_flags", "data": features}).to_string();
        if line.send(Message::text(hello)).await.is_err() {
            return Ok(());
        }
        while let Some(Ok(message)) = line.next().await {
            let heard = match message {
                Message::Text(text) => frame::of_text(&text, id),
                Message::Binary(bytes) => frame::of_bytes(&bytes, id),
                Message::Close(_) => Heard::Ended,
                _ => Heard::Nothing,
            };
            match heard {
                Heard::Progress(part) => tray.progress(Some(part), ""),
                Heard::Preview(bytes) => tray.preview(RemoteOutput::Inline { bytes }),
                Heard::Ended => break,
                Heard::Nothing => {}
            }
        }
        Ok(())
    }
}

/// An address below the base, with these pairs as its query.
fn address(base: &Url, path: &str, query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.query_pairs_mut().clear().extend_pairs(query);
    url
}
