//! What belongs to one core at a time.
//!
//! The parts of a lock are plain cells, because green threads take turns: what
//! one does with them, no other sees half done. And yet a lock may stand in a
//! `static`, where every OS thread can reach it. So it is bound to the first
//! run that uses it, and nobody else gets in:
//!
//! ```text
//!                        a run uses it                 that run has ended, and
//!   ┌──────────┐   ─────────────────────────▶  ┌─────────┐   the value is idle
//!   │ nobody's │                               │ a run's │ ──────────────────▶ next run's
//!   └──────────┘   ◀──┐  code outside uses it  └─────────┘
//!         │           │                        ┌────────────────┐
//!         └───────────┼──────────────────────▶ │ an OS thread's │
//!                     └─────────────────────── └────────────────┘
//!                       as soon as it is idle
//! ```
//!
//! *Idle* means that nothing of the present owner is left in it: no guard that
//! would come back to it, no thread that waits. Then the next owner may have it.
//!
//! Whose it is, one atomic number says. The owner reads it without an order and
//! without a locked instruction: it can only find its own number there if it
//! has put it there itself. Each memory order is the weakest that will do; the
//! test `loom` tries what can happen, and that it goes wrong with less.
//!
//! This file knows nothing of threads, locks and kernels.

use std::cell::UnsafeCell;
use std::hint;

use crate::os::{AtomicU64, Ordering};
use crate::place::{self, Place};

/// What a [`CoreBound`] may contain.
pub(crate) trait Idle {
    /// Whether nothing of the present owner is left.
    fn is_idle(&self) -> bool;

    /// The present owner has ended, and its guard is elsewhere now. Whoever
    /// waits will never go on: forget them.
    fn abandon(&self);
}

/// A value that one place at a time may use.
pub(crate) struct CoreBound<T: ?Sized> {
    owner: AtomicU64,
    value: UnsafeCell<T>,
}

/// Somebody else has it, and may still use it; or has ended and left something
/// of its own in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    InUse,
    Abandoned,
}

/// The owner's number when there is none: the number of no place, and not what
/// [`place::run`] says outside.
const NOBODY: Place = Place::MAX;

// SAFETY: a reference to the value is only made in `with` and `with_held`, by
// the place that owns it, and does not leave them. A place is on one OS thread.
// The owner changes when no such reference can exist: from a run that has ended,
// which `has_ended` orders before the new owner, and from nobody, which the
// Release in `visit` and in `claim` and the Acquire in `claim` order.
unsafe impl<T: Send + ?Sized> Sync for CoreBound<T> {}

impl<T> CoreBound<T> {
    /// A value that is nobody's yet.
    pub(crate) const fn new(value: T) -> Self {
        Self {
            owner: AtomicU64::new(NOBODY),
            value: UnsafeCell::new(value),
        }
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    pub(crate) fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: Idle + ?Sized> CoreBound<T> {
    /// Calls `work` with the value, which must neither switch nor panic.
    #[inline(always)]
    pub(crate) fn with<R>(&self, work: impl FnOnce(&T) -> R) -> Result<R, Elsewhere> {
        match self.if_own() {
            Some(value) => Ok(work(value)),
            None => self.claim().map(|()| self.visit(work)),
        }
    }

    /// As [`CoreBound::with`], for somebody who is the reason why the value is
    /// not idle: it holds a guard. If the run of that guard has ended, this
    /// place takes its part.
    #[inline(always)]
    pub(crate) fn with_held<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        match self.if_own() {
            Some(value) => work(value),
            None => {
                self.inherit();
                self.visit(work)
            }
        }
    }

    /// The value, if the run on this OS thread owns it.
    #[inline(always)]
    fn if_own(&self) -> Option<&T> {
        let own = self.owner.load(Ordering::Relaxed) == place::run();
        // SAFETY: this place owns the value. The reference does not leave this
        // file, nor the call in which it was made.
        own.then(|| unsafe { &*self.value.get() })
    }

    /// Calls `work` for this place, which has just become the owner. Code
    /// outside is that only as long as something of it is left.
    #[cold]
    fn visit<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        // SAFETY: this place owns the value.
        let value = unsafe { &*self.value.get() };
        let result = work(value);
        if place::run() == 0 && value.is_idle() {
            // Release: the next owner sees what this one did.
            self.owner.store(NOBODY, Ordering::Release);
        }
        result
    }

    /// Makes this place the owner, if it can be.
    #[cold]
    fn claim(&self) -> Result<(), Elsewhere> {
        let here = place::here();
        let mut owner = self.owner.load(Ordering::Relaxed);
        loop {
            if owner == here {
                return Ok(());
            }
            let own = owner == NOBODY || owner == place::outside();
            if !own && !place::has_ended(owner) {
                return Err(Elsewhere::InUse);
            }
            match self.take_from(owner, here) {
                Err(other) => owner = other,
                // SAFETY: this place owns the value.
                Ok(_) if own || unsafe { &*self.value.get() }.is_idle() => return Ok(()),
                Ok(_) => {
                    // Release: whoever inherits it writes after this was read.
                    self.owner.store(owner, Ordering::Release);
                    return Err(Elsewhere::Abandoned);
                }
            }
        }
    }

    /// Makes this place the owner. The guard was made on this OS thread, in a
    /// run that has ended, or outside before this run began.
    #[cold]
    fn inherit(&self) {
        let here = place::here();
        let mut owner = self.owner.load(Ordering::Relaxed);
        while owner != here {
            let ended = place::has_ended(owner);
            let over = ended || owner == place::outside();
            if over && self.take_from(owner, here).is_ok() {
                if ended {
                    // SAFETY: this place owns the value.
                    unsafe { &*self.value.get() }.abandon();
                }
                return;
            }
            // Somebody else looks for a moment whether it is idle, and will find
            // that it is not.
            hint::spin_loop();
            owner = self.owner.load(Ordering::Relaxed);
        }
    }

    fn take_from(&self, owner: Place, here: Place) -> Result<Place, Place> {
        // Acquire: this place sees what the one before did.
        self.owner
            .compare_exchange(owner, here, Ordering::Acquire, Ordering::Relaxed)
    }
}
