//! What the files of this test have in common: threads with names, kills,
//! refusals and deadlocks.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime::error::{Refused, SyncError};
use runtime::thread::{Builder, JoinHandle, Killed};
use runtime::{Clock, Deadlock, RunError, Waiting};

use crate::support::run;

pub(crate) fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

#[track_caller]
pub(crate) fn was_killed<T>(thread: JoinHandle<T>) {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

/// Does `work` in a runtime on another OS thread, and waits for it with this one.
#[track_caller]
pub(crate) fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let os_thread = std::thread::spawn(|| run(work));
    os_thread.join().unwrap()
}

/// What `work` panics with.
#[track_caller]
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Box<dyn Any + Send> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(_) => panic!("it came to its end"),
        Err(payload) => payload,
    }
}

/// With what words `work` panics.
#[track_caller]
pub(crate) fn panic_of<T>(work: impl FnOnce() -> T) -> String {
    let payload = caught(work);
    match payload.downcast_ref::<&str>() {
        Some(words) => words.to_string(),
        None => *payload.downcast::<String>().unwrap(),
    }
}

/// Why `work` is refused.
#[track_caller]
pub(crate) fn refusal<T>(work: impl FnOnce() -> T) -> SyncError {
    *caught(work).downcast().unwrap()
}

/// The words of the ring for which `work` is refused, without the numbers of
/// dispatches.
#[track_caller]
pub(crate) fn ring<T>(work: impl FnOnce() -> T) -> String {
    let error = refusal(work);
    assert!(matches!(error.why, Refused::Ring(_)), "{error:?}");
    without_dispatches(&error.to_string())
}

/// Runs `main`, which must come to no end, and gives what is said about the
/// thread of that name.
#[track_caller]
pub(crate) fn deadlock<T: 'static>(name: &str, main: impl FnOnce() -> T + 'static) -> Waiting {
    let report = report_of_deadlock(main);
    let of_that_name = report.waiting.into_iter().find(|found| found.name == name);
    let mut waiting = of_that_name.unwrap();
    waiting.waits_for = without_dispatches(&waiting.waits_for);
    waiting
}

#[track_caller]
fn report_of_deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> Deadlock {
    match runtime::Builder::new().clock(Clock::Virtual).run(main) {
        Err(RunError::Deadlock(deadlock)) => deadlock,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it came to its end"),
    }
}

fn without_dispatches(words: &str) -> String {
    let mut parts = words.split(" since dispatch ");
    let mut result = parts.next().unwrap().to_owned();
    for part in parts {
        result.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    result
}

/// Has the panic hook be silent about what green threads panic with, here, where
/// most of it is intended.
pub(crate) fn be_quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if runtime::thread::try_current().is_none() {
                before(info);
            }
        }));
    });
}
