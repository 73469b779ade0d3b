//! Views: the prints for which a query holds, in an order.
//!
//! A query comes here as a tree of numbers, names and folded tokens. Names are looked up first; what is
//! put into a statement is then numbers of ours only, and the words go along as a parameter in which
//! each token stands in quotes.

use std::fmt::Write;
use std::path::Path;

use rushes_providers::schema::MediaKind;
use rushes_providers::types::Commercial;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::{StoreError, assets, makers};
use crate::find::{Bound, Cmp, Filter, Has, Is, Query, Size, What, Words};
use crate::view::{Print, PrintPage, Sort, ViewList, ViewRow};

/// A condition in SQL with the values that it names.
struct Wanted {
    /// The words that must all stand in a print, as the index takes them; None for none.
    words: Option<String>,
    /// What else must hold of `f`, the row of facts.
    holds: String,
    /// Values of `holds`, in order.
    values: Vec<String>,
}

/// The prints of a view: all of them, or at most so many from its beginning.
pub(crate) fn list(
    sql: &Connection,
    query: &Query,
    sort: Sort,
    most: Option<u32>,
) -> Result<ViewList, StoreError> {
    let wanted = wanted(sql, query)?;
    let key = match sort {
        Sort::Newest | Sort::Oldest => "0",
        Sort::Rating => "f.rating",
        Sort::Cost => "coalesce(f.micros, -1)",
        Sort::Render => "coalesce(f.render_ms, -1)",
    };
    let timed = matches!(sort, Sort::Newest | Sort::Oldest);
    let order = if sort == Sort::Oldest { "ASC" } else { "DESC" };
    let (from, by) = wanted.source();
    // In the order of time the statement itself can stop early.
    let limit = most.filter(|_| timed).map_or_else(String::new, |most| format!(" LIMIT {most}"));
    let statement = format!(
        "SELECT f.seq, f.ratio, f.day, {key} FROM {from} {} ORDER BY {by} {order}{limit}",
        wanted.condition()
    );
    let mut query = sql.prepare_cached(&statement)?;
    let mut rows = query.query(params_from_iter(wanted.parameters()))?;
    let mut found: Vec<(i64, ViewRow)> = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((
            row.get(3)?,
            ViewRow { seq: row.get(0)?, ratio: row.get(1)?, day: row.get(2)? },
        ));
    }
    if !timed {
        // Stable, so those of one key stay newest first; quicker here than in a statement.
        found.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
        found.truncate(most.map_or(usize::MAX, |most| most as usize));
    }
    Ok(ViewList::new(found.into_iter().map(|(_, row)| row).collect(), sort))
}

/// A page of a view as rows, and how many match in all. Newest first, the marker is the last number
/// of the page before; in the other orders it is the same number, looked up in the whole list.
pub(crate) fn page(
    sql: &Connection,
    library: &Path,
    query: &Query,
    sort: Sort,
    before: Option<i64>,
    limit: u32,
) -> Result<PrintPage, StoreError> {
    // One more than asked tells whether there is a next page.
    let most = limit as usize + 1;
    let (mut seqs, total) = if sort == Sort::Newest {
        let wanted = wanted(sql, query)?;
        (newest(sql, &wanted, before, most)?, count(sql, query, &wanted)?)
    } else {
        let all: Vec<i64> = list(sql, query, sort, None)?.rows.iter().map(|row| row.seq).collect();
        let from = match before {
            None => 0,
            // One that left the view meanwhile leaves nothing after it.
            Some(last) => all.iter().position(|seq| *seq == last).map_or(all.len(), |at| at + 1),
        };
        let total = all.len() as u32;
        (all.into_iter().skip(from).take(most).collect(), total)
    };
    let more = seqs.len() == most;
    seqs.truncate(limit as usize);
    let next = if more { seqs.last().map(ToString::to_string) } else { None };
    Ok(PrintPage { prints: rows(sql, library, &seqs)?, next, total })
}

