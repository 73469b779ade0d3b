//! Words of a query as the index of words takes them.

use rusqlite::{Connection, OptionalExtension};

use crate::find::{Words, fold};
use crate::store::StoreError;

/// The index has the beginnings of words up to here by themselves (its `prefix`), in characters.
const INDEXED: usize = 3;
/// More endings than these are left to the index. Each is looked up by itself.
const MOST: usize = 24;

/// Words beside each other. Tokens have no quotes in them.
///
/// A longer beginning is asked for as the words that begin so: the index merges these as they are
/// read, and would have to read all prints of a beginning before it gives the first.
pub(super) fn asked(sql: &Connection, words: &Words) -> Result<String, StoreError> {
    let whole = format!("\"{}\"", words.tokens.join(" "));
    let Some((last, before)) = words.tokens.split_last().filter(|_| words.open) else {
        return Ok(whole);
    };
    if last.chars().count() <= INDEXED {
        return Ok(whole + "*");
    }
    Ok(match beginning(sql, last)? {
        // Nothing begins so, and the word itself is not there either.
        Some(none) if none.is_empty() => whole,
        Some(all) => {
            let row = |word: &String| [before, std::slice::from_ref(word)].concat().join(" ");
            let each: Vec<String> = all.iter().map(|word| format!("\"{}\"", row(word))).collect();
            format!("({})", each.join(" OR "))
        }
        None => whole + "*",
    })
}

/// The words of tags, one tag of which a print must have: so the index leaves out at once what lacks
/// them. A longer tag may have these words too, so the tags themselves are still to be asked. None for
/// a tag without a word in it.
pub(super) fn tagged(keys: &[String]) -> Option<String> {
    let each: Option<Vec<String>> = keys
        .iter()
        .map(|key| Some(fold::tokens(key).join(" ")).filter(|words| !words.is_empty()))
        .collect();
    let each: Vec<String> = each?.iter().map(|words| format!("tags : \"{words}\"")).collect();
    Some(format!("({})", each.join(" OR ")))
}

/// The words of the index that begin so; None where there are too many to ask for one by one.
fn beginning(sql: &Connection, with: &str) -> Result<Option<Vec<String>>, StoreError> {
    let mut next =
        sql.prepare_cached("SELECT term FROM print_vocabulary WHERE term >= ?1 LIMIT 1")?;
    let mut found: Vec<String> = Vec::new();
    let mut from = with.to_owned();
    loop {
        let word: Option<String> = next.query_row([&from], |row| row.get(0)).optional()?;
        match word.filter(|word| word.starts_with(with)) {
            None => return Ok(Some(found)),
            Some(_) if found.len() == MOST => return Ok(None),
            Some(word) => {
                // The least text that comes after it.
                from = format!("{word}\u{1}");
                found.push(word);
            }
        }
    }
}
