//! Every prompt that was run: how often, when last, and the best of what it made.

use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};

use super::jobs::{modality, modality_word};
use super::{JobRow, StoreError, Tx};
use crate::find::fold;
use crate::view::{PastPrompt, PromptPage};
use rushes_providers::types::Modality;

/// The pick first, then the best rated, then the newest; nothing that is in the trash or missing.
const BEST: &str = "SELECT asset.id FROM shot JOIN job ON job.shot = shot.id JOIN asset ON asset.job = job.id
  WHERE shot.prompt = ?1 AND job.modality = ?2 AND asset.origin = 'output' AND asset.trashed_at IS NULL
    AND asset.present = 1
  ORDER BY asset.circled DESC, asset.rating DESC, asset.seq DESC LIMIT 1";

/// Which prompts to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    /// Words that each prompt has, in any order, also inside of longer ones.
    pub(crate) search: String,
    /// Only those for pictures, or for clips.
    pub(crate) modality: Option<Modality>,
    /// Those after this one: when it was used, and its id.
    pub(crate) before: Option<(i64, i64)>,
    /// At most this many.
    pub(crate) limit: u32,
}

/// Notes that a job was written down. It is once more the prompt's turn to be shown, if it was hidden.
pub(super) fn enter(sql: &Connection, job: &JobRow, take: u32) -> Result<(), StoreError> {
    if job.prompt.is_empty() {
        return Ok(());
    }
    // A take of four may be four jobs, and is one run.
    let begins_take: bool = sql
        .prepare_cached("SELECT count(*) = 1 FROM job WHERE shot = ?1 AND take = ?2")?
        .query_row(params![job.shot, take], |row| row.get(0))?;
    sql.prepare_cached(
        "INSERT INTO prompt (modality, text, folded, runs, used_at, job) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (modality, text) DO UPDATE SET runs = runs + excluded.runs,
           used_at = excluded.used_at, job = excluded.job, hidden = 0",
    )?
    .execute(params![
        modality_word(job.modality),
        job.prompt,
        fold::key(&job.prompt),
        begins_take,
        job.created_at,
        job.id
    ])?;
    Ok(())
}

/// The same for every job there is, in a book that has none of them noted yet.
pub(super) fn enter_all(sql: &Connection) -> Result<(), StoreError> {
    let mut jobs = sql.prepare(
        "SELECT modality, prompt, count(DISTINCT shot || ' ' || take), max(created_at), id FROM job
         WHERE prompt <> '' GROUP BY modality, prompt ORDER BY 4",
    )?;
    let mut put = sql.prepare(
        "INSERT INTO prompt (modality, text, folded, runs, used_at, job) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut rows = jobs.query([])?;
    while let Some(row) = rows.next()? {
        let (word, text): (String, String) = (row.get(0)?, row.get(1)?);
        let (runs, used_at, job): (u32, i64, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        put.execute(params![word, text, fold::key(&text), runs, used_at, job])?;
    }
    Ok(())
}

/// A page of them, the one used last first. Reading 10 000 prompts of 300 characters for a word that none
/// of them has takes some milliseconds.
pub(crate) fn list(sql: &Connection, wanted: &Past) -> Result<PromptPage, StoreError> {
    let mut conditions = vec!["hidden = 0".to_owned()];
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if let Some(modality) = wanted.modality {
        conditions.push("modality = ?".into());
        values.push(Box::new(modality_word(modality)));
    }
    if let Some((used_at, id)) = wanted.before {
        conditions.push("(used_at, id) < (?, ?)".into());
        values.extend([Box::new(used_at) as Box<dyn ToSql>, Box::new(id)]);
    }
    for word in fold::fold(&wanted.search).split_whitespace() {
        conditions.push("instr(folded, ?) > 0".into());
        values.push(Box::new(word.to_owned()));
    }
    let mut query = sql.prepare_cached(&format!(
        "SELECT id, modality, text, runs, used_at, job FROM prompt WHERE {}
         ORDER BY used_at DESC, id DESC LIMIT {}",
        conditions.join(" AND "),
        wanted.limit + 1,
    ))?;
    let rows = query.query_map(params_from_iter(values), |row| {
        Ok(PastPrompt {
            id: row.get("id")?,
            modality: modality(row)?,
            text: row.get("text")?,
            runs: row.get("runs")?,
            used_at: row.get("used_at")?,
            job: row.get("job")?,
            best: None,
        })
    })?;
    let mut prompts = rows.collect::<Result<Vec<_>, _>>()?;
    let is_more = prompts.len() > wanted.limit as usize;
    prompts.truncate(wanted.limit as usize);
    for prompt in &mut prompts {
        prompt.best = sql
            .prepare_cached(BEST)?
            .query_row(params![prompt.text, modality_word(prompt.modality)], |row| row.get(0))
            .optional()?;
    }
    let last = prompts.last().filter(|_| is_more);
    let next = last.map(|last| format!("{}.{}", last.used_at, last.id));
    Ok(PromptPage { prompts, next })
}

impl Tx<'_> {
    /// Leaves a prompt out of the list, or puts it back. Its jobs and prints stay as they are.
    pub fn hide_prompt(&mut self, id: i64, hidden: bool) -> Result<(), StoreError> {
        let found =
            self.sql.execute("UPDATE prompt SET hidden = ?2 WHERE id = ?1", params![id, hidden])?;
        if found == 0 {
            return Err(StoreError::NotFound(t!("such prompt any more").into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
