//! A grid as one picture: stills in rows and columns, with what each row and column stands for.

use std::io::Write;

use rushes_stills::{ImageFormat, Line, Picture, Sheet, Unreadable};

use super::names::Name;
use super::sheet::{BRIGHT, DIM, GAP, GROUND, MARGIN};
use super::{ExportError, Exported, Library, Order, Result, Run, Watch, draft, keep};

/// Most pixels of a sheet, which is held in memory.
const LARGEST: u64 = 60_000_000;
/// Sides of the square that a print lies in, the largest first.
const SIDES: [u32; 4] = [384, 288, 192, 128];
/// Height of the letters of heads and of titles.
const HEAD: u32 = 26;
const TITLE: u32 = 30;
/// Most pixels that the heads of rows take.
const WIDEST: u32 = 360;

/// How prints are laid in a picture. Prints are named by their place in the order's items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What stands above all of it.
    pub title: String,
    /// What stands above each column; one empty word where there is but one column.
    pub columns: Vec<String>,
    /// Parts, each with all columns.
    pub parts: Vec<Part>,
}

/// A part of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// What the part stands for; empty for the only one.
    pub title: String,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// What the row stands for.
    pub head: String,
    /// For each column the prints of its cell, in order.
    pub cells: Vec<Vec<usize>>,
}

/// Where things lie on a sheet.
struct Plan {
    side: u32,
    /// Left edge of the first column.
    left: u32,
    /// Squares that a cell is wide.
    wide: u32,
    width: u32,
    height: u32,
    /// Room above the rows of each part.
    heads: u32,
}

impl Library {
    /// Draws the prints of this order as a table, into one picture. Only stills are drawn; what stands in the
    /// library is read and left as it is.
    pub fn export_table(&self, order: &Order, table: &Table, watch: Watch<'_>) -> Result<Exported> {
        if !order.to.is_absolute() || self.holds(&order.to) {
            return Err(ExportError::Where { to: order.to.display().to_string() });
        }
        let mut ruler =
            Sheet::new(1, 1, GROUND).map_err(|error| ExportError::Sheet(error.to_string()))?;
        let mut measure = |words: &str| ruler.measure(words, HEAD);
        let plan = plan(table, &mut measure).ok_or_else(|| {
            ExportError::Sheet("there is more in this grid than one picture holds".into())
        })?;
        let mut run = Run { library: self, order, watch, done: 0, answer: Exported::default() };
        run.table(table, &plan)?;
        Ok(run.answer)
    }
}

impl Run<'_> {
    fn table(&mut self, table: &Table, plan: &Plan) -> Result<()> {
        let order = self.order;
        let bad = |error: Unreadable| ExportError::Sheet(error.to_string());
        let (folder, name) = self.target("jpg")?;
        let is_png = name.as_ref().is_some_and(|name| name.to_lowercase().ends_with(".png"));
        let mut sheet = Sheet::new(plan.width, plan.height, GROUND).map_err(bad)?;
        frame(&mut sheet, table, plan);
        for (places, print) in squares(table, plan) {
            let Some(item) = print.and_then(|at| order.items.get(at)) else {
                sheet.frame(places.0, places.1, plan.side, DIM);
                continue;
            };
            if !self.goes_on() {
                return Ok(());
            }
            let mut still: Option<Picture> = None;
            let outcome = self.still(item).map(|found| still = found);
            self.settle(item, outcome)?;
            match still {
                Some(still) => sheet.place(still, places.0, places.1, plan.side),
                None => sheet.frame(places.0, places.1, plan.side, DIM),
            }
        }
        let format = if is_png { ImageFormat::Png } else { ImageFormat::Jpeg };
        let bytes = sheet.encode(format).map_err(bad)?;
        let mut copy = draft(&folder)?;
        copy.write_all(&bytes).map_err(|error| ExportError::target(&folder, error))?;
        let path = match name {
            Some(name) => keep(copy, &folder, std::iter::once(name))?,
            None => keep(copy, &folder, Name::new(&order.name, "jpg").tries())?,
        };
        self.answer.bytes = bytes.len() as u64;
        self.answer.files.push(path.display().to_string());
        Ok(())
    }
}

/// Prints that lie beside each other in a cell, at most.
fn wide(table: &Table) -> u32 {
    let cells = table.parts.iter().flat_map(|part| &part.rows).flat_map(|row| &row.cells);
    let most = cells.map(Vec::len).max().unwrap_or(1).max(1);
    // Four lie two by two.
    (1..=most).find(|wide| wide * wide >= most).unwrap_or(1) as u32
}

/// Squares that the cells of a row are high.
fn high(row: &Row, wide: u32) -> u32 {
    let most = row.cells.iter().map(Vec::len).max().unwrap_or(1).max(1) as u32;
    most.div_ceil(wide)
}

fn span(count: u32, each: u32) -> u32 {
    count * (each + GAP)
}

