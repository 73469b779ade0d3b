//! A run watched call by call, and killed at the one that is asked for.
//!
//! strace could do the killing, but its `when=N` counts each thread by itself: the first sync of a
//! second thread comes after the first sync of the first one and so would never be a place to die.
//! Here the whole process is counted, so that every call is reached.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Output};
use std::sync::Mutex;

use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::calls::Kind;
use crate::rushes::{Ran, Rushes};

/// Stops itself before it becomes the command, so that not one call is missed.
const HELD: [&str; 3] = ["sh", "-c", "kill -STOP $$; exec \"$0\" \"$@\""];

/// The place to die: the N-th call of a kind, from 1, before it is done.
pub type Place = (Kind, usize);

/// What a watched run did.
#[derive(Debug)]
pub struct Traced {
    /// What it said; no exit code when it was killed.
    pub ran: Ran,
    /// How many calls of each kind it began.
    pub counts: BTreeMap<Kind, usize>,
    /// Whether it came to the place where it was to be killed.
    pub killed: bool,
}

/// Runs the command, killed at `place` when one is given.
///
/// # Panics
/// When this system lets no process watch another.
pub fn run(rushes: &Rushes, args: &[&str], place: Option<Place>) -> Traced {
    let mut command = rushes.command_under(&HELD, args);
    trace(&mut command, rushes.home(), place).unwrap_or_else(|error| {
        panic!(
            "The kill loop cannot watch a process here ({error}). It needs ptrace: allow it with \
             `sysctl kernel.yama.ptrace_scope=1`, or `--cap-add SYS_PTRACE` for a container."
        )
    })
}

/// Places spread over all groups of calls: the rare ones whole, the frequent ones thinned to the same share.
/// `counts` are groups with how many calls each has; answered are calls, from 1.
pub fn spread<G: Copy>(
    counts: impl IntoIterator<Item = (G, usize)>,
    wanted: usize,
) -> Vec<(G, usize)> {
    let counts: Vec<(G, usize)> = counts.into_iter().collect();
    let largest = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let taken = |share: usize| counts.iter().map(|(_, count)| share.min(*count)).sum::<usize>();
    let share = (1..largest).find(|share| taken(*share) >= wanted).unwrap_or(largest);
    let of = |(group, count): (G, usize)| {
        let share = share.min(count);
        (0..share).map(move |n| (group, n * count / share + 1))
    };
    counts.into_iter().flat_map(of).collect()
}

/// Dies at about so many places, four at a time, and judges what each death left. `die` answers None where the
/// run ended before it came there.
///
/// # Panics
/// When a death left something broken, or too few places were reached.
#[allow(clippy::print_stdout, reason = "a test tells of its places")]
pub fn die_at_each(
    counts: &BTreeMap<Kind, usize>,
    wanted: usize,
    die: impl Fn(Place) -> Option<Result<(), String>> + Sync,
) {
    let places = Mutex::new(spread(counts.iter().map(|(kind, count)| (*kind, *count)), wanted));
    let judged = Mutex::new(Vec::new());
    let next = || places.lock().expect("no death panics here").pop();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(place) = next() {
                    let Some(verdict) = die(place) else { continue };
                    judged.lock().expect("no verdict panics here").push((place, verdict));
                }
            });
        }
    });
    let judged = judged.into_inner().expect("no verdict panics here");
    let why = |((kind, n), verdict): &(Place, Result<(), String>)| {
        verdict.as_ref().err().map(|why| format!("{kind}:{n}: {why}"))
    };
    let broken: Vec<String> = judged.iter().filter_map(why).collect();
    let reached = judged.len();
    println!("{reached} places, {} broken", broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(reached * 10 >= wanted * 8, "only {reached} places were reached, not {wanted}");
}

// `waitpid` waits for it, in `watch`.
#[allow(clippy::zombie_processes)]
fn trace(command: &mut Command, home: &Path, place: Option<Place>) -> nix::Result<Traced> {
    // A group of its own: a stop of it is none of our caller's.
    let mut child = command.process_group(0).spawn().expect("sh starts");
    let main = Pid::from_raw(child.id() as i32);
    waitpid(main, Some(WaitPidFlag::WUNTRACED))?;
    // Its threads, and not the processes that it starts to read media: those leave no mark.
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    if let Err(error) = ptrace::seize(main, options) {
        kill(main, Signal::SIGKILL)?;
        waitpid(main, None)?;
        return Err(error);
    }
    kill(main, Signal::SIGCONT)?;
    let watched = watch(main, home, place)?;
    // Small answers fit into the pipe, so they can be read when all is over.
    let mut output = Output { status: watched.status, stdout: Vec::new(), stderr: Vec::new() };
    let pipes: [(Option<&mut dyn Read>, &mut Vec<u8>); 2] = [
        (child.stdout.as_mut().map(|pipe| pipe as _), &mut output.stdout),
        (child.stderr.as_mut().map(|pipe| pipe as _), &mut output.stderr),
    ];
    for (pipe, said) in pipes {
        pipe.expect("the command's words are piped").read_to_end(said).expect("a pipe reads");
    }
    Ok(Traced { ran: output.into(), counts: watched.counts, killed: watched.killed })
}

struct Watched {
    status: ExitStatus,
    counts: BTreeMap<Kind, usize>,
    killed: bool,
}

/// Lets the process go from call to call until it ends.
fn watch(main: Pid, home: &Path, place: Option<Place>) -> nix::Result<Watched> {
    let mut counts = BTreeMap::<Kind, usize>::new();
    let mut killed = false;
    // Threads that are inside a call: their next stop is its end.
    let mut inside = HashMap::<Pid, bool>::new();
    // The shell's own calls do not count.
    let mut begun = false;
    loop {
        // Only what this thread started: others of the test's threads watch runs of their own.
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        let (thread, signal) = match waitpid(None, Some(flags))? {
            WaitStatus::Exited(thread, code) if thread == main => {
                return Ok(Watched { status: ExitStatus::from_raw(code << 8), counts, killed });
            }
            WaitStatus::Signaled(thread, signal, _) if thread == main => {
                return Ok(Watched { status: ExitStatus::from_raw(signal as i32), counts, killed });
            }
            WaitStatus::PtraceSyscall(thread) => {
                let ends = inside.entry(thread).or_default();
                *ends = !*ends;
                let kind =
                    if *ends && begun && !killed { Kind::of(thread, home) } else { Ok(None) };
                // A thread may be gone the moment after it was stopped.
                if let Some(kind) = kind.or_else(gone)? {
                    let count = counts.entry(kind).or_default();
                    *count += 1;
                    if place == Some((kind, *count)) {
                        // The kernel does not begin the call of a thread that is to die.
                        kill(main, Signal::SIGKILL)?;
                        killed = true;
                    }
                }
                (thread, None)
            }
            WaitStatus::PtraceEvent(thread, _, event) => {
                begun |= event == ptrace::Event::PTRACE_EVENT_EXEC as i32;
                (thread, None)
            }
            WaitStatus::Stopped(thread, signal) => (thread, Some(signal)),
            _ => continue,
        };
        ptrace::syscall(thread, signal).or_else(gone)?;
    }
}

/// A thread that has died in the meantime is no failure of the watch.
fn gone<T: Default>(error: Errno) -> nix::Result<T> {
    if error == Errno::ESRCH { Ok(T::default()) } else { Err(error) }
}
