//! What a thread is called between machines and the kernel.
//!
//! A slot of the PCB table is used again as soon as it is free, so a slot
//! number alone would soon name a stranger. A [`Pid`] therefore carries a
//! second number, the *generation*, that the kernel never gives out twice.

use std::fmt;
use std::num::NonZeroU64;

/// Names one thread of one kernel, for ever.
///
/// A `Pid` is the slot of the PCB in the table plus a generation. The
/// generation counts the threads that the kernel has created, from 1, and so
/// it is also the thread's *ident*: a 64-bit number that is never reused. A
/// `Pid` whose thread is gone finds nothing, and never the slot's next tenant.
///
/// ```
/// use kernel_sim::kernel::Kernel;
/// use kernel_sim::kernel::pcb::Priority;
///
/// let mut kernel = Kernel::default();
/// let first = kernel.create((), Priority::NORMAL, "first");
/// kernel.discard(first).unwrap();
///
/// let second = kernel.create((), Priority::NORMAL, "second");
/// assert_eq!(first.slot(), second.slot());
/// assert_ne!(first.ident(), second.ident());
/// assert!(kernel.get(first).is_none());
/// ```
// ANCHOR: pid
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid {
    // First, so that pids are ordered by age.
    generation: NonZeroU64,
    slot: u32,
}

impl Pid {
    pub(super) fn new(slot: u32, generation: NonZeroU64) -> Self {
        Self { generation, slot }
    }

    /// The number of the slot in the PCB table. Used again by later threads.
    #[inline]
    pub fn slot(self) -> u32 {
        self.slot
    }

    /// The number that no other thread of this kernel has or will have. The
    /// first thread has ident 1.
    #[inline]
    pub fn ident(self) -> u64 {
        self.generation.get()
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pid({} in slot {})", self.generation, self.slot)
    }
}
// ANCHOR_END: pid
