//! Channels.

mod as_std;
mod cores;
mod guards;
mod kills;
mod logger;
mod order;
mod policies;
mod property;
mod reports;
mod unwinding;

use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime::error::{Refused, SyncError};
use runtime::thread::{Builder, JoinHandle, Killed};

/// Calls what is refused by a primitive, and gives the error.
#[track_caller]
fn refused<R>(call: impl FnOnce() -> R) -> SyncError {
    let refused = catch_unwind(AssertUnwindSafe(call));
    let payload = refused.err().expect("it is refused");
    *payload.downcast().expect("a SyncError")
}

/// As [`refused`], and gives the reason.
#[track_caller]
fn why_refused<R>(call: impl FnOnce() -> R) -> Refused {
    refused(call).why
}

fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

#[track_caller]
fn was_killed<T>(thread: JoinHandle<T>) {
    let payload = thread.join().err().expect("it was killed");
    assert!(payload.is::<Killed>());
}

/// The state of the thread of that name.
#[track_caller]
fn state_of(name: &str) -> String {
    let table = runtime::report::ps();
    let rows = table.lines().map(|line| line.split_whitespace());
    let mut rows = rows.map(|cells| cells.collect::<Vec<_>>());
    let row = rows.find(|row| row[1] == name);
    row.expect(&table)[2].to_owned()
}
