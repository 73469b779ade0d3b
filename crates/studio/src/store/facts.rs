//! What views filter, sort and search by: one narrow row for each print, and its folded words. Both
//! are made from the other tables and can be made again.

use rusqlite::{Connection, OptionalExtension, params};

use super::{StoreError, Tx};
use crate::find::fold;

/// Stands between tags, so that no row of words reaches from one into the next. Nobody can type it as
/// a word.
const BETWEEN: &str = " \u{e000} ";

/// Everything that is wanted in `print_fact`, for the assets that a condition is added for.
const WANTED: &str = "SELECT asset.seq, print_maker.id AS maker,
    CASE asset.media WHEN 'image' THEN 0 WHEN 'video' THEN 1 ELSE 2 END AS media,
    asset.width, asset.height,
    CASE WHEN asset.width > 0 AND asset.height > 0
      THEN max(1, min(65535, (asset.width * 1000 + asset.height / 2) / asset.height)) ELSE 1000 END AS ratio,
    coalesce(unixepoch(asset.day), asset.created_at / 1000) / 86400 AS day,
    job.price_micros AS micros, attempt.rendered_ms AS render_ms, coalesce(attempt.seed, job.seed, import.seed) AS seed,
    CASE json_extract(job.licence, '$.commercial')
      WHEN 'yes' THEN 1 WHEN 'no' THEN 2 WHEN 'conditions' THEN 3 ELSE 0 END AS licence,
    coalesce(shot.number, 0) AS shot, EXISTS (SELECT 1 FROM job_reference WHERE job_reference.job = job.id) AS refs,
    asset.rating, asset.circled, asset.trashed_at IS NOT NULL AS trashed, asset.present,
    asset.note <> '' AS noted
  FROM asset LEFT JOIN job ON job.id = asset.job LEFT JOIN shot ON shot.id = job.shot
  LEFT JOIN import ON import.asset_seq = asset.seq
  JOIN print_maker ON (print_maker.endpoint, print_maker.remote_model, print_maker.model_name,
      print_maker.provider, print_maker.provider_name, print_maker.sandbox)
    = (coalesce(job.endpoint, ''), coalesce(job.remote_model, ''), coalesce(job.model_name, import.model, ''),
      coalesce(job.provider, ''), coalesce(job.provider_name, ''), coalesce(job.sandbox, 0))
  LEFT JOIN attempt ON attempt.id = coalesce(
    (SELECT output.attempt FROM output WHERE output.asset = asset.id LIMIT 1),
    (SELECT newest.id FROM attempt AS newest WHERE newest.job = job.id ORDER BY newest.n DESC LIMIT 1))
  WHERE asset.origin <> 'reference'";

/// An import has a model at most: no provider of ours was paid for it.
const MAKERS: &str = "INSERT OR IGNORE INTO print_maker
    (endpoint, remote_model, model_name, provider, provider_name, sandbox)
  SELECT DISTINCT coalesce(job.endpoint, ''), coalesce(job.remote_model, ''),
    coalesce(job.model_name, import.model, ''), coalesce(job.provider, ''), coalesce(job.provider_name, ''),
    coalesce(job.sandbox, 0)
  FROM asset LEFT JOIN job ON job.id = asset.job LEFT JOIN import ON import.asset_seq = asset.seq
  WHERE asset.origin <> 'reference'";

/// Writes down what is to be known of a print that was just saved.
pub(super) fn enter(sql: &Connection, seq: i64) -> Result<(), StoreError> {
    sql.prepare_cached(&format!("{MAKERS} AND asset.seq = ?1"))?.execute([seq])?;
    sql.prepare_cached(&format!("INSERT OR REPLACE INTO print_fact {WANTED} AND asset.seq = ?1"))?
        .execute([seq])?;
    let words = words(sql, seq)?;
    put_words(sql, seq, &words)
}

/// The same for every print of a book that has none or few of them yet.
pub(super) fn enter_missing(sql: &Connection) -> Result<(), StoreError> {
    let missing: bool = sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM asset WHERE origin <> 'reference' AND seq NOT IN (SELECT seq FROM print_fact))",
        [],
        |row| row.get(0),
    )?;
    if missing { enter_all(sql) } else { Ok(()) }
}

