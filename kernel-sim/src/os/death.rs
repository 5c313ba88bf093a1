//! How a process has ended. Read next: `syscall.rs`.

use std::fmt;

use crate::machine::memory::Fault;

/// How a process has ended, and where it was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// The address of its last instruction: the `ecall` by which it exited, or
    /// the one that could not be done.
    pub pc: u32,
    /// By what.
    pub kind: DeathKind,
}

/// By what a process has ended. All but the first are mistakes of its program:
/// they are the end of this process, and nothing to the others.
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
}

impl Death {
    /// The number that it has given, if it has ended by itself.
    pub fn status(&self) -> Option<u8> {
        match self.kind {
            DeathKind::Exit(status) => Some(status),
            _ => None,
        }
    }

    /// In a few words: `exit 0`, `fault`.
    pub fn short(&self) -> String {
        match self.kind {
            DeathKind::Exit(status) => format!("exit {status}"),
            DeathKind::Breakpoint => "breakpoint".into(),
            DeathKind::IllegalInstruction(_) => "illegal instruction".into(),
            DeathKind::Fault(_) => "fault".into(),
        }
    }
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
impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())?;
        match self.kind {
            DeathKind::Exit(_) => Ok(()),
            DeathKind::Breakpoint => f.write_str(": it calls for a debugger, and there is none"),
            DeathKind::IllegalInstruction(word) => write!(f, ": {word:#010x} is no instruction"),
            DeathKind::Fault(fault) => write!(f, ": {fault}"),
        }
    }
}
