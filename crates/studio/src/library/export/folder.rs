//! Files into a folder: originals with their sidecars, or share copies.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::names::Name;
use super::{ExportError, Item, Result, Run, bare, bare_clip, draft, keep, room_for};
use crate::library::IMAGE_LIMIT;
use crate::library::error::LibraryError;
use crate::library::form::{Form, kept_file};
use crate::library::place;
use crate::view::ShareCredentials;

/// What became of a print's credentials in its share copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) enum Seal {
    /// There are none, or they hold as before.
    Whole,
    /// They stayed, and the file was changed.
    Changed,
    /// They were taken out.
    Removed,
}

impl Run<'_> {
    pub(super) fn originals(&mut self) -> Result<()> {
        let folder = self.folder()?;
        let order = self.order;
        for item in &order.items {
            if !self.goes_on() {
                break;
            }
            let outcome = self.original(item, &folder);
            self.settle(item, outcome)?;
        }
        finish(&folder)
    }

    pub(super) fn share(&mut self) -> Result<()> {
        let folder = self.folder()?;
        let order = self.order;
        for item in &order.items {
            if !self.goes_on() {
                break;
            }
            let outcome = self.shared(item, &folder);
            self.settle(item, outcome)?;
        }
        finish(&folder)
    }

    fn folder(&self) -> Result<PathBuf> {
        let folder = &self.order.to;
        std::fs::create_dir_all(folder).map_err(|error| ExportError::target(folder, error))?;
        room_for(folder, self.size())?;
        Ok(folder.clone())
    }

    fn original(&mut self, item: &Item, folder: &Path) -> Result<()> {
        let (path, mut file) = self.open(item)?;
        let mut copy = draft(folder)?;
        self.copy(&mut file, &path, copy.as_file_mut())?;
        let to = keep(copy, folder, Name::of(&item.path).tries())?;
        self.answer.files.push(to.display().to_string());
        if let Some(sidecar) = self.sidecar(item)? {
            let mut copy = draft(folder)?;
            let failed = |error| ExportError::target(folder, error);
            copy.write_all(&sidecar).map_err(failed)?;
            let name = format!("{}.json", to.file_name().unwrap_or_default().to_string_lossy());
            keep(copy, folder, std::iter::once(name))?;
            self.answer.bytes += sidecar.len() as u64;
        }
        Ok(())
    }

    /// The sidecar's bytes as they stand; None where there is none.
    pub(super) fn sidecar(&self, item: &Item) -> Result<Option<Vec<u8>>> {
        let path = self.library.path(&format!("{}.json", item.path))?;
        match File::open(&path) {
            Ok(file) => {
                let mut bytes = Vec::new();
                let read = file.take(IMAGE_LIMIT).read_to_end(&mut bytes);
                read.map_err(|error| LibraryError::read(&path, error))?;
                Ok(Some(bytes))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LibraryError::read(&path, error).into()),
        }
    }

    fn shared(&mut self, item: &Item, folder: &Path) -> Result<()> {
        let (path, mut file) = self.open(item)?;
        let form = kept_file(&path)?;
        let mut copy = draft(folder)?;
        let credentials = self.order.credentials;
        let seal = match form {
            Form::Png | Form::Jpeg | Form::Webp | Form::Gif => {
                let mut bytes = Vec::new();
                let read = file.take(IMAGE_LIMIT + 1).read_to_end(&mut bytes);
                read.map_err(|error| LibraryError::read(&path, error))?;
                if bytes.len() as u64 > IMAGE_LIMIT {
                    return Err(LibraryError::TooLarge { limit: IMAGE_LIMIT }.into());
                }
                let (bare, seal) = bare::picture(&bytes, form, credentials, &item.prompt)?;
                copy.write_all(&bare).map_err(|error| ExportError::target(folder, error))?;
                self.answer.bytes += bare.len() as u64;
                seal
            }
            Form::Mp4 | Form::Mov => {
                self.copy(&mut file, &path, copy.as_file_mut())?;
                bare_clip::blank(
                    copy.as_file_mut(),
                    form,
                    credentials == ShareCredentials::Keep,
                    &item.prompt,
                )?
            }
            Form::Webm => {
                self.copy(&mut file, &path, copy.as_file_mut())?;
                bare_clip::blank_webm(copy.as_file_mut())?
            }
            Form::Avif
            | Form::Heic
            | Form::Wav
            | Form::Mp3
            | Form::Svg
            | Form::Pdf
            | Form::Html => {
                return Err(ExportError::NotBare { what: form.words() });
            }
        };
        match seal {
            Seal::Whole => {}
            Seal::Changed => self.answer.credentials_changed += 1,
            Seal::Removed => self.answer.credentials_removed += 1,
        }
        // Its own name is made of the prompt's words.
        let to = keep(copy, folder, Name::new(&item.code, form.ending()).tries())?;
        self.answer.files.push(to.display().to_string());
        Ok(())
    }
}

/// A copy lasts through a power cut once the folder that names it was written too.
fn finish(folder: &Path) -> Result<()> {
    place::sync_dir(folder).map_err(|error| ExportError::target(folder, error))
}
