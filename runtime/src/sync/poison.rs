//! Poison: the mark that a lock gets when a thread panics while it holds it,
//! as in std.
//!
//! A killed thread unwinds too, and poisons nothing: it was stopped at a place
//! where it gave up the CPU, and what others can see there, they could see
//! before.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LockResult, PoisonError};

use crate::moment::Moment;
use crate::panic;

/// Whether a thread has panicked while it held the lock.
// ANCHOR: flag
pub(crate) struct Flag(AtomicBool);

/// Whether the thread was already panicking when it got the lock: then its
/// panic says nothing about what the lock protects.
#[derive(Clone, Copy)]
pub(crate) struct Was {
    panicking: bool,
}
// ANCHOR_END: flag

impl Flag {
    // ANCHOR: begin_end
    pub(crate) const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// The lock was just taken.
    #[inline]
    pub(crate) fn begin(&self) -> Was {
        let panicking = std::thread::panicking();
        Was { panicking }
    }

    /// The lock is about to be given back, which was taken at the moment that `since`
    /// gives.
    #[inline]
    pub(crate) fn end(&self, was: Was, since: impl FnOnce() -> Moment) {
        if std::thread::panicking() {
            self.end_unwinding(was, since());
        }
    }

    #[cold]
    fn end_unwinding(&self, was: Was, since: Moment) {
        if !was.panicking && !panic::was_killed_after(since) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    // ANCHOR_END: begin_end

    // ANCHOR: poisoned
    #[inline]
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// `value`, as an error if the lock is poisoned.
    #[inline]
    pub(crate) fn result<T>(&self, value: T) -> LockResult<T> {
        match self.get() {
            false => Ok(value),
            true => Err(PoisonError::new(value)),
        }
    }
    // ANCHOR_END: poisoned
}
