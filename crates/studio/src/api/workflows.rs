//! Workflow files of the user's own: taken in, read as models, removed.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use rushes_providers::schema::Field;
use rushes_providers::types::{LiveModel, WORKFLOW};
use rushes_providers::{Error, Kind, Provider, Wire};
use serde_json::Value;

use super::catalogue::{entry, list_endpoints, sync_models, tell};
use super::commands::{ById, ByProvider, Composition, ImportWorkflowFile, Nothing};
use super::keys::manifest;
use crate::Studio;
use crate::catalog::{Entry, own_entry, slug};
use crate::engine::{Line, day};
use crate::store::{self, Workflow};
use crate::view::{ApiError, ImportedWorkflow, Job, WorkflowFile};

/// Largest file, in bytes: every job keeps the workflow that it ran with.
const LARGEST: usize = 1 << 20;
/// Longest name, in characters.
const LONGEST_NAME: usize = 100;
/// Whoever takes a file in waits no longer than this for a server that may not be there.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn import_workflow(
    studio: &Studio,
    wanted: WorkflowFile,
) -> Result<ImportedWorkflow, ApiError> {
    let provider = provider(&wanted.provider)?;
    let manifest = provider.manifest();
    let name = name(&wanted.name)?;
    let file = parsed(provider, &wanted.file).await?;
    let told = read(studio, provider, &file).await?;
    let now = studio.clock.now_ms();
    let kept = Workflow {
        provider: manifest.id.clone(),
        slug: slug(manifest, &name),
        name,
        file: file.to_string(),
        kept_at: now,
        told: told.map(|model| (told_fields(model), now)),
    };
    let id = format!("{}:{}", kept.provider, kept.slug);
    let answered = kept.told.is_some();
    let before = studio.store.write_anew(move |tx| tx.keep_workflow(&kept)).await?;
    studio.load_entries().await?;
    tell(studio, &manifest.id);
    if answered {
        greet(studio, &manifest.id).await?;
    }
    let endpoints = list_endpoints(studio, Nothing {}).await?;
    let endpoint = endpoints.into_iter().find(|endpoint| endpoint.id == id);
    let endpoint = endpoint.ok_or_else(|| ApiError::not_found(t!("such model any more")))?;
    Ok(ImportedWorkflow { endpoint, before: before.map(as_file) })
}

pub(super) async fn import_workflow_file(
    studio: &Studio,
    wanted: ImportWorkflowFile,
) -> Result<ImportedWorkflow, ApiError> {
    let path = wanted.path.clone();
    let read = tokio::task::spawn_blocking(move || text_of(Path::new(&path)))
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let file = match read {
        Ok(text) => text,
        // What is no text is no JSON either, and is told so.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => {
            return Err(ApiError {
                detail: error.to_string(),
                ..invalid(
                    t!("This file can't be read."),
                    t!("Check that it is still there, and yours."),
                )
            });
        }
    };
    let name = wanted.path;
    import_workflow(studio, WorkflowFile { provider: wanted.provider, name, file }).await
}

pub(super) async fn remove_workflow(
    studio: &Studio,
    wanted: ById,
) -> Result<WorkflowFile, ApiError> {
    let known = entry(studio, &wanted.id)?;
    if !known.own {
        return Err(invalid(
            t!("{name} is no workflow of yours.", name = known.name),
            t!("Only what you added yourself can be removed."),
        ));
    }
    let provider = known.provider.clone();
    let gone = studio
        .store
        .write(move |tx| tx.remove_workflow(&known.provider, &known.remote_model))
        .await?;
    studio.load_entries().await?;
    tell(studio, &provider);
    gone.map(as_file).ok_or_else(|| ApiError::not_found(t!("such workflow any more")))
}

