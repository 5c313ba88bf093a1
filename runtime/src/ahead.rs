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
use std::sync::Arc;

use kernel_sim::kernel::{Kernel, Lookout, Upcoming};

use crate::core::Context;
use crate::fiber::Fiber;
use crate::thread::task::Task;

/// For so many threads and more, what they need does not fit into the cache that is
/// next to the CPU.
// ANCHOR: many
const MANY: usize = 500;

/// For so many and more, not even the CPU's table of pages has room for all.
const VERY_MANY: usize = 50_000;
// ANCHOR_END: many

/// What is fetched, and for whom.
// ANCHOR: ahead
pub(crate) struct Ahead {
    /// Where threads will go on, by the slots of their PCBs. What stands here of
    /// threads that have gone on or ended is out of date, which does no harm.
    places: Vec<Place>,
    /// Its pages are looked up in the page tables, which takes longest.
    far: Lookout,
    /// All that it needs is fetched.
    near: Lookout,
}

#[derive(Clone, Copy)]
struct Place {
    /// Where its fiber's head lies.
    head: usize,
    sp: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            // Three turns with all at hand take as long as a page table takes to
            // answer, and three more as memory does.
            far: Lookout::new(6),
            near: Lookout::new(3),
        }
    }
}
// ANCHOR_END: ahead

impl Ahead {
    /// Whether there are so many threads that it is worth while.
    // ANCHOR: note
    #[inline(always)]
    pub(crate) fn helps(kernel: &Kernel<Context>) -> bool {
        kernel.len() >= MANY
    }

    /// Notes where the thread in `slot` will go on.
    #[inline]
    pub(crate) fn note(&mut self, slot: u32, fiber: &Fiber) {
        self.set(slot, fiber.base(), fiber.sp());
    }

    /// Notes what the thread in `slot` will begin with.
    #[inline]
    pub(crate) fn note_fresh(&mut self, slot: u32, task: &Arc<Task>) {
        let task = Arc::as_ptr(task).addr();
        self.set(slot, task + LINE / 2, task + LINE);
    }

    #[inline]
    fn set(&mut self, slot: u32, head: usize, sp: usize) {
        let slot = slot as usize;
        if self.places.len() <= slot {
            let none = Place { head: 0, sp: 0 };
            self.places.resize(slot + 1, none);
        }
        self.places[slot] = Place { head, sp };
    }
    // ANCHOR_END: note

    /// Fetches what the threads need whose turns come soon.
    // ANCHOR: fetch
    #[inline]
    pub(crate) fn fetch(&mut self, kernel: &Kernel<Context>) {
        if kernel.len() >= VERY_MANY
            && let Some(Upcoming { slot, pcb }) = kernel.look_ahead(&mut self.far)
        {
            fetch_lines(pcb, 1);
            if let Some(place) = self.places.get(slot as usize) {
                fetch_lines(place.sp.wrapping_sub(LINE), 1);
            }
        }
        if let Some(Upcoming { slot, pcb }) = kernel.look_ahead(&mut self.near) {
            fetch_lines(pcb, 2);
            if let Some(place) = self.places.get(slot as usize) {
                // With what corosensei keeps below it.
                fetch_lines(place.head.wrapping_sub(LINE / 2), 2);
                // The registers that the switch has saved, and the frames above.
                fetch_lines(place.sp.wrapping_sub(LINE), 3);
            }
        }
    }
    // ANCHOR_END: fetch
}

/// The size of a cache line in bytes.
// ANCHOR: fetch_lines
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
// ANCHOR_END: fetch_lines
