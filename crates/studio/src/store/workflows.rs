//! Workflow files of the user's own. What changes here is told once the catalogue was built anew.

use rushes_providers::schema::Field;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, Tx};

/// A workflow file with what is known of its form.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Provider id.
    pub provider: String,
    /// What stands for its name in ids.
    pub slug: String,
    /// What the user calls it.
    pub name: String,
    /// JSON, as the provider reads it.
    pub file: String,
    /// When it was kept, ms UTC.
    pub kept_at: i64,
    /// Its fields as the provider's server last told them, without the file itself, and when, ms UTC.
    pub told: Option<(Vec<Field>, i64)>,
}

impl Tx<'_> {
    /// Keeps a workflow; answers with the one whose place it takes. What the server told of the same file
    /// before stays.
    pub fn keep_workflow(&mut self, workflow: &Workflow) -> Result<Option<Workflow>, StoreError> {
        let before = get(&self.sql, &workflow.provider, &workflow.slug)?;
        let (told, told_at) = workflow.told.as_ref().map(|(told, at)| (told, at)).unzip();
        self.sql.execute(
            "INSERT INTO workflow (provider, slug, name, file, kept_at, told, told_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (provider, slug) DO UPDATE SET name = excluded.name, file = excluded.file,
               kept_at = excluded.kept_at,
               told = iif(workflow.file = excluded.file, coalesce(excluded.told, told), excluded.told),
               told_at = iif(workflow.file = excluded.file, coalesce(excluded.told_at, told_at), excluded.told_at)",
            params![
                workflow.provider,
                workflow.slug,
                workflow.name,
                workflow.file,
                workflow.kept_at,
                told.map(serde_json::to_string).transpose()?,
                told_at,
            ],
        )?;
        Ok(before)
    }

    /// Notes what the server told of a workflow's fields, unless its file was replaced meanwhile.
    pub fn tell_workflow(&mut self, workflow: &Workflow) -> Result<(), StoreError> {
        let Some((told, at)) = &workflow.told else { return Ok(()) };
        self.sql.execute(
            "UPDATE workflow SET told = ?4, told_at = ?5 WHERE provider = ?1 AND slug = ?2 AND file = ?3",
            params![
                workflow.provider,
                workflow.slug,
                workflow.file,
                serde_json::to_string(told)?,
                at
            ],
        )?;
        Ok(())
    }

    /// Forgets a workflow and answers with it; jobs that ran with it keep theirs. None where there is none.
    pub fn remove_workflow(
        &mut self,
        provider: &str,
        slug: &str,
    ) -> Result<Option<Workflow>, StoreError> {
        let gone = get(&self.sql, provider, slug)?;
        self.sql.execute(
            "DELETE FROM workflow WHERE provider = ?1 AND slug = ?2",
            params![provider, slug],
        )?;
        Ok(gone)
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Workflow> {
    let told: (Option<String>, Option<i64>) = (row.get("told")?, row.get("told_at")?);
    Ok(Workflow {
        provider: row.get("provider")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        file: row.get("file")?,
        kept_at: row.get("kept_at")?,
        told: match told {
            // What this version cannot read can be asked for again.
            (Some(told), Some(at)) => serde_json::from_str(&told).ok().map(|told| (told, at)),
            _ => None,
        },
    })
}

fn get(sql: &Connection, provider: &str, slug: &str) -> Result<Option<Workflow>, StoreError> {
    Ok(sql
        .prepare_cached("SELECT * FROM workflow WHERE provider = ?1 AND slug = ?2")?
        .query_row([provider, slug], from_row)
        .optional()?)
}

/// All workflows, by name.
pub(crate) fn all(sql: &Connection) -> Result<Vec<Workflow>, StoreError> {
    let mut query =
        sql.prepare_cached("SELECT * FROM workflow ORDER BY name COLLATE NOCASE, slug")?;
    let rows = query.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
