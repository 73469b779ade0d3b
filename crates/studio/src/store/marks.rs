//! Marks on prints: stars, circle, note, tags, trash, collections; many at once, and taken back exactly.

use rusqlite::{OptionalExtension, params};

use super::{StoreError, Tx};
use crate::find::fold;

/// What to set. What is None or empty stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// 0 to 5.
    pub rating: Option<u8>,
    /// Picks or not.
    pub circled: Option<bool>,
    /// The user's own words.
    pub note: Option<String>,
    /// Names.
    pub add_tags: Vec<String>,
    /// Names.
    pub remove_tags: Vec<String>,
    /// Into the trash, or out of it.
    pub trashed: Option<bool>,
    /// Collection id.
    pub add_to: Option<String>,
    /// Collection id.
    pub remove_from: Option<String>,
}

/// What was before, of those prints only that a mark changed, by their numbers.
#[derive(Debug, Default)]
pub struct Undo {
    rating: Vec<(i64, u8)>,
    circled: Vec<(i64, bool)>,
    note: Vec<(i64, String)>,
    trashed: Vec<(i64, Option<i64>)>,
    /// Tags that they got.
    tagged: Vec<(i64, String)>,
    /// Tags that they lost.
    untagged: Vec<(i64, String)>,
    /// The collection that they joined.
    joined: Option<(String, Vec<i64>)>,
    /// The collection that they left, and when they had joined it.
    left: Option<(String, Vec<(i64, i64)>)>,
}

/// A print's marks as they stand.
struct Stands {
    seq: i64,
    rating: u8,
    circled: bool,
    note: String,
    trashed_at: Option<i64>,
}