/// Prints by their numbers, in the order asked; those that are gone are left out.
pub(crate) fn rows(
    sql: &Connection,
    library: &Path,
    seqs: &[i64],
) -> Result<Vec<Print>, StoreError> {
    let mut query = sql.prepare_cached(&format!(
        "{} WHERE asset.seq = ?1 AND asset.origin <> 'reference'",
        assets::PRINT
    ))?;
    let mut found = Vec::with_capacity(seqs.len());
    for seq in seqs {
        found
            .extend(query.query_row([seq], |row| assets::print_from_row(row, library)).optional()?);
    }
    Ok(found)
}

fn newest(
    sql: &Connection,
    wanted: &Wanted,
    before: Option<i64>,
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let (from, by) = wanted.source();
    // Numbers of ours, so they can stand in the statement.
    let before = before.unwrap_or(i64::MAX);
    let statement = format!(
        "SELECT f.seq FROM {from} {} AND {by} < {before} ORDER BY {by} DESC LIMIT {most}",
        wanted.condition()
    );
    let mut query = sql.prepare(&statement)?;
    let seqs = query.query_map(params_from_iter(wanted.parameters()), |row| row.get(0))?;
    Ok(seqs.collect::<Result<_, _>>()?)
}

fn count(sql: &Connection, query: &Query, wanted: &Wanted) -> Result<u32, StoreError> {
    if query.parts.is_empty() {
        // Counting a table whole, and the few in the trash by their index, reads no row.
        return Ok(sql.query_row(
            "SELECT (SELECT count(*) FROM print_fact)
                  - (SELECT count(*) FROM print_fact WHERE trashed = 1)",
            [],
            |row| row.get(0),
        )?);
    }
    let (from, _) = wanted.source();
    let statement = format!("SELECT count(*) FROM {from} {}", wanted.condition());
    Ok(sql
        .prepare(&statement)?
        .query_row(params_from_iter(wanted.parameters()), |row| row.get(0))?)
}

impl Wanted {
    /// The tables that it is asked of, and the column that counts prints in the order of their saving.
    fn source(&self) -> (&'static str, &'static str) {
        match self.words {
            // The index gives its rows in order, and each is looked up by its number.
            Some(_) => {
                ("print_words AS w CROSS JOIN print_fact AS f ON f.seq = w.rowid", "w.rowid")
            }
            None => ("print_fact AS f", "f.seq"),
        }
    }

    fn condition(&self) -> String {
        let words = if self.words.is_some() { "WHERE print_words MATCH ? AND" } else { "WHERE" };
        format!("{words} {}", self.holds)
    }

    fn parameters(&self) -> impl Iterator<Item = &String> {
        self.words.iter().chain(&self.values)
    }
}

fn wanted(sql: &Connection, query: &Query) -> Result<Wanted, StoreError> {
    let mut holds = if query.sees_trash() { "TRUE".to_owned() } else { "f.trashed = 0".to_owned() };
    let (mut all_words, mut values) = (Vec::new(), Vec::new());
    for part in &query.parts {
        let condition = match &part.what {
            What::Words(words) if !part.negated => {
                all_words.push(row_of(words));
                continue;
            }
            What::Words(words) => {
                values.push(row_of(words));
                "f.seq IN (SELECT rowid FROM print_words WHERE print_words MATCH ?)".to_owned()
            }
            What::Filter(filter) => condition(sql, filter, &mut values)?,
        };
        // What is not known of a print is not so.
        let not = if part.negated { " IS NOT TRUE" } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(holds, " AND ({condition}){not}");
    }
    let words = (!all_words.is_empty()).then(|| all_words.join(" AND "));
    Ok(Wanted { words, holds, values })
}

/// Words beside each other, as the index takes them. Tokens have no quotes in them.
fn row_of(words: &Words) -> String {
    format!("\"{}\"{}", words.tokens.join(" "), if words.open { "*" } else { "" })
}

