//! What a task of a pool costs, from its submission to its result.

use std::time::{Duration, Instant};

use runtime::pool::ThreadPool;

use pair::{PAIR, resume_and_suspend};
use ratios::{Bench, Row};

mod pair;
mod ratios;

const WORKERS: usize = 8;

const ROWS: [Row; 4] = [
    Row::new(PAIR, PAIR, None),
    Row::new("task, 1 000 000 at a time", PAIR, Some(100.0)),
    Row::new("task, 1000 at a time", PAIR, None),
    Row::new("task, one by one", PAIR, None),
];

fn main() {
    let mut bench = Bench::new("pool");
    bench.measure(PAIR, resume_and_suspend);
    bench.measure("task, 1 000 000 at a time", |n| tasks(n, 1_000_000));
    bench.measure("task, 1000 at a time", |n| tasks(n, 1000));
    bench.measure("task, one by one", |n| tasks(n, 1));
    bench.print(&ROWS);
}

/// What `n` tasks take, if so many at a time are submitted and then awaited. Whole
/// rounds are done, and what `n` is less than that is left out of the time.
fn tasks(n: u64, at_a_time: u64) -> Duration {
    runtime::run(move || {
        let pool = ThreadPool::new(WORKERS);
        let rounds = n.div_ceil(at_a_time);
        let start = Instant::now();
        for _ in 0..rounds {
            let futures: Vec<_> = (0..at_a_time)
                .map(|number| pool.submit(move || number).unwrap())
                .collect();
            let mut sum = 0;
            for future in futures {
                sum += future.result().unwrap();
            }
            assert_eq!(sum, at_a_time * (at_a_time - 1) / 2);
        }
        start
            .elapsed()
            .mul_f64(n as f64 / (rounds * at_a_time) as f64)
    })
}
