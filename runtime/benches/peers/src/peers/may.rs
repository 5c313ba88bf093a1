//! may: coroutines with stacks, on a pool of OS threads that here has one
//! worker. Its timers have an OS thread of their own. A coroutine is spawned
//! with `go!`, as its documentation advises; the stack is 64 KiB.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use may::coroutine::{self, JoinHandle, yield_now};
use may::go;
use may::sync::Mutex;
use may::sync::mpsc::channel;

use crate::measure::resident_bytes;
use crate::peer::{Limit, Node, Peer, Woken, nap};

pub(crate) struct May;

/// In words, which is how may counts.
const STACK_SIZE: usize = (64 << 10) / size_of::<usize>();

/// Settles what may asks for once, when the first coroutine is spawned.
fn configure() {
    let config = may::config();
    config.set_workers(1).set_stack_size(STACK_SIZE);
    config.set_worker_pin(false);
}

fn spawn<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    go!(body)
}

fn join<T>(handle: JoinHandle<T>) -> T {
    handle.join().expect("the coroutine does not panic")
}

/// Calls `main` in a coroutine.
fn run<T: Send + 'static>(main: impl FnOnce() -> T + Send + 'static) -> T {
    configure();
    join(spawn(main))
}

impl Peer for May {
    fn name(&self) -> &'static str {
        "may"
    }

    fn limit(&self) -> Option<Limit> {
        Some(Limit {
            tasks: 30_000,
            reason: "coroutines of may, since each stack takes two of the memory mappings that \
                     vm.max_map_count limits to 65 530",
        })
    }

    fn yields(&self, tasks: u64, laps: u64, rounds: u64) -> Vec<Duration> {
        run(move || {
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
        run(move || {
            let start = Instant::now();
            for number in 0..n {
                black_box(join(spawn(move || number)));
            }
            start.elapsed()
        })
    }

    fn spawn_all_and_join_all(&self, tasks: u64, rounds: u64) -> Vec<Duration> {
        run(move || {
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
        run(move || {
            let mutex = Mutex::new(0);
            let start = Instant::now();
            for _ in 0..n {
                black_box(&mut *black_box(&mutex).lock().expect("nobody has panicked"));
            }
            start.elapsed()
        })
    }

    fn lock_yield_unlock(&self, tasks: u64, turns: u64) -> Duration {
        run(move || {
            let mutex = Arc::new(Mutex::new(0));
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
        run(move || {
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
        run(move || {
            let handles: Vec<_> = (0..tasks)
                .map(|number| {
                    spawn(move || {
                        let nap = nap(number);
                        let due = Instant::now() + nap;
                        coroutine::sleep(nap);
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

        run(move || {
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
        // Not in a coroutine: one that yields until others have begun yields
        // for ever, since a worker looks for new ones when it has no old ones.
        configure();
        join(spawn(|| ()));
        let parked = Arc::new(AtomicU64::new(0));
        let before = resident_bytes();
        let handles: Vec<_> = (0..tasks)
            .map(|_| {
                let parked = parked.clone();
                spawn(move || {
                    parked.fetch_add(1, Ordering::Relaxed);
                    coroutine::park();
                })
            })
            .collect();
        while parked.load(Ordering::Relaxed) < tasks {
            thread::sleep(Duration::from_millis(1));
        }
        let after = resident_bytes();
        for handle in handles {
            handle.coroutine().unpark();
            join(handle);
        }
        after - before
    }
}