fn condition(
    sql: &Connection,
    filter: &Filter,
    values: &mut Vec<String>,
) -> Result<String, StoreError> {
    let of_makers = |ids: Vec<i64>| format!("f.maker IN ({})", numbers(&ids));
    let is_marked = |keys: &[String], values: &mut Vec<String>| {
        values.extend(keys.iter().cloned());
        vec!["?"; keys.len()].join(", ")
    };
    Ok(match filter {
        Filter::Model(any) => of_makers(makers::of_models(sql, any)?),
        Filter::Provider(any) => of_makers(makers::of_providers(sql, any)?),
        Filter::Type(any) => {
            let kinds: Vec<i64> = any.iter().map(|kind| media_number(*kind)).collect();
            format!("f.media IN ({})", numbers(&kinds))
        }
        Filter::Rating(any) => either(any, |bound| compared("f.rating", *bound)),
        Filter::Tag(any) => format!(
            "f.seq IN (SELECT asset_tag.asset_seq FROM tag JOIN asset_tag ON asset_tag.tag = tag.id
               WHERE tag.key IN ({}))",
            is_marked(any, values)
        ),
        Filter::In(any) => format!(
            "f.seq IN (SELECT c.asset_seq FROM collection JOIN collection_asset AS c
               ON c.collection = collection.id WHERE collection.key IN ({}))",
            is_marked(any, values)
        ),
        Filter::Licence(any) => {
            let kinds: Vec<i64> = any.iter().map(|kind| licence_number(*kind)).collect();
            format!("f.licence IN ({})", numbers(&kinds))
        }
        Filter::Cost(any) => either(any, |bound| compared("f.micros", *bound)),
        Filter::Date(any) => {
            either(any, |days| format!("f.day BETWEEN {} AND {}", days.from, days.to))
        }
        Filter::Has(any) => either(any, |has| {
            match has {
                Has::Refs => "f.refs = 1",
                Has::Note => "f.noted = 1",
                Has::Tags => "f.seq IN (SELECT asset_seq FROM asset_tag)",
            }
            .to_owned()
        }),
        Filter::Seed(any) => format!("f.seed IN ({})", numbers(any)),
        Filter::Size(any) => either(any, |size| match size {
            Size::Longer(bound) => compared("max(f.width, f.height)", *bound),
            Size::Exact { width, height } => {
                format!("(f.width = {width} AND f.height = {height})")
            }
        }),
        Filter::Is(any) => {
            let sandbox = of_makers(makers::sandboxes(sql)?);
            either(any, |is| match is {
                Is::Circled => "f.circled = 1".into(),
                Is::Video => format!("f.media = {}", media_number(MediaKind::Video)),
                Is::Image => format!("f.media = {}", media_number(MediaKind::Image)),
                Is::Sandbox => sandbox.clone(),
                Is::Trashed => "f.trashed = 1".into(),
                Is::Missing => "f.present = 0".into(),
                // What a job made has the number of its thread, and those begin at 1.
                Is::Import => "f.shot = 0".into(),
            })
        }
        Filter::Shot(any) => {
            let shots: Vec<i64> = any.iter().copied().map(i64::from).collect();
            format!("f.shot IN ({})", numbers(&shots))
        }
    })
}

/// As `print_fact.media` has it.
fn media_number(kind: MediaKind) -> i64 {
    match kind {
        MediaKind::Image => 0,
        MediaKind::Video => 1,
        MediaKind::Audio => 2,
    }
}

/// As `print_fact.licence` has it.
fn licence_number(commercial: Commercial) -> i64 {
    match commercial {
        Commercial::Unknown => 0,
        Commercial::Yes => 1,
        Commercial::No => 2,
        Commercial::Conditions => 3,
    }
}

fn compared(what: &str, Bound { cmp, value }: Bound) -> String {
    let sign = match cmp {
        Cmp::Less => "<",
        Cmp::Most => "<=",
        Cmp::Same => "=",
        Cmp::Least => ">=",
        Cmp::More => ">",
    };
    format!("{what} {sign} {value}")
}

fn either<T>(any: &[T], one: impl Fn(&T) -> String) -> String {
    any.iter().map(one).collect::<Vec<_>>().join(" OR ")
}

fn numbers(all: &[i64]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
