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
//! Both sides come, in whatever order, and the second one finds what the first
//! one left: the result is dropped exactly once, by the handle if it comes
//! second and by the thread if it does. A handle that comes again gets nothing.
//! The end is announced after the result was kept, so whoever has seen the end
//! finds the result.
//!
//! Each memory order here is the weakest that will do: the test `loom` tries
//! what can happen, and that it goes wrong with less.
//!
//! This file knows nothing of the kernel: green threads that join wait in the
//! line that starts in the PCB, and look here only when the wait is over.

use std::sync::{LockResult, PoisonError};
use std::thread::Result;

use crate::os::{AtomicU8, Cell, Condvar, Instant, Mutex, Ordering};

/// Whether a thread has ended, and a place for OS threads to wait for that.
// ANCHOR: end
pub(crate) struct End {
    state: AtomicU8,
    /// Held for a moment by whoever waits, and by the thread if somebody does.
    waiting: Mutex<()>,
    bell: Condvar,
}

/// The thread has not ended, and no OS thread waits for it.
const ALIVE: u8 = 0;
/// The thread has not ended, and an OS thread waits, or has waited, for it.
const AWAITED: u8 = 1;
/// The thread has ended.
const ENDED: u8 = 2;
// ANCHOR_END: end

impl End {
    // ANCHOR: announce
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU8::new(ALIVE),
            waiting: Mutex::new(()),
            bell: Condvar::new(),
        }
    }

    /// Says that the thread has ended, and that its result is where it will be.
    #[inline]
    pub(crate) fn announce(&self) {
        // Release: whoever sees the end sees all that the thread did.
        if self.state.swap(ENDED, Ordering::Release) == AWAITED {
            self.ring();
        }
    }

    /// Whoever waits looks at the state under the lock before it sleeps. So when
    /// the lock was in hand here, it sleeps already, or it will see the end.
    #[cold]
    fn ring(&self) {
        drop(ignore_poison(self.waiting.lock()));
        self.bell.notify_all();
    }
    // ANCHOR_END: announce

    /// Whether the thread has ended. If so, its result can be taken.
    // ANCHOR: wait
    pub(crate) fn has_come(&self) -> bool {
        self.state.load(Ordering::Acquire) == ENDED
    }

    /// Blocks the OS thread until the thread has ended.
    pub(crate) fn wait(&self) {
        let mut waiting = ignore_poison(self.waiting.lock());
        while !self.is_awaited_end() {
            waiting = ignore_poison(self.bell.wait(waiting));
        }
    }
    // ANCHOR_END: wait

    /// Blocks the OS thread until the thread has ended, or until `deadline`.
    /// Says whether it has ended.
    // ANCHOR: wait_until
    pub(crate) fn wait_until(&self, deadline: Instant) -> bool {
        let mut waiting = ignore_poison(self.waiting.lock());
        loop {
            if self.is_awaited_end() {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            (waiting, _) = ignore_poison(self.bell.wait_timeout(waiting, left));
        }
    }

    /// Whether the end has come; if not, asks for the bell to be rung.
    fn is_awaited_end(&self) -> bool {
        // Who asks has nothing to show. Who sees the end sees what led to it.
        let asked =
            self.state
                .compare_exchange(ALIVE, AWAITED, Ordering::Relaxed, Ordering::Acquire);
        asked == Err(ENDED)
    }
    // ANCHOR_END: wait_until
}

/// Nothing that could panic happens under the lock.
// ANCHOR: slot
fn ignore_poison<T>(result: LockResult<T>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
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
// ANCHOR_END: slot

impl<T> Slot<T> {
    // ANCHOR: keep
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU8::new(EMPTY),
            result: Cell::new(None),
        }
    }

    /// The thread leaves its result, once. Gives it back if nobody wants it.
    pub(crate) fn keep(&self, result: Result<T>) -> Option<Result<T>> {
        self.result.set(Some(result));
        // Release: with Kept, the handle sees the result. If it has come before,
        // it never looks, and the thread sees its own result in any case.
        let kept = self
            .state
            .compare_exchange(EMPTY, KEPT, Ordering::Release, Ordering::Relaxed);
        match kept {
            Ok(_) => None,
            Err(_unwanted) => self.result.take(),
        }
    }
    // ANCHOR_END: keep

    /// The handle takes the result, if the thread has left it, and gives up
    /// its claim to it otherwise. Only the first call can get something.
    // ANCHOR: take
    pub(crate) fn take(&self) -> Option<Result<T>> {
        match self.state.load(Ordering::Acquire) {
            // It has come before.
            UNWANTED => return None,
            // From here only the handle can lead, and it takes no lock for that.
            KEPT => self.state.store(UNWANTED, Ordering::Relaxed),
            _ if self.state.swap(UNWANTED, Ordering::Acquire) == KEPT => {}
            _ => return None,
        }
        self.result.take()
    }
    // ANCHOR_END: take
}
