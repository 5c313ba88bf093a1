//! Where code runs, as a number: in which run of a runtime, or outside all of
//! them on which OS thread. And which runs have ended.
//!
//! What belongs to one core at a time is told by this who uses it: see
//! `sync/core_bound.rs`.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A run, or an OS thread without one. No other run and no other OS thread of
/// the process has the same number.
// ANCHOR: place
pub(crate) type Place = u64;

/// The numbers of OS threads have this bit, those of runs have not.
const OUTSIDE: Place = 1 << 63;

thread_local! {
    /// The run on this OS thread; 0 outside.
    static RUN: Cell<Place> = const { Cell::new(0) };
    /// This OS thread; 0 if nobody has asked yet.
    static OS_THREAD: Cell<Place> = const { Cell::new(0) };
}

/// The runs that have not ended.
static RUNS: Mutex<BTreeSet<Place>> = Mutex::new(BTreeSet::new());

/// A number for a new run.
pub(crate) fn new_run() -> Place {
    next()
}
// ANCHOR_END: place

/// The run on this OS thread; 0 outside.
// ANCHOR: here
#[inline]
pub(crate) fn run() -> Place {
    RUN.get()
}

/// Where this code runs, outside or not.
pub(crate) fn here() -> Place {
    match RUN.get() {
        0 => outside(),
        run => run,
    }
}

/// Outside of all runs on this OS thread: no code does anything there as long
/// as there is a run on it.
pub(crate) fn outside() -> Place {
    if OS_THREAD.get() == 0 {
        OS_THREAD.set(OUTSIDE | next());
    }
    OS_THREAD.get()
}
// ANCHOR_END: here

/// From now on, code on this OS thread runs in that run.
// ANCHOR: begin
pub(crate) fn begin(run: Place) {
    RUN.set(run);
    runs().insert(run);
}

/// The run has ended: nothing of it will ever do anything.
pub(crate) fn end(run: Place) {
    runs().remove(&run);
    RUN.set(0);
}

/// Whether that place is a run that has ended. If so, the caller sees all that
/// was done there.
pub(crate) fn has_ended(place: Place) -> bool {
    !is_outside(place) && !runs().contains(&place)
}

/// Whether that place is outside of all runs.
pub(crate) fn is_outside(place: Place) -> bool {
    place & OUTSIDE != 0
}
// ANCHOR_END: begin

// ANCHOR: next
fn next() -> Place {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// Nothing that could panic happens under the lock.
fn runs() -> MutexGuard<'static, BTreeSet<Place>> {
    RUNS.lock().unwrap_or_else(PoisonError::into_inner)
}
// ANCHOR_END: next
