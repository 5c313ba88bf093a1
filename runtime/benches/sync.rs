//! What it costs to lock, and to send: beside a pair, beside std's lock, and beside a
//! yield.

use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::sync::Mutex;
use runtime::sync::mpsc::channel;
use runtime::thread;

use pair::{PAIR, resume_and_suspend};
use ratios::{Bench, Row};

mod pair;
mod ratios;

const STD: &str = "free lock + unlock of std";
const YIELD: &str = "yield, 100 threads";

const ROWS: [Row; 9] = [
    Row::new(PAIR, PAIR, None),
    Row::new("free lock + unlock", PAIR, Some(1.0)),
    Row::new("lock, yield, unlock, 100 threads", PAIR, Some(25.0)),
    Row::new("round trip over two channels", PAIR, Some(20.0)),
    Row::new(STD, STD, None),
    Row::new("free lock + unlock", STD, Some(0.5)),
    Row::new(YIELD, YIELD, None),
    Row::new("lock, yield, unlock, 100 threads", YIELD, Some(2.5)),
    Row::new("round trip over two channels", YIELD, Some(5.0)),
];

fn main() {
    let mut bench = Bench::new("sync");
    bench.measure(PAIR, resume_and_suspend);
    bench.measure(STD, free_lock_of_std);
    bench.measure("free lock + unlock", free_lock);
    bench.measure(YIELD, yields);
    bench.measure("lock, yield, unlock, 100 threads", lock_yield_unlock);
    bench.measure("round trip over two channels", round_trip);
    bench.print(&ROWS);
}

fn free_lock_of_std(n: u64) -> Duration {
    let mutex = std::sync::Mutex::new(0);
    let start = Instant::now();
    for _ in 0..n {
        black_box(&mut *black_box(&mutex).lock().unwrap());
    }
    start.elapsed()
}

fn free_lock(n: u64) -> Duration {
    runtime::run(move || {
        let mutex = Mutex::new(0);
        let start = Instant::now();
        for _ in 0..n {
            black_box(&mut *black_box(&mutex).lock().unwrap());
        }
        start.elapsed()
    })
}

/// What 100 threads take to do `work` `n` times in all.
fn by_100(n: u64, work: impl Fn() + Clone + 'static) -> Duration {
    const THREADS: u64 = 100;
    runtime::run(move || {
        // Enough turns for each that its beginning and its end do not count.
        let each = n.div_ceil(THREADS).max(1000);
        let body = move || {
            thread::yield_now();
            for _ in 0..each {
                work();
            }
        };
        let handles: Vec<_> = (0..THREADS).map(|_| thread::spawn(body.clone())).collect();
        thread::yield_now();
        let start = Instant::now();
        for handle in handles {
            handle.join().unwrap();
        }
        // What was really done may be more than what was asked for.
        start.elapsed().mul_f64(n as f64 / (each * THREADS) as f64)
    })
}

fn yields(n: u64) -> Duration {
    by_100(n, thread::yield_now)
}

fn lock_yield_unlock(n: u64) -> Duration {
    let mutex = Rc::new(Mutex::new(0));
    by_100(n, move || {
        let mut guard = mutex.lock().unwrap();
        thread::yield_now();
        *guard += 1;
    })
}

fn round_trip(n: u64) -> Duration {
    runtime::run(move || {
        let (ask, asked) = channel();
        let (answer, answered) = channel();
        thread::spawn(move || {
            for question in asked {
                answer.send(question + 1).unwrap();
            }
        });
        thread::yield_now();
        let start = Instant::now();
        for number in 0..n {
            ask.send(number).unwrap();
            assert_eq!(answered.recv(), Ok(number + 1));
        }
        start.elapsed()
    })
}
