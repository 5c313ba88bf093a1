//! How a process has ended. Read next: `futex.rs`.

use std::fmt;

use crate::machine::memory::{Fault, Why};

/// How a process has ended, and where it was then.
// ANCHOR: death
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// The address of its last instruction: the `ecall` by which it exited, or
    /// the one that could not be done.
    pub pc: u32,
    /// By what.
    pub kind: DeathKind,
}
// ANCHOR_END: death

/// By what a process or a thread has ended. Most are mistakes of its program: they
/// are the end of this process, with all of its threads, and nothing to the others.
// ANCHOR: kinds
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeathKind {
    /// It has asked for it, and given this number: 0 means that all is well.
    Exit(u8),
    /// It has asked for a debugger, and there is none.
    Breakpoint,
    /// It came to a word that is no instruction.
    IllegalInstruction(u32),
    /// It went where nothing is, or where this may not be done. The fault says
    /// which [section](Fault::section), address and access.
    Fault(Fault),
    /// Another process has ended it, or it has done so itself.
    Killed {
        /// By which signal.
        signal: Signal,
        /// The pid of who has sent it.
        by: u64,
    },
    /// A thread whose process has ended before it.
    WithProcess,
}
// ANCHOR_END: kinds

/// The signals that one can send here: both end the process, and nobody can catch
/// them. Source of the numbers: Linux, `include/uapi/asm-generic/signal.h`.
// ANCHOR: signals
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `SIGKILL`.
    Kill = 9,
    /// `SIGTERM`.
    Term = 15,
}

impl Signal {
    /// The one with this number.
    pub(super) fn numbered(number: u32) -> Option<Signal> {
        let all = [Signal::Kill, Signal::Term];
        all.into_iter().find(|&signal| signal as u32 == number)
    }
}
// ANCHOR_END: signals

impl Death {
    /// The number that it has given, if it has ended by itself.
    // ANCHOR: questions
    pub fn status(&self) -> Option<u8> {
        match self.kind {
            DeathKind::Exit(status) => Some(status),
            _ => None,
        }
    }

    /// Whether it could not go on: it has not asked to end, nor has anybody else.
    pub(super) fn is_mistake(&self) -> bool {
        match self.kind {
            DeathKind::Breakpoint | DeathKind::IllegalInstruction(_) | DeathKind::Fault(_) => true,
            DeathKind::Exit(_) | DeathKind::Killed { .. } | DeathKind::WithProcess => false,
        }
    }
    // ANCHOR_END: questions

    /// What `wait4` says of it, as on Linux: the status of who has ended by itself,
    /// eight bits up, or else the number of the signal by which it was ended. A
    /// mistake is such a signal too, which the kernel sends.
    ///
    /// | | |
    /// | --- | --- |
    /// | `exit 3` | `0x300` |
    /// | breakpoint | 5, `SIGTRAP` |
    /// | illegal instruction | 4, `SIGILL` |
    /// | fault | 11, `SIGSEGV`; 7, `SIGBUS`, if the address was misaligned |
    /// | killed | 9 or 15 |
    ///
    /// Source: the manual page wait(2), and `kernel/exit.c`.
    // ANCHOR: wait_status
    pub fn wait_status(&self) -> u32 {
        match self.kind {
            DeathKind::Exit(status) => u32::from(status) << 8,
            DeathKind::Breakpoint => 5,
            DeathKind::IllegalInstruction(_) => 4,
            DeathKind::Fault(fault) => match fault.why {
                Why::Misaligned { .. } => 7,
                _ => 11,
            },
            DeathKind::Killed { signal, .. } => signal as u32,
            DeathKind::WithProcess => 0,
        }
    }
    // ANCHOR_END: wait_status

    /// In a few words: `exit 0`, `fault`.
    // ANCHOR: short
    pub fn short(&self) -> String {
        match self.kind {
            DeathKind::Exit(status) => format!("exit {status}"),
            DeathKind::Breakpoint => "breakpoint".into(),
            DeathKind::IllegalInstruction(_) => "illegal instruction".into(),
            DeathKind::Fault(_) => "fault".into(),
            DeathKind::Killed { .. } => "killed".into(),
            DeathKind::WithProcess => "with process".into(),
        }
    }
    // ANCHOR_END: short
}

/// In words, with all that is known but where it was.
///
/// ```
/// use kernel_sim::os::{Death, DeathKind};
///
/// let death = Death { pc: 0x1_0004, kind: DeathKind::IllegalInstruction(0) };
/// assert_eq!(death.to_string(), "illegal instruction: 0x00000000 is no instruction");
/// assert_eq!(death.short(), "illegal instruction");
/// assert_eq!(death.status(), None);
/// ```
// ANCHOR: display
impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())?;
        match self.kind {
            DeathKind::Exit(_) => Ok(()),
            DeathKind::Breakpoint => f.write_str(": it calls for a debugger, and there is none"),
            DeathKind::IllegalInstruction(word) => write!(f, ": {word:#010x} is no instruction"),
            DeathKind::Fault(fault) => write!(f, ": {fault}"),
            DeathKind::Killed { signal, by } => write!(f, ": process {by} has sent {signal}"),
            DeathKind::WithProcess => f.write_str(": its process has ended"),
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Signal::Kill => "SIGKILL",
            Signal::Term => "SIGTERM",
        })
    }
}
// ANCHOR_END: display
