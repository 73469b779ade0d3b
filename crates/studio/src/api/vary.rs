//! Variations: many jobs from one composition, told before they are sent, and sent together or not at all.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use rushes_providers::types::Price;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::commands::Composition;
use super::grids;
use super::jobs::{remember_endpoint, row};
use super::settings::begins;
use super::spread::{Sheet, Wish, spread};
use super::steps::{Laid, lay_out};
use crate::store::{self, JobRow, NewGrid, NewJob};
use crate::view::{ApiError, CellTrouble, Plan, Varied, VaryFault, VaryMode};
use crate::{Studio, chance};

/// Cells that are laid out at a time: a provider may be asked for the price of each.
const AT_ONCE: usize = 8;
/// Troubles that are told one by one.
const MOST_TOLD: usize = 50;

/// A composition that is to vary.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Variation {
    /// What all of it has in common. Its prompt may hold alternatives and lists; of its count each cell
    /// makes as many.
    pub composition: Composition,
    /// What becomes of alternatives; every combination of them when left out.
    #[serde(default)]
    #[ts(optional, as = "Option<VaryMode>")]
    pub mode: VaryMode,
    /// Fields with several values.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<Spread>>")]
    pub fields: Vec<Spread>,
    /// Endpoint ids, all that it is to run on; the composition's own when left out.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub models: Vec<String>,
    /// Key of the axis that runs across.
    #[serde(default)]
    #[ts(optional)]
    pub across: Option<String>,
    /// Key of the axis that runs down.
    #[serde(default)]
    #[ts(optional)]
    pub down: Option<String>,
    /// Leave out the cells that cannot run instead of sending nothing.
    #[serde(default)]
    #[ts(optional)]
    pub leave_out: Option<bool>,
}

/// A field with several values.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Spread {
    /// The field's name.
    pub field: String,
    /// Its values. For a field of numbers also words such as `4:6:8`, `4..8` and `4..8:2`.
    #[ts(type = "Array<unknown>")]
    pub values: Vec<Value>,
}

/// One or several jobs of the same inputs, not yet laid out.
struct Seat {
    at: Vec<u32>,
    copies: u32,
    wish: Result<Wish, String>,
}

/// The same, laid out.
struct Set {
    at: Vec<u32>,
    copies: u32,
    laid: Result<Laid, String>,
}

/// Lays seats out, in their order.
async fn set(studio: &Studio, seats: Vec<Seat>) -> Vec<Set> {
    let lay = async |seat: Seat| {
        let Seat { at, copies, wish } = seat;
        let laid = match wish {
            Err(why) => Err(why),
            Ok(wish) => match lay_out(studio, &wish.composition, None).await {
                Ok(Ok(laid)) => Ok(laid),
                Ok(Err(problems)) => {
                    let said: Vec<String> =
                        problems.into_iter().map(|problem| problem.message).collect();
                    Err(said.join(" "))
                }
                Err(error) => Err(format!("{} {}", error.message, error.hint).trim().to_owned()),
            },
        };
        Set { at, copies, laid }
    };
    let mut seats = seats.into_iter();
    // The first alone: what it learns of prices the others need not ask for.
    let mut sets = Vec::with_capacity(seats.len());
    if let Some(first) = seats.next() {
        sets.push(lay(first).await);
    }
    let mut others = futures_util::stream::iter(seats.map(lay)).buffered(AT_ONCE);
    while let Some(one) = others.next().await {
        sets.push(one);
    }
    sets
}

fn trouble(sheet: &Sheet, at: &[u32], message: String) -> CellTrouble {
    CellTrouble { at: at.to_vec(), label: sheet.label(at), message }
}

pub(super) async fn plan_variation(studio: &Studio, wanted: Variation) -> Result<Plan, ApiError> {
    let sheet = match spread(studio, &wanted).await? {
        Ok(sheet) => sheet,
        Err(unread) => {
            return Ok(Plan {
                varies: true,
                jobs: unread.jobs,
                totals: Vec::new(),
                unpriced: 0,
                axes: Vec::new(),
                faults: unread.faults,
                troubles: Vec::new(),
                unable: 0,
                not_taken: Vec::new(),
                example: String::new(),
            });
        }
    };
    // Prompts differ in length alone, as far as a model cares: the longest stands for all, unless it does not fit.
    let seat = |at: Vec<u32>, copies: u32, prompt: &str| Seat {
        wish: sheet.wish(&at, prompt),
        at,
        copies,
    };
    let prompts = sheet.prompts();
    let (longest, per) = (Sheet::longest(&prompts), sheet.copies * sheet.readings());
    let mut sets =
        set(studio, sheet.columns().into_iter().map(|at| seat(at, per, &longest)).collect()).await;
    let blank = prompts.iter().any(|prompt| prompt.trim().is_empty());
    if blank || sets.iter().any(|set| set.laid.is_err()) {
        let seats = sheet.cells().into_iter().map(|at| {
            let prompt = sheet.prompt(&at);
            seat(at, sheet.copies, &prompt)
        });
        sets = set(studio, seats.collect()).await;
    }
    let (mut totals, mut unpriced, mut unable) = (BTreeMap::<String, Price>::new(), 0, 0);
    let mut troubles = Vec::new();
    for Set { at, copies, laid } in sets {
        match laid {
            Ok(laid) => match laid.first.price {
                Some(price) => {
                    let more = price.micros.saturating_mul(i64::from(copies));
                    let sum = totals.entry(price.currency.clone()).or_insert(Price {
                        micros: 0,
                        currency: price.currency,
                        exact: true,
                    });
                    sum.micros = sum.micros.saturating_add(more);
                    sum.exact &= price.exact;
                }
                None => unpriced += copies,
            },
            Err(why) => {
                unable += 1;
                if troubles.len() < MOST_TOLD {
                    troubles.push(trouble(&sheet, &at, why));
                }
            }
        }
    }
    Ok(Plan {
        varies: sheet.varies,
        jobs: sheet.jobs(),
        totals: totals.into_values().collect(),
        unpriced,
        faults: Vec::new(),
        troubles,
        unable,
        not_taken: sheet.not_taken(),
        example: prompts.into_iter().next().unwrap_or_default(),
        axes: sheet.axes,
    })
}

