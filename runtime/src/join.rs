//! How a thread's end and its result reach those who wait for them.
//!
//! ```text
//!   the thread                                         its JoinHandle
//!   ──────────                                         ──────────────
//!   Slot::keep(result) ───▶ Empty ─────▶ Kept ───────▶ Slot::take(): the result
//!                             │
//!                             └────────▶ Unwanted ◀─── Slot::take(): nothing yet;
//!   Slot::keep gives the result back ◀────┘            the handle is gone
//!
//!   End::announce() ──────────────────────────────────▶ End::has_come()
//! ```
//!
//! Each side comes once, in whatever order, and the second one finds what the
//! first one left: the result is dropped exactly once, by the handle if it
//! comes second and by the thread if it does. The end is announced after the
//! result was kept, so whoever has seen the end finds the result.
//!
//! This file knows nothing of the kernel: green threads that join wait in the
//! line that starts in the PCB, and look here only when the wait is over.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::Result;

/// Whether a thread has ended.
#[derive(Debug, Default)]
pub(crate) struct End(AtomicBool);

impl End {
    /// Says that the thread has ended, and that its result is where it will be.
    pub(crate) fn announce(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the thread has ended. If so, its result can be taken.
    pub(crate) fn has_come(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The place for one thread's result, between the thread and its handle.
pub(crate) struct Slot<T> {
    state: AtomicU8,
    result: Cell<Option<Result<T>>>,
}

/// Neither the thread nor the handle has come.
const EMPTY: u8 = 0;
/// The thread has left its result.
const KEPT: u8 = 1;
/// The handle has come, and nobody will ask for the result again.
const UNWANTED: u8 = 2;

impl<T> Slot<T> {
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU8::new(EMPTY),
            result: Cell::new(None),
        }
    }

    /// The thread leaves its result, once. Gives it back if nobody wants it.
    pub(crate) fn keep(&self, result: Result<T>) -> Option<Result<T>> {
        self.result.set(Some(result));
        match self.state.swap(KEPT, Ordering::AcqRel) {
            UNWANTED => self.result.take(),
            _ => None,
        }
    }

    /// The handle takes the result, if the thread has left it, and gives up
    /// its claim to it otherwise. Only the first call can get something.
    pub(crate) fn take(&self) -> Option<Result<T>> {
        if self.state.load(Ordering::Relaxed) == UNWANTED {
            return None;
        }
        match self.state.swap(UNWANTED, Ordering::AcqRel) {
            KEPT => self.result.take(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_result_is_taken_once() {
        let slot = Slot::new();
        assert!(slot.keep(Ok(5)).is_none());
        assert_eq!(slot.take().unwrap().unwrap(), 5);
        assert!(slot.take().is_none());
    }

    #[test]
    fn before_the_thread_has_left_it_there_is_no_result() {
        assert!(Slot::<u8>::new().take().is_none());
    }

    #[test]
    fn a_result_that_nobody_waits_for_comes_back_to_the_thread() {
        let slot = Slot::new();
        let result = Rc::new(());
        drop(slot.take());
        drop(slot.keep(Ok(Rc::clone(&result))));
        assert_eq!(Rc::strong_count(&result), 1);
    }
}
