//! std's threads: the operating system switches. Stacks are 64 KiB, as those
//! of the others are.
//!
//! On more than one CPU most of these workloads measure something else, since
//! the threads do not take turns then; hence the `taskset` in the README.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, Builder, JoinHandle, yield_now};
use std::time::{Duration, Instant};

use crate::measure::resident_bytes;
use crate::peer::{Limit, Peer, Woken, nap};

pub(crate) struct OsThreads;

fn spawn<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    Builder::new()
        .stack_size(64 << 10)
        .spawn(body)
        .unwrap_or_else(|error| panic!("a thread was refused: {error}"))
}

fn join<T>(handle: JoinHandle<T>) -> T {
    handle.join().expect("the thread does not panic")
}

/// What `tasks` threads take to call `body` once each, from when all have been
/// spawned to when all have been joined.
fn time_of(tasks: u64, body: impl FnOnce() + Clone + Send + 'static) -> Duration {
    let all_and_me = tasks as usize + 1;
    let begin = Arc::new(Barrier::new(all_and_me));
    let handles: Vec<_> = (0..tasks)
        .map(|_| {
            let (begin, body) = (begin.clone(), body.clone());
            spawn(move || {
                begin.wait();
                body();
            })
        })
        .collect();
    begin.wait();
    let start = Instant::now();
    handles.into_iter().for_each(join);
    start.elapsed()
}

impl Peer for OsThreads {
    fn name(&self) -> &'static str {
        "OS threads"
    }

    fn limit(&self) -> Option<Limit> {
        Some(Limit {
            tasks: 5_000,
            reason: "OS threads, of which more would take minutes, and on many systems hit a limit \
                     (ulimit -u, kernel.pid_max, vm.max_map_count)",
        })
    }

    // Without a clock among them: who of them is next is the kernel's secret,
    // so that one has gone round does not say that all have.
    fn yields(&self, tasks: u64, laps: u64, rounds: u64) -> Vec<Duration> {
        let body = move || {
            for _ in 0..laps {
                yield_now();
            }
        };
        (0..rounds).map(|_| time_of(tasks, body)).collect()
    }

    fn spawn_and_join(&self, n: u64) -> Duration {
        let start = Instant::now();
        for number in 0..n {
            black_box(join(spawn(move || number)));
        }
        start.elapsed()
    }

    fn spawn_all_and_join_all(&self, tasks: u64, rounds: u64) -> Vec<Duration> {
        let round = || {
            let start = Instant::now();
            let handles: Vec<_> = (0..tasks).map(|number| spawn(move || number)).collect();
            for handle in handles {
                black_box(join(handle));
            }
            start.elapsed()
        };
        (0..rounds).map(|_| round()).collect()
    }

    fn free_lock(&self, n: u64) -> Duration {
        let mutex = Mutex::new(0);
        let start = Instant::now();
        for _ in 0..n {
            black_box(&mut *black_box(&mutex).lock().expect("nobody has panicked"));
        }
        start.elapsed()
    }

    fn lock_yield_unlock(&self, tasks: u64, turns: u64) -> Duration {
        let mutex = Arc::new(Mutex::new(0));
        time_of(tasks, move || {
            for _ in 0..turns {
                let mut count = mutex.lock().expect("nobody has panicked");
                yield_now();
                *count += 1;
            }
        })
    }

    fn round_trips(&self, n: u64) -> Duration {
        let (ask, asked) = channel();
        let (answer, answered) = channel();
        let other = spawn(move || {
            for question in asked {
                answer.send(question + 1).expect("the one that asks lives");
            }
        });
        let start = Instant::now();
        for number in 0..n {
            ask.send(number).expect("the one that answers lives");
            assert_eq!(answered.recv(), Ok(number + 1));
        }
        let time = start.elapsed();
        drop(ask);
        join(other);
        time
    }

    fn sleepers(&self, tasks: u64) -> Duration {
        let handles: Vec<_> = (0..tasks)
            .map(|number| {
                spawn(move || {
                    let nap = nap(number);
                    let due = Instant::now() + nap;
                    thread::sleep(nap);
                    Woken::due(due)
                })
            })
            .collect();
        Woken::lateness_of_last(handles.into_iter().map(join))
    }

    fn skynet(&self, _leaves: u64) -> [Duration; 2] {
        unreachable!("there are more tasks than it can hold")
    }

    fn parked(&self, tasks: u64) -> u64 {
        let parked = Arc::new(AtomicU64::new(0));
        let before = resident_bytes();
        let handles: Vec<_> = (0..tasks)
            .map(|_| {
                let parked = parked.clone();
                spawn(move || {
                    parked.fetch_add(1, Ordering::Relaxed);
                    thread::park();
                })
            })
            .collect();
        while parked.load(Ordering::Relaxed) < tasks {
            thread::sleep(Duration::from_millis(1));
        }
        let after = resident_bytes();
        for handle in handles {
            handle.thread().unpark();
            join(handle);
        }
        after - before
    }
}
