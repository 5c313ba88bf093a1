//! Which calls were made, for who wants to look at them. Read next: `syscall.rs`.

use super::awaited::Wait;
use super::boot::Computer;
use super::syscall::Call;
use super::thread::Thread;

/// Whether calls are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallLog {
    /// No.
    #[default]
    Off,
    /// Yes, until [`Computer::take_calls`].
    Keep,
}

/// A call, or the end of one that has waited.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{CallLog, Called, Computer, Disk, Settings, syscall};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     calls: CallLog::Keep,
///     ..Settings::default()
/// });
/// computer.start("hello", Priority::NORMAL)?;
/// computer.run();
/// let calls = computer.take_calls();
/// assert_eq!((calls[0].pid, calls[0].call.number), (1, syscall::WRITE));
/// assert_eq!(calls[0].called, Called::Answered(14));
/// assert_eq!(calls[1].called, Called::NeverAnswered);
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// When, in ticks since boot.
    pub tick: u64,
    /// The number of the thread that has called.
    pub pid: u64,
    /// Which call, with which arguments.
    pub call: Call,
    /// What has come of it.
    pub called: Called,
}

/// What has come of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// This is in a0 now.
    Answered(u32),
    /// Nothing yet: the thread waits. In words, for what.
    Waits(String),
    /// Nobody is there who could be answered: the thread has ended, or executes
    /// another program.
    NeverAnswered,
}

impl Computer {
    /// The calls since the last time, in their order, if they are
    /// [kept](CallLog::Keep).
    pub fn take_calls(&mut self) -> Vec<CallRecord> {
        std::mem::take(&mut self.calls)
    }

    pub(super) fn log_call(&mut self, thread: &Thread, call: Call, called: Called) {
        if self.call_log == CallLog::Keep {
            self.calls.push(CallRecord {
                tick: self.now(),
                pid: thread.pid(),
                call,
                called,
            });
        }
    }

    pub(super) fn log_wait(&mut self, thread: &Thread, call: Call, wait: &Wait) {
        if self.call_log == CallLog::Keep {
            let words = self.kernel.describe(wait);
            self.log_call(thread, call, Called::Waits(words));
        }
    }
}
