//! A contact sheet: all prints in rows, with their edge print and model under them.

use std::io::Write;

use rushes_stills::{ImageFormat, Line, Picture, Sheet};

use super::names::Name;
use super::{ExportError, Item, Result, Run, draft, keep};
use crate::library::error::LibraryError;
use crate::library::form::{Form, sniff_file};

/// Most prints on one sheet: it is held in memory, 140 MB at its largest.
const MOST: usize = 240;
/// Most prints in a row.
const ROW: usize = 6;
/// Side of the square that a print lies in, pixels.
const SIDE: u32 = 384;
/// Between squares, and below the words under them.
pub(super) const GAP: u32 = 24;
/// Around all of it.
pub(super) const MARGIN: u32 = 48;
/// Room for two lines of words under a print.
const WORDS: u32 = 64;
pub(super) const GROUND: [u8; 3] = [18, 18, 20];
pub(super) const BRIGHT: [u8; 3] = [236, 234, 228];
pub(super) const DIM: [u8; 3] = [150, 148, 144];

impl Run<'_> {
    pub(super) fn sheet(&mut self) -> Result<()> {
        let order = self.order;
        if order.items.len() > MOST {
            return Err(ExportError::TooMany { most: MOST });
        }
        let mut laid = Vec::new();
        for item in &order.items {
            if !self.goes_on() {
                return Ok(());
            }
            let outcome = self.still(item).map(|still| laid.push((item, still)));
            self.settle(item, outcome)?;
        }
        if laid.is_empty() {
            return Ok(());
        }
        let (folder, name) = self.target("jpg")?;
        let is_png = name.as_ref().is_some_and(|name| name.to_lowercase().ends_with(".png"));
        let sheet =
            draw(&order.name, laid).map_err(|error| ExportError::Sheet(error.to_string()))?;
        let bytes = sheet
            .encode(if is_png { ImageFormat::Png } else { ImageFormat::Jpeg })
            .map_err(|error| ExportError::Sheet(error.to_string()))?;
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

    /// The print's thumbnail; None for a clip of which no still can be taken.
    pub(super) fn still(&self, item: &Item) -> Result<Option<Picture>> {
        let path = match self.library.thumb(&item.path, &item.id) {
            Ok(path) => path,
            Err(LibraryError::NoPoster { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let form = sniff_file(&path)?;
        let bytes = std::fs::read(&path).map_err(|error| LibraryError::read(&path, error))?;
        let format = if form == Form::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
        let picture = Picture::decode(&bytes, format).map_err(|error| LibraryError::Damaged {
            what: form.words(),
            detail: error.to_string(),
        })?;
        Ok(Some(picture))
    }
}

fn draw(
    title: &str,
    laid: Vec<(&Item, Option<Picture>)>,
) -> Result<Sheet, rushes_stills::Unreadable> {
    let columns = laid.len().min(ROW);
    let rows = laid.len().div_ceil(columns);
    let span = |count: usize, each: u32| count as u32 * (each + GAP) - GAP;
    let width = span(columns, SIDE) + 2 * MARGIN;
    let height = span(rows, SIDE + WORDS) + 2 * MARGIN + GAP;
    let mut sheet = Sheet::new(width, height, GROUND)?;
    let line =
        |text, left, top, height, colour, width| Line { text, left, top, height, width, colour };
    sheet.write(line(title, MARGIN, GAP, 20, DIM, width - 2 * MARGIN));
    for (at, (item, still)) in laid.into_iter().enumerate() {
        let left = MARGIN + (at % columns) as u32 * (SIDE + GAP);
        let top = MARGIN + GAP + (at / columns) as u32 * (SIDE + WORDS + GAP);
        match still {
            Some(still) => sheet.place(still, left, top, SIDE),
            None => sheet.frame(left, top, SIDE, DIM),
        }
        sheet.write(line(&item.code, left, top + SIDE + 8, 26, BRIGHT, SIDE));
        sheet.write(line(&item.model, left, top + SIDE + 38, 20, DIM, SIDE));
    }
    Ok(sheet)
}
