//! A reader that ends the reading of a file whose index leads in circles.

use std::io::{self, Read, Seek, SeekFrom};

/// Passes everything on, for so many reads and seeks and no more. A sound index is read through once, so its
/// length bounds both; one whose box says that it ends where it begins would be read for ever.
pub(super) struct Patience<R> {
    inner: R,
    left: u64,
}

impl<R> Patience<R> {
    /// `left`: how many reads and seeks together.
    pub(super) fn new(inner: R, left: u64) -> Self {
        Self { inner, left }
    }

    fn spend(&mut self) -> io::Result<()> {
        let circles = || io::Error::new(io::ErrorKind::InvalidData, "its index leads in circles");
        self.left = self.left.checked_sub(1).ok_or_else(circles)?;
        Ok(())
    }
}

impl<R: Read> Read for Patience<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.spend()?;
        self.inner.read(into)
    }
}

impl<R: Seek> Seek for Patience<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.spend()?;
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_leads_in_circles_ends() {
        let mut reader = Patience::new(Cursor::new([7; 8]), 5);
        let mut turns = 0;
        let error = loop {
            let turn = reader.seek(SeekFrom::Start(0)).and_then(|_| reader.read(&mut [0; 4]));
            match turn {
                Ok(_) => turns += 1,
                Err(error) => break error,
            }
        };
        assert_eq!((turns, error.kind()), (2, io::ErrorKind::InvalidData));
    }
}
