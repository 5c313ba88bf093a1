//! What `runtime/src/os.rs` has, but loom's: in a model the scheduler of loom
//! decides who goes on, and a `Cell` notices when two threads race for it.

use std::cell::OnceCell;
use std::sync::{Arc, LockResult};
use std::time::Duration;

pub(crate) use loom::cell::Cell;
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, Ordering};
pub(crate) use loom::sync::{Mutex, MutexGuard};

use crate::explore;

/// loom's, which counts who falls asleep, and knows a clock.
pub(crate) struct Condvar(Arc<loom::sync::Condvar>);

impl Condvar {
    pub(crate) fn new() -> Self {
        Self(Arc::new(loom::sync::Condvar::new()))
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        explore::count_sleep();
        self.0.wait(guard)
    }

    /// The clock is one more thread, and rings at any time. If it rings before
    /// anybody sleeps, that is as if the time were very long; others whom it
    /// wakes are woken for no reason, which a real Condvar may do as well.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, ())> {
        let bell = Arc::clone(&self.0);
        loom::thread::spawn(move || bell.notify_all());
        Ok((self.wait(guard).unwrap(), ()))
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// loom's, but made when it is first used, so that it can be made by a `const fn`.
pub(crate) struct AtomicU64 {
    first: u64,
    atomic: OnceCell<loom::sync::atomic::AtomicU64>,
}

impl AtomicU64 {
    pub(crate) const fn new(first: u64) -> Self {
        let atomic = OnceCell::new();
        Self { first, atomic }
    }

    fn atomic(&self) -> &loom::sync::atomic::AtomicU64 {
        let make = || loom::sync::atomic::AtomicU64::new(self.first);
        self.atomic.get_or_init(make)
    }

    pub(crate) fn load(&self, order: Ordering) -> u64 {
        self.atomic().load(order)
    }

    pub(crate) fn store(&self, value: u64, order: Ordering) {
        self.atomic().store(value, order);
    }

    pub(crate) fn compare_exchange(
        &self,
        current: u64,
        new: u64,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u64, u64> {
        self.atomic()
            .compare_exchange(current, new, success, failure)
    }
}

pub(crate) mod hint {
    //! Who waits in a loop lets others go on.

    pub(crate) fn spin_loop() {
        crate::explore::count_spin();
        loom::hint::spin_loop();
    }
}

/// A point in time that comes after so many looks at the clock.
pub(crate) struct Instant {
    looks: std::cell::Cell<u64>,
}

impl Instant {
    pub(crate) fn now() -> Self {
        Self::after(0)
    }

    pub(crate) fn after(looks: u64) -> Self {
        Self {
            looks: std::cell::Cell::new(looks),
        }
    }

    pub(crate) fn saturating_duration_since(&self, _now: Self) -> Duration {
        let left = self.looks.get();
        self.looks.set(left.saturating_sub(1));
        Duration::from_secs(left)
    }
}
