//! What the tests of several primitives need.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use runtime::error::SyncError;
use runtime::thread::{Builder, JoinHandle, Killed};
use runtime::{Clock, Deadlock, RunError};

/// A thread of that name.
#[track_caller]
pub(crate) fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

/// Why `call` was refused.
#[track_caller]
pub(crate) fn refused<T>(call: impl FnOnce() -> T) -> SyncError {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => panic!("it was not refused"),
        Err(payload) => *payload.downcast().expect("it panicked otherwise"),
    }
}

/// What the thread was refused, so that it ended.
#[track_caller]
pub(crate) fn ended_refused<T>(thread: JoinHandle<T>) -> SyncError {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(payload) => *payload.downcast().expect("it panicked otherwise"),
    }
}

#[track_caller]
pub(crate) fn was_killed<T>(thread: JoinHandle<T>) {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

/// Runs `main`, which must come to no end, and gives the report.
#[track_caller]
pub(crate) fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> Deadlock {
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    match builder.run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(deadlock)) => deadlock,
        Err(other) => panic!("{other:?}"),
    }
}

/// Calls `work`, and whoever panics meanwhile on this OS thread is not heard of.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    std::thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The runtime's own hook is there after the first run.
        runtime::run(|| ());
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    QUIET.set(true);
    let result = work();
    QUIET.set(false);
    result
}
