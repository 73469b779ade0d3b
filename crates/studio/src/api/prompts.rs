//! What is written again and again: past prompts, presets and snippets.

use crate::words::CATALOGUE;
use rushes_providers::types::Modality;
use serde::Deserialize;
use ts_rs::TS;

use super::commands::{ByName, Nothing, Saved};
use crate::Studio;
use crate::find::fold;
use crate::store::{self, Kept, Past};
use crate::view::{ApiError, Preset, PromptPage, Snippet};

const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 500;
/// The longest search, in characters.
const LONGEST_SEARCH: usize = 1_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
/// The longest words of a preset or snippet, in characters.
const LONGEST_TEXT: usize = 32_000;

/// Which past prompts to list.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct ListPrompts {
    /// Words that each of them has.
    #[serde(default)]
    #[ts(optional)]
    pub search: Option<String>,
    /// Only those for pictures, or for clips.
    #[serde(default)]
    #[ts(optional)]
    pub modality: Option<Modality>,
    /// `next` of the page before.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<String>,
    /// At most this many; 50 when left out, 500 at most.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// A past prompt to leave out of the list, or to put back.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct HidePrompt {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// Whether it is left out.
    pub hidden: bool,
}

/// A preset to keep, in the place of one with the same name.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SavePreset {
    /// The preset.
    pub preset: Preset,
    /// The name it has until now, where it is given another one.
    #[serde(default)]
    #[ts(optional)]
    pub was: Option<String>,
}

/// A snippet to keep, in the place of one with the same name.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SaveSnippet {
    /// The snippet.
    pub snippet: Snippet,
    /// The name it has until now, where it is given another one.
    #[serde(default)]
    #[ts(optional)]
    pub was: Option<String>,
}

fn invalid(message: impl Into<String>, hint: impl Into<String>) -> ApiError {
    ApiError::new("invalid", message, hint)
}

pub(super) async fn list_prompts(
    studio: &Studio,
    wanted: ListPrompts,
) -> Result<PromptPage, ApiError> {
    let search = wanted.search.unwrap_or_default();
    if search.chars().count() > LONGEST_SEARCH {
        return Err(invalid(
            t!("A search has up to {most} characters.", most = LONGEST_SEARCH),
            t!("Take out some of its words."),
        ));
    }
    let before = wanted.before.as_deref().map(place).transpose()?;
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    let past = Past { search, modality: wanted.modality, before, limit };
    Ok(studio.store.read(move |sql| store::prompts::list(sql, &past)).await?)
}

/// Where a page ended.
fn place(text: &str) -> Result<(i64, i64), ApiError> {
    text.split_once('.')
        .and_then(|(used_at, id)| Some((used_at.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| {
            invalid(t!("No page of prompts ends there."), t!("Use `next` of the page before."))
        })
}

pub(super) async fn hide_prompt(studio: &Studio, wanted: HidePrompt) -> Result<Saved, ApiError> {
    studio.store.write(move |tx| tx.hide_prompt(wanted.id, wanted.hidden)).await?;
    Ok(Saved { saved: true })
}

pub(super) async fn list_presets(studio: &Studio, _: Nothing) -> Result<Vec<Preset>, ApiError> {
    Ok(studio.store.read(store::presets::presets).await?)
}

pub(super) async fn save_preset(studio: &Studio, wanted: SavePreset) -> Result<Preset, ApiError> {
    let SavePreset { preset, was } = wanted;
    let preset = Preset { name: name(&preset.name, key!("preset"))?, ..preset };
    text(&preset.words)?;
    let kept = preset.clone();
    match studio.store.write(move |tx| tx.keep_preset(&kept, was.as_deref())).await? {
        Kept::Yes => Ok(preset),
        Kept::Taken => Err(taken(&preset.name, key!("preset"))),
    }
}

pub(super) async fn remove_preset(studio: &Studio, wanted: ByName) -> Result<Saved, ApiError> {
    studio.store.write(move |tx| tx.forget_preset(&wanted.name)).await?;
    Ok(Saved { saved: true })
}

pub(super) async fn list_snippets(studio: &Studio, _: Nothing) -> Result<Vec<Snippet>, ApiError> {
    Ok(studio.store.read(store::presets::snippets).await?)
}

pub(super) async fn save_snippet(
    studio: &Studio,
    wanted: SaveSnippet,
) -> Result<Snippet, ApiError> {
    let SaveSnippet { snippet, was } = wanted;
    let snippet = Snippet { name: name(&snippet.name, key!("snippet"))?, ..snippet };
    if snippet.text.trim().is_empty() {
        return Err(invalid(t!("A snippet needs words."), t!("Write what it is to put in.")));
    }
    text(&snippet.text)?;
    let kept = snippet.clone();
    match studio.store.write(move |tx| tx.keep_snippet(&kept, was.as_deref())).await? {
        Kept::Yes => Ok(snippet),
        Kept::Taken => Err(taken(&snippet.name, key!("snippet"))),
    }
}

pub(super) async fn remove_snippet(studio: &Studio, wanted: ByName) -> Result<Saved, ApiError> {
    studio.store.write(move |tx| tx.forget_snippet(&wanted.name)).await?;
    Ok(Saved { saved: true })
}

fn taken(name: &str, what: &str) -> ApiError {
    invalid(
        t!("Another {what} is called {name}.", what = CATALOGUE.say(what), name),
        t!("Choose a name that no other has. Both are as they were."),
    )
}

/// A name as it is kept: with single spaces.
fn name(typed: &str, what: &str) -> Result<String, ApiError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if fold::key(&name).is_empty() || name.chars().any(char::is_control) {
        return Err(invalid(
            t!("A {what} needs a name.", what = CATALOGUE.say(what)),
            t!("Call it by what it is for."),
        ));
    }
    let long = name.chars().count();
    if long > LONGEST_NAME {
        return Err(invalid(
            t!(
                "A {what}'s name has up to {most} characters, this has {long}.",
                what = CATALOGUE.say(what),
                most = LONGEST_NAME,
                long
            ),
            t!("Shorten it."),
        ));
    }
    Ok(name)
}

fn text(words: &str) -> Result<(), ApiError> {
    let long = words.chars().count();
    if long > LONGEST_TEXT {
        return Err(invalid(
            t!("Up to {most} characters can be kept, these are {long}.", most = LONGEST_TEXT, long),
            t!("Shorten them."),
        ));
    }
    Ok(())
}
