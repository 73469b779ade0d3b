//! The line between the studio and a process that reads media.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
#[cfg(unix)]
use std::time::Duration;

use super::Program;

/// The longest that the studio waits for one answer. A reader that computes is stopped long before.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_mins(10);
/// The longest that a reader waits for the next file before it goes.
#[cfg(unix)]
const IDLE: Duration = Duration::from_secs(20);

/// The program as it is started: without the studio's surroundings, in no folder of the user's.
fn command(program: &Program) -> Command {
    let mut command = Command::new(&program.path);
    command.arg(&program.argument).stderr(Stdio::null());
    #[cfg(unix)]
    {
        command.env_clear().current_dir("/");
        // Where the program's own libraries lie, in some packages.
        if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
            command.env("LD_LIBRARY_PATH", libraries);
        }
    }
    command
}

/// Waits for the end of a reader that ended or is to end; answers how it came.
fn ended(child: &mut Child) -> String {
    // To one that has ended already this does nothing.
    let _ = child.kill();
    child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
}

#[cfg(unix)]
mod ways {
    use std::io::{IoSlice, IoSliceMut, Read, Write};
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream;

    use rustix::net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
    };

    use super::{Child, Command, Duration, File, IDLE, PATIENCE, Path, PathBuf, Program, io};

    /// The studio's end.
    pub(in super::super) struct Link {
        child: Child,
        line: UnixStream,
    }

    impl Link {
        /// Starts a reader.
        pub(in super::super) fn start(program: &Program) -> io::Result<Self> {
            let (line, theirs) = UnixStream::pair()?;
            line.set_read_timeout(Some(PATIENCE))?;
            line.set_write_timeout(Some(PATIENCE))?;
            let mut command: Command = super::command(program);
            command.stdin(OwnedFd::from(theirs)).stdout(super::Stdio::null());
            Ok(Self { child: command.spawn()?, line })
        }

        /// Hands a file over, open as it is. Answers its path where that has to be named instead.
        pub(in super::super) fn hand(
            &mut self,
            file: &File,
            _: &Path,
        ) -> io::Result<Option<PathBuf>> {
            let files = [file.as_fd()];
            let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut beside = SendAncillaryBuffer::new(&mut room);
            beside.push(SendAncillaryMessage::ScmRights(&files));
            sendmsg(&self.line, &[IoSlice::new(b"?")], &mut beside, SendFlags::empty())?;
            Ok(None)
        }

        /// Ends the reader; answers how it came to its end.
        pub(in super::super) fn end(mut self) -> String {
            super::ended(&mut self.child)
        }
    }

    impl Read for Link {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.line.read(buffer)
        }
    }

    impl Write for Link {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.line.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.line.flush()
        }
    }

    /// The reader's end.
    pub(in super::super) struct Caller(UnixStream);

    /// A file that was handed over.
    pub(in super::super) struct Handed(File);

    impl Caller {
        /// Who started this process.
        pub(in super::super) fn meet() -> io::Result<Self> {
            let line = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
            let patience: Option<Duration> = Some(IDLE);
            line.set_read_timeout(patience)?;
            Ok(Self(line))
        }

        /// The next file; None when the caller is gone or has not asked for a while.
        pub(in super::super) fn next(&mut self) -> io::Result<Option<Handed>> {
            let mut byte = [0];
            let mut room = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut beside = RecvAncillaryBuffer::new(&mut room);
            let came = recvmsg(
                &self.0,
                &mut [IoSliceMut::new(&mut byte)],
                &mut beside,
                RecvFlags::empty(),
            );
            match came {
                Ok(came) if came.bytes == 0 => return Ok(None),
                Ok(_) => {}
                Err(rustix::io::Errno::AGAIN) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            let file = beside.drain().find_map(|beside| match beside {
                RecvAncillaryMessage::ScmRights(mut files) => files.next(),
                _ => None,
            });
            let file = file.ok_or_else(|| io::Error::other("no file came with the question"))?;
            Ok(Some(Handed(File::from(file))))
        }
    }

    impl Read for Caller {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Caller {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    impl Handed {
        /// The file, as it came.
        #[allow(clippy::unnecessary_wraps)] // elsewhere it is opened only here
        pub(in super::super) fn open(self, _: Option<&Path>) -> io::Result<File> {
            Ok(self.0)
        }
    }
}

/// Where files cannot be handed over open: two pipes, and the file by its name.
#[cfg(not(unix))]
mod ways {
    use std::io::{Read, Stdin, Stdout, Write};
    use std::process::{ChildStdin, ChildStdout, Stdio};

    use super::{Child, File, Path, PathBuf, Program, io};

    /// The studio's end.
    pub(in super::super) struct Link {
        child: Child,
        to: ChildStdin,
        from: ChildStdout,
    }

    impl Link {
        /// Starts a reader.
        pub(in super::super) fn start(program: &Program) -> io::Result<Self> {
            let mut child =
                super::command(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
            let ends = child.stdin.take().zip(child.stdout.take());
            let (to, from) = ends.ok_or_else(|| io::Error::other("a reader without a line"))?;
            Ok(Self { child, to, from })
        }

        /// Hands a file over by its name.
        pub(in super::super) fn hand(
            &mut self,
            _: &File,
            path: &Path,
        ) -> io::Result<Option<PathBuf>> {
            self.to.write_all(b"?")?;
            Ok(Some(path.to_path_buf()))
        }

        /// Ends the reader; answers how it came to its end.
        pub(in super::super) fn end(mut self) -> String {
            super::ended(&mut self.child)
        }
    }

    impl Read for Link {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.from.read(buffer)
        }
    }

    impl Write for Link {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.to.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.to.flush()
        }
    }

    /// The reader's end.
    pub(in super::super) struct Caller {
        from: Stdin,
        to: Stdout,
    }

    /// A file that is named in the question.
    pub(in super::super) struct Handed;

    impl Caller {
        /// Who started this process.
        pub(in super::super) fn meet() -> io::Result<Self> {
            Ok(Self { from: io::stdin(), to: io::stdout() })
        }

        /// The next question; None when the caller is gone.
        pub(in super::super) fn next(&mut self) -> io::Result<Option<Handed>> {
            Ok((self.from.read(&mut [0])? > 0).then_some(Handed))
        }
    }

    impl Read for Caller {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.from.read(buffer)
        }
    }

    impl Write for Caller {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let sent = self.to.write(bytes)?;
            self.to.flush()?;
            Ok(sent)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.to.flush()
        }
    }

    impl Handed {
        /// Opens the file.
        pub(in super::super) fn open(self, path: Option<&Path>) -> io::Result<File> {
            File::open(path.ok_or(io::ErrorKind::InvalidInput)?)
        }
    }
}

pub(super) use ways::{Caller, Link};
