//! The gallery: views, marks, queries, collections, searches, the trash.

use crate::words::CATALOGUE;
use bytes::Bytes;

use super::commands::{
    ById, ByName, MarkPrints, Nothing, ReadQuery, SaveCollection, Saved, Suggest, UndoMarks,
    ViewRows,
};
use crate::find::{self, Query, Wanted};
use crate::gallery::trash;
use crate::store::{self, Kept, Marks};
use crate::view::{
    ApiError, Collection, Emptied, Marked, Offers, Print, QueryReading, SavedSearch, Sort, Undone,
};
use crate::{Studio, chance};

/// The most prints of one `view_rows`.
const MOST_ROWS: usize = 500;
/// The most prints of one mark.
const MOST_MARKED: usize = 100_000;
/// The longest query, in characters.
const LONGEST_QUERY: usize = 1_000;
/// The longest name of a tag, a collection or a search, in characters.
const LONGEST_NAME: usize = 120;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 20_000;

/// The order of that word; the usual one for none.
pub(super) fn sort(word: &str) -> Result<Sort, ApiError> {
    if word.is_empty() {
        return Ok(Sort::default());
    }
    Sort::of(word).ok_or_else(|| {
        let known: Vec<&str> = Sort::ALL.iter().map(|sort| sort.word()).collect();
        query_error(
            t!("There is no order “{word}”.", word),
            t!("Use one of {known}.", known = known.join(", ")),
        )
    })
}

/// What a text asks for.
pub(super) fn query(text: &str) -> Result<Query, ApiError> {
    check_length(text)?;
    find::read(text).query().map_err(|fault| query_error(fault.message, fault.hint))
}

fn check_length(text: &str) -> Result<(), ApiError> {
    let long = text.chars().count();
    if long <= LONGEST_QUERY {
        return Ok(());
    }
    Err(query_error(
        t!("A search has up to {most} characters, this has {long}.", most = LONGEST_QUERY, long),
        t!("Take out some of its words."),
    ))
}

fn query_error(message: impl Into<String>, hint: impl Into<String>) -> ApiError {
    ApiError::new("query", message, hint)
}

fn invalid(message: impl Into<String>, hint: impl Into<String>) -> ApiError {
    ApiError::new("invalid", message, hint)
}

/// A view, whole or its first prints, as `GET view` sends it, with or without its stacks.
pub(crate) async fn view_bytes(
    studio: &Studio,
    text: &str,
    order: &str,
    most: Option<u32>,
    stacked: bool,
) -> Result<Bytes, ApiError> {
    let (query, sort) = (query(text)?, sort(order)?);
    // Before the list is read: one that is newer than its number is only asked for once more.
    let revision = studio.store.revision();
    let list = studio
        .store
        .read(move |sql| {
            let list = store::view::list(sql, &query, sort, most)?;
            if !stacked {
                return Ok(list.to_bytes(revision));
            }
            let members = store::stacks::of(sql, &list.rows)?;
            Ok(list.to_stacked_bytes(revision, &members))
        })
        .await?;
    Ok(list.into())
}

pub(super) async fn view_rows(studio: &Studio, wanted: ViewRows) -> Result<Vec<Print>, ApiError> {
    if wanted.seqs.len() > MOST_ROWS {
        return Err(invalid(
            t!("{n} prints are asked for at once.", n = wanted.seqs.len()),
            t!("Ask for at most {most}.", most = MOST_ROWS),
        ));
    }
    let root = studio.library.root();
    Ok(studio.store.read(move |sql| store::view::rows(sql, &root, &wanted.seqs)).await?)
}

pub(super) async fn mark_prints(studio: &Studio, wanted: MarkPrints) -> Result<Marked, ApiError> {
    if wanted.ids.len() > MOST_MARKED {
        return Err(invalid(
            t!("{n} prints are selected.", n = wanted.ids.len()),
            t!("Select at most {most}.", most = MOST_MARKED),
        ));
    }
    if wanted.rating.is_some_and(|rating| rating > 5) {
        return Err(invalid(t!("A print has up to five stars."), t!("Choose 0 to 5.")));
    }
    if wanted.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return Err(invalid(
            t!("A note has up to {most} characters.", most = LONGEST_NOTE),
            t!("Shorten it, then keep it again."),
        ));
    }
    let both = |one: &[String], other: &[String]| {
        let keys: Vec<String> = other.iter().map(|name| find::fold::key(name)).collect();
        one.iter().find(|name| keys.contains(&find::fold::key(name))).cloned()
    };
    if let Some(name) = both(&wanted.add_tags, &wanted.remove_tags) {
        return Err(invalid(
            t!("The tag “{name}” is to be added and taken away at once.", name),
            t!("Choose one of them."),
        ));
    }
    if wanted.add_to.is_some() && wanted.add_to == wanted.remove_from {
        return Err(invalid(
            t!("The prints are to join a collection and leave it at once."),
            t!("Choose one of them."),
        ));
    }
    let marks = Marks {
        rating: wanted.rating,
        circled: wanted.circled,
        note: wanted.note.map(|note| note.trim().to_owned()),
        add_tags: wanted.add_tags.iter().map(|n| name(n, key!("tag"))).collect::<Result<_, _>>()?,
        remove_tags: wanted.remove_tags,
        trashed: wanted.trashed,
        add_to: wanted.add_to,
        remove_from: wanted.remove_from,
    };
    let at = studio.clock.now_ms();
    let ids = wanted.ids;
    let (undo, changed) = studio.store.write(move |tx| tx.mark(&ids, &marks, at)).await?;
    studio.gallery.marked.notify_one();
    Ok(Marked { undo: studio.gallery.undos.keep(undo), changed })
}

