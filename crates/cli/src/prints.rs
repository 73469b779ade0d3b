//! `rushes prints`.

use std::path::Path;

use rushes_studio::api::types::{ApiError, ExportForm, Exported, ShareCredentials};
use rushes_studio::library::credentials::{self, Content, Credentials, Signature};
use rushes_studio::library::recipe::{self, Recipe};
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::Form;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::Session;

/// What a file says about itself.
#[derive(Debug, Serialize)]
struct Said {
    recipe: Option<Recipe>,
    credentials: Option<Credentials>,
}

/// The request for an export, with the place as this process sees it.
pub(crate) fn asked(
    ids: &[String],
    to: &Path,
    form: Form,
    no_credentials: bool,
) -> Result<Value, Failure> {
    let to = std::path::absolute(to).map_err(|error| {
        Failure::usage(
            format!("{} is no place for exports.", to.display()),
            "Give a folder or a file.",
        )
        .because(error)
    })?;
    let form = match form {
        Form::Originals => ExportForm::Originals,
        Form::Share => ExportForm::Share,
        Form::Zip => ExportForm::Zip,
        Form::Sheet => ExportForm::Sheet,
    };
    let credentials =
        if no_credentials { ShareCredentials::Remove } else { ShareCredentials::Keep };
    Ok(json!({ "ids": ids, "to": to.to_string_lossy(), "form": form, "credentials": credentials }))
}

pub(crate) async fn export(session: &Session, asked: Value, out: Out) -> Result<Exit, Failure> {
    let exported: Exported = session.call("export_prints", asked).await?;
    out.result(&exported, |exported| exported.files.join("\n"));
    for skipped in &exported.skipped {
        out.say(format!("{}: {} {}", skipped.id, skipped.message, skipped.hint).trim_end());
    }
    if exported.credentials_changed > 0 {
        out.say(
            "Content Credentials stayed where other words were taken out: a checker will say that those files were \
             changed since they were signed. With --no-credentials they are taken out too.",
        );
    }
    Ok(if exported.skipped.is_empty() && !exported.stopped { Exit::Done } else { Exit::Failed })
}

pub(crate) fn read(file: &Path, out: Out) -> Result<Exit, Failure> {
    let failed = |error| Failure::from(ApiError::from(error));
    let said = Said {
        recipe: recipe::read_file(file).map_err(failed)?,
        credentials: credentials::read_file(file).map_err(failed)?,
    };
    if said.recipe.is_none() && said.credentials.is_none() {
        out.say("This file says nothing about what it was made from.");
    }
    out.result(&said, words);
    Ok(Exit::Done)
}

fn words(said: &Said) -> String {
    let mut lines = Vec::new();
    if let Some(recipe) = &said.recipe {
        lines.push(format!("Written by {}", recipe.program.name()));
        lines.push(format!("Prompt: {}", recipe.prompt));
        lines.extend(recipe.negative.as_ref().map(|negative| format!("Not wanted: {negative}")));
        let settings = [
            recipe.model.clone(),
            recipe.seed.map(|seed| format!("seed {seed}")),
            recipe.steps.map(|steps| format!("{steps} steps")),
            recipe.sampler.clone(),
            recipe.guidance.map(|guidance| format!("guidance {guidance}")),
            recipe.size.map(|(width, height)| format!("{width} × {height}")),
        ];
        lines.push(settings.into_iter().flatten().collect::<Vec<_>>().join(", "));
        lines.extend(recipe.graph.is_some().then(|| "With the graph that ran".to_owned()));
    }
    if let Some(credentials) = &said.credentials {
        let signer = credentials.signer.as_ref().map_or("someone", |signer| signer.name.as_str());
        lines.push(format!("Content Credentials by {}, signed as {signer}", credentials.generator));
        for action in &credentials.actions {
            let parts = [
                Some(action.action.clone()),
                action.agent.clone(),
                action.source.clone(),
                action.when.clone(),
            ];
            lines.push(format!("  {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", ")));
        }
        lines.push(format!("  {}", checked(credentials)));
        lines.push("  Who stands behind that certificate is not checked.".to_owned());
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// What the checks that were made come to.
fn checked(credentials: &Credentials) -> &'static str {
    match (credentials.signature, credentials.content) {
        (Signature::Broken, _) => "They are not what was signed.",
        (_, Content::Changed) => "The file was changed since it was signed.",
        (Signature::Fits, Content::Unchanged) => "The file is as it was when it was signed.",
        (Signature::Fits, Content::NotChecked) => {
            "They are what was signed. Whether the file was changed since is not checked."
        }
        (Signature::NotChecked, _) => "Whether they are what was signed is not checked.",
    }
}
