//! What a switch costs, and what a thread costs, beside what the machine can
//! do: a raw resume + suspend of corosensei is the unit, one *pair*.
//!
//! `cargo bench` prints criterion's own figures, and then a table of medians
//! as ratios to the pair of the same run. Only the ratios can be compared
//! between machines.

use std::hint::black_box;
use std::time::{Duration, Instant};

use runtime::thread;

use pair::{PAIR, resume_and_suspend};
use ratios::{Bench, Row};

mod pair;
mod ratios;

const ROWS: [Row; 7] = [
    Row::new(PAIR, PAIR, None),
    Row::new("yield, 2 threads", PAIR, Some(5.0)),
    Row::new("yield, 2 threads, a sleeper", PAIR, Some(6.0)),
    Row::new("spawn + join", PAIR, Some(45.0)),
    Row::new("spawn 1000, join all", PAIR, None),
    Row::new("spawn 100 000, join all", PAIR, Some(95.0)),
    Row::new("the same, the first time in a run", PAIR, None),
];

fn main() {
    let mut bench = Bench::new("switch");
    bench.measure(PAIR, resume_and_suspend);
    bench.measure("yield, 2 threads", |n| yields(2, n));
    bench.measure("yield, 2 threads, a sleeper", |n| {
        runtime::run(move || {
            let nap = || thread::sleep(Duration::from_secs(3600));
            thread::Builder::new().daemon(true).spawn(nap).unwrap();
            thread::yield_now();
            yields_here(2, n)
        })
    });
    bench.measure("spawn + join", spawn_and_join);
    bench.measure("spawn 1000, join all", |n| spawn_all_and_join_all(1000, n));
    bench.measure("spawn 100 000, join all", |n| {
        spawn_all_and_join_all(100_000, n)
    });
    bench.measure("the same, the first time in a run", |n| {
        the_first_time(100_000, n)
    });
    bench.print(&ROWS);
}

fn yields(threads: u64, n: u64) -> Duration {
    runtime::run(move || yields_here(threads, n))
}

/// `n` yields, shared among so many threads, each of which has run before.
fn yields_here(threads: u64, n: u64) -> Duration {
    // Enough turns for each that its beginning and its end do not count.
    let each = n.div_ceil(threads).max(1000);
    let body = move || {
        thread::yield_now();
        for _ in 0..each {
            thread::yield_now();
        }
    };
    let handles: Vec<_> = (0..threads).map(|_| thread::spawn(body)).collect();
    thread::yield_now();
    let start = Instant::now();
    for handle in handles {
        handle.join().unwrap();
    }
    // What was really done may be more than what was asked for.
    start.elapsed().mul_f64(n as f64 / (each * threads) as f64)
}

fn spawn_and_join(n: u64) -> Duration {
    runtime::run(move || {
        let start = Instant::now();
        for i in 0..n {
            black_box(thread::spawn(move || i).join().unwrap());
        }
        start.elapsed()
    })
}

/// Again and again, with the memory that the first time has touched.
fn spawn_all_and_join_all(threads: u64, n: u64) -> Duration {
    runtime::run(move || {
        let rounds = n.div_ceil(threads);
        spawn_all_and_join_all_once(threads);
        let time: Duration = (0..rounds)
            .map(|_| spawn_all_and_join_all_once(threads))
            .sum();
        time.mul_f64(n as f64 / (rounds * threads) as f64)
    })
}

/// With memory that the operating system has to give first.
fn the_first_time(threads: u64, n: u64) -> Duration {
    let rounds = n.div_ceil(threads);
    let time: Duration = (0..rounds)
        .map(|_| runtime::run(move || spawn_all_and_join_all_once(threads)))
        .sum();
    time.mul_f64(n as f64 / (rounds * threads) as f64)
}

fn spawn_all_and_join_all_once(threads: u64) -> Duration {
    let start = Instant::now();
    let handles: Vec<_> = (0..threads).map(|i| thread::spawn(move || i)).collect();
    for handle in handles {
        black_box(handle.join().unwrap());
    }
    start.elapsed()
}
