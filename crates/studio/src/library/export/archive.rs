//! Originals with their sidecars as one archive. Media are stored as they are: they are compressed already.

use std::collections::HashSet;
use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::names::Name;
use super::{ExportError, Item, Result, Run, draft, keep, room_for};

/// From this size on a file's lengths need 64 bits.
const LARGE: u64 = u32::MAX as u64;

impl Run<'_> {
    pub(super) fn archive(&mut self) -> Result<()> {
        let (folder, name) = self.target("zip")?;
        room_for(&folder, self.size())?;
        let mut zip = ZipWriter::new(draft(&folder)?);
        let mut taken = HashSet::new();
        let order = self.order;
        for item in &order.items {
            if !self.goes_on() {
                // Half an archive is none.
                self.answer.bytes = 0;
                return Ok(());
            }
            let outcome = self.entry(&mut zip, item, &mut taken);
            if matches!(outcome, Err(ExportError::Stopped)) {
                self.answer.bytes = 0;
                return Ok(());
            }
            self.settle(item, outcome)?;
        }
        let done = zip.finish().map_err(|error| ExportError::target(&folder, error.into()))?;
        let free = Name::new(&self.order.name, "zip");
        let path = match name {
            Some(name) => keep(done, &folder, std::iter::once(name))?,
            None => keep(done, &folder, free.tries())?,
        };
        self.answer.files.push(path.display().to_string());
        Ok(())
    }

    fn entry<W: Write + std::io::Seek>(
        &mut self,
        zip: &mut ZipWriter<W>,
        item: &Item,
        taken: &mut HashSet<String>,
    ) -> Result<()> {
        let (path, mut file) = self.open(item)?;
        // Read before the entry is begun, so that a print without a readable sidecar leaves none behind.
        let sidecar = self.sidecar(item)?;
        let to = &self.order.to;
        let failed = |error: zip::result::ZipError| ExportError::target(to, error.into());
        let Some(name) = Name::of(&item.path).free(taken) else {
            return Err(ExportError::Taken { name: item.path.clone() });
        };
        let large = file.metadata().is_ok_and(|about| about.len() >= LARGE);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(moment(item.created_at))
            .unix_permissions(0o644);
        zip.start_file(name.as_str(), options.large_file(large)).map_err(failed)?;
        if let Err(error) = self.copy(&mut file, &path, zip) {
            // What was written of it is no file.
            zip.abort_file().map_err(failed)?;
            return Err(error);
        }
        if let Some(sidecar) = sidecar {
            zip.start_file(format!("{name}.json"), options).map_err(failed)?;
            zip.write_all(&sidecar).map_err(|error| ExportError::target(to, error))?;
            self.answer.bytes += sidecar.len() as u64;
        }
        Ok(())
    }
}

/// Archives keep local time, from 1980 on.
fn moment(at_ms: i64) -> DateTime {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else { return DateTime::default() };
    let at = at.to_zoned(TimeZone::system());
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    u16::try_from(at.year())
        .ok()
        .and_then(|year| {
            let (month, day) = (part(at.month()), part(at.day()));
            DateTime::from_date_and_time(
                year,
                month,
                day,
                part(at.hour()),
                part(at.minute()),
                part(at.second()),
            )
            .ok()
        })
        .unwrap_or_default()
}
