//! What a thread asks for when it gives up the CPU. What it is told when it
//! gets the CPU back is the kernel's [`Signal`](kernel_sim::kernel::wait::Signal).
//!
//! Giving up the CPU is a trap, as on the simulated computer: the thread
//! leaves a request behind and switches to the loop, which stands on the OS
//! thread's own stack and performs the arrow. See `dispatch.rs`.

use std::panic::Location;

use kernel_sim::kernel::wait::Wait;

use crate::sync::wait_queue::Awaited;

/// Why a thread gives up the CPU.
// ANCHOR: trap
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trap {
    /// Let others run: arrow 3, preempt.
    Yield,
    /// The same, and the thread has not asked for it: its turn is over.
    Interrupt(Hears),
    /// Wait for something: arrow 4, block.
    Wait(Wait<Awaited>),
    /// The thread has ended: arrow 6, exit.
    Exit,
}

/// What a thread does if it is told of a kill when it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hears {
    /// It unwinds.
    Kills,
    /// Nothing: it is in a call in which nobody expects that. It is told again with its
    /// next dispatch.
    Nothing,
}
// ANCHOR_END: trap

/// What a thread leaves behind at a trap, besides its stack: at the lowest end of
/// that, so that its address is the stack pointer there, give or take a few words.
// ANCHOR: frame
#[derive(Debug)]
pub(crate) struct TrapFrame {
    pub(crate) trap: Trap,
    /// The line of the program that gave up the CPU.
    pub(crate) at: &'static Location<'static>,
}
// ANCHOR_END: frame
