//! What is known of a thread for as long as anybody asks: its PCB and all its
//! handles hold on to one [`Facts`].

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel_sim::kernel::pid::Pid;

use super::name::Name;
use crate::join::End;
use crate::stack::StackSize;

#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) pid: Pid,
    /// The run that the thread belongs to.
    pub(crate) core_id: u64,
    pub(crate) name: Name,
    pub(crate) daemon: bool,
    pub(crate) stack_size: StackSize,
    /// The line that created or spawned it.
    pub(crate) made_at: &'static Location<'static>,
    pub(crate) started: AtomicBool,
    pub(crate) end: End,
}

impl Facts {
    pub(crate) fn is_started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    pub(crate) fn set_started(&self) {
        self.started.store(true, Ordering::Relaxed);
    }

    /// Writes the message about an overflow of the thread's stack. Takes no
    /// lock and no memory.
    pub(crate) fn write_overflow(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let kib = self.stack_size.bytes() >> 10;
        out.write_str("\ngreen thread '")?;
        self.name.write_to(out)?;
        write!(
            out,
            "' has overflowed its stack of {kib} KiB\n\
             it was made at {}\n\
             give it more with thread::Builder::stack_size({} * 1024), \
             or give every thread more with RUNTIME_STACK_SIZE={}K\n",
            self.made_at,
            2 * kib,
            2 * kib,
        )
    }
}

/// The thread's name.
impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name.get())
    }
}
