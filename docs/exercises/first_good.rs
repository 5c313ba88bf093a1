//! The first good answer of many.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::Clock;
use runtime::pool::{Future, Pending, ReturnWhen, ThreadPool, Wait, wait};
use runtime::thread;
use runtime::time::Instant;

/// What the reader begins with.
mod start {
    use super::Future;

    // ANCHOR: start
    // What comes of the first task that succeeds; `None` if none does.
    // Those that have not begun by then are not done.
    pub(super) fn first_good(servers: Vec<Future<u64>>) -> Option<u64> {
        servers.into_iter().find_map(|server| server.result().ok())
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Future, ReturnWhen, wait};

    // ANCHOR: solution
    pub(super) fn first_good(mut servers: Vec<Future<u64>>) -> Option<u64> {
        while !servers.is_empty() {
            let asked = wait(servers, ReturnWhen::FirstCompleted);
            let mut answers = asked.done.into_iter();
            if let Some(answer) = answers.find_map(|server| server.result().ok()) {
                for server in asked.not_done {
                    server.cancel();
                }
                return Some(answer);
            }
            servers = asked.not_done;
        }
        None
    }
    // ANCHOR_END: solution
}

type FirstGood = fn(Vec<Future<u64>>) -> Option<u64>;

pub(super) fn check_start() {
    check(start::first_good);
}

pub(super) fn check_solution() {
    check(solution::first_good);
}

/// Servers that answer after so many milliseconds; odd ones fail.
fn check(first_good: FirstGood) {
    let cases: [(&[u64], Option<u64>, u128, u32); 4] = [
        (&[], None, 0, 0),
        (&[50, 31, 20, 41], Some(20), 20, 4),
        (&[51, 31, 21, 41], None, 62, 4),
        (&[90, 15, 35, 10, 80, 70], Some(10), 25, 5),
    ];
    for (times, answer, after, begun) in cases {
        let main = move || {
            let pool = ThreadPool::new(3);
            let count = Rc::new(Cell::new(0));
            let ask = |&time: &u64| {
                let count = Rc::clone(&count);
                let task = move || {
                    count.set(count.get() + 1);
                    thread::sleep(Duration::from_millis(time));
                    if time % 2 == 1 {
                        // As a panic, but without a message.
                        std::panic::resume_unwind(Box::new("no answer"));
                    }
                    time
                };
                pool.submit(task).expect("it is open")
            };
            let start = Instant::now();
            assert_eq!(first_good(times.iter().map(ask).collect()), answer);
            assert_eq!(start.elapsed().as_millis(), after, "{times:?}");
            pool.shutdown(Wait::UntilDone, Pending::Finish);
            assert_eq!(count.get(), begun, "so many have begun");
        };
        let run = runtime::Builder::new().clock(Clock::Virtual).run(main);
        run.expect("nobody is stuck");
    }
}
