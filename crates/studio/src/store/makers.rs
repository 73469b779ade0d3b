//! What prints were made with: models at providers. There are few, so their names are compared here,
//! folded, and prints are then found by number.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::StoreError;
use crate::find::{Name, Value, fold};

struct Maker {
    id: i64,
    model_name: String,
    remote_model: String,
    provider: String,
    provider_name: String,
    sandbox: bool,
}

fn all(sql: &Connection) -> Result<Vec<Maker>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT id, model_name, remote_model, provider, provider_name, sandbox FROM print_maker",
    )?;
    let makers = query.query_map([], |row| {
        Ok(Maker {
            id: row.get(0)?,
            model_name: row.get(1)?,
            remote_model: row.get(2)?,
            provider: row.get(3)?,
            provider_name: row.get(4)?,
            sandbox: row.get(5)?,
        })
    })?;
    Ok(makers.collect::<Result<_, _>>()?)
}

fn those(sql: &Connection, fits: impl Fn(&Maker) -> bool) -> Result<Vec<i64>, StoreError> {
    Ok(all(sql)?.into_iter().filter(fits).map(|maker| maker.id).collect())
}

/// Those with one of these folded texts in the model's name or path.
pub(super) fn of_models(sql: &Connection, any: &[String]) -> Result<Vec<i64>, StoreError> {
    those(sql, |maker| {
        let names = [fold::key(&maker.model_name), fold::key(&maker.remote_model)];
        any.iter().any(|text| names.iter().any(|name| name.contains(text)))
    })
}

/// Those with one of these folded texts in the provider's name, or as its id.
pub(super) fn of_providers(sql: &Connection, any: &[String]) -> Result<Vec<i64>, StoreError> {
    those(sql, |maker| {
        let name = fold::key(&maker.provider_name);
        any.iter().any(|text| name.contains(text) || maker.provider == *text)
    })
}

/// Those of the sandbox.
pub(super) fn sandboxes(sql: &Connection) -> Result<Vec<i64>, StoreError> {
    those(sql, |maker| maker.sandbox)
}

/// What the book knows as values of a filter, and how many prints have each.
pub(crate) fn values(sql: &Connection, name: Name) -> Result<Vec<Value>, StoreError> {
    let named = |statement: &str| -> Result<Vec<Value>, StoreError> {
        let mut query = sql.prepare_cached(statement)?;
        let rows =
            query.query_map([], |row| Ok(Value { text: row.get(0)?, count: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    match name {
        Name::Model => counted(sql, |maker| maker.model_name),
        Name::Provider => counted(sql, |maker| maker.provider_name),
        Name::Tag => named(
            "SELECT tag.name, (SELECT count(*) FROM asset_tag WHERE asset_tag.tag = tag.id) FROM tag",
        ),
        Name::In => named(
            "SELECT name, (SELECT count(*) FROM collection_asset WHERE collection = collection.id)
             FROM collection",
        ),
        _ => Ok(Vec::new()),
    }
}

fn counted(sql: &Connection, name: impl Fn(Maker) -> String) -> Result<Vec<Value>, StoreError> {
    let mut of_maker: BTreeMap<i64, u32> = BTreeMap::new();
    let mut query = sql.prepare_cached("SELECT maker FROM print_fact WHERE trashed = 0")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        *of_maker.entry(row.get(0)?).or_default() += 1;
    }
    let mut by_name: BTreeMap<String, u32> = BTreeMap::new();
    for maker in all(sql)? {
        // What nothing is left of is no help.
        if let Some(count) = of_maker.get(&maker.id).copied() {
            *by_name.entry(name(maker)).or_default() += count;
        }
    }
    // An import has no provider, and may not tell its model.
    by_name.remove("");
    Ok(by_name.into_iter().map(|(text, count)| Value { text, count: Some(count) }).collect())
}
