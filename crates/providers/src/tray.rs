//! Where media go that come inside an answer: out of memory while they arrive.

use std::io;

use crate::types::RemoteOutput;

/// Takes what a call brings before its answer is whole. Whoever makes the call owns it.
pub trait Tray: Send + Sync {
    /// A place for the bytes of one file.
    fn open(&self) -> io::Result<Box<dyn Bin>>;

    /// A picture of how far the work is, in place of the one before.
    fn preview(&self, picture: RemoteOutput);

    /// How far it is: 0..=1 where known, and words for a person, which may be empty.
    fn progress(&self, part: Option<f32>, note: &str);
}

/// One file on its way into a tray. Dropped unfinished, it leaves nothing.
pub trait Bin: Send {
    /// Adds bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Ends it; answers the name that [`RemoteOutput::Kept`] carries.
    fn finish(self: Box<Self>) -> io::Result<String>;
}
