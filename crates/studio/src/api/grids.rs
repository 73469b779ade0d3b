//! Grids: what variations made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;
use ts_rs::TS;

use super::commands::{ById, RunAgain};
use super::export::{self, Waited};
use super::vary;
use crate::library::export::{Item, Order, Part, Row, Table};
use crate::view::{ApiError, Axis, ExportForm, Exported, Grid, GridBook, ShareCredentials, Varied};
use crate::{Studio, store};

/// A grid to draw as one picture.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ExportGrid {
    /// Grid id.
    pub id: String,
    /// Key of the axis that runs across; as it was laid when left out.
    #[serde(default)]
    #[ts(optional)]
    pub across: Option<String>,
    /// Key of the axis that runs down; as it was laid when left out.
    #[serde(default)]
    #[ts(optional)]
    pub down: Option<String>,
    /// Absolute path: the file, or a folder to put it in, which ends in a separator where it is yet to be
    /// made; the user's downloads when left out. A name that ends in `.png` makes a PNG.
    #[serde(default)]
    #[ts(optional)]
    pub to: Option<String>,
}

/// A grid with its jobs.
pub(super) async fn book(studio: &Studio, id: &str) -> Result<GridBook, ApiError> {
    let id = id.to_owned();
    Ok(studio
        .store
        .read(move |sql| {
            let jobs = store::grids::jobs(sql, &id)?;
            let jobs =
                jobs.iter().map(|job| store::jobs::view(sql, job)).collect::<Result<_, _>>()?;
            Ok(GridBook { grid: store::grids::get(sql, &id)?, jobs })
        })
        .await?)
}

pub(super) async fn get_grid(studio: &Studio, wanted: ById) -> Result<GridBook, ApiError> {
    book(studio, &wanted.id).await
}

pub(super) async fn rerun_grid(studio: &Studio, wanted: RunAgain) -> Result<Varied, ApiError> {
    vary::again(studio, &wanted.id, wanted.accept_unpriced).await
}

pub(super) async fn export_grid(studio: &Studio, wanted: ExportGrid) -> Result<Exported, ApiError> {
    let GridBook { grid, jobs } = book(studio, &wanted.id).await?;
    let root = studio.library.root();
    let cells: Vec<(Vec<u32>, Vec<String>)> =
        jobs.into_iter().filter_map(|job| Some((job.grid?.at, job.prints))).collect();
    let (items, cells) = studio
        .store
        .read(move |sql| {
            let (mut items, mut placed) = (Vec::new(), Vec::new());
            for (at, prints) in cells {
                for id in prints {
                    let print = store::assets::print(sql, &root, &id)?;
                    // What lies in the trash is on its way out.
                    if print.trashed_at.is_some() {
                        continue;
                    }
                    placed.push((at.clone(), items.len()));
                    items.push(Item {
                        path: store::assets::row(sql, &id)?.path,
                        id,
                        code: print.code,
                        prompt: print.prompt,
                        model: print.model_name,
                        created_at: print.created_at,
                    });
                }
            }
            Ok((items, placed))
        })
        .await?;
    if items.is_empty() {
        return Err(ApiError::new(
            "invalid",
            t!("There is no picture in this grid yet."),
            t!("Wait until its first job is done, then export again."),
        ));
    }
    let table = lay(&grid, wanted.across.as_deref(), wanted.down.as_deref(), &cells);
    let today = export::name(studio.clock.now_ms());
    let name = format!("{today}-grid-{}-{}", grid.shot_number, grid.take);
    let order = Order {
        items,
        to: export::place(wanted.to, ExportForm::Sheet, &name),
        form: ExportForm::Sheet,
        credentials: ShareCredentials::default(),
        name,
    };
    let library = studio.library.clone();
    let waited = Waited(Arc::new(AtomicBool::new(false)));
    let left = Arc::clone(&waited.0);
    let draw = move || library.export_table(&order, &table, &mut |_| !left.load(Ordering::Relaxed));
    Ok(tokio::task::spawn_blocking(draw).await.map_err(|error| ApiError::internal(&error))??)
}