pub(super) async fn submit_variation(
    studio: &Studio,
    wanted: Variation,
) -> Result<Varied, ApiError> {
    let refused = |faults: Vec<VaryFault>, troubles| Varied { made: None, faults, troubles };
    let sheet = match spread(studio, &wanted).await? {
        Ok(sheet) => sheet,
        Err(unread) => return Ok(refused(unread.faults, Vec::new())),
    };
    let mut seats = Vec::new();
    for at in sheet.cells() {
        match wanted.mode {
            VaryMode::Chance => {
                for _ in 0..sheet.copies {
                    let wish = sheet.wish(&at, &sheet.draw(&mut chance::fraction));
                    seats.push(Seat { at: at.clone(), copies: 1, wish });
                }
            }
            VaryMode::Every | VaryMode::Written => {
                let wish = sheet.wish(&at, &sheet.prompt(&at));
                seats.push(Seat { at, copies: sheet.copies, wish });
            }
        }
    }
    let (mut laid, mut troubles) = (Vec::new(), Vec::new());
    for one in set(studio, seats).await {
        match one.laid {
            Ok(ready) => laid.push((one.at, one.copies, ready)),
            Err(why) => troubles.push(trouble(&sheet, &one.at, why)),
        }
    }
    if laid.is_empty() || (!troubles.is_empty() && wanted.leave_out != Some(true)) {
        return Ok(refused(Vec::new(), troubles));
    }
    let id = write_down(studio, &wanted, sheet, laid, troubles).await?;
    studio.engine.wake();
    Ok(Varied {
        made: Some(grids::book(studio, &id).await?),
        faults: Vec::new(),
        troubles: Vec::new(),
    })
}

/// All of it in one transaction, under the caps; answers the grid's id.
async fn write_down(
    studio: &Studio,
    wanted: &Variation,
    sheet: Sheet,
    laid: Vec<(Vec<u32>, u32, Laid)>,
    left_out: Vec<CellTrouble>,
) -> Result<String, ApiError> {
    let at = studio.clock.now_ms();
    let first = laid.first().map(|(_, _, laid)| (laid.first.endpoint.clone(), laid.modality));
    let id = chance::id("grid");
    let shot = wanted.composition.shot.clone();
    let yes = wanted.composition.accept_unpriced.unwrap_or(false);
    let json = serde_json::to_string(wanted).map_err(|error| ApiError::internal(&error))?;
    let grid = NewGrid {
        id: id.clone(),
        shot: String::new(),
        take: 0,
        written: sheet.written,
        mode: wanted.mode,
        axes: sheet.axes,
        across: wanted.across.clone(),
        down: wanted.down.clone(),
        left_out,
        wanted: json,
        created_at: at,
    };
    studio
        .store
        .write_anew(move |tx| {
            let batch: Vec<Option<Price>> = laid
                .iter()
                .flat_map(|(_, copies, laid)| vec![laid.at_stake(); *copies as usize])
                .collect();
            if let Err(refused) = tx.within_caps(&batch, yes, begins(at))? {
                return Ok(Err(refused));
            }
            let (shot, take) =
                tx.shot_for(shot.as_deref(), &grid.written, &chance::id("shot"), at)?;
            tx.insert_grid(&NewGrid { shot: shot.clone(), take, ..grid.clone() })?;
            let mut place = 0;
            for (cell, copies, laid) in &laid {
                for copy in 0..*copies {
                    place += 1;
                    let job = chance::id("job");
                    tx.insert_job(&NewJob {
                        row: JobRow {
                            id: job.clone(),
                            shot: shot.clone(),
                            // One seed for several jobs of a cell would make the same picture several times.
                            seed: laid.first.seed.map(|seed| seed.saturating_add(copy.into())),
                            ..row(laid, at)
                        },
                        take,
                        place,
                        references: laid.first.references.clone(),
                        route: laid.route.clone(),
                        steps: laid.others.clone(),
                        left_out: laid.left_out.clone(),
                    })?;
                    tx.insert_cell(&grid.id, &job, cell)?;
                }
            }
            Ok(Ok(()))
        })
        .await??;
    if let Some((endpoint, modality)) = first {
        remember_endpoint(studio, &endpoint, modality).await;
    }
    Ok(id)
}

/// Makes again what was asked for then.
pub(super) async fn again(
    studio: &Studio,
    id: &str,
    accept_unpriced: Option<bool>,
) -> Result<Varied, ApiError> {
    let id = id.to_owned();
    let (json, grid) = studio
        .store
        .read(move |sql| Ok((store::grids::wanted(sql, &id)?, store::grids::get(sql, &id)?)))
        .await?;
    if json.is_empty() {
        return Err(ApiError::new(
            "invalid",
            t!(
                "What was asked for then is not known: this grid comes from the files of its prints."
            ),
            t!("Edit it in the composer, or run its jobs again one by one."),
        ));
    }
    let mut wanted: Variation =
        serde_json::from_str(&json).map_err(|error| ApiError::internal(&error))?;
    wanted.composition.shot = Some(grid.shot);
    wanted.composition.accept_unpriced = accept_unpriced;
    submit_variation(studio, wanted).await
}
