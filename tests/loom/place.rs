//! What `runtime/src/place.rs` has, but each of loom's threads is an OS thread:
//! which of them is in which run, and which runs have ended. The
//! beginning of a run takes no lock here: on what that would order, nobody relies.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use loom::sync::{Mutex, MutexGuard};

pub(crate) type Place = u64;

const OUTSIDE: Place = 1 << 63;

loom::thread_local! {
    static RUN: Cell<Place> = Cell::new(0);
    static OS_THREAD: Cell<Place> = Cell::new(OUTSIDE | next());
}

loom::lazy_static! {
    static ref ENDED: Mutex<BTreeSet<Place>> = Mutex::new(BTreeSet::new());
}

thread_local! {
    /// How many runs there are in this order, now. loom does not know of it.
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

/// To be said at the beginning of each order.
pub(crate) fn forget_all() {
    ALIVE.set(0);
    drop(ended());
}

/// Does `work` in a run of its own, from its beginning to its end.
pub(crate) fn in_run<R>(work: impl FnOnce() -> R) -> R {
    let run = next();
    ALIVE.set(ALIVE.get() + 1);
    RUN.with(|here| here.set(run));
    let result = work();
    ended().insert(run);
    RUN.with(|here| here.set(0));
    // No other thread has had a turn since that.
    ALIVE.set(ALIVE.get() - 1);
    result
}

pub(crate) fn alive() -> usize {
    ALIVE.get()
}

pub(crate) fn run() -> Place {
    RUN.with(Cell::get)
}

pub(crate) fn here() -> Place {
    match run() {
        0 => outside(),
        run => run,
    }
}

pub(crate) fn outside() -> Place {
    OS_THREAD.with(Cell::get)
}

pub(crate) fn has_ended(place: Place) -> bool {
    place & OUTSIDE == 0 && ended().contains(&place)
}

fn ended() -> MutexGuard<'static, BTreeSet<Place>> {
    ENDED.lock().unwrap()
}

fn next() -> Place {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}