/// The endpoints of a provider's workflows, out of all that are kept. One that this version can't read is
/// left out; its file stays.
pub(crate) async fn own_entries(provider: &dyn Provider, kept: &[Workflow]) -> Vec<Entry> {
    let manifest = provider.manifest();
    let mut entries = Vec::new();
    for kept in kept.iter().filter(|kept| kept.provider == manifest.id) {
        let model = match serde_json::from_str(&kept.file) {
            Ok(file) => provider.workflow(None, &file).await.ok().flatten(),
            Err(_) => None,
        };
        let Some(mut model) = model else {
            tracing::warn!(slug = kept.slug, "a workflow can't be read and is left out");
            continue;
        };
        // Told by an older version they may have other names than a submit fills in now.
        let told = kept.told.as_ref().filter(|(told, _)| {
            let own = model.fields.iter().filter(|field| field.name != WORKFLOW);
            told.iter().map(|field| &field.name).eq(own.map(|field| &field.name))
        });
        if let Some((told, _)) = told {
            let itself = model.fields.pop();
            model.fields = told.iter().cloned().chain(itself).collect();
        }
        let since = day(told.map_or(kept.kept_at, |(_, at)| *at));
        let live = told.is_some();
        entries.extend(own_entry(manifest, &kept.slug, &kept.name, model, since, live));
    }
    entries
}

/// Asks a server that is there about each workflow kept for it; answers how many there are. What it does
/// not tell stays as it was told last.
pub(super) async fn ask_all(studio: &Studio, line: &Line) -> Result<u32, ApiError> {
    let id = &line.provider.manifest().id;
    let mut kept = studio.store.read(store::workflows::all).await?;
    kept.retain(|kept| kept.provider == *id);
    let count = kept.len() as u32;
    for mut kept in kept {
        let Ok(file) = serde_json::from_str(&kept.file) else { continue };
        match line.provider.workflow(Some(&line.call), &file).await {
            Ok(model) => {
                let now = studio.clock.now_ms();
                kept.told = model.map(|model| (told_fields(model), now));
                studio.store.write(move |tx| tx.tell_workflow(&kept)).await?;
            }
            Err(error) => {
                tracing::info!(slug = kept.slug, %error, "a workflow was not asked about");
            }
        }
    }
    Ok(count)
}

/// The endpoint that a composition is written for. Inputs that bring a workflow along are read by that
/// one, whatever became of its file since: it may have been replaced or removed. `again`: the job that they
/// are from.
pub(super) async fn source(
    studio: &Studio,
    wanted: &Composition,
    again: Option<&Job>,
) -> Result<Entry, ApiError> {
    let known = entry(studio, &wanted.endpoint);
    let own = wanted.inputs.get(WORKFLOW).filter(|file| !file.is_null());
    let place = wanted.endpoint.split_once(':');
    let runs = place.and_then(|(id, slug)| Some((provider(id).ok()?, slug)));
    let (Some(file), Some((provider, slug))) = (own, runs) else { return known };
    // To the letter: fields are named in the order of the nodes.
    let kept =
        known.as_ref().ok().and_then(Entry::workflow).and_then(|field| field.default.as_ref());
    if kept.map(Value::to_string) == Some(file.to_string()) {
        return known;
    }
    let name = match (&known, again) {
        (_, Some(job)) => job.model_name.as_str(),
        (Ok(known), None) => known.name.as_str(),
        (Err(_), None) => slug,
    };
    let since = day(again.map_or_else(|| studio.clock.now_ms(), |job| job.created_at));
    let model = provider.workflow(None, file).await.map_err(refused)?;
    let read = model.and_then(|m| own_entry(provider.manifest(), slug, name, m, since, false));
    read.map_or(known, Ok)
}

/// The provider of that name, where it runs workflows.
fn provider(id: &str) -> Result<&'static dyn Provider, ApiError> {
    let manifest = manifest(id)?;
    let runs = rushes_providers::find(id).filter(|_| manifest.workflows);
    runs.ok_or_else(|| {
        let all = rushes_providers::all().iter().map(|provider| provider.manifest());
        let able: Vec<&str> = all.filter(|m| m.workflows).map(|m| m.id.as_str()).collect();
        invalid(
            t!("{name} runs no workflow files.", name = manifest.name),
            t!("Add it to one that does: {able}.", able = able.join(", ")),
        )
    })
}