/// The same for every print there is.
pub(super) fn enter_all(sql: &Connection) -> Result<(), StoreError> {
    sql.execute(MAKERS, [])?;
    sql.execute("DELETE FROM print_fact", [])?;
    sql.execute(&format!("INSERT INTO print_fact {WANTED}"), [])?;
    let mut query = sql.prepare("SELECT seq FROM print_fact ORDER BY seq")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        put_words(sql, seq, &words(sql, seq)?)?;
    }
    Ok(())
}

/// Rows of `print_fact` that are not as they should be, or that should not be.
pub(super) fn astray(sql: &Connection) -> Result<u32, StoreError> {
    Ok(sql.query_row(
        &format!(
            "SELECT (SELECT count(*) FROM (SELECT * FROM ({WANTED}) EXCEPT SELECT * FROM print_fact))
               + (SELECT count(*) FROM print_fact WHERE seq NOT IN (SELECT seq FROM asset WHERE origin <> 'reference'))"
        ),
        [],
        |row| row.get(0),
    )?)
}

/// The words of a print: prompt, model, note, tags.
pub(super) type Words = [String; 4];

/// What the index of words should have of a print.
pub(super) fn words(sql: &Connection, seq: i64) -> Result<Words, StoreError> {
    let read: Option<(String, String, String, Option<String>)> = sql
        .prepare_cached(
            "SELECT coalesce(job.prompt, import.prompt, ''),
               coalesce(job.model_name || ' ' || job.provider_name, import.model || ' ' || import.program, ''),
               asset.note, import.name
             FROM asset LEFT JOIN job ON job.id = asset.job LEFT JOIN import ON import.asset_seq = asset.seq
             WHERE asset.seq = ?1",
        )?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let (prompt, model, note, name) =
        read.ok_or_else(|| StoreError::NotFound(t!("print number {seq}", seq)))?;
    let mut told = parted(&prompt);
    if let Some(name) = name {
        // Nobody looks for a row of words that begins in the prompt and ends in the file's name.
        told = [told, parted(&name)].join(BETWEEN);
    }
    Ok([told, parted(&model), parted(&note), tag_words(sql, seq)?])
}

fn parted(text: &str) -> String {
    fold::tokens(text).join(" ")
}

fn tag_words(sql: &Connection, seq: i64) -> Result<String, StoreError> {
    let names = tags(sql, seq)?;
    Ok(names.iter().map(|name| parted(name)).collect::<Vec<_>>().join(BETWEEN))
}

/// The names of a print's tags, in the order of the alphabet.
pub(super) fn tags(sql: &Connection, seq: i64) -> Result<Vec<String>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT tag.name FROM asset_tag JOIN tag ON tag.id = asset_tag.tag WHERE asset_tag.asset_seq = ?1
         ORDER BY tag.key",
    )?;
    let names = query.query_map([seq], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn put_words(sql: &Connection, seq: i64, words: &Words) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO print_words (rowid, prompt, model, note, tags) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![seq, words[0], words[1], words[2], words[3]])?;
    Ok(())
}

impl Tx<'_> {
    /// Writes down what is to be known of a print that was just saved.
    pub(super) fn enter_facts(&mut self, seq: i64) -> Result<(), StoreError> {
        enter(&self.sql, seq)
    }

    /// The note or the tags of a print changed: it is found by the new ones.
    pub(super) fn word_anew(&mut self, seq: i64) -> Result<(), StoreError> {
        let [_, _, note, tags] = words(&self.sql, seq)?;
        self.sql
            .prepare_cached("UPDATE print_words SET note = ?2, tags = ?3 WHERE rowid = ?1")?
            .execute(params![seq, note, tags])?;
        Ok(())
    }

    /// Keeps what a print looks like at a glance: ThumbHash, at most 32 bytes. Marks stay as they are.
    pub fn keep_thumb_hash(&mut self, asset: &str, hash: &[u8]) -> Result<(), StoreError> {
        let moved = self.sql.execute(
            "UPDATE asset SET thumb_hash = ?2 WHERE id = ?1 AND thumb_hash IS NOT ?2",
            params![asset, hash],
        )?;
        if moved > 0 && super::assets::is_print(&self.sql, asset)? {
            self.touch_print(asset);
        }
        Ok(())
    }
}
