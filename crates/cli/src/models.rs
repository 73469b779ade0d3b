//! `rushes models`.

use rushes_studio::api::types::{Endpoint, ImportedWorkflow, KeyRow, SyncReport, WorkflowFile};
use rushes_studio::schema::{Field, FieldKind};
use serde_json::json;

use crate::args::Models;
use crate::choose::{named, no_model, remote_id, word};
use crate::exit::{Exit, Failure};
use crate::file::text_of;
use crate::out::Out;
use crate::session::Session;
use crate::words;

pub(crate) async fn run(session: &Session, command: Models, out: Out) -> Result<Exit, Failure> {
    match command {
        Models::List => {
            let endpoints: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
            out.results(&endpoints, "No models are known.", row);
            Ok(Exit::Done)
        }
        Models::Show { model } => {
            let endpoints: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
            let found = named(&endpoints, &model).ok_or_else(|| no_model(&endpoints, &model))?;
            for endpoint in found {
                // Without a key the inputs cannot be asked for; what is known is shown.
                let known = learnt(session, endpoint.clone()).await;
                out.result(known.as_ref().unwrap_or(endpoint), about);
            }
            Ok(Exit::Done)
        }
        Models::Search { provider, words } => {
            let words = words.join(" ");
            let before: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
            let report: SyncReport = session
                .call("find_models", json!({ "provider": provider, "words": words }))
                .await?;
            let after: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
            let new: Vec<Endpoint> = after
                .into_iter()
                .filter(|e| !before.iter().any(|known| known.id == e.id))
                .collect();
            out.say(&report.message);
            out.results(&new, "All of them were known already.", row);
            Ok(Exit::Done)
        }
        Models::Add { provider, file, name } => {
            let name = name.unwrap_or_else(|| file.to_string_lossy().into_owned());
            let wanted = WorkflowFile { provider, name, file: text_of(&file)? };
            let taken: ImportedWorkflow = session.call("import_workflow", json!(wanted)).await?;
            if let Some(before) = &taken.before {
                out.say(&format!(
                    "It takes the place of {}. Jobs keep the one they ran with.",
                    before.name
                ));
            }
            out.result(&taken.endpoint, about);
            Ok(Exit::Done)
        }
        Models::Remove { model } => {
            let endpoints: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
            let found = named(&endpoints, &model).ok_or_else(|| no_model(&endpoints, &model))?;
            // A model of the same name that is no file of the user's is not meant.
            let Some(endpoint) = found.iter().find(|e| e.own).or(found.first()) else {
                return Err(no_model(&endpoints, &model));
            };
            let _: WorkflowFile =
                session.call("remove_workflow", json!({ "id": endpoint.id })).await?;
            out.say(&format!("{} is gone. Its jobs and prints stay.", endpoint.name));
            Ok(Exit::Done)
        }
        Models::Sync { provider } => sync(session, provider, out).await,
    }
}

/// The endpoint with its inputs, asked for where the provider's list did not tell them.
pub(crate) async fn learnt(session: &Session, endpoint: Endpoint) -> Result<Endpoint, Failure> {
    if !endpoint.fields.is_empty() || endpoint.retired.is_some() {
        return Ok(endpoint);
    }
    session.call("learn_model", json!({ "id": endpoint.id })).await
}

/// Asks one provider, or all that have a key.
async fn sync(session: &Session, provider: Option<String>, out: Out) -> Result<Exit, Failure> {
    let providers = if let Some(provider) = provider {
        vec![provider]
    } else {
        let keys: Vec<KeyRow> = session.call("list_keys", json!({})).await?;
        let with_key = keys.into_iter().filter(|k| k.needs_key && k.place.is_some());
        with_key.map(|k| k.provider).collect()
    };
    if providers.is_empty() {
        out.say("No provider has a key, so there is no live list to ask for. Add one with `rushes keys set`.");
    }
    for provider in providers {
        let report: SyncReport =
            session.call("sync_models", json!({ "provider": provider })).await?;
        out.result(&report, |report| report.message.clone());
    }
    Ok(Exit::Done)
}

fn row(endpoint: &Endpoint) -> Vec<String> {
    vec![
        word(endpoint.modality).into(),
        endpoint.name.clone(),
        words::cost(endpoint.sandbox, endpoint.price.as_ref()),
        standing(endpoint).into(),
        endpoint.id.clone(),
    ]
}

fn standing(endpoint: &Endpoint) -> &'static str {
    match endpoint {
        Endpoint { retired: Some(_), .. } => "retired",
        Endpoint { usable: true, .. } => "ready",
        Endpoint { keyed: true, .. } => "inputs not known",
        Endpoint { own: true, .. } => "its server has not answered yet",
        _ => "no key",
    }
}

fn about(endpoint: &Endpoint) -> String {
    let cost = words::cost(endpoint.sandbox, endpoint.price.as_ref());
    let mut lines = vec![
        endpoint.id.clone(),
        format!("{} at {}, {}, {cost}", endpoint.name, endpoint.provider_name, endpoint.task),
    ];
    if endpoint.id.strip_prefix(&endpoint.provider).is_some()
        && endpoint.model != remote_id(endpoint)
    {
        lines.push(format!("model {}", endpoint.model));
    }
    if let Some(retired) = &endpoint.retired {
        lines.push(format!("retired on {}: {}", retired.on, retired.reason));
        if !retired.successors.is_empty() {
            lines.push(format!("in its place: {}", retired.successors.join(", ")));
        }
    } else if let Some(day) = &endpoint.ends_on {
        lines.push(format!("ends on {day}"));
    }
    lines.extend(endpoint.fields.iter().filter(|f| !f.hidden).map(field));
    lines.push(format!(
        "known since {}{}",
        endpoint.as_of,
        if endpoint.live { ", live" } else { "" }
    ));
    lines.join("\n  ")
}

fn field(field: &Field) -> String {
    let number = |least: Option<String>, most: Option<String>| match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("from {least}"),
        (None, Some(most)) => format!("up to {most}"),
        (None, None) => "a number".into(),
    };
    let takes = match &field.kind {
        FieldKind::Text { max_length: Some(most), .. } => format!("words, up to {most} characters"),
        FieldKind::Text { .. } => "words".into(),
        FieldKind::Choice { options } => {
            let words =
                options.iter().map(|o| o.as_str().map_or_else(|| o.to_string(), Into::into));
            words.collect::<Vec<String>>().join(" | ")
        }
        FieldKind::Integer { min, max, .. } => {
            number(min.map(|n| n.to_string()), max.map(|n| n.to_string()))
        }
        FieldKind::Number { min, max, .. } => {
            number(min.map(|n| n.to_string()), max.map(|n| n.to_string()))
        }
        FieldKind::Switch => "yes | no".into(),
        FieldKind::Size { min, max, words, .. } => {
            let free = format!("WIDTHxHEIGHT, {min} to {max} pixels a side");
            words.iter().cloned().chain([free]).collect::<Vec<_>>().join(" | ")
        }
        FieldKind::Media { max_items: 1, .. } => "a file, by --ref".into(),
        FieldKind::Media { max_items, .. } => format!("up to {max_items} files, by --ref"),
        FieldKind::List { .. } => "a list: a,b,c".into(),
        FieldKind::Json => "JSON".into(),
    };
    let usual = match &field.default {
        Some(value) => {
            format!(" [{}]", value.as_str().map_or_else(|| value.to_string(), Into::into))
        }
        None => String::new(),
    };
    let must = if field.required { ", required" } else { "" };
    format!("{:18} {takes}{must}{usual}", field.name)
}
