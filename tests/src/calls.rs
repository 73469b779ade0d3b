//! The system calls by which a run leaves its mark on the disk, on the wire or on its caller.

use std::fmt;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::str::FromStr;

use nix::libc;
use nix::sys::ptrace;
use nix::unistd::Pid;

/// One kind of such a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// fsync, fdatasync: what was written lasts from here on.
    Sync,
    /// pwrite64, pwritev: a page of the job book or its log.
    Page,
    /// write, writev to a file or to the caller.
    Write,
    /// write, writev, sendto, sendmsg on a socket.
    Send,
    /// open, openat of a file of the run's own.
    Open,
    /// rename and link: a file gets its name.
    Name,
    /// ftruncate, truncate.
    Cut,
    /// unlink, rmdir.
    Remove,
    /// mkdir.
    Folder,
}

impl Kind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::Sync,
        Self::Page,
        Self::Write,
        Self::Send,
        Self::Open,
        Self::Name,
        Self::Cut,
        Self::Remove,
        Self::Folder,
    ];

    /// The word for it in a replay.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Page => "page",
            Self::Write => "write",
            Self::Send => "send",
            Self::Open => "open",
            Self::Name => "name",
            Self::Cut => "cut",
            Self::Remove => "remove",
            Self::Folder => "folder",
        }
    }

    /// The kind of the call that a thread is about to make, when it is one that counts. `home` is
    /// the folder that holds all of the run's own files.
    pub(crate) fn of(thread: Pid, home: &Path) -> nix::Result<Option<Self>> {
        let Call { number, args } = Call::read(thread)?;
        let file = || {
            let link = std::fs::read_link(format!("/proc/{thread}/fd/{}", args[0] as i32));
            link.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default()
        };
        #[cfg(target_arch = "x86_64")]
        match number {
            libc::SYS_open => return Ok(within(thread, args[0], home).then_some(Self::Open)),
            libc::SYS_rename | libc::SYS_link => return Ok(Some(Self::Name)),
            libc::SYS_unlink | libc::SYS_rmdir => return Ok(Some(Self::Remove)),
            libc::SYS_mkdir => return Ok(Some(Self::Folder)),
            _ => {}
        }
        Ok(match number {
            libc::SYS_fsync | libc::SYS_fdatasync => Some(Self::Sync),
            libc::SYS_pwrite64 | libc::SYS_pwritev => Some(Self::Page),
            libc::SYS_sendto | libc::SYS_sendmsg => Some(Self::Send),
            libc::SYS_write | libc::SYS_writev => match file() {
                // A thread that wakes another; nothing leaves the process.
                file if file.starts_with("anon_inode:") => None,
                file if file.starts_with("socket:") => Some(Self::Send),
                _ => Some(Self::Write),
            },
            libc::SYS_openat => within(thread, args[1], home).then_some(Self::Open),
            libc::SYS_renameat | libc::SYS_renameat2 | libc::SYS_linkat => Some(Self::Name),
            libc::SYS_ftruncate | libc::SYS_truncate => Some(Self::Cut),
            libc::SYS_unlinkat => Some(Self::Remove),
            libc::SYS_mkdirat => Some(Self::Folder),
            _ => None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| format!("{word} is no kind of call"))
    }
}

/// A call as the kernel gets it.
struct Call {
    number: libc::c_long,
    args: [u64; 2],
}

impl Call {
    #[cfg(target_arch = "x86_64")]
    fn read(thread: Pid) -> nix::Result<Self> {
        let registers = ptrace::getregs(thread)?;
        Ok(Self {
            number: registers.orig_rax as libc::c_long,
            args: [registers.rdi, registers.rsi],
        })
    }

    #[cfg(target_arch = "aarch64")]
    fn read(thread: Pid) -> nix::Result<Self> {
        let registers = ptrace::getregset::<ptrace::regset::NT_PRSTATUS>(thread)?;
        Ok(Self {
            number: registers.regs[8] as libc::c_long,
            args: [registers.regs[0], registers.regs[1]],
        })
    }
}

/// Whether the path at an address of the traced process lies in `home`. Its libraries and the
/// system's own files do not.
fn within(thread: Pid, address: u64, home: &Path) -> bool {
    let home = home.as_os_str().as_encoded_bytes();
    let mut begin = vec![0; home.len()];
    std::fs::File::open(format!("/proc/{thread}/mem"))
        .and_then(|memory| memory.read_exact_at(&mut begin, address))
        .is_ok_and(|()| begin == home)
}
