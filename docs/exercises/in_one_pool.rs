//! A task that needs the results of others.

use std::rc::Rc;

use runtime::Clock;
use runtime::pool::{Future, ThreadPool};

/// What the reader begins with.
mod start {
    use super::{Future, Rc, ThreadPool};

    // ANCHOR: start
    // The future of the sum of what comes of these tasks. Does not wait.
    pub(super) fn sum(pool: &Rc<ThreadPool>, tasks: Vec<fn() -> u32>) -> Future<u32> {
        let theirs = Rc::clone(pool);
        let sum = move || {
            let parts: Vec<_> = tasks.iter().map(|&task| theirs.submit(task)).collect();
            let parts = parts.into_iter().map(|part| part.unwrap());
            parts.map(|part| part.result().unwrap()).sum()
        };
        pool.submit(sum).unwrap()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Future, Rc, ThreadPool};

    // ANCHOR: solution
    pub(super) fn sum(pool: &Rc<ThreadPool>, tasks: Vec<fn() -> u32>) -> Future<u32> {
        let parts: Vec<_> = tasks.into_iter().map(|task| pool.submit(task)).collect();
        let sum = move || {
            let parts = parts.into_iter().map(|part| part.unwrap());
            parts.map(|part| part.result().unwrap()).sum()
        };
        pool.submit(sum).unwrap()
    }
    // ANCHOR_END: solution
}

type Sum = fn(&Rc<ThreadPool>, Vec<fn() -> u32>) -> Future<u32>;

pub(super) fn check_start() {
    check(start::sum);
}

pub(super) fn check_solution() {
    check(solution::sum);
}

/// With few workers and with many.
fn check(sum: Sum) {
    for workers in [1, 2, 7] {
        let main = move || {
            let pool = Rc::new(ThreadPool::new(workers));
            let tasks: [fn() -> u32; 3] = [|| 1, || 20, || 300];
            let sums: Vec<_> = (0..3).map(|_| sum(&pool, tasks.into())).collect();
            assert!(sums.iter().all(|sum| !sum.is_done()), "it does not wait");
            let results = sums.into_iter().map(|sum| sum.result().unwrap());
            assert_eq!(results.collect::<Vec<_>>(), [321; 3]);
        };
        let run = runtime::Builder::new().clock(Clock::Virtual).run(main);
        run.expect("nobody is stuck");
    }
}
