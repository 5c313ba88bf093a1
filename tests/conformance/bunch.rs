//! Threads that all do the same, and what they have found.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use runtime::thread::{self, Scope, ScopedJoinHandle};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Starts `n` threads that call `f`, and lets them run until each has ended or
/// waits.
pub(crate) fn bunch<'scope>(
    scope: &'scope Scope<'scope, '_>,
    n: usize,
    f: impl Fn() + Copy + 'scope,
) -> Vec<ScopedJoinHandle<'scope, ()>> {
    let threads = (0..n).map(|_| scope.spawn(f)).collect();
    settle();
    threads
}

/// Lets all others run until each has ended or waits. Virtual time passes, but less
/// than a test sleeps for.
pub(crate) fn settle() {
    thread::sleep(Duration::from_millis(10));
}

/// How many of them have ended.
pub(crate) fn finished(threads: &[ScopedJoinHandle<'_, ()>]) -> usize {
    threads.iter().filter(|thread| thread.is_finished()).count()
}

/// What threads have found, in the order in which they did.
pub(crate) struct Results<T>(RefCell<Vec<T>>);

impl<T: Clone> Results<T> {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    pub(crate) fn add(&self, result: T) {
        self.0.borrow_mut().push(result);
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.0.borrow().clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

/// What `f` panics with.
#[track_caller]
pub(crate) fn caught<T>(f: impl FnOnce() -> T) -> Box<dyn Any + Send> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("it has not panicked"),
        Err(payload) => payload,
    }
}
