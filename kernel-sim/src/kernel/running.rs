//! The token of a thread that has the CPU.

use super::pid::Pid;
use super::wait::Signal;

/// The thread that has the CPU: its saved context, on loan from the kernel.
///
/// It goes back with the arrow by which the thread leaves the CPU. Dropping it
/// instead loses the thread, and the compiler warns. Only [`dispatch`](super::Kernel::dispatch) makes one, so a thread
/// that is not running can be neither preempted nor blocked nor ended.
// ANCHOR: running
#[derive(Debug)]
#[must_use = "a dispatched thread has to be preempted, blocked or ended"]
pub struct Running<C> {
    pub(super) pid: Pid,
    /// The number of this dispatch.
    pub dispatch: u64,
    /// What the thread is to be told.
    pub signal: Signal,
    /// What the machine loads into its CPU.
    pub context: C,
}

impl<C> Running<C> {
    /// Whose context this is.
    #[inline]
    pub fn pid(&self) -> Pid {
        self.pid
    }
}
// ANCHOR_END: running
