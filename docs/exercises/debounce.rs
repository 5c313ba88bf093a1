//! A function that is called when nothing has happened for a while.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use runtime::Clock;
use runtime::thread::{self, Timer};
use runtime::time::Instant;

const QUIET: Duration = Duration::from_millis(10);

/// The timer of the key before.
type Pending = RefCell<Option<Timer<()>>>;

/// What the reader begins with.
mod start {
    use super::{Pending, QUIET, Timer};

    // ANCHOR: start
    pub(super) fn key(pending: &Pending, search: Box<dyn FnOnce()>) {
        let timer = Timer::new(QUIET, search);
        timer.start().unwrap();
        let _older = pending.replace(Some(timer)); // What about that one?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Pending, QUIET, Timer};

    // ANCHOR: solution
    pub(super) fn key(pending: &Pending, search: Box<dyn FnOnce()>) {
        let timer = Timer::new(QUIET, search);
        timer.start().unwrap();
        if let Some(older) = pending.replace(Some(timer)) {
            older.cancel();
        }
    }
    // ANCHOR_END: solution
}

type Key = fn(&Pending, Box<dyn FnOnce()>);

pub(super) fn check_start() {
    check(start::key);
}

pub(super) fn check_solution() {
    check(solution::key);
}

/// Types with pauses, and looks when the search was called, and for which key.
fn check(key: Key) {
    let runtime = runtime::Builder::new().clock(Clock::Virtual);
    let ran = runtime.run(move || {
        let begin = Instant::now();
        let pending = Pending::default();
        let found: Rc<RefCell<Vec<(usize, u128)>>> = Rc::default();
        for (number, pause) in [5, 3, 22, 9, 9, 11, 40].into_iter().enumerate() {
            let theirs = Rc::clone(&found);
            let search = move || {
                let at = begin.elapsed().as_millis();
                theirs.borrow_mut().push((number, at));
            };
            key(&pending, Box::new(search));
            thread::sleep(Duration::from_millis(pause));
        }
        assert_eq!(*found.borrow(), [(2, 18), (5, 58), (6, 69)]);
    });
    ran.unwrap();
}
