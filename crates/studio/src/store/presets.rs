//! What the user keeps under a name: settings of the composer, and pieces of text.

use crate::words::CATALOGUE;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Kept, StoreError, Tx};
use crate::find::fold;
use crate::view::{Preset, Snippet};

/// A table of things with names.
#[derive(Debug, Clone, Copy)]
enum Shelf {
    Presets,
    Snippets,
}

impl Shelf {
    fn table(self) -> &'static str {
        match self {
            Self::Presets => "preset",
            Self::Snippets => "snippet",
        }
    }

    fn content(self) -> &'static str {
        match self {
            Self::Presets => "body",
            Self::Snippets => "text",
        }
    }
}

impl Tx<'_> {
    /// Keeps a preset in the place of one with the same name, or of the one called `was`.
    pub fn keep_preset(&mut self, preset: &Preset, was: Option<&str>) -> Result<Kept, StoreError> {
        self.keep_named(Shelf::Presets, &preset.name, &serde_json::to_string(preset)?, was)
    }

    /// Forgets a preset.
    pub fn forget_preset(&mut self, name: &str) -> Result<(), StoreError> {
        self.forget_named(Shelf::Presets, name)
    }

    /// Keeps a snippet in the place of one with the same name, or of the one called `was`.
    pub fn keep_snippet(
        &mut self,
        snippet: &Snippet,
        was: Option<&str>,
    ) -> Result<Kept, StoreError> {
        self.keep_named(Shelf::Snippets, &snippet.name, &snippet.text, was)
    }

    /// Forgets a snippet.
    pub fn forget_snippet(&mut self, name: &str) -> Result<(), StoreError> {
        self.forget_named(Shelf::Snippets, name)
    }

    fn keep_named(
        &mut self,
        shelf: Shelf,
        name: &str,
        content: &str,
        was: Option<&str>,
    ) -> Result<Kept, StoreError> {
        let (table, column) = (shelf.table(), shelf.content());
        let key = fold::key(name);
        if let Some(was) = was.map(fold::key).filter(|was| *was != key) {
            let taken: Option<i64> = self
                .sql
                .query_row(&format!("SELECT 1 FROM {table} WHERE key = ?1"), [&key], |row| {
                    row.get(0)
                })
                .optional()?;
            if taken.is_some() {
                return Ok(Kept::Taken);
            }
            self.sql.execute(&format!("DELETE FROM {table} WHERE key = ?1"), [&was])?;
        }
        self.sql.execute(
            &format!("INSERT OR REPLACE INTO {table} (key, name, {column}) VALUES (?1, ?2, ?3)"),
            params![key, name, content],
        )?;
        Ok(Kept::Yes)
    }

    fn forget_named(&mut self, shelf: Shelf, name: &str) -> Result<(), StoreError> {
        let table = shelf.table();
        let gone =
            self.sql.execute(&format!("DELETE FROM {table} WHERE key = ?1"), [fold::key(name)])?;
        if gone == 0 {
            return Err(StoreError::NotFound(t!(
                "{what} called “{name}”",
                what = CATALOGUE.say(table),
                name
            )));
        }
        Ok(())
    }
}

/// All presets, by name.
pub(crate) fn presets(sql: &Connection) -> Result<Vec<Preset>, StoreError> {
    let mut query = sql.prepare_cached("SELECT body FROM preset ORDER BY key")?;
    let bodies = query.query_map([], |row| row.get::<_, String>(0))?;
    bodies.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
}

/// All snippets, by name.
pub(crate) fn snippets(sql: &Connection) -> Result<Vec<Snippet>, StoreError> {
    let mut query = sql.prepare_cached("SELECT name, text FROM snippet ORDER BY key")?;
    let rows = query.query_map([], |row| Ok(Snippet { name: row.get(0)?, text: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rushes_providers::types::Modality;
    use serde_json::{Map, json};

    use super::*;
    use crate::store::testkit::Book;
    use crate::view::WordsPlace;

    fn preset(name: &str) -> Preset {
        let mut inputs = Map::new();
        inputs.insert("size".into(), json!("1024*1024"));
        Preset {
            name: name.into(),
            modality: Modality::Image,
            endpoint: "sandbox:sandbox/stills".into(),
            model_name: "Sandbox Stills".into(),
            route: None,
            inputs,
            count: Some(4),
            words: "35 mm, long lens".into(),
            place: WordsPlace::After,
        }
    }

    async fn keep(book: &Book, preset: Preset, was: Option<&'static str>) -> Kept {
        book.store.write(move |tx| tx.keep_preset(&preset, was)).await.unwrap()
    }

    #[tokio::test]
    async fn a_preset_comes_back_as_it_was_kept_and_names_are_compared_without_case() {
        let book = Book::empty();
        keep(&book, preset("Hero still"), None).await;
        keep(&book, Preset { count: Some(1), ..preset("hero  STILL") }, None).await;
        keep(&book, preset("Dusk"), None).await;
        let kept = book.store.read(presets).await.unwrap();
        assert_eq!(kept, [preset("Dusk"), Preset { count: Some(1), ..preset("hero  STILL") }]);
    }

    #[tokio::test]
    async fn another_name_takes_the_old_ones_place_but_never_that_of_a_third() {
        let book = Book::empty();
        keep(&book, preset("Dusk"), None).await;
        keep(&book, preset("Dawn"), None).await;
        assert_eq!(keep(&book, preset("Dawn"), Some("Dusk")).await, Kept::Taken);
        assert_eq!(keep(&book, preset("Noon"), Some("dusk")).await, Kept::Yes);
        let names: Vec<String> =
            book.store.read(presets).await.unwrap().into_iter().map(|p| p.name).collect();
        assert_eq!(names, ["Dawn", "Noon"]);
    }

    #[tokio::test]
    async fn snippets_are_kept_and_forgotten_by_name() {
        let book = Book::empty();
        let snippet = Snippet { name: "Lens".into(), text: "35 mm, f/2".into() };
        let kept = snippet.clone();
        book.store.write(move |tx| tx.keep_snippet(&kept, None)).await.unwrap();
        assert_eq!(book.store.read(snippets).await.unwrap(), [snippet]);
        book.store.write(|tx| tx.forget_snippet("LENS")).await.unwrap();
        assert_eq!(book.store.read(snippets).await.unwrap(), []);
        let again = book.store.write(|tx| tx.forget_snippet("LENS")).await;
        assert!(matches!(again, Err(StoreError::NotFound(_))));
    }
}
