//! What a trap leads to: which arrow the thread goes along, if any. The loop,
//! in `run.rs`, does it. Read next: `call.rs`.
//!
//! On the other machine a thread says itself by which arrow it leaves the CPU;
//! see `runtime/src/trap.rs`.

use super::awaited::Wait;
use super::boot::Computer;
use super::death::{Death, DeathKind};
use super::thread::Thread;
use crate::machine::cpu::Trap;

/// What becomes of a thread that has trapped.
// ANCHOR: next
#[derive(Debug)]
pub(super) enum Next {
    /// It goes on at once, and its quantum goes on too.
    Resume,
    /// Arrow 3: it lets others run.
    Yield,
    /// Arrow 3: it has to let others run.
    Interrupt,
    /// Arrow 4.
    Wait(Wait),
    /// Arrow 6, for this thread alone.
    Leave(Death),
    /// Arrow 6, for all threads of the process.
    Exit(Death),
}
// ANCHOR_END: next

impl Computer {
    /// Serves a trap of the thread that was on the CPU.
    // ANCHOR: serve
    pub(super) fn serve(&mut self, thread: &mut Thread, trap: Trap) -> Next {
        self.charge(thread, self.costs.trap.into());
        let mistake = match trap {
            Trap::Timer => {
                thread.account.preemptions += 1;
                return Next::Interrupt;
            }
            Trap::Ecall => return self.call(thread),
            Trap::Ebreak => DeathKind::Breakpoint,
            Trap::Illegal(word) => DeathKind::IllegalInstruction(word),
            Trap::Fault(fault) => DeathKind::Fault(fault),
        };
        thread.account.faults += 1;
        Next::Exit(Death {
            pc: thread.registers.pc,
            kind: mistake,
        })
    }
    // ANCHOR_END: serve

    /// Lets time pass in the kernel, for this thread.
    // ANCHOR: charge
    pub(super) fn charge(&mut self, thread: &mut Thread, ticks: u64) {
        thread.account.kernel += ticks;
        self.pass(ticks);
    }
    // ANCHOR_END: charge
}
