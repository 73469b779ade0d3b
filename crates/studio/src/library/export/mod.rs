//! Prints on their way out: originals with their sidecars, share copies, an archive, a contact sheet.
//! Originals are copied byte for byte, nothing is encoded again, and no file that stands is written over.

mod archive;
mod bare;
mod bare_clip;
mod error;
mod folder;
mod grid;
mod names;
mod sheet;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

pub use error::ExportError;
pub use grid::{Part, Row, Table};

use super::Library;
use super::error::LibraryError;
use super::place;
use crate::view::{ExportForm, Exported, ShareCredentials, SkippedPrint};
pub(super) use bare::picture as bare_picture;

/// Answer of an export.
type Result<T, E = ExportError> = std::result::Result<T, E>;

/// Bytes that are copied between two looks at whether to go on.
const PIECE: usize = 1 << 20;

/// One print to take along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The asset's id.
    pub id: String,
    /// Path below the library folder.
    pub path: String,
    /// Edge print, e.g. `152-1·2`.
    pub code: String,
    /// The words it was made from.
    pub prompt: String,
    /// The model's name.
    pub model: String,
    /// When it was saved, ms UTC.
    pub created_at: i64,
}

/// What is to be written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The prints, in order.
    pub items: Vec<Item>,
    /// Absolute: the folder for files; for an archive or a sheet the file, or a folder to put it in, which
    /// is there or ends in a separator.
    pub to: PathBuf,
    /// In which form.
    pub form: ExportForm,
    /// What becomes of credentials in share copies.
    pub credentials: ShareCredentials,
    /// Name without ending for an archive or sheet that is put in a folder.
    pub name: String,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Prints that are done, written or skipped.
    pub done: usize,
    /// All of them.
    pub of: usize,
    /// Bytes written so far.
    pub bytes: u64,
}

/// Hears how far an export is, and says whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(Step) -> bool;

impl Library {
    /// Writes the prints. `watch` is asked before each print and within large ones; when it answers
    /// false, what is complete stays, the rest is left, and the answer says that it was stopped. A print
    /// that cannot be taken along is skipped and named; a disk or folder that fails ends it.
    pub fn export(&self, order: &Order, watch: Watch<'_>) -> Result<Exported> {
        if order.items.is_empty() {
            return Err(ExportError::Nothing);
        }
        if !order.to.is_absolute() || self.holds(&order.to) {
            return Err(ExportError::Where { to: order.to.display().to_string() });
        }
        let mut run = Run { library: self, order, watch, done: 0, answer: Exported::default() };
        match order.form {
            ExportForm::Originals => run.originals()?,
            ExportForm::Share => run.share()?,
            ExportForm::Zip => run.archive()?,
            ExportForm::Sheet => run.sheet()?,
        }
        Ok(run.answer)
    }

    /// Whether a path lies in the media folder, where exports would pass for prints.
    fn holds(&self, to: &Path) -> bool {
        let real = |path: &Path| path.ancestors().find_map(|path| path.canonicalize().ok());
        let root = real(&self.root());
        real(to).zip(root).is_some_and(|(to, root)| to.starts_with(root))
    }
}

/// One export under way.
struct Run<'a> {
    library: &'a Library,
    order: &'a Order,
    watch: Watch<'a>,
    done: usize,
    answer: Exported,
}

impl Run<'_> {
    /// Whether to go on.
    fn goes_on(&mut self) -> bool {
        if self.answer.stopped {
            return false;
        }
        let step = Step { done: self.done, of: self.order.items.len(), bytes: self.answer.bytes };
        let on = (self.watch)(step);
        self.answer.stopped = !on;
        on
    }

    /// Takes the outcome of one print: its problem is written down, a problem of the disk ends all.
    fn settle(&mut self, item: &Item, outcome: Result<()>) -> Result<()> {
        self.done += 1;
        let error = match outcome {
            // The answer says that it was stopped.
            Ok(()) | Err(ExportError::Stopped) => return Ok(()),
            Err(error) => error,
        };
        let its_own = match &error {
            ExportError::Library(error) => !error.is_local(),
            // A sidecar's name, which hangs on its print's.
            ExportError::Taken { .. } | ExportError::NotBare { .. } => true,
            _ => false,
        };
        if !its_own {
            return Err(error);
        }
        self.answer.skipped.push(SkippedPrint {
            id: item.id.clone(),
            message: error.message(),
            hint: error.hint().into(),
        });
        Ok(())
    }

    /// Opens a print's file.
    fn open(&self, item: &Item) -> Result<(PathBuf, File)> {
        let path = self.library.path(&item.path)?;
        let file = File::open(&path).map_err(|error| LibraryError::read(&path, error))?;
        Ok((path, file))
    }

    /// Copies, asking in between whether to go on.
    fn copy(&mut self, from: &mut impl Read, path: &Path, to: &mut impl Write) -> Result<()> {
        let mut buffer = vec![0; PIECE];
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(got) => {
                    to.write_all(&buffer[..got])
                        .map_err(|error| ExportError::target(&self.order.to, error))?;
                    self.answer.bytes += got as u64;
                    if got == PIECE && !self.goes_on() {
                        return Err(ExportError::Stopped);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(LibraryError::read(path, error).into()),
            }
        }
    }

    /// How large the files of all prints are, those left out that are not there.
    fn size(&self) -> u64 {
        let sizes = self
            .order
            .items
            .iter()
            .filter_map(|item| self.library.path(&item.path).ok()?.metadata().ok());
        sizes.map(|about| about.len()).sum()
    }

    /// The one file that this order makes: the name that was given, or one in the folder that was given.
    fn target(&self, ending: &str) -> Result<(PathBuf, Option<String>)> {
        let to = &self.order.to;
        let (folder, name) = if to.is_dir() || is_folder(to) {
            (to.as_path(), None)
        } else {
            (to.parent().unwrap_or(to), to.file_name())
        };
        std::fs::create_dir_all(folder).map_err(|error| ExportError::target(folder, error))?;
        let name = name.map(|name| name.to_string_lossy().into_owned()).map(|name| {
            if Path::new(&name).extension().is_some() { name } else { format!("{name}.{ending}") }
        });
        Ok((folder.to_path_buf(), name))
    }
}

/// Whether a path is written as that of a folder, which may not be there.
fn is_folder(path: &Path) -> bool {
    path.to_string_lossy().ends_with(std::path::is_separator)
}

/// Checks that there is room for so many bytes.
fn room_for(folder: &Path, bytes: u64) -> Result<()> {
    let free = fs4::available_space(folder).map_err(|error| ExportError::target(folder, error))?;
    if free < bytes {
        return Err(LibraryError::Full { needed: Some(bytes), free }.into());
    }
    Ok(())
}

/// A file that is being written beside its later name; gone when it is dropped.
fn draft(folder: &Path) -> Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rushes-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Whoever the user shares files with, as their other programs leave it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map_err(|error| ExportError::target(folder, error))
}

/// Gives a draft the first of these names that is free.
fn keep(
    draft: tempfile::NamedTempFile,
    folder: &Path,
    names: impl Iterator<Item = String>,
) -> Result<PathBuf> {
    let failed = |error| ExportError::target(folder, error);
    draft.as_file().sync_all().map_err(failed)?;
    let path = draft.into_temp_path();
    let mut last = String::new();
    for name in names {
        let to = folder.join(&name);
        if place::rename_new(&path, &to).map_err(failed)? {
            return Ok(to);
        }
        last = name;
    }
    Err(ExportError::Taken { name: last })
}

#[cfg(test)]
mod tests;
