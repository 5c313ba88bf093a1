//! What several test files need: virtual time, a journal, and values that
//! tell when they are dropped.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime::{Builder, Clock};

pub(crate) mod child;
pub(crate) mod outside;

/// Runs `main` under virtual time, so that nobody waits for the clock and
/// every run is like every other.
#[track_caller]
pub(crate) fn run<T: 'static>(main: impl FnOnce() -> T + 'static) -> T {
    Builder::new().clock(Clock::Virtual).run(main).unwrap()
}

/// What happened, in order. Clones write to the same one.
#[derive(Clone, Default)]
pub(crate) struct Journal(Rc<RefCell<Vec<String>>>);

impl Journal {
    pub(crate) fn write(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    /// What was written since the last call.
    pub(crate) fn read(&self) -> Vec<String> {
        self.0.take()
    }

    /// A value that writes `line` when it is dropped.
    pub(crate) fn on_drop(&self, line: &str) -> OnDrop<impl FnMut() + use<>> {
        let (journal, line) = (self.clone(), line.to_owned());
        OnDrop(move || journal.write(line.clone()))
    }

    /// A value that writes, when it is dropped, the name of the thread that
    /// drops it.
    pub(crate) fn who_drops(&self) -> OnDrop<impl FnMut() + use<>> {
        let journal = self.clone();
        OnDrop(move || journal.write(current_name()))
    }
}

/// Calls a function when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Counts, in whatever shares it.
#[derive(Clone, Default)]
pub(crate) struct Counter(Rc<Cell<u32>>);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    pub(crate) fn get(&self) -> u32 {
        self.0.get()
    }

    /// A value that counts itself when it is dropped.
    pub(crate) fn on_drop(&self) -> OnDrop<impl FnMut() + use<>> {
        let counter = self.clone();
        OnDrop(move || counter.add())
    }
}

/// The name of the green thread that asks.
#[track_caller]
pub(crate) fn current_name() -> String {
    runtime::thread::current().to_string()
}
