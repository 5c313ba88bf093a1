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
//!   │ nobody's │   ◀─────────────────────────  │ a run's │ ──────────────────▶ next run's
//!   └──────────┘   ◀──┐  it is idle and let    └─────────┘
//!         │           │        go of
//!         │           │  code outside uses it  ┌────────────────┐
//!         └───────────┼──────────────────────▶ │ an OS thread's │
//!                     └─────────────────────── └────────────────┘
//!                       as soon as it is idle
//! ```
//!
//! *Idle* means that nothing of the present owner is left in it: no guard that
//! would come back to it, no thread that waits. Then the next owner may have it.
//!
//! Code outside has it for a *visit*, and so has whoever only looks in: others
//! wait so long, which is a few instructions, and are not turned away.
//!
//! Whose it is, one atomic number says. The owner reads it without an order and
//! without a locked instruction: it can only find its own number there if it
//! has put it there itself. Each memory order is the weakest that will do; the
//! test `loom` tries what can happen, and that it goes wrong with less.
//!
//! This file knows nothing of threads, locks and kernels.

use std::cell::UnsafeCell;

use crate::os::{AtomicU64, Ordering, hint};
use crate::place::{self, Place};

/// What a [`CoreBound`] may contain.
// ANCHOR: idle
pub(crate) trait Idle {
    /// Whether nothing of the present owner is left.
    fn is_idle(&self) -> bool;

    /// The present owner has ended, and its guard is elsewhere now. Whoever
    /// waits will never go on: forget them.
    fn abandon(&self);
}
// ANCHOR_END: idle

/// A value that one place at a time may use.
// ANCHOR: core_bound
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
// ANCHOR_END: core_bound

/// The owner's number when there is none: the number of no place, and not what
/// [`place::run`] says outside.
// ANCHOR: sync
const NOBODY: Place = Place::MAX;

/// The owner's number during a visit: the number of no place either.
const VISITED: Place = Place::MAX - 1;

// SAFETY: a reference to the value is only made in `with`, `peek` and `with_held`,
// by the place that owns it, and does not leave them. A place is on one OS thread.
// The owner changes when no such reference can exist: from a run that has ended,
// which `has_ended` orders before the new owner, and from nobody, which the
// Release in `visit`, `let_go` and `claim` and the Acquire in `take_from` order.
unsafe impl<T: Send + ?Sized> Sync for CoreBound<T> {}

impl<T> CoreBound<T> {
    /// A value that is nobody's yet.
    pub(crate) const fn new(value: T) -> Self {
        Self {
            owner: AtomicU64::new(NOBODY),
            value: UnsafeCell::new(value),
        }
    }
}
// ANCHOR_END: sync

impl<T: Idle + ?Sized> CoreBound<T> {
    /// Calls `work` with the value. It must not switch. Outside of a run this is a
    /// visit, and [`CoreBound::peek`] may be one in a run too. During a visit `work`
    /// must neither panic, or it would never end, nor ask for the value again: it would
    /// wait for itself, or, in [`CoreBound::with_held`], end the visit too early.
    // ANCHOR: with
    #[inline(always)]
    pub(crate) fn with<R>(&self, work: impl FnOnce(&T) -> R) -> Result<R, Elsewhere> {
        match self.if_own() {
            Some(value) => Ok(work(value)),
            None => self.claim().map(|()| self.move_in(work)),
        }
    }

    /// As [`CoreBound::with`], for a look: a run does not become the owner by
    /// that, unless something of it is left.
    pub(crate) fn peek<R>(&self, work: impl FnOnce(&T) -> R) -> Result<R, Elsewhere> {
        match self.if_own() {
            Some(value) => Ok(work(value)),
            None => self.claim().map(|()| self.visit(work)),
        }
    }
    // ANCHOR_END: with

    /// The run that has it, if a run has it: the number of no run otherwise.
    // ANCHOR: held
    pub(crate) fn owner(&self) -> Place {
        self.owner.load(Ordering::Relaxed)
    }

    /// As [`CoreBound::with`], for somebody who is the reason why the value is
    /// not idle: it holds a guard. If the run of that guard has ended, this
    /// place takes its part.
    #[inline(always)]
    pub(crate) fn with_held<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        match self.if_own() {
            Some(value) => work(value),
            None => self.take_over(work),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_over<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        self.inherit();
        self.move_in(work)
    }
    // ANCHOR_END: held

    /// Makes it nobody's again, if the run on this OS thread owns it and nothing
    /// of that run is left: for what another core may need next.
    // ANCHOR: let_go
    pub(crate) fn let_go(&self) {
        if self.if_own().is_some_and(T::is_idle) {
            // Release: as in `visit`.
            self.owner.store(NOBODY, Ordering::Release);
        }
    }
    // ANCHOR_END: let_go

    /// The value, if the run on this OS thread owns it.
    // ANCHOR: if_own
    #[inline(always)]
    fn if_own(&self) -> Option<&T> {
        let own = self.owner.load(Ordering::Relaxed) == place::run();
        // SAFETY: this place owns the value. The reference does not leave this
        // file, nor the call in which it was made.
        own.then(|| unsafe { &*self.value.get() })
    }
    // ANCHOR_END: if_own

    /// Calls `work` for this place, to which the value belongs since a moment.
    /// A run keeps it, code outside visits.
    // ANCHOR: places
    #[cold]
    fn move_in<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        match place::run() {
            0 => self.visit(work),
            run => {
                self.owner.store(run, Ordering::Relaxed);
                // SAFETY: this place owns the value.
                work(unsafe { &*self.value.get() })
            }
        }
    }

    /// Calls `work` for this place, to which the value belongs since a moment,
    /// and leaves unless something of it is left.
    #[cold]
    fn visit<R>(&self, work: impl FnOnce(&T) -> R) -> R {
        // SAFETY: this place owns the value.
        let value = unsafe { &*self.value.get() };
        let result = work(value);
        let next = match value.is_idle() {
            true => NOBODY,
            false => place::here(),
        };
        // Release: the next owner sees what this one did.
        self.owner.store(next, Ordering::Release);
        result
    }
    // ANCHOR_END: places

    /// Takes the value for this place, if it can have it.
    // ANCHOR: claim
    #[cold]
    fn claim(&self) -> Result<(), Elsewhere> {
        loop {
            let owner = self.owner.load(Ordering::Relaxed);
            if owner == VISITED {
                hint::spin_loop();
                continue;
            }
            let own = owner == NOBODY || owner == place::outside();
            if !own && !place::has_ended(owner) {
                return Err(Elsewhere::InUse);
            }
            if self.take_from(owner, VISITED).is_err() {
                continue;
            }
            // SAFETY: this place owns the value.
            if own || unsafe { &*self.value.get() }.is_idle() {
                return Ok(());
            }
            // Release: whoever inherits it writes after this was read.
            self.owner.store(owner, Ordering::Release);
            return Err(Elsewhere::Abandoned);
        }
    }
    // ANCHOR_END: claim

    /// Makes this place the owner. The guard was made on this OS thread, in a
    /// run that has ended, or outside before this run began.
    // ANCHOR: inherit
    #[cold]
    fn inherit(&self) {
        let here = place::here();
        let mut owner = self.owner.load(Ordering::Relaxed);
        loop {
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
    // ANCHOR_END: inherit
}
