//! A supervisor, which starts a thread again when it has panicked.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::Clock;
use runtime::thread::{self, Killed};

/// Does the work, and is told for the how-manieth time.
type Work = fn(u32) -> u32;

/// What the reader begins with.
mod start {
    use super::{Work, thread};

    // ANCHOR: start
    // What the thread gives that came to its end; nothing if it was killed.
    pub(super) fn supervise(work: Work) -> Option<u32> {
        let mut attempt = 1;
        loop {
            if let Ok(result) = thread::spawn(move || work(attempt)).join() {
                return Some(result);
            }
            attempt += 1;
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Killed, Work, thread};

    // ANCHOR: solution
    pub(super) fn supervise(work: Work) -> Option<u32> {
        let mut attempt = 1;
        loop {
            match thread::spawn(move || work(attempt)).join() {
                Ok(result) => return Some(result),
                Err(payload) if payload.is::<Killed>() => return None,
                Err(_) => attempt += 1,
            }
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::supervise);
}

pub(super) fn check_solution() {
    check(solution::supervise);
}

/// As a panic, but the hook is not called.
fn panics() -> ! {
    resume_unwind(Box::new("it does not work"))
}

fn check(supervise: fn(Work) -> Option<u32>) {
    let main = move || {
        assert_eq!(supervise(|_| 42), Some(42));
        let third_time = |attempt| match attempt {
            3 => attempt,
            _ => panics(),
        };
        assert_eq!(supervise(third_time), Some(3));

        // Somebody wants it to end.
        let told_to_end = |attempt| match attempt {
            1 => panics(),
            2 => {
                thread::current().kill();
                thread::sleep(Duration::from_secs(1));
                0
            }
            _ => attempt,
        };
        assert_eq!(supervise(told_to_end), None);

        // And if it is the supervisor that is killed, it ends as well.
        let ended = Rc::new(Cell::new(false));
        let theirs = Rc::clone(&ended);
        let supervisor = thread::spawn(move || {
            supervise(|attempt| {
                thread::sleep(Duration::from_secs(1));
                attempt
            });
            theirs.set(true);
        });
        thread::yield_now();
        supervisor.thread().kill();
        assert!(supervisor.join().expect_err("it was killed").is::<Killed>());
        assert!(!ended.get());
    };
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    builder.run(main).expect("it comes to its end");
}