pub(super) async fn undo_marks(studio: &Studio, wanted: UndoMarks) -> Result<Undone, ApiError> {
    let undo = studio.gallery.undos.take(&wanted.undo).ok_or_else(|| {
        ApiError::new(
            "not_found",
            t!("This can't be taken back any more."),
            t!(
                "The last fifty marks since Rushes was started can. Set the marks as you want them."
            ),
        )
    })?;
    let again = undo.clone();
    match studio.store.write(move |tx| tx.unmark(&undo)).await {
        Ok(changed) => {
            studio.gallery.marked.notify_one();
            Ok(Undone { changed })
        }
        Err(error) => {
            // Nothing was put back, so it can be tried again.
            studio.gallery.undos.put(wanted.undo, again);
            Err(error.into())
        }
    }
}

pub(super) async fn suggest(studio: &Studio, wanted: Suggest) -> Result<Offers, ApiError> {
    check_length(&wanted.text)?;
    let place = find::place(&wanted.text, wanted.at);
    let known = match place.wanted {
        Wanted::Value(name) => {
            studio.store.read(move |sql| store::makers::values(sql, name)).await?
        }
        Wanted::Name | Wanted::Nothing => Vec::new(),
    };
    Ok(find::offers(&place, &known))
}

#[allow(clippy::unused_async, reason = "a command is async")]
pub(super) async fn read_query(_: &Studio, wanted: ReadQuery) -> Result<QueryReading, ApiError> {
    check_length(&wanted.query)?;
    Ok(find::read(&wanted.query).told())
}

pub(super) async fn list_collections(
    studio: &Studio,
    _: Nothing,
) -> Result<Vec<Collection>, ApiError> {
    Ok(studio.store.read(store::collections::all).await?)
}

pub(super) async fn save_collection(
    studio: &Studio,
    wanted: SaveCollection,
) -> Result<Collection, ApiError> {
    let name = name(&wanted.name, key!("collection"))?;
    let at = studio.clock.now_ms();
    let id = match wanted.id {
        Some(id) => {
            let known = id.clone();
            let found = studio.store.read(move |sql| store::collections::get(sql, &known)).await?;
            found.ok_or_else(|| ApiError::not_found(t!("such collection any more")))?;
            id
        }
        None => chance::id("col"),
    };
    let (kept_id, kept_name) = (id.clone(), name.clone());
    match studio.store.write(move |tx| tx.keep_collection(&kept_id, &kept_name, at)).await? {
        Kept::Yes => {}
        Kept::Taken => {
            return Err(invalid(
                t!("There is a collection “{name}” already.", name),
                t!("Choose another name, or put the prints into that one."),
            ));
        }
    }
    studio.gallery.marked.notify_one();
    let kept = studio.store.read(move |sql| store::collections::get(sql, &id)).await?;
    kept.ok_or_else(|| ApiError::not_found(t!("such collection any more")))
}

pub(super) async fn delete_collection(studio: &Studio, wanted: ById) -> Result<Saved, ApiError> {
    studio.store.write(move |tx| tx.forget_collection(&wanted.id)).await?;
    studio.gallery.marked.notify_one();
    Ok(Saved { saved: true })
}

pub(super) async fn list_searches(
    studio: &Studio,
    _: Nothing,
) -> Result<Vec<SavedSearch>, ApiError> {
    Ok(studio.store.read(store::collections::searches).await?)
}

pub(super) async fn save_search(
    studio: &Studio,
    wanted: SavedSearch,
) -> Result<SavedSearch, ApiError> {
    // One that cannot be read would only fail later, when nobody remembers what was meant.
    query(&wanted.query)?;
    let search = SavedSearch { name: name(&wanted.name, key!("search"))?, ..wanted };
    let kept = search.clone();
    studio.store.write(move |tx| tx.keep_search(&kept)).await?;
    Ok(search)
}

pub(super) async fn delete_search(studio: &Studio, wanted: ByName) -> Result<Saved, ApiError> {
    studio.store.write(move |tx| tx.forget_search(&wanted.name)).await?;
    Ok(Saved { saved: true })
}

pub(super) async fn empty_trash(studio: &Studio, _: Nothing) -> Result<Emptied, ApiError> {
    Ok(Emptied { count: trash::empty(studio).await? })
}

/// A name as it is kept: single spaces, no signs that cannot be seen or that a query takes for its own.
fn name(typed: &str, what: &str) -> Result<String, ApiError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if find::fold::key(&name).is_empty() || name.contains(|c: char| c.is_control() || is_quote(c)) {
        return Err(invalid(
            t!("“{name}” is no name for a {what}.", name, what = CATALOGUE.say(what)),
            t!("Use letters and digits; quotes can't be part of it."),
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
            t!("Shorten it, then keep it again."),
        ));
    }
    Ok(name)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”')
}
