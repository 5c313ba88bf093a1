//! How a thread's end and its result reach those who wait for them.
//!
//! ```text
//!   the thread                                 its JoinHandle
//!   ──────────                                 ──────────────
//!   Promise::keep(result) ──┐
//!                           ├─▶ one slot ────▶ Outcome::take(), after the end
//!   Promise dropped ────────┘
//!   End::announce()  ─────────▶ one flag ────▶ End::has_come()
//! ```
//!
//! A promise is kept or dropped before the end is announced, so whoever has
//! seen the end finds the result, or knows that there is none. This file
//! knows nothing of the kernel: green threads that join wait in the PCB's own
//! line, and look here only when the wait is over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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

/// The thread's side of the slot for its result.
pub(crate) struct Promise<T>(Arc<Mutex<Option<Result<T>>>>);

/// The handle's side of the slot for the result.
pub(crate) struct Outcome<T>(Arc<Mutex<Option<Result<T>>>>);

/// A slot for one thread's result.
pub(crate) fn slot<T>() -> (Promise<T>, Outcome<T>) {
    let slot = Arc::new(Mutex::new(None));
    (Promise(Arc::clone(&slot)), Outcome(slot))
}

impl<T> Promise<T> {
    /// Leaves the result for the handle. If there is no handle any more the
    /// result is dropped here, by the thread itself.
    pub(crate) fn keep(self, result: Result<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }
}

impl<T> Outcome<T> {
    /// The result; `None` if the thread has not ended, or ended without one.
    pub(crate) fn take(self) -> Option<Result<T>> {
        let slot = Arc::into_inner(self.0)?;
        slot.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_kept_promise_is_taken_once() {
        let (promise, outcome) = slot();
        promise.keep(Ok(5));
        assert_eq!(outcome.take().unwrap().unwrap(), 5);
    }

    #[test]
    fn a_broken_promise_is_no_result() {
        let (promise, outcome) = slot::<u8>();
        drop(promise);
        assert!(outcome.take().is_none());
    }

    #[test]
    fn a_result_that_nobody_waits_for_is_dropped_by_the_thread() {
        let (promise, outcome) = slot();
        let result = Rc::new(());
        drop(outcome);
        promise.keep(Ok(Rc::clone(&result)));
        assert_eq!(Rc::strong_count(&result), 1);
    }

    #[test]
    fn a_result_that_nobody_takes_is_dropped_with_the_handle() {
        let (promise, outcome) = slot();
        let result = Rc::new(());
        promise.keep(Ok(Rc::clone(&result)));
        assert_eq!(Rc::strong_count(&result), 2);
        drop(outcome);
        assert_eq!(Rc::strong_count(&result), 1);
    }
}
