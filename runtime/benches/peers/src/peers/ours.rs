//! This runtime. Each thread has a guarded stack of 64 KiB, the smallest there
//! is.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::error::NoStack;
use runtime::sync::Mutex;
use runtime::sync::mpsc::channel;
use runtime::thread::{self, Builder, JoinHandle, yield_now};

use crate::measure::resident_bytes;
use crate::peer::{Node, Peer, Woken, nap};

pub(crate) struct Ours;

fn spawn<T: 'static>(body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new()
        .stack_size(64 << 10)
        .spawn(body)
        .unwrap_or_else(|error| panic!("a thread was refused: {error}"))
}

fn join<T>(handle: JoinHandle<T>) -> T {
    handle
        .join()
        .unwrap_or_else(|reason| match reason.downcast::<NoStack>() {
            Ok(no_stack) => panic!("{no_stack}"),
            Err(_) => panic!("a thread has ended without a result"),
        })
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn yields(&self, tasks: u64, laps: u64, rounds: u64) -> Vec<Duration> {
        runtime::run(move || {
            // Once round before the clock begins, and once after it has ended.
            let turns = (rounds + 2) * laps;
            let others: Vec<_> = (1..tasks)
                .map(|_| {
                    spawn(move || {
                        for _ in 0..turns {
                            yield_now();
                        }
                    })
                })
                .collect();
            let clock = spawn(move || {
                let lap = || {
                    let start = Instant::now();
                    for _ in 0..laps {
                        yield_now();
                    }
                    start.elapsed()
                };
                lap();
                (0..rounds).map(|_| lap()).collect()
            });
            let times = join(clock);
            others.into_iter().for_each(join);
            times
        })
    }

    fn spawn_and_join(&self, n: u64) -> Duration {
        runtime::run(move || {
            let start = Instant::now();
            for number in 0..n {
                black_box(join(spawn(move || number)));
            }
            start.elapsed()
        })
    }

    fn spawn_all_and_join_all(&self, tasks: u64, rounds: u64) -> Vec<Duration> {
        runtime::run(move || {
            let round = || {
                let start = Instant::now();
                let handles: Vec<_> = (0..tasks).map(|number| spawn(move || number)).collect();
                for handle in handles {
                    black_box(join(handle));
                }
                start.elapsed()
            };
            (0..rounds).map(|_| round()).collect()
        })
    }

    fn free_lock(&self, n: u64) -> Duration {
        runtime::run(move || {
            let mutex = Mutex::new(0);
            let start = Instant::now();
            for _ in 0..n {
                black_box(&mut *black_box(&mutex).lock().expect("nobody has panicked"));
            }
            start.elapsed()
        })
    }

    fn lock_yield_unlock(&self, tasks: u64, turns: u64) -> Duration {
        runtime::run(move || {
            let mutex = Rc::new(Mutex::new(0));
            let start = Instant::now();
            let handles: Vec<_> = (0..tasks)
                .map(|_| {
                    let mutex = mutex.clone();
                    spawn(move || {
                        for _ in 0..turns {
                            let mut count = mutex.lock().expect("nobody has panicked");
                            yield_now();
                            *count += 1;
                        }
                    })
                })
                .collect();
            handles.into_iter().for_each(join);
            start.elapsed()
        })
    }

    fn round_trips(&self, n: u64) -> Duration {
        runtime::run(move || {
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
        })
    }

    fn sleepers(&self, tasks: u64) -> Duration {
        runtime::run(move || {
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
        })
    }

    fn skynet(&self, leaves: u64) -> [Duration; 2] {
        fn grow(node: Node) -> u64 {
            if let Some(number) = node.leaf() {
                return number;
            }
            let children = node.children().map(|child| spawn(move || grow(child)));
            children.into_iter().map(join).sum()
        }

        runtime::run(move || {
            [(); 2].map(|()| {
                let start = Instant::now();
                let sum = join(spawn(move || grow(Node::root(leaves))));
                let time = start.elapsed();
                Node::check(leaves, sum);
                time
            })
        })
    }

    fn parked(&self, tasks: u64) -> u64 {
        runtime::run(move || {
            let parked = Rc::new(Cell::new(0));
            let before = resident_bytes();
            let handles: Vec<_> = (0..tasks)
                .map(|_| {
                    let parked = parked.clone();
                    spawn(move || {
                        parked.set(parked.get() + 1);
                        thread::park();
                    })
                })
                .collect();
            // The turn comes back when all have had theirs.
            yield_now();
            let after = resident_bytes();
            let lost = tasks - parked.get();
            for handle in handles {
                handle.thread().unpark();
                join(handle);
            }
            assert_eq!(lost, 0, "so many threads did not get to park");
            after - before
        })
    }
}
