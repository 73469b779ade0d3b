//! Shots: threads of one prompt, numbered as on a slate.

use rusqlite::{Connection, OptionalExtension, params};

use super::{StoreError, Tx};

impl Tx<'_> {
    /// The thread a new take belongs to: `wanted` while its prompt is the same, else a new one.
    /// Answers its id and the number of its next take.
    pub fn shot_for(
        &mut self,
        wanted: Option<&str>,
        prompt: &str,
        new_id: &str,
        now: i64,
    ) -> Result<(String, u32), StoreError> {
        if let Some(id) = wanted
            && same_prompt(&self.sql, id, prompt)?
        {
            let take: u32 = self.sql.query_row(
                "SELECT coalesce(max(take), 0) + 1 FROM job WHERE shot = ?1",
                [id],
                |row| row.get(0),
            )?;
            return Ok((id.to_owned(), take));
        }
        self.sql.execute(
            "INSERT INTO shot (id, number, prompt, created_at)
             SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3 FROM shot",
            params![new_id, prompt, now],
        )?;
        Ok((new_id.to_owned(), 1))
    }
}

fn same_prompt(sql: &Connection, id: &str, prompt: &str) -> Result<bool, StoreError> {
    let stored: Option<String> = sql
        .query_row("SELECT prompt FROM shot WHERE id = ?1", [id], |row| row.get(0))
        .optional()?;
    Ok(stored.as_deref() == Some(prompt))
}
