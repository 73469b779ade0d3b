//! What a process that reads media may do: use a bounded share of memory and time, and on Linux
//! speak to nobody, open nothing and start nothing.
//!
//! Linux: limits of the process, then a filter of system calls (seccomp). The filter is chosen over
//! a namespace without network, because that needs rights which many systems keep from their users, and
//! over Landlock, because a process that cannot open files at all needs no rules about which. Other
//! Unixes: the limits that they keep. Windows: none that the standard library knows of; there the
//! process keeps a crash away from the studio, and the bounds on pixels hold as everywhere.

/// Most address space beyond what the program has at its start, in bytes: a picture of 200 million
/// pixels, its decoder's own memory, and its file.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 3 << 30;
/// Seconds of the processor after which a reader goes of its own accord.
pub(super) const LIFE_S: u64 = 60;
/// Seconds of the processor that one file may take.
#[cfg(unix)]
const FILE_S: u64 = 60;

/// Sets all limits there are. They cannot be taken back.
#[cfg(unix)]
pub(super) fn set() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limit =
        |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, 32)?;
    limit(Resource::Cpu, LIFE_S + FILE_S)?;
    #[cfg(target_os = "linux")]
    {
        limit(Resource::As, address_space()? + MEMORY)?;
        filter::set()?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn set() -> std::io::Result<()> {
    Ok(())
}

/// How long this process has computed, in seconds.
#[cfg(unix)]
pub(super) fn computed_s() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    u64::try_from(time.tv_sec).unwrap_or(0)
}

#[cfg(not(unix))]
pub(super) fn computed_s() -> u64 {
    0
}

/// What the program and its libraries take up already, in bytes.
#[cfg(target_os = "linux")]
fn address_space() -> std::io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib << 10).ok_or_else(|| std::io::Error::other("a status of another kind"))
}

#[cfg(target_os = "linux")]
mod filter {
    use std::collections::BTreeMap;
    use std::io;

    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch, apply_filter,
    };

    /// What decoding in memory and answering needs. Whatever else is called fails with EPERM.
    const ALLOWED: &[libc::c_long] = &[
        // the file that was handed over, and the line to the studio
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_pread64,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_lseek,
        libc::SYS_fstat,
        libc::SYS_newfstatat,
        libc::SYS_statx,
        libc::SYS_recvmsg,
        libc::SYS_recvfrom,
        libc::SYS_sendto,
        libc::SYS_close,
        libc::SYS_fcntl,
        // memory
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        // the C library, and the end
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_tgkill,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// These only for memory that is not to be executed.
    const NEVER_CODE: &[libc::c_long] = &[libc::SYS_mmap, libc::SYS_mprotect];

    pub(super) fn set() -> io::Result<()> {
        // Where there is no filter for the processor, the limits hold alone.
        let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else { return Ok(()) };
        let program = program(arch).map_err(io::Error::other)?;
        apply_filter(&program).map_err(io::Error::other)
    }

    fn program(arch: TargetArch) -> Result<BpfProgram, seccompiler::BackendError> {
        let prot_exec = libc::PROT_EXEC as u64;
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
        for call in NEVER_CODE {
            let no_code = SeccompCondition::new(
                2,
                SeccompCmpArgLen::Dword,
                SeccompCmpOp::MaskedEq(prot_exec),
                0,
            )?;
            rules.insert(*call, vec![SeccompRule::new(vec![no_code])?]);
        }
        let refused = SeccompAction::Errno(libc::EPERM as u32);
        SeccompFilter::new(rules, refused, SeccompAction::Allow, arch)?.try_into()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use std::io::{ErrorKind, Read, Seek};

    #[test]
    fn behind_the_filter_there_is_the_open_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("open");
        std::fs::copy("/proc/self/status", &path).unwrap();
        let mut open = std::fs::File::open(&path).unwrap();
        // The filter holds for the thread that sets it.
        let seen = std::thread::spawn(move || {
            super::filter::set().unwrap();
            let mut read = Vec::new();
            open.rewind().and_then(|()| open.read_to_end(&mut read)).unwrap();
            let refused = [
                std::fs::File::open(&path).map(drop),
                std::fs::File::create(path.with_extension("new")).map(drop),
                std::fs::remove_file(&path),
                std::fs::rename(&path, path.with_extension("moved")),
                std::net::UdpSocket::bind("127.0.0.1:0").map(drop),
                std::net::TcpStream::connect("127.0.0.1:1").map(drop),
                std::os::unix::net::UnixStream::pair().map(drop),
                std::thread::Builder::new().spawn(|| ()).map(drop),
                std::process::Command::new("/bin/true").spawn().map(drop),
            ];
            (read.len(), vec![0_u8; 64 << 20].len(), refused.map(|done| done.map_err(|e| e.kind())))
        });
        let (read, memory, refused) = seen.join().unwrap();
        assert!(read > 100 && memory == 64 << 20, "reading and memory are as ever");
        assert_eq!(refused, [const { Err(ErrorKind::PermissionDenied) }; 9]);
    }
}