impl Tx<'_> {
    /// Sets marks on all of these prints, or fails for all of them. Answers how to take it back, and
    /// how many prints are not as they were.
    pub fn mark(
        &mut self,
        ids: &[String],
        marks: &Marks,
        at: i64,
    ) -> Result<(Undo, u32), StoreError> {
        let add: Vec<(i64, String)> = named(&marks.add_tags)
            .map(|name| Ok((self.tag(name)?, name.to_owned())))
            .collect::<Result<_, StoreError>>()?;
        let remove: Vec<i64> = named(&marks.remove_tags)
            .map(|name| self.known_tag(name))
            .filter_map(Result::transpose)
            .collect::<Result<_, StoreError>>()?;
        for id in marks.add_to.iter().chain(&marks.remove_from) {
            self.collection_stands(id)?;
        }
        let mut undo = Undo {
            joined: marks.add_to.clone().map(|id| (id, Vec::new())),
            left: marks.remove_from.clone().map(|id| (id, Vec::new())),
            ..Undo::default()
        };
        let mut changed = Vec::new();
        for id in ids {
            let before = self.stands(id)?;
            if self.mark_one(&before, marks, (&add, &remove), at, &mut undo)? {
                changed.push(id);
            }
        }
        self.forget_unused_tags(&remove)?;
        self.touch_prints(changed.iter().map(|id| id.as_str()));
        Ok((undo, changed.len() as u32))
    }

    fn mark_one(
        &mut self,
        before: &Stands,
        marks: &Marks,
        (add, remove): (&[(i64, String)], &[i64]),
        at: i64,
        undo: &mut Undo,
    ) -> Result<bool, StoreError> {
        let seq = before.seq;
        let (mut changed, mut told, mut worded) = (false, false, false);
        if let Some(rating) = marks.rating.filter(|rating| *rating != before.rating) {
            self.set("rating", seq, rating)?;
            undo.rating.push((seq, before.rating));
            told = true;
        }
        if let Some(circled) = marks.circled.filter(|circled| *circled != before.circled) {
            self.set("circled", seq, circled)?;
            undo.circled.push((seq, before.circled));
            told = true;
        }
        if let Some(note) = marks.note.as_ref().filter(|note| **note != before.note) {
            self.set("note", seq, note)?;
            undo.note.push((seq, before.note.clone()));
            (told, worded) = (true, true);
        }
        if let Some(trashed) = marks.trashed.filter(|t| *t != before.trashed_at.is_some()) {
            self.set("trashed_at", seq, trashed.then_some(at))?;
            undo.trashed.push((seq, before.trashed_at));
            changed = true;
        }
        for (tag, name) in add {
            if self.add_tag(seq, *tag)? {
                undo.tagged.push((seq, name.clone()));
                (told, worded) = (true, true);
            }
        }
        for tag in remove {
            if let Some(name) = self.remove_tag(seq, *tag)? {
                undo.untagged.push((seq, name));
                (told, worded) = (true, true);
            }
        }
        if let Some((id, joined)) = &mut undo.joined
            && self.join(id, seq, at)?
        {
            joined.push(seq);
            changed = true;
        }
        if let Some((id, left)) = &mut undo.left
            && let Some(since) = self.leave(id, seq)?
        {
            left.push((seq, since));
            changed = true;
        }
        if worded {
            self.word_anew(seq)?;
        }
        if changed || told {
            self.sidecar_due(seq)?;
        }
        Ok(changed || told)
    }

    /// Puts back what a mark changed. Prints that were removed since, and a collection that was
    /// forgotten since, are left out. Answers how many prints are not as they were.
    pub fn unmark(&mut self, undo: &Undo) -> Result<u32, StoreError> {
        let mut changed = std::collections::BTreeSet::new();
        let (mut told, mut worded) = (changed.clone(), changed.clone());
        for (seq, rating) in &undo.rating {
            told.extend(self.set("rating", *seq, rating)?.then_some(*seq));
        }
        for (seq, circled) in &undo.circled {
            told.extend(self.set("circled", *seq, circled)?.then_some(*seq));
        }
        for (seq, note) in &undo.note {
            worded.extend(self.set("note", *seq, note)?.then_some(*seq));
        }
        for (seq, trashed_at) in &undo.trashed {
            changed.extend(self.set("trashed_at", *seq, trashed_at)?.then_some(*seq));
        }
        let mut tags = Vec::new();
        for (seq, name) in &undo.tagged {
            if let Some(tag) = self.known_tag(name)?
                && self.remove_tag(*seq, tag)?.is_some()
            {
                worded.insert(*seq);
                tags.push(tag);
            }
        }
        for (seq, name) in &undo.untagged {
            if self.is_there(*seq)? {
                let tag = self.tag(name)?;
                worded.extend(self.add_tag(*seq, tag)?.then_some(*seq));
            }
        }
        if let Some((id, joined)) = &undo.joined {
            for seq in joined {
                changed.extend(self.leave(id, *seq)?.map(|_| *seq));
            }
        }
        if let Some((id, left)) = &undo.left
            && self.collection_stands(id).is_ok()
        {
            for (seq, since) in left {
                if self.is_there(*seq)? {
                    changed.extend(self.join(id, *seq, *since)?.then_some(*seq));
                }
            }
        }
        tags.sort_unstable();
        tags.dedup();
        self.forget_unused_tags(&tags)?;
        for seq in &worded {
            self.word_anew(*seq)?;
        }
        changed.extend(told);
        changed.extend(worded);
        for seq in &changed {
            self.sidecar_due(*seq)?;
        }
        let mut ids = Vec::with_capacity(changed.len());
        for seq in &changed {
            ids.push(self.id_of(*seq)?);
        }
        self.touch_prints(ids.iter().map(String::as_str));
        Ok(changed.len() as u32)
    }

    fn stands(&self, id: &str) -> Result<Stands, StoreError> {
        self.sql
            .prepare_cached(
                "SELECT seq, rating, circled, note, trashed_at FROM asset
                 WHERE id = ?1 AND origin <> 'reference'",
            )?
            .query_row([id], |row| {
                Ok(Stands {
                    seq: row.get(0)?,
                    rating: row.get(1)?,
                    circled: row.get(2)?,
                    note: row.get(3)?,
                    trashed_at: row.get(4)?,
                })
            })
            .optional()?
            .ok_or_else(|| StoreError::NotFound(t!("print {id}", id)))
    }

    /// Sets one column; false when the print is gone or has it already. `column` is one of ours.
    fn set(
        &self,
        column: &'static str,
        seq: i64,
        value: impl rusqlite::ToSql,
    ) -> Result<bool, StoreError> {
        let statement = format!(
            "UPDATE asset SET {column} = ?2 WHERE seq = ?1 AND origin <> 'reference' AND {column} IS NOT ?2"
        );
        Ok(self.sql.prepare_cached(&statement)?.execute(params![seq, value])? > 0)
    }

    fn is_there(&self, seq: i64) -> Result<bool, StoreError> {
        Ok(self
            .sql
            .prepare_cached("SELECT 1 FROM asset WHERE seq = ?1 AND origin <> 'reference'")?
            .exists([seq])?)
    }

    fn id_of(&self, seq: i64) -> Result<String, StoreError> {
        Ok(self
            .sql
            .prepare_cached("SELECT id FROM asset WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))?)
    }

    /// The tag of that name, made where there is none. The first spelling of a name stays.
    fn tag(&self, name: &str) -> Result<i64, StoreError> {
        self.sql
            .prepare_cached("INSERT OR IGNORE INTO tag (key, name) VALUES (?1, ?2)")?
            .execute([&fold::key(name), name])?;
        let tag = self.known_tag(name)?;
        tag.ok_or_else(|| StoreError::NotFound(t!("tag {name}", name)))
    }

    fn known_tag(&self, name: &str) -> Result<Option<i64>, StoreError> {
        Ok(self
            .sql
            .prepare_cached("SELECT id FROM tag WHERE key = ?1")?
            .query_row([fold::key(name)], |row| row.get(0))
            .optional()?)
    }

    fn add_tag(&self, seq: i64, tag: i64) -> Result<bool, StoreError> {
        let made = self
            .sql
            .prepare_cached("INSERT OR IGNORE INTO asset_tag (asset_seq, tag) VALUES (?1, ?2)")?
            .execute([seq, tag])?;
        Ok(made > 0)
    }

    /// Answers the tag's name, where the print had it.
    fn remove_tag(&self, seq: i64, tag: i64) -> Result<Option<String>, StoreError> {
        Ok(self
            .sql
            .prepare_cached(
                "DELETE FROM asset_tag WHERE asset_seq = ?1 AND tag = ?2
                 RETURNING (SELECT name FROM tag WHERE id = asset_tag.tag)",
            )?
            .query_row([seq, tag], |row| row.get(0))
            .optional()?)
    }

    /// Tags that nothing has any more are offered no more.
    fn forget_unused_tags(&self, tags: &[i64]) -> Result<(), StoreError> {
        for tag in tags {
            self.sql
                .prepare_cached(
                    "DELETE FROM tag WHERE id = ?1
                       AND NOT EXISTS (SELECT 1 FROM asset_tag WHERE tag = ?1)",
                )?
                .execute([tag])?;
        }
        Ok(())
    }

    fn collection_stands(&self, id: &str) -> Result<(), StoreError> {
        if self.sql.prepare_cached("SELECT 1 FROM collection WHERE id = ?1")?.exists([id])? {
            Ok(())
        } else {
            Err(StoreError::NotFound(t!("such collection any more").into()))
        }
    }

    fn join(&self, collection: &str, seq: i64, at: i64) -> Result<bool, StoreError> {
        let made = self
            .sql
            .prepare_cached(
                "INSERT OR IGNORE INTO collection_asset (collection, asset_seq, added_at)
                 VALUES (?1, ?2, ?3)",
            )?
            .execute(params![collection, seq, at])?;
        Ok(made > 0)
    }

    /// Answers when it had joined.
    fn leave(&self, collection: &str, seq: i64) -> Result<Option<i64>, StoreError> {
        Ok(self
            .sql
            .prepare_cached(
                "DELETE FROM collection_asset WHERE collection = ?1 AND asset_seq = ?2
                 RETURNING added_at",
            )?
            .query_row(params![collection, seq], |row| row.get(0))
            .optional()?)
    }
}

/// Names with anything in them, without the space around them.
fn named(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(|name| name.trim()).filter(|name| !fold::key(name).is_empty())
}

#[cfg(test)]
mod tests;
