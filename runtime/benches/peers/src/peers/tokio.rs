//! tokio's current-thread scheduler: tasks without stacks. It is built without
//! what a workload does not need (timers, except for the sleepers), which is
//! the best case for it. Its budget, which makes a task yield after 128
//! operations that could have waited, is left on.

use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::spawn;
use tokio::sync::Mutex;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::{JoinHandle, yield_now};
use tokio::time;

use super::gate::Gate;
use crate::measure::resident_bytes;
use crate::peer::{Node, Peer, Woken, nap};

pub(crate) struct Tokio;

async fn join<T>(handle: JoinHandle<T>) -> T {
    handle.await.expect("the task does not panic")
}

/// Runs `main` as a task among the others.
fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
    run_on(Builder::new_current_thread().build(), main)
}

fn run_on<T: Send + 'static>(
    runtime: io::Result<Runtime>,
    main: impl Future<Output = T> + Send + 'static,
) -> T {
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime could be had: {error}"));
    runtime.block_on(async { join(spawn(main)).await })
}

impl Peer for Tokio {
    fn name(&self) -> &'static str {
        "tokio"
    }

    fn yields(&self, tasks: u64, laps: u64, rounds: u64) -> Vec<Duration> {
        run(async move {
            // Once round before the clock begins, and once after it has ended.
            let turns = (rounds + 2) * laps;
            let others: Vec<_> = (1..tasks)
                .map(|_| {
                    spawn(async move {
                        for _ in 0..turns {
                            yield_now().await;
                        }
                    })
                })
                .collect();
            let clock = spawn(async move {
                let lap = async || {
                    let start = Instant::now();
                    for _ in 0..laps {
                        yield_now().await;
                    }
                    start.elapsed()
                };
                lap().await;
                let mut times = Vec::new();
                for _ in 0..rounds {
                    times.push(lap().await);
                }
                times
            });
            let times = join(clock).await;
            for other in others {
                join(other).await;
            }
            times
        })
    }

    fn spawn_and_join(&self, n: u64) -> Duration {
        run(async move {
            let start = Instant::now();
            for number in 0..n {
                black_box(join(spawn(async move { number })).await);
            }
            start.elapsed()
        })
    }

    fn spawn_all_and_join_all(&self, tasks: u64, rounds: u64) -> Vec<Duration> {
        run(async move {
            let mut times = Vec::new();
            for _ in 0..rounds {
                let start = Instant::now();
                let handles: Vec<_> = (0..tasks)
                    .map(|number| spawn(async move { number }))
                    .collect();
                for handle in handles {
                    black_box(join(handle).await);
                }
                times.push(start.elapsed());
            }
            times
        })
    }

    fn free_lock(&self, n: u64) -> Duration {
        run(async move {
            let mutex = Mutex::new(0);
            let start = Instant::now();
            for _ in 0..n {
                black_box(&mut *black_box(&mutex).lock().await);
            }
            start.elapsed()
        })
    }

    fn lock_yield_unlock(&self, tasks: u64, turns: u64) -> Duration {
        run(async move {
            let mutex = Arc::new(Mutex::new(0));
            let start = Instant::now();
            let handles: Vec<_> = (0..tasks)
                .map(|_| {
                    let mutex = mutex.clone();
                    spawn(async move {
                        for _ in 0..turns {
                            let mut count = mutex.lock().await;
                            yield_now().await;
                            *count += 1;
                        }
                    })
                })
                .collect();
            for handle in handles {
                join(handle).await;
            }
            start.elapsed()
        })
    }

    fn round_trips(&self, n: u64) -> Duration {
        run(async move {
            let (ask, mut asked) = unbounded_channel();
            let (answer, mut answered) = unbounded_channel();
            let other = spawn(async move {
                while let Some(question) = asked.recv().await {
                    answer.send(question + 1).expect("the one that asks lives");
                }
            });
            let start = Instant::now();
            for number in 0..n {
                ask.send(number).expect("the one that answers lives");
                assert_eq!(answered.recv().await, Some(number + 1));
            }
            let time = start.elapsed();
            drop(ask);
            join(other).await;
            time
        })
    }

    fn sleepers(&self, tasks: u64) -> Duration {
        let runtime = Builder::new_current_thread().enable_time().build();
        run_on(runtime, async move {
            let handles: Vec<_> = (0..tasks)
                .map(|number| {
                    spawn(async move {
                        let nap = nap(number);
                        let due = Instant::now() + nap;
                        time::sleep(nap).await;
                        Woken::due(due)
                    })
                })
                .collect();
            let mut woken = Vec::new();
            for handle in handles {
                woken.push(join(handle).await);
            }
            Woken::lateness_of_last(woken)
        })
    }

    fn skynet(&self, leaves: u64) -> [Duration; 2] {
        #[expect(
            clippy::manual_async_fn,
            reason = "of an `async fn` that spawns itself the compiler cannot tell whether it is `Send`"
        )]
        fn grow(node: Node) -> impl Future<Output = u64> + Send {
            async move {
                if let Some(number) = node.leaf() {
                    return number;
                }
                let children = node.children().map(|child| spawn(grow(child)));
                let mut sum = 0;
                for child in children {
                    sum += join(child).await;
                }
                sum
            }
        }

        run(async move {
            let mut times = [Duration::ZERO; 2];
            for time in &mut times {
                let start = Instant::now();
                let sum = join(spawn(grow(Node::root(leaves)))).await;
                *time = start.elapsed();
                Node::check(leaves, sum);
            }
            times
        })
    }

    fn parked(&self, tasks: u64) -> u64 {
        run(async move {
            let before = resident_bytes();
            let gate = Arc::new(Gate::new(tasks));
            let handles: Vec<_> = (0..tasks)
                .map(|_| {
                    let gate = gate.clone();
                    spawn(async move { gate.pass().await })
                })
                .collect();
            while gate.waiting() < tasks {
                yield_now().await;
            }
            let after = resident_bytes();
            gate.open();
            for handle in handles {
                join(handle).await;
            }
            after - before
        })
    }
}
