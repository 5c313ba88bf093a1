//! Floors for many threads: stacks in one mapping with guard pages, as plain as can be,
//! and corosensei's coroutines on them.

use std::hint::black_box;
use std::ptr;
use std::time::{Duration, Instant};

use corosensei::stack::{Stack, StackPointer};
use corosensei::{Coroutine, CoroutineResult};

/// So many bytes, and a guard page below.
pub(crate) const STACK: usize = 64 << 10;

const PAGE: usize = 4096;
const STRIDE: usize = STACK + PAGE;
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// One mapping of many stacks.
pub(crate) struct Stacks {
    start: usize,
    number: usize,
}

impl Stacks {
    /// Maps them, and says how long the guard pages took. Where the system has no such
    /// guard pages there are none, and their time is that of the refusals.
    pub(crate) fn new(number: usize) -> (Self, Duration) {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK;
        // SAFETY: a new mapping, at an address of the system's choice.
        let start = unsafe { libc::mmap(ptr::null_mut(), number * STRIDE, access, flags, -1, 0) };
        assert_ne!(start, libc::MAP_FAILED, "no {number} stacks can be had");
        let started = Instant::now();
        for stack in 0..number {
            let page = start.wrapping_byte_add(stack * STRIDE);
            // SAFETY: the page is in the mapping, and nobody uses it.
            unsafe { libc::madvise(page, PAGE, MADV_GUARD_INSTALL) };
        }
        let guards = started.elapsed();
        let start = start.expose_provenance();
        (Self { start, number }, guards)
    }

    /// Touches the uppermost page of each, and says how long that took.
    pub(crate) fn touch(&self) -> Duration {
        let started = Instant::now();
        for stack in 0..self.number {
            let top = self.start + (stack + 1) * STRIDE - 8;
            let top: *mut u64 = ptr::with_exposed_provenance_mut(top);
            // SAFETY: it is in the mapping, and nobody uses it.
            unsafe { top.write_volatile(1) };
        }
        started.elapsed()
    }

    /// What one of a round of `rounds` through coroutines on all of these stacks takes,
    /// each resumed in turn, for each of so many measurements.
    pub(crate) fn go_round(&self, rounds: usize, measurements: usize) -> Vec<f64> {
        let coroutine = |number| {
            let base = self.start + (number + 1) * STRIDE;
            let stack = Slice { base };
            Coroutine::<(), (), (), Slice>::with_stack(stack, |yielder, ()| {
                loop {
                    yielder.suspend(());
                }
            })
        };
        let mut all: Vec<_> = (0..self.number).map(coroutine).collect();
        let mut round = || {
            for coroutine in &mut all {
                let result = black_box(coroutine.resume(()));
                assert!(matches!(result, CoroutineResult::Yield(())));
            }
        };
        round();
        let times = (0..measurements).map(|_| {
            let started = Instant::now();
            (0..rounds).for_each(|_| round());
            started.elapsed().as_nanos() as f64 / (rounds * self.number) as f64
        });
        let times = times.collect();
        for coroutine in &mut all {
            // SAFETY: nothing on its stack has a destructor.
            unsafe { coroutine.force_reset() };
        }
        times
    }
}

impl Drop for Stacks {
    fn drop(&mut self) {
        let start = ptr::with_exposed_provenance_mut(self.start);
        // SAFETY: nobody uses the stacks any more.
        unsafe { libc::munmap(start, self.number * STRIDE) };
    }
}

/// One of the stacks.
struct Slice {
    base: usize,
}

// SAFETY: the stacks do not overlap, each is used by one coroutine, and the mapping is
// there as long as the coroutines. The lowest page is a guard page.
unsafe impl Stack for Slice {
    fn base(&self) -> StackPointer {
        StackPointer::new(self.base).expect("it is not 0")
    }

    fn limit(&self) -> StackPointer {
        StackPointer::new(self.base - STRIDE).expect("it is not 0")
    }
}
