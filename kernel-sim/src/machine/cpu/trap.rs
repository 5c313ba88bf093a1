//! What brings the CPU back from a program.

use std::fmt;

use crate::machine::memory::Fault;

/// Why a program does not have the CPU any more.
// ANCHOR: trap
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// The budget is used up. The program has done nothing to bring it about,
    /// and goes on another time as if nothing had happened.
    Timer,
    /// `ecall`: the program asks the kernel for something.
    Ecall,
    /// `ebreak`: the program asks for a debugger.
    Ebreak,
    /// This word is no instruction.
    Illegal(u32),
    /// An instruction that could not be fetched, or a load or store that could
    /// not be done.
    Fault(Fault),
}

impl From<Fault> for Trap {
    fn from(fault: Fault) -> Trap {
        Trap::Fault(fault)
    }
}
// ANCHOR_END: trap

// ANCHOR: trap_words
impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trap::Timer => f.write_str("timer interrupt"),
            Trap::Ecall => f.write_str("system call"),
            Trap::Ebreak => f.write_str("breakpoint"),
            Trap::Illegal(word) => write!(f, "{word:#010x} is no instruction"),
            Trap::Fault(fault) => write!(f, "{fault}"),
        }
    }
}
// ANCHOR_END: trap_words