/// A name as it is kept, of what was typed or of a file's name.
fn name(typed: &str) -> Result<String, ApiError> {
    let file = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let bare = match file.len().checked_sub(5).and_then(|at| file.split_at_checked(at)) {
        Some((bare, ending)) if ending.eq_ignore_ascii_case(".json") => bare,
        _ => file,
    };
    let name = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(invalid(
            t!("A workflow needs a name."),
            t!("Rename the file, then add it again."),
        ));
    }
    let long = name.chars().count();
    if long > LONGEST_NAME {
        return Err(invalid(
            t!(
                "A workflow's name has up to {most} characters, this has {long}.",
                most = LONGEST_NAME,
                long
            ),
            t!("Shorten the name, then add it again."),
        ));
    }
    Ok(name)
}

/// A file's text, cut off where it is too large anyway.
fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let most = LARGEST as u64 + 1;
    std::fs::File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}

async fn parsed(provider: &dyn Provider, text: &str) -> Result<Value, ApiError> {
    if text.len() > LARGEST {
        return Err(invalid(
            t!("This file is larger than 1 MiB, and a workflow travels with every job."),
            t!("Take out the pictures that are kept inside it, then export it again."),
        ));
    }
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(file) => Ok(file),
        Err(error) => {
            // The provider knows where such files come from.
            let said = provider.workflow(None, &Value::Null).await.err();
            let hint = said.and_then(|error| error.hint).unwrap_or_default();
            Err(ApiError {
                detail: error.to_string(),
                ..invalid(t!("This file is not JSON, so it is no workflow."), hint)
            })
        }
    }
}

/// Reads a file as a model: as the provider's server tells it, None where that does not answer, or says
/// why it is no workflow.
async fn read(
    studio: &Studio,
    provider: &dyn Provider,
    file: &Value,
) -> Result<Option<LiveModel>, ApiError> {
    provider.workflow(None, file).await.map_err(refused)?;
    let asked = async {
        let line = studio.lines.open(&provider.manifest().id).await.ok()?;
        Some(provider.workflow(Some(&line.call), file).await)
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Some(Ok(told))) => Ok(told),
        Ok(Some(Err(error))) if is_about_the_file(&error) => Err(refused(error)),
        Ok(Some(Err(error))) => {
            tracing::info!(%error, "a workflow is taken in without its server");
            Ok(None)
        }
        Ok(None) | Err(_) => Ok(None),
    }
}

fn is_about_the_file(error: &Error) -> bool {
    matches!(error.kind, Kind::Invalid { .. }) && error.wire == Wire::NotSent
}

/// A server that answers for the first time is there from now on, and lists what it has.
async fn greet(studio: &Studio, provider: &str) -> Result<(), ApiError> {
    let lists = studio.store.read(store::catalogues::ages).await?;
    if lists.iter().any(|list| list.provider == provider) {
        return Ok(());
    }
    let wanted = ByProvider { provider: provider.to_owned() };
    if let Err(error) = sync_models(studio, wanted).await {
        tracing::info!(%error, "its list of models comes with the next refresh");
    }
    Ok(())
}

/// Its fields without the workflow itself, which is kept beside them.
fn told_fields(model: LiveModel) -> Vec<Field> {
    model.fields.into_iter().filter(|field| field.name != WORKFLOW).collect()
}

fn as_file(kept: Workflow) -> WorkflowFile {
    WorkflowFile { provider: kept.provider, name: kept.name, file: kept.file }
}

fn refused(error: Error) -> ApiError {
    invalid(error.message, error.hint.unwrap_or_default())
}

fn invalid(message: impl Into<String>, hint: impl Into<String>) -> ApiError {
    ApiError::new("invalid", message, hint)
}
