//! A file on its way in: bytes land in `.incoming/<output id>.part`, survive a crash, and take
//! their final name only when all of them are there and are what they should be.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rushes_providers::schema::MediaKind;

use super::error::{LibraryError, Result};
use super::form::{self, Form};
use super::naming::Naming;
use super::{IMAGE_LIMIT, Library, Stored, VIDEO_LIMIT, moving, our_id, place};

/// Bytes that may be lost to a power cut.
const SYNC_EACH: u64 = 1 << 20;
/// How many prints of one minute may bear one name.
const MAX_CLASHES: u32 = 10_000;

/// A file on its way in.
pub struct Part {
    library: Library,
    id: String,
    /// Where it was when it was opened.
    path: PathBuf,
    file: File,
    hasher: blake3::Hasher,
    length: u64,
    unsynced: u64,
    takes_pages: bool,
    /// The first bytes, which tell the form and with it the limit.
    head: Vec<u8>,
}

impl Library {
    /// Opens the part of an output, new or as a crash or a lost line left it. Bytes that are there
    /// are hashed again, so that a download can go on from [`Part::len`] by Range.
    pub fn part(&self, output_id: &str) -> Result<Part> {
        let path = self.incoming_for(output_id, "part")?;
        let failed = |error| LibraryError::io(key!("save the file"), &path, error);
        self.here()?;
        let mut file =
            place::private().read(true).append(true).create(true).open(&path).map_err(failed)?;
        let mut hasher = blake3::Hasher::new();
        let mut head = Vec::new();
        (&mut file).take(form::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        hasher.update(&head);
        let rest = io::copy(&mut file, &mut hasher).map_err(failed)?;
        let length = head.len() as u64 + rest;
        let (library, id) = (self.clone(), output_id.to_owned());
        Ok(Part { library, id, path, file, hasher, length, unsynced: 0, takes_pages: false, head })
    }

    /// The file that [`Part::finish`] has placed for an output, where a crash came before anyone
    /// wrote that down. None when there is none, or it is not what was placed.
    pub fn placed(&self, output_id: &str) -> Result<Option<Stored>> {
        let note = self.incoming_for(output_id, "placed")?;
        let Ok(bytes) = std::fs::read(&note) else {
            return Ok(None);
        };
        let Ok(stored) = serde_json::from_slice::<Stored>(&bytes) else {
            return Ok(None);
        };
        let path = self.path(&stored.path)?;
        Ok(hash_file(&path).ok().filter(|(hash, _)| *hash == stored.blake3).map(|_| stored))
    }

    /// Where a part is, below the library as it is now.
    fn brought(&self, output_id: &str) -> Result<PathBuf> {
        let path = self.incoming_for(output_id, "part")?;
        let to = self.incoming().join(path.file_name().unwrap_or_default());
        if path != to {
            moving::carry(&path, &to)?;
        }
        Ok(to)
    }

    /// The bytes of a part as they lie there.
    pub fn part_bytes(&self, output_id: &str) -> Result<Vec<u8>> {
        let path = self.incoming_for(output_id, "part")?;
        std::fs::read(&path)
            .map_err(|error| LibraryError::io(key!("read a temporary file"), &path, error))
    }

    /// The outputs with a note of where their file was placed, which a crash has left.
    pub fn noted(&self) -> Result<Vec<String>> {
        let mut noted = Vec::new();
        for folder in self.incomings() {
            let failed = |error| LibraryError::read(&folder, error);
            for entry in folder.read_dir().map_err(failed)? {
                let name = entry.map_err(failed)?.file_name();
                let id = name.to_str().and_then(|name| name.strip_suffix(".placed"));
                noted.extend(id.map(str::to_owned));
            }
        }
        Ok(noted)
    }

    /// Forgets an output's part and note: its file is written down, or nobody wants it any more.
    pub fn settle(&self, output_id: &str) -> Result<()> {
        let id = our_id(output_id)?;
        let names = ["placed", "part"].map(|ending| format!("{id}.{ending}"));
        for path in
            self.incomings().flat_map(|folder| names.each_ref().map(|name| folder.join(name)))
        {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(LibraryError::io(key!("remove a temporary file"), &path, error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Part {
    /// Bytes that are there.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether nothing is there yet.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Appends. A failed write leaves what was there before.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let length = self.length + bytes.len() as u64;
        if self.head.len() < form::HEAD {
            let missing = form::HEAD - self.head.len();
            self.head.extend(&bytes[..bytes.len().min(missing)]);
        }
        let limit = self.limit();
        if length > limit {
            return Err(LibraryError::TooLarge { limit });
        }
        if let Err(error) = self.append(bytes) {
            // Best effort: the next opening hashes whatever is there.
            let _ = self.file.set_len(self.length);
            return Err(LibraryError::io(key!("save the file"), &self.path, error));
        }
        self.hasher.update(bytes);
        self.length = length;
        Ok(())
    }

    /// Sees to it that what was written outlives a power cut.
    pub fn sync(&mut self) -> Result<()> {
        self.file
            .sync_data()
            .map_err(|error| LibraryError::io(key!("save the file"), &self.path, error))?;
        self.unsynced = 0;
        Ok(())
    }

    /// Drops all bytes: the server will not go on in the middle.
    pub fn truncate(&mut self) -> Result<()> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.sync_data())
            .map_err(|error| LibraryError::io(key!("save the file"), &self.path, error))?;
        self.hasher.reset();
        self.head.clear();
        self.length = 0;
        self.unsynced = 0;
        Ok(())
    }

    /// Takes a web page as well, where nothing else can come in its place. Otherwise it is refused: pages
    /// stand before files that are not there yet, or not for whoever has not signed in.
    #[must_use]
    pub fn taking_pages(mut self) -> Self {
        self.takes_pages = true;
        self
    }

    /// Checks what came and gives it its name: sniffs, decodes, syncs, renames without replacing.
    /// On an error the part stays where it is, for the record and for another try.
    pub fn finish(self, naming: &Naming<'_>) -> Result<Stored> {
        let failed = |error| LibraryError::io(key!("save the file"), &self.path, error);
        self.file.sync_all().map_err(failed)?;
        let _open = self.library.site.open();
        self.library.here()?;
        let path = self.library.brought(&self.id)?;
        let inspected = form::inspect(&path)?;
        if inspected.form == Form::Html && !self.takes_pages {
            return Err(Form::sniff(&self.head).err().unwrap_or(LibraryError::Empty));
        }
        let mut stored = Stored {
            path: String::new(),
            media: inspected.form.media(),
            media_type: inspected.form.media_type().into(),
            width: inspected.width,
            height: inspected.height,
            duration_ms: inspected.duration_ms,
            bytes: self.length as i64,
            blake3: self.hasher.finalize().to_hex().to_string(),
        };
        let root = self.library.root();
        let (folder, stem) = (naming.folder(), naming.stem());
        let day = root.join(&folder);
        if !day.is_dir() {
            place::make_dirs(&day).map_err(failed)?;
            for above in [root.as_path(), day.parent().unwrap_or(&root)] {
                place::sync_dir(above).map_err(failed)?;
            }
        }
        for clash in 1..=MAX_CLASHES {
            let again = if clash == 1 { String::new() } else { format!("-{clash}") };
            stored.path = format!("{folder}/{stem}{again}.{}", inspected.form.ending());
            let to = root.join(&stored.path);
            if to.try_exists().map_err(failed)? {
                continue;
            }
            // A crash after the rename must not cost the file its story: see `placed`.
            let note = serde_json::to_vec(&stored).map_err(|error| failed(error.into()))?;
            let incoming = self.library.incoming();
            place::write_whole(&incoming, &incoming.join(format!("{}.placed", self.id)), &note)?;
            if place::rename_new(&path, &to).map_err(failed)? {
                place::sync_dir(&day).map_err(failed)?;
                return Ok(stored);
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    fn limit(&self) -> u64 {
        match Form::sniff(&self.head).map(Form::media) {
            Ok(MediaKind::Video) => VIDEO_LIMIT,
            _ => IMAGE_LIMIT,
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(SYNC_EACH as usize) {
            self.file.write_all(piece)?;
            self.unsynced += piece.len() as u64;
            if self.unsynced >= SYNC_EACH {
                self.file.sync_data()?;
                self.unsynced = 0;
            }
        }
        Ok(())
    }
}

/// BLAKE3 in hex and the length of a file.
pub(super) fn hash_file(path: &Path) -> Result<(String, u64)> {
    let failed = |error| LibraryError::read(path, error);
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(failed)?;
    hasher.update_reader(file).map_err(failed)?;
    Ok((hasher.finalize().to_hex().to_string(), hasher.count()))
}

#[cfg(test)]
mod tests;
