//! async-executor's `LocalExecutor`, driven by futures-lite's `block_on` on one
//! OS thread: tasks without stacks, which need not be `Send`. Locks are
//! async-lock's, channels async-channel's, and timers async-io's, whose own
//! `block_on` drives the sleepers.

use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_channel::unbounded;
use async_executor::{LocalExecutor, Task};
use async_io::Timer;
use async_lock::Mutex;
use futures_lite::future::{self, yield_now};

use super::gate::Gate;
use crate::measure::resident_bytes;
use crate::peer::{Node, Peer, Woken, nap};

pub(crate) struct AsyncExecutor(Executor);

/// Never freed, so that tasks may spawn tasks.
type Executor = &'static LocalExecutor<'static>;

impl AsyncExecutor {
    pub(crate) fn new() -> Self {
        Self(Box::leak(Box::new(LocalExecutor::new())))
    }

    /// Runs `main` as a task among the others.
    fn run<T: 'static>(&self, main: impl Future<Output = T> + 'static) -> T {
        future::block_on(self.0.run(self.0.spawn(main)))
    }
}

async fn join_all<T>(tasks: Vec<Task<T>>) {
    for task in tasks {
        black_box(task.await);
    }
}

impl Peer for AsyncExecutor {
    fn name(&self) -> &'static str {
        "async-executor"
    }

    fn yields(&self, tasks: u64, laps: u64, rounds: u64) -> Vec<Duration> {
        let executor = self.0;
        self.run(async move {
            // Once round before the clock begins, and once after it has ended.
            let turns = (rounds + 2) * laps;
            let others: Vec<_> = (1..tasks)
                .map(|_| {
                    executor.spawn(async move {
                        for _ in 0..turns {
                            yield_now().await;
                        }
                    })
                })
                .collect();
            let clock = executor.spawn(async move {
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
            let times = clock.await;
            join_all(others).await;
            times
        })
    }

    fn spawn_and_join(&self, n: u64) -> Duration {
        let executor = self.0;
        self.run(async move {
            let start = Instant::now();
            for number in 0..n {
                black_box(executor.spawn(async move { number }).await);
            }
            start.elapsed()
        })
    }

    fn spawn_all_and_join_all(&self, tasks: u64, rounds: u64) -> Vec<Duration> {
        let executor = self.0;
        self.run(async move {
            let mut times = Vec::new();
            for _ in 0..rounds {
                let start = Instant::now();
                let handles: Vec<_> = (0..tasks)
                    .map(|number| executor.spawn(async move { number }))
                    .collect();
                join_all(handles).await;
                times.push(start.elapsed());
            }
            times
        })
    }

    fn free_lock(&self, n: u64) -> Duration {
        self.run(async move {
            let mutex = Mutex::new(0);
            let start = Instant::now();
            for _ in 0..n {
                black_box(&mut *black_box(&mutex).lock().await);
            }
            start.elapsed()
        })
    }

    fn lock_yield_unlock(&self, tasks: u64, turns: u64) -> Duration {
        let executor = self.0;
        self.run(async move {
            let mutex = Rc::new(Mutex::new(0));
            let start = Instant::now();
            let handles: Vec<_> = (0..tasks)
                .map(|_| {
                    let mutex = mutex.clone();
                    executor.spawn(async move {
                        for _ in 0..turns {
                            let mut count = mutex.lock().await;
                            yield_now().await;
                            *count += 1;
                        }
                    })
                })
                .collect();
            join_all(handles).await;
            start.elapsed()
        })
    }

    fn round_trips(&self, n: u64) -> Duration {
        let executor = self.0;
        self.run(async move {
            let (ask, asked) = unbounded();
            let (answer, answered) = unbounded();
            let other = executor.spawn(async move {
                while let Ok(question) = asked.recv().await {
                    let sent = answer.send(question + 1).await;
                    sent.expect("the one that asks lives");
                }
            });
            let start = Instant::now();
            for number in 0..n {
                let sent = ask.send(number).await;
                sent.expect("the one that answers lives");
                assert_eq!(answered.recv().await, Ok(number + 1));
            }
            let time = start.elapsed();
            drop(ask);
            other.await;
            time
        })
    }

    fn sleepers(&self, tasks: u64) -> Duration {
        let executor = self.0;
        async_io::block_on(executor.run(async move {
            let handles: Vec<_> = (0..tasks)
                .map(|number| {
                    executor.spawn(async move {
                        let nap = nap(number);
                        let due = Instant::now() + nap;
                        Timer::after(nap).await;
                        Woken::due(due)
                    })
                })
                .collect();
            let mut woken = Vec::new();
            for handle in handles {
                woken.push(handle.await);
            }
            Woken::lateness_of_last(woken)
        }))
    }

    fn skynet(&self, leaves: u64) -> [Duration; 2] {
        async fn grow(executor: Executor, node: Node) -> u64 {
            if let Some(number) = node.leaf() {
                return number;
            }
            let spawn = |child| executor.spawn(grow(executor, child));
            let children = node.children().map(spawn);
            let mut sum = 0;
            for child in children {
                sum += child.await;
            }
            sum
        }

        let executor = self.0;
        self.run(async move {
            let mut times = [Duration::ZERO; 2];
            for time in &mut times {
                let start = Instant::now();
                let sum = executor.spawn(grow(executor, Node::root(leaves))).await;
                *time = start.elapsed();
                Node::check(leaves, sum);
            }
            times
        })
    }

    fn parked(&self, tasks: u64) -> u64 {
        let executor = self.0;
        self.run(async move {
            let before = resident_bytes();
            let gate = Rc::new(Gate::new(tasks));
            let handles: Vec<_> = (0..tasks)
                .map(|_| {
                    let gate = gate.clone();
                    executor.spawn(async move { gate.pass().await })
                })
                .collect();
            while gate.waiting() < tasks {
                yield_now().await;
            }
            let after = resident_bytes();
            gate.open();
            join_all(handles).await;
            after - before
        })
    }
}