/// The largest squares that keep the sheet within its bounds; None where none do. `measure` tells how wide the
/// head of a row is.
fn plan(table: &Table, measure: &mut dyn FnMut(&str) -> u32) -> Option<Plan> {
    let wide = wide(table);
    let rows = table.parts.iter().flat_map(|part| &part.rows);
    let longest = rows.map(|row| measure(&row.head)).max().unwrap_or(0);
    let heads = if longest == 0 { 0 } else { longest + GAP };
    let left = MARGIN + heads.min(WIDEST);
    let titled = table.parts.iter().any(|part| !part.title.is_empty());
    let headed = table.columns.iter().any(|column| !column.is_empty());
    let heads = u32::from(titled) * (TITLE + GAP) + u32::from(headed) * (HEAD + GAP);
    SIDES.into_iter().find_map(|side| {
        let width = left + span(table.columns.len() as u32 * wide, side) + MARGIN;
        let rows: u32 = table
            .parts
            .iter()
            .map(|part| {
                heads + part.rows.iter().map(|row| span(high(row, wide), side)).sum::<u32>()
            })
            .sum();
        let height = MARGIN + TITLE + GAP + rows + MARGIN;
        let fits = u64::from(width) * u64::from(height) <= LARGEST;
        // JPEG ends there.
        let drawn = width.max(height) < 65_500;
        (fits && drawn).then_some(Plan { side, left, wide, width, height, heads })
    })
}

/// All words of the table.
fn frame(sheet: &mut Sheet, table: &Table, plan: &Plan) {
    let mut write = |text: &str, left, top, height, width, colour| {
        sheet.write(Line { text, left, top, height, width, colour });
    };
    let whole = plan.width - 2 * MARGIN;
    write(&table.title, MARGIN, MARGIN, TITLE, whole, BRIGHT);
    let cell = span(plan.wide, plan.side);
    let mut top = MARGIN + TITLE + GAP;
    for part in &table.parts {
        if !part.title.is_empty() {
            write(&part.title, MARGIN, top, TITLE, whole, BRIGHT);
        }
        let heads = top + plan.heads.saturating_sub(HEAD + GAP);
        for (n, column) in table.columns.iter().enumerate() {
            write(column, plan.left + n as u32 * cell, heads, HEAD, cell - GAP, DIM);
        }
        top += plan.heads;
        for row in &part.rows {
            let room = (plan.left - MARGIN).saturating_sub(GAP);
            if room > 0 {
                write(&row.head, MARGIN, top + plan.side / 2 - HEAD / 2, HEAD, room, DIM);
            }
            top += span(high(row, plan.wide), plan.side);
        }
    }
}

/// Every square with its print; a cell without one has one empty square.
fn squares(table: &Table, plan: &Plan) -> Vec<((u32, u32), Option<usize>)> {
    let mut squares = Vec::new();
    let mut top = MARGIN + TITLE + GAP;
    let each = plan.side + GAP;
    for part in &table.parts {
        top += plan.heads;
        for row in &part.rows {
            for (column, cell) in row.cells.iter().enumerate() {
                let left = plan.left + column as u32 * span(plan.wide, plan.side);
                let prints = cell.iter().copied().map(Some);
                let none = cell.is_empty().then_some(None);
                for (n, print) in prints.chain(none).enumerate() {
                    let (x, y) = (n as u32 % plan.wide, n as u32 / plan.wide);
                    squares.push(((left + x * each, top + y * each), print));
                }
            }
            top += span(high(row, plan.wide), plan.side);
        }
    }
    squares
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    fn table(columns: usize, rows: usize, prints: usize) -> Table {
        let row = |at: usize| Row {
            head: format!("row {at}"),
            cells: (0..columns).map(|_| (0..prints).collect()).collect(),
        };
        Table {
            title: "a {dawn|dusk} sea".into(),
            columns: (0..columns).map(|at| format!("column {at}")).collect(),
            parts: vec![Part { title: String::new(), rows: (0..rows).map(row).collect() }],
        }
    }

    /// Sixteen pixels a letter.
    fn sixteen(words: &str) -> u32 {
        words.len() as u32 * 16
    }

    #[test]
    fn squares_lie_beside_each_other_and_within_the_sheet() {
        for (columns, rows, prints) in [(1, 1, 0), (3, 2, 1), (2, 2, 4), (16, 16, 1), (256, 1, 1)] {
            let table = table(columns, rows, prints);
            let plan = plan(&table, &mut sixteen).unwrap();
            let mut seen = std::collections::HashSet::new();
            let squares = squares(&table, &plan);
            assert_eq!(squares.len(), columns * rows * prints.max(1));
            for ((left, top), _) in squares {
                assert!(left >= plan.left && left + plan.side <= plan.width - MARGIN);
                assert!(top + plan.side <= plan.height - MARGIN);
                assert!(seen.insert((left, top)));
            }
        }
        assert!(plan(&table(256, 256, 1), &mut sixteen).is_none());
    }
}
