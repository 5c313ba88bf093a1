//! A pointer that says where one is, and has to be cleared on every way out.

use std::cell::Cell;
use std::panic::{catch_unwind, resume_unwind};

thread_local! {
    static CURRENT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// What the reader begins with.
mod start {
    use super::CURRENT;

    // ANCHOR: start
    pub(super) fn within(run: u32, work: fn()) {
        CURRENT.set(Some(run));
        work();
        CURRENT.set(None);
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::CURRENT;

    // ANCHOR: solution
    struct Inside;

    impl Drop for Inside {
        fn drop(&mut self) {
            CURRENT.set(None);
        }
    }

    pub(super) fn within(run: u32, work: fn()) {
        CURRENT.set(Some(run));
        let _inside = Inside;
        work();
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::within);
}

pub(super) fn check_solution() {
    check(solution::within);
}

/// The run is there during the work, and gone after it, whatever became of it.
fn check(within: fn(u32, fn())) {
    within(1, || assert_eq!(CURRENT.get(), Some(1)));
    assert_eq!(CURRENT.get(), None);
    let panicked = catch_unwind(|| within(2, || resume_unwind(Box::new(CURRENT.get()))));
    let payload = panicked.expect_err("it panics");
    assert_eq!(payload.downcast_ref(), Some(&Some(2_u32)));
    assert_eq!(CURRENT.take(), None);
}
