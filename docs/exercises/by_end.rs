//! The results of threads, in the order in which they end.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use runtime::{Clock, thread};

/// What a thread shall do.
type Task = Box<dyn FnOnce() -> u32>;

/// What the reader begins with.
mod start {
    use super::{Task, thread};

    // ANCHOR: start
    pub(super) fn by_end(tasks: Vec<Task>) -> Vec<u32> {
        let threads: Vec<_> = tasks.into_iter().map(thread::spawn).collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.collect()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Rc, RefCell, Task, thread};

    // ANCHOR: solution
    pub(super) fn by_end(tasks: Vec<Task>) -> Vec<u32> {
        let results = Rc::new(RefCell::new(Vec::new()));
        let spawn = |task: Task| {
            let results = Rc::clone(&results);
            thread::spawn(move || {
                let result = task();
                results.borrow_mut().push(result);
            })
        };
        let threads: Vec<_> = tasks.into_iter().map(spawn).collect();
        for thread in threads {
            thread.join().unwrap();
        }
        results.take()
    }
    // ANCHOR_END: solution
}

type ByEnd = fn(Vec<Task>) -> Vec<u32>;

pub(super) fn check_start() {
    check(start::by_end);
}

pub(super) fn check_solution() {
    check(solution::by_end);
}

/// Each task sleeps for as many milliseconds as it then gives.
fn check(by_end: ByEnd) {
    let times = [30, 10, 40, 20];
    let task = |time: u32| -> Task {
        Box::new(move || {
            thread::sleep(Duration::from_millis(time.into()));
            time
        })
    };
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    let results = builder.run(move || by_end(times.map(task).into()));
    assert_eq!(results.unwrap(), [10, 20, 30, 40]);
}
