//! To wait for a flag, for some time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::time::Instant;
use runtime::{Clock, thread};

/// What the reader begins with.
mod start {
    use super::{Cell, Duration};

    // ANCHOR: start
    pub(super) fn wait_until(flag: &Cell<bool>, _timeout: Duration) -> bool {
        flag.get()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Cell, Duration, Instant, thread};

    // ANCHOR: solution
    pub(super) fn wait_until(flag: &Cell<bool>, timeout: Duration) -> bool {
        let begin = Instant::now();
        while !flag.get() && begin.elapsed() < timeout {
            thread::yield_now();
        }
        flag.get()
    }
    // ANCHOR_END: solution
}

type WaitUntil = fn(&Cell<bool>, Duration) -> bool;

pub(super) fn check_start() {
    check(start::wait_until);
}

pub(super) fn check_solution() {
    check(solution::wait_until);
}

/// Whether the flag is seen that is set after so many microseconds, and how long that took.
fn waits(wait_until: WaitUntil, set_after: u64, timeout: u64) -> (bool, Duration) {
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    let waited = builder.run(move || {
        let flag = Rc::new(Cell::new(false));
        let theirs = Rc::clone(&flag);
        let setter = thread::spawn(move || {
            thread::sleep(Duration::from_micros(set_after));
            theirs.set(true);
        });
        let begin = Instant::now();
        let is_set = wait_until(&flag, Duration::from_micros(timeout));
        let time = begin.elapsed();
        setter.join().unwrap();
        (is_set, time)
    });
    waited.unwrap()
}

fn check(wait_until: WaitUntil) {
    let (is_set, time) = waits(wait_until, 100, 1_000);
    assert!(is_set);
    assert!(time < Duration::from_micros(200), "{time:?}");
    let (is_set, time) = waits(wait_until, 1_000, 100);
    assert!(!is_set);
    assert!(time >= Duration::from_micros(100), "{time:?}");
    assert!(time < Duration::from_micros(200), "{time:?}");
}
