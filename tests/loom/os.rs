//! What `runtime/src/os.rs` has, but loom's: in a model the scheduler of loom
//! decides who goes on, and a `Cell` notices when two threads race for it.

use std::cell::OnceCell;
use std::ops::Deref;
use std::sync::{Arc, LockResult};
use std::time::Duration;

pub(crate) use loom::cell::Cell;
pub(crate) use loom::sync::atomic::Ordering;
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

/// Lets loom know of every look at an atomic. On its own it remembers only the
/// last look, and forgets the others. Say one thread looks, and then another
/// looks and writes: loom compares the write with the look of the same thread,
/// which it cannot overtake, and so never tries the write before the other look.
/// See `looks.rs`.
///
/// Here every look rings a bell that nobody hears. Of two rings loom knows that
/// they can come in either order, and tries both; so it follows the looks from
/// ring to ring. A ring orders no memory: what is broken stays broken.
struct Looks(loom::sync::Condvar);

impl Looks {
    fn new() -> Self {
        Self(loom::sync::Condvar::new())
    }

    /// To be said right after the look. Nobody else has a turn between the two,
    /// or the ring would be one more thing to try in every order.
    fn one_more(&self) {
        loom::stop_exploring();
        self.0.notify_all();
        loom::explore();
    }
}

/// loom's, but every look at them counts. All that writes is as loom has it.
macro_rules! atomics {
    ($($atomic:ident: $value:ty;)*) => {
        $(
            pub(crate) struct $atomic {
                atomic: loom::sync::atomic::$atomic,
                looks: Looks,
            }

            impl $atomic {
                pub(crate) fn new(first: $value) -> Self {
                    Self {
                        atomic: loom::sync::atomic::$atomic::new(first),
                        looks: Looks::new(),
                    }
                }

                pub(crate) fn load(&self, order: Ordering) -> $value {
                    let value = self.atomic.load(order);
                    self.looks.one_more();
                    value
                }
            }

            impl Deref for $atomic {
                type Target = loom::sync::atomic::$atomic;

                fn deref(&self) -> &Self::Target {
                    &self.atomic
                }
            }
        )*
    };
}

atomics! {
    AtomicBool: bool;
    AtomicU8: u8;
}

mod made {
    use super::{Deref, Looks, Ordering};

    atomics! {
        AtomicU64: u64;
    }
}

/// Made when it is first used, so that it can be made by a `const fn`.
pub(crate) struct AtomicU64 {
    first: u64,
    made: OnceCell<made::AtomicU64>,
}

impl AtomicU64 {
    pub(crate) const fn new(first: u64) -> Self {
        let made = OnceCell::new();
        Self { first, made }
    }
}

impl Deref for AtomicU64 {
    type Target = made::AtomicU64;

    fn deref(&self) -> &Self::Target {
        self.made.get_or_init(|| made::AtomicU64::new(self.first))
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
