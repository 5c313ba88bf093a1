//! Fetches into the cache what the next threads will need, while others run.
//!
//! With many threads, nearly every switch finds neither the PCB nor the stack of the
//! next thread in the cache, and waits a hundred nanoseconds for each. But the ready
//! queue says long before whose turn it is:
//!
//! ```text
//!    runs    ready queue
//!   ┌─────┐ ┌─────┐ ┌─────┐ ┌─────┐ ┌─────┐ ┌─────┐ ┌─────┐ ┌─────┐
//!   │  a  │ │  b  │ │  c  │ │  d  │ │  e  │ │  f  │ │  g  │ │  h  │ …
//!   └─────┘ └─────┘ └─────┘ └─────┘ └─────┘ └─────┘ └─────┘ └─────┘
//!                              ▲ near: all of it            ▲ far: its pages
//! ```
//!
//! Where a thread's stack goes on stands in a table by slot, so that neither its PCB
//! nor its fiber has to be there for that.

use std::ptr;

use kernel_sim::kernel::{Kernel, Lookout, Upcoming};

use crate::core::Context;
use crate::fiber::Fiber;

/// For so many threads and more, what they need does not fit into the cache that is
/// next to the CPU.
const MANY: usize = 500;

/// What is fetched, and for whom.
pub(crate) struct Ahead {
    /// Where suspended threads will go on, by the slots of their PCBs. What stands
    /// here of threads that have gone on or ended is out of date, which does no harm.
    stacks: Vec<Suspended>,
    /// Its pages are looked up in the page tables, which takes longest.
    far: Lookout,
    /// All that it needs is fetched.
    near: Lookout,
}

#[derive(Clone, Copy)]
struct Suspended {
    /// Where its fiber's head lies.
    head: usize,
    sp: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            stacks: Vec::new(),
            // Three turns with all at hand take as long as a page table takes to
            // answer, and three more as memory does.
            far: Lookout::new(6),
            near: Lookout::new(3),
        }
    }
}

impl Ahead {
    /// Whether there are so many threads that it is worth while.
    #[inline(always)]
    pub(crate) fn helps(kernel: &Kernel<Context>) -> bool {
        kernel.len() >= MANY
    }

    /// Notes where the thread in `slot` will go on.
    #[inline]
    pub(crate) fn note(&mut self, slot: u32, fiber: &Fiber) {
        let slot = slot as usize;
        if self.stacks.len() <= slot {
            let none = Suspended { head: 0, sp: 0 };
            self.stacks.resize(slot + 1, none);
        }
        self.stacks[slot] = Suspended {
            head: fiber.base(),
            sp: fiber.sp(),
        };
    }

    /// Fetches what the threads need whose turns come soon.
    #[inline]
    pub(crate) fn fetch(&mut self, kernel: &Kernel<Context>) {
        if let Some(Upcoming { slot, pcb }) = kernel.look_ahead(&mut self.far) {
            fetch_lines(pcb.addr(), 1);
            if let Some(stack) = self.stacks.get(slot as usize) {
                fetch_lines(stack.sp.wrapping_sub(LINE), 1);
            }
        }
        if let Some(Upcoming { slot, pcb }) = kernel.look_ahead(&mut self.near) {
            fetch_lines(pcb.addr(), 2);
            if let Some(stack) = self.stacks.get(slot as usize) {
                // With what corosensei keeps below it.
                fetch_lines(stack.head.wrapping_sub(LINE / 2), 2);
                // The registers that the switch has saved, and the frames above.
                fetch_lines(stack.sp.wrapping_sub(LINE), 3);
            }
        }
    }
}

/// The size of a cache line in bytes.
const LINE: usize = 64;

/// Begins to fetch so many lines from there on. Nothing happens at an address where
/// there is nothing.
#[inline(always)]
fn fetch_lines(address: usize, lines: usize) {
    for line in 0..lines {
        fetch(address.wrapping_add(line * LINE));
    }
}

#[inline(always)]
fn fetch(address: usize) {
    let address: *const i8 = ptr::without_provenance(address);
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the instruction is a hint: it reads nothing that anybody sees, and
        // faults at no address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address) };
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags))
    };
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = address;
}
