//! How long a pool takes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use runtime::Clock;
use runtime::pool::ThreadPool;
use runtime::thread;
use runtime::time::Instant;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // After how many milliseconds all tasks are done that take so long, each of which waits.
    pub(super) fn time(tasks: &[u64], workers: usize) -> u64 {
        tasks.iter().sum::<u64>() / workers as u64
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{BinaryHeap, Reverse};

    // ANCHOR: solution
    pub(super) fn time(tasks: &[u64], workers: usize) -> u64 {
        // When each worker is free; the first of them is on top.
        let mut free: BinaryHeap<_> = vec![Reverse(0); workers].into();
        let mut end = 0;
        for task in tasks {
            let Reverse(begin) = free.pop().expect("there is a worker");
            end = end.max(begin + task);
            free.push(Reverse(begin + task));
        }
        end
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::time);
}

pub(super) fn check_solution() {
    check(solution::time);
}

/// As long as a real pool takes.
fn check(time: fn(&[u64], usize) -> u64) {
    let lists: [&[u64]; 6] = [
        &[],
        &[7],
        &[120, 250, 180, 300, 90, 210, 150, 200],
        &[10, 10, 10, 10, 100],
        &[100, 10, 10, 10, 10],
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ];
    for tasks in lists {
        for workers in 1..6 {
            let main = move || {
                let begin = Instant::now();
                let pool = ThreadPool::new(workers);
                for &task in tasks {
                    let nap = move || thread::sleep(Duration::from_millis(task));
                    drop(pool.submit(nap).expect("it is open"));
                }
                drop(pool);
                begin.elapsed().as_millis()
            };
            let took = runtime::Builder::new().clock(Clock::Virtual).run(main);
            let took = took.expect("nobody is stuck");
            let expected = u128::from(time(tasks, workers));
            assert_eq!(expected, took, "{tasks:?} by {workers}");
        }
    }
}
