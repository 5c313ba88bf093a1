//! What comes of a lock that is taken, by where and for how long one wants to wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;
use std::{cell::Cell, mem};

use runtime::Clock;
use runtime::sync::Mutex;
use runtime::thread;
use runtime::time::Instant;

/// Who wants a lock that somebody has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Thread,
    /// A thread that has the lock itself.
    Owner,
    /// A destructor, while its thread unwinds.
    Unwinding,
    /// Code that no green thread runs.
    Outside,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Waits,
    /// At once.
    TimeIsUp,
    Refused,
}

/// What the reader begins with.
mod start {
    use super::{Duration, Outcome, Who};

    // ANCHOR: start
    pub(super) fn outcome(who: Who, timeout: Option<Duration>) -> Outcome {
        match (who, timeout) {
            (Who::Thread, _) => Outcome::Waits,
            _ => Outcome::Refused, // Always?
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Duration, Outcome, Who};

    // ANCHOR: solution
    pub(super) fn outcome(who: Who, timeout: Option<Duration>) -> Outcome {
        match (who, timeout) {
            (Who::Thread, _) | (Who::Owner, Some(_)) => Outcome::Waits,
            (Who::Unwinding, Some(_)) => Outcome::TimeIsUp,
            (Who::Outside, Some(Duration::ZERO)) => Outcome::TimeIsUp,
            _ => Outcome::Refused,
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(Who, Option<Duration>) -> Outcome;

pub(super) fn check_start() {
    check(start::outcome);
}

pub(super) fn check_solution() {
    check(solution::outcome);
}

const A_WHILE: Duration = Duration::from_millis(5);

fn check(answer: Answer) {
    for who in [Who::Thread, Who::Owner, Who::Unwinding, Who::Outside] {
        for timeout in [None, Some(A_WHILE)] {
            let real = real(who, timeout);
            assert_eq!(answer(who, timeout), real, "{who:?} {timeout:?}");
        }
    }
    let now = Some(Duration::ZERO);
    assert_eq!(answer(Who::Outside, now), real(Who::Outside, now));
}

/// What a mutex of the runtime does.
fn real(who: Who, timeout: Option<Duration>) -> Outcome {
    let mutex: &'static Mutex<()> = Box::leak(Box::new(Mutex::new(())));
    let locked = move || mem::forget(mutex.lock().unwrap());
    if matches!(who, Who::Outside) {
        locked();
        return attempt(mutex, timeout, None);
    }
    let runtime = runtime::Builder::new().clock(Clock::Virtual);
    let outcome = runtime.run(move || {
        runtime::set_excepthook(|_, _| ());
        let holder = move || {
            let guard = mutex.lock().unwrap();
            thread::sleep(2 * A_WHILE);
            drop(guard);
        };
        match who {
            Who::Owner => locked(),
            _ => drop(thread::spawn(holder)),
        }
        thread::yield_now();
        match who {
            Who::Unwinding => {
                let outcome = Rc::new(Cell::new(None));
                let late = Late(mutex, timeout, Rc::clone(&outcome));
                let unwinds = thread::spawn(move || {
                    let _late = late;
                    panic!("it unwinds");
                });
                let _: Result<(), _> = unwinds.join();
                outcome.get().unwrap()
            }
            _ => attempt(mutex, timeout, Some(Instant::now())),
        }
    });
    runtime::take_excepthook();
    outcome.unwrap()
}

struct Late(
    &'static Mutex<()>,
    Option<Duration>,
    Rc<Cell<Option<Outcome>>>,
);

impl Drop for Late {
    fn drop(&mut self) {
        let begin = Some(Instant::now());
        self.2.set(Some(attempt(self.0, self.1, begin)));
    }
}

/// Outside there is no time.
fn attempt(
    mutex: &'static Mutex<()>,
    timeout: Option<Duration>,
    begin: Option<Instant>,
) -> Outcome {
    let attempt = AssertUnwindSafe(|| match timeout {
        None => drop(mutex.lock()),
        Some(timeout) => drop(mutex.lock_timeout(timeout)),
    });
    match catch_unwind(attempt) {
        Err(_) => Outcome::Refused,
        Ok(()) if begin.is_some_and(|begin| begin.elapsed() >= A_WHILE) => Outcome::Waits,
        Ok(()) => Outcome::TimeIsUp,
    }
}
