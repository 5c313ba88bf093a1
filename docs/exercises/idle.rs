//! What the loop of a runtime does next: let somebody run, rest, end, or give up.

use std::time::Duration;

use runtime::thread::{self, Builder};
use runtime::{Clock, Handle, RunError};

/// What the loop sees.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Threads that are no daemons and have not ended.
    awaited: usize,
    /// Threads in the ready queue.
    ready: usize,
    /// Threads that will be woken by the clock.
    sleepers: usize,
    /// Handles, by which other OS threads may come in.
    doors: usize,
}

/// What it does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    End,
    Dispatch,
    Rest,
    Deadlock,
}

/// What the reader begins with.
mod start {
    use super::{Next, Seen};

    // ANCHOR: start
    pub(super) fn next(seen: Seen) -> Next {
        if seen.ready > 0 {
            Next::Dispatch
        } else if seen.sleepers > 0 {
            Next::Rest
        } else {
            Next::End
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Next, Seen};

    // ANCHOR: solution
    pub(super) fn next(seen: Seen) -> Next {
        if seen.awaited == 0 {
            Next::End
        } else if seen.ready > 0 {
            Next::Dispatch
        } else if seen.sleepers > 0 || seen.doors > 0 {
            Next::Rest
        } else {
            Next::Deadlock
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::next);
}

pub(super) fn check_solution() {
    check(solution::next);
}

/// Programs whose loops see that, and what becomes of them.
fn check(next: fn(Seen) -> Next) {
    for awaited in 0..3 {
        for ready in 0..3 {
            for sleepers in 0..3 {
                for doors in 0..3 {
                    let seen = Seen {
                        awaited,
                        ready,
                        sleepers,
                        doors,
                    };
                    let right = what_the_runtime_does(seen);
                    assert_eq!(next(seen), right, "{seen:?}");
                }
            }
        }
    }
}

/// Asks the runtime, by a program that comes into such a situation: its main thread parks
/// if somebody is awaited, and ends otherwise.
fn what_the_runtime_does(seen: Seen) -> Next {
    let main = move || {
        let doors: Vec<Handle> = (0..seen.doors).map(|_| Handle::current()).collect();
        let main = thread::current();
        let outside = main.clone();
        for _ in 0..seen.sleepers {
            let main = main.clone();
            let sleep = move || {
                thread::sleep(Duration::from_secs(1));
                main.unpark();
            };
            let daemon = Builder::new().daemon(true).spawn(sleep);
            daemon.expect("it can be made");
        }
        // Now they sleep.
        thread::yield_now();
        for _ in 0..seen.ready {
            let main = main.clone();
            let daemon = Builder::new().daemon(true).spawn(move || main.unpark());
            daemon.expect("it can be made");
        }
        if seen.awaited == 0 {
            return doors;
        }
        if seen.doors > 0 {
            std::thread::spawn(move || {
                outside.unpark();
                drop(doors);
            });
        }
        thread::park();
        Vec::new()
    };
    let ended = runtime::Builder::new().clock(Clock::Virtual).run(main);
    match ended {
        Err(RunError::Deadlock(_)) => Next::Deadlock,
        Ok(_) if seen.awaited == 0 => Next::End,
        Ok(_) if seen.ready > 0 => Next::Dispatch,
        Ok(_) => Next::Rest,
        Err(error) => panic!("{error}"),
    }
}