/// Lays a grid's prints in a table: one axis across, one down, a part for each combination of the others.
fn lay(
    grid: &Grid,
    across: Option<&str>,
    down: Option<&str>,
    cells: &[(Vec<u32>, usize)],
) -> Table {
    let axes = &grid.axes;
    let find = |key: Option<&str>| axes.iter().position(|axis| Some(axis.key.as_str()) == key);
    let across = find(across.or(grid.across.as_deref())).or(axes.len().checked_sub(1));
    let down = find(down.or(grid.down.as_deref()))
        .or_else(|| (0..axes.len()).find(|at| Some(*at) != across))
        .filter(|at| Some(*at) != across);
    let rest: Vec<usize> =
        (0..axes.len()).filter(|at| Some(*at) != across && Some(*at) != down).collect();
    let labels =
        |at: Option<usize>| at.map_or_else(|| vec![String::new()], |at| axes[at].labels.clone());
    let stands = |cell: &[u32], at: Option<usize>, place: usize| {
        at.is_none_or(|at| cell.get(at).copied() == Some(place as u32))
    };
    let lengths: Vec<u32> = rest.iter().map(|at| axes[*at].labels.len() as u32).collect();
    let parts = crate::vary::cells(&lengths)
        .into_iter()
        .map(|part| {
            let here = |cell: &[u32]| {
                rest.iter().zip(&part).all(|(at, place)| cell.get(*at) == Some(place))
            };
            let cell = |row: usize, column: usize| {
                let inside = cells.iter().filter(|(cell, _)| {
                    here(cell) && stands(cell, down, row) && stands(cell, across, column)
                });
                inside.map(|(_, print)| *print).collect::<Vec<_>>()
            };
            let columns = labels(across).len();
            let rows = labels(down)
                .into_iter()
                .enumerate()
                .map(|(row, head)| Row {
                    head: headed(down.map(|at| &axes[at]), head),
                    cells: (0..columns).map(|column| cell(row, column)).collect(),
                })
                .collect();
            let told = rest.iter().zip(&part).filter_map(|(at, place)| {
                let label = axes[*at].labels.get(*place as usize)?;
                Some(headed(Some(&axes[*at]), label.clone()))
            });
            Part { title: told.collect::<Vec<_>>().join(" · "), rows }
        })
        .collect();
    let columns =
        labels(across).into_iter().map(|label| headed(across.map(|at| &axes[at]), label)).collect();
    Table { title: grid.written.clone(), columns, parts }
}

/// A number says little without what it is a number of.
fn headed(axis: Option<&Axis>, label: String) -> String {
    match axis {
        Some(axis) if axis.kind == crate::view::AxisKind::Field => {
            format!("{} {label}", axis.title)
        }
        _ => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{AxisKind, VaryMode};

    fn grid(axes: &[(&str, &[&str])]) -> Grid {
        let axis = |(key, labels): &(&str, &[&str])| Axis {
            key: (*key).into(),
            kind: AxisKind::Prompt,
            title: (*key).into(),
            labels: labels.iter().map(|label| (*label).into()).collect(),
        };
        Grid {
            id: "grid_1".into(),
            shot: "shot_1".into(),
            shot_number: 1,
            take: 1,
            written: "a sea".into(),
            mode: VaryMode::Every,
            axes: axes.iter().map(axis).collect(),
            across: None,
            down: None,
            left_out: Vec::new(),
            created_at: 0,
        }
    }

    #[test]
    fn a_table_has_one_axis_across_one_down_and_a_part_for_each_of_the_rest() {
        let grid = grid(&[("a", &["1", "2"]), ("b", &["x", "y", "z"]), ("c", &["p", "q"])]);
        let cells: Vec<(Vec<u32>, usize)> =
            crate::vary::cells(&[2, 3, 2]).into_iter().enumerate().map(|(n, at)| (at, n)).collect();
        let table = lay(&grid, Some("b"), Some("c"), &cells);
        assert_eq!(table.columns, ["x", "y", "z"]);
        let titles: Vec<&str> = table.parts.iter().map(|part| part.title.as_str()).collect();
        assert_eq!(titles, ["1", "2"]);
        let second = &table.parts[1];
        assert_eq!(second.rows[1].head, "q");
        // Of a = 2, c = q: cells 7, 9 and 11.
        assert_eq!(second.rows[1].cells, [[7], [9], [11]]);
    }

    #[test]
    fn without_an_axis_all_prints_share_a_cell() {
        let table = lay(&grid(&[]), None, None, &[(Vec::new(), 0), (Vec::new(), 1)]);
        assert_eq!((table.columns.len(), table.parts.len()), (1, 1));
        assert_eq!(table.parts[0].rows[0].cells, [[0, 1]]);
    }
}
