//! Grids: variations that were written down, and where each of their jobs stands.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::jobs::json;
use super::{StoreError, Tx};
use crate::vary::MOST_JOBS;
use crate::view::{Axis, AxisKind, CellTrouble, CellValue, Grid, InGrid, VaryMode};

/// A grid to be written down. Its jobs follow one by one.
#[derive(Debug, Clone)]
pub struct NewGrid {
    /// `grid_…`.
    pub id: String,
    /// Its thread.
    pub shot: String,
    /// Which run of the thread.
    pub take: u32,
    /// The prompt as it was written.
    pub written: String,
    /// What became of its alternatives.
    pub mode: VaryMode,
    /// Its axes.
    pub axes: Vec<Axis>,
    /// Key of the axis that runs across.
    pub across: Option<String>,
    /// Key of the axis that runs down.
    pub down: Option<String>,
    /// Cells that were left out.
    pub left_out: Vec<CellTrouble>,
    /// What was asked for, as JSON.
    pub wanted: String,
    /// ms UTC.
    pub created_at: i64,
}

impl Tx<'_> {
    /// Writes a grid down.
    pub fn insert_grid(&mut self, grid: &NewGrid) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO grid (id, shot, take, written, mode, axes, across, down, left_out, wanted, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                grid.id,
                grid.shot,
                grid.take,
                grid.written,
                grid.mode,
                serde_json::to_string(&grid.axes)?,
                grid.across,
                grid.down,
                serde_json::to_string(&grid.left_out)?,
                grid.wanted,
                grid.created_at
            ],
        )?;
        Ok(())
    }

    /// Writes down where a job stands in a grid.
    pub fn insert_cell(&mut self, grid: &str, job: &str, at: &[u32]) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO grid_cell (job, grid, at) VALUES (?1, ?2, ?3)",
            params![job, grid, serde_json::to_string(at)?],
        )?;
        Ok(())
    }
}

fn grid(row: &Row<'_>) -> rusqlite::Result<Grid> {
    Ok(Grid {
        id: row.get("id")?,
        shot: row.get("shot")?,
        shot_number: row.get("shot_number")?,
        take: row.get("take")?,
        written: row.get("written")?,
        mode: row.get("mode")?,
        axes: json(row, "axes")?,
        across: row.get("across")?,
        down: row.get("down")?,
        left_out: json(row, "left_out")?,
        created_at: row.get("created_at")?,
    })
}

/// A grid.
pub(crate) fn get(sql: &Connection, id: &str) -> Result<Grid, StoreError> {
    sql.prepare_cached(
        "SELECT grid.*, shot.number AS shot_number FROM grid JOIN shot ON shot.id = grid.shot
         WHERE grid.id = ?1",
    )?
    .query_row([id], grid)
    .optional()?
    .ok_or_else(|| StoreError::NotFound(t!("grid {id}", id)))
}

/// What was asked for when it was made, as JSON.
pub(crate) fn wanted(sql: &Connection, id: &str) -> Result<String, StoreError> {
    sql.query_row("SELECT wanted FROM grid WHERE id = ?1", [id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("grid {id}", id)))
}

/// Ids of a grid's jobs, in the order of its cells.
pub(crate) fn jobs(sql: &Connection, id: &str) -> Result<Vec<String>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT job.id FROM grid_cell JOIN job ON job.id = grid_cell.job
         WHERE grid_cell.grid = ?1 ORDER BY job.place",
    )?;
    let rows = query.query_map([id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a job stands, when it was made with others as a variation.
pub(crate) fn of_job(sql: &Connection, job: &str) -> Result<Option<InGrid>, StoreError> {
    Ok(sql
        .prepare_cached(
            "SELECT grid.id, grid.written, grid.mode, grid.axes, grid_cell.at
             FROM grid_cell JOIN grid ON grid.id = grid_cell.grid WHERE grid_cell.job = ?1",
        )?
        .query_row([job], |row| {
            let axes: Vec<Axis> = json(row, "axes")?;
            let at: Vec<u32> = json(row, "at")?;
            let values = axes
                .into_iter()
                .zip(&at)
                .filter_map(|(axis, at)| {
                    let label = axis.labels.get(*at as usize)?.clone();
                    Some(CellValue { key: axis.key, title: axis.title, label })
                })
                .collect();
            Ok(InGrid {
                id: row.get("id")?,
                written: row.get("written")?,
                mode: row.get("mode")?,
                at,
                values,
            })
        })
        .optional()?)
}

/// Enters a job's place in a grid from what stands beside its prints. A grid is known as far as its cells tell it:
/// what was asked for is gone, and so is what was left out.
pub(crate) fn restore(
    sql: &Connection,
    (job, shot, take): (&str, &str, u32),
    told: &InGrid,
    at: i64,
) -> Result<(), StoreError> {
    let known: Option<String> = sql
        .prepare_cached("SELECT axes FROM grid WHERE id = ?1")?
        .query_row([&told.id], |row| row.get(0))
        .optional()?;
    let mut axes: Vec<Axis> = if let Some(json) = &known {
        serde_json::from_str(json)?
    } else {
        let axis = |value: &CellValue| Axis {
            key: value.key.clone(),
            kind: AxisKind::of(&value.key),
            title: value.title.clone(),
            labels: Vec::new(),
        };
        told.values.iter().map(axis).collect()
    };
    for ((axis, value), place) in axes.iter_mut().zip(&told.values).zip(&told.at) {
        // Whoever wrote the file: no more places than a grid can have.
        let place = (*place as usize).min(MOST_JOBS as usize);
        if axis.labels.len() <= place {
            axis.labels.resize(place + 1, String::new());
        }
        axis.labels[place].clone_from(&value.label);
    }
    let axes = serde_json::to_string(&axes)?;
    sql.prepare_cached(
        "INSERT INTO grid (id, shot, take, written, mode, axes, left_out, wanted, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, '[]', '', ?7)
         ON CONFLICT (id) DO UPDATE SET axes = excluded.axes",
    )?
    .execute(params![told.id, shot, take, told.written, told.mode, axes, at])?;
    sql.prepare_cached("INSERT OR IGNORE INTO grid_cell (job, grid, at) VALUES (?1, ?2, ?3)")?
        .execute(params![job, told.id, serde_json::to_string(&told.at)?])?;
    Ok(())
}
