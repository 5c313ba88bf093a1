//! With a quantum of a nanosecond, every safe point is a switch: whatever holds of locks,
//! channels, queues and pools holds all the same.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::ThreadPool;
use runtime::queue::Queue;
use runtime::sync::mpsc::{channel, sync_channel};
use runtime::sync::{Barrier, Condvar, Mutex, RwLock, Semaphore};
use runtime::thread;

const THREADS: usize = 8;
const ROUNDS: usize = 50;

/// Under each policy, with a switch wherever there can be one.
fn with_a_switch_everywhere(main: impl Fn() + Clone + 'static) {
    for name in runtime::policy::Scheduler::names() {
        let builder = runtime::Builder::new()
            .quantum(Duration::from_nanos(1))
            .policy(name.parse().unwrap());
        builder
            .run(main.clone())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

fn spawn_all(work: impl Fn(usize) + Clone + 'static) {
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let work = work.clone();
            thread::spawn(move || work(number))
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

#[test]
fn one_at_a_time_has_the_lock() {
    with_a_switch_everywhere(|| {
        let mutex = Rc::new(Mutex::new(0));
        let shared = Rc::clone(&mutex);
        spawn_all(move |_| {
            for _ in 0..ROUNDS {
                let mut guard = shared.lock().unwrap();
                let before = *guard;
                thread::checkpoint();
                *guard = before + 1;
            }
        });
        assert_eq!(*mutex.lock().unwrap(), THREADS * ROUNDS);
    });
}

#[test]
fn readers_and_writers_exclude_each_other() {
    with_a_switch_everywhere(|| {
        let lock = Rc::new(RwLock::new((0, 0)));
        spawn_all(move |number| {
            for _ in 0..ROUNDS {
                if number % 2 == 0 {
                    let mut both = lock.write().unwrap();
                    both.0 += 1;
                    thread::checkpoint();
                    both.1 += 1;
                } else {
                    let both = lock.read().unwrap();
                    thread::checkpoint();
                    assert_eq!(both.0, both.1);
                }
            }
        });
    });
}

#[test]
fn no_notification_is_lost() {
    with_a_switch_everywhere(|| {
        let shared = Rc::new((Mutex::new(0), Condvar::new()));
        spawn_all(move |number| {
            let (turn, changed) = &*shared;
            for round in 0..ROUNDS {
                let mine = round * THREADS + number;
                let mut turn = changed
                    .wait_while(turn.lock().unwrap(), |turn| *turn != mine)
                    .unwrap();
                *turn += 1;
                changed.notify_all();
            }
        });
    });
}

#[test]
fn messages_come_once_and_in_order() {
    with_a_switch_everywhere(|| {
        let (free, from_free) = channel();
        let (bounded, from_bounded) = sync_channel(2);
        for sender in 0..THREADS {
            let (free, bounded) = (free.clone(), bounded.clone());
            thread::spawn(move || {
                for round in 0..ROUNDS {
                    free.send((sender, round)).unwrap();
                    bounded.send((sender, round)).unwrap();
                }
            });
        }
        drop((free, bounded));
        let receivers = [from_free, from_bounded].map(|receiver| {
            thread::spawn(move || {
                let mut next = [0; THREADS];
                for (sender, round) in receiver {
                    assert_eq!(round, next[sender]);
                    next[sender] += 1;
                }
                next
            })
        });
        for receiver in receivers {
            assert_eq!(receiver.join().unwrap(), [ROUNDS; THREADS]);
        }
    });
}

#[test]
fn queues_and_pools_do_all_work_once() {
    with_a_switch_everywhere(|| {
        let queue = Rc::new(Queue::bounded(3));
        let done = Rc::new(Cell::new(0));
        for _ in 0..THREADS {
            let (queue, done) = (Rc::clone(&queue), Rc::clone(&done));
            thread::spawn(move || {
                while let Ok(work) = queue.get() {
                    done.set(done.get() + work);
                    queue.task_done().unwrap();
                }
            });
        }
        for work in 1..=100 {
            queue.put(work).unwrap();
        }
        queue.join();
        queue.shutdown();
        assert_eq!(done.get(), 5050);

        let pool = ThreadPool::new(3);
        let squares: Result<Vec<u64>, _> = pool
            .map(1..=50, |n: u64| {
                thread::checkpoint();
                n * n
            })
            .unwrap()
            .collect();
        assert_eq!(squares.unwrap().iter().sum::<u64>(), 42_925);
    });
}

#[test]
fn barriers_and_semaphores_count_right() {
    with_a_switch_everywhere(|| {
        let barrier = Rc::new(Barrier::new(THREADS));
        let semaphore = Rc::new(Semaphore::new(3));
        let (inside, arrived) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        spawn_all(move |_| {
            for round in 1..=ROUNDS {
                let permit = semaphore.acquire();
                inside.set(inside.get() + 1);
                thread::checkpoint();
                assert!(inside.get() <= 3);
                inside.set(inside.get() - 1);
                drop(permit);
                arrived.set(arrived.get() + 1);
                barrier.wait();
                assert!(arrived.get() >= round * THREADS);
            }
        });
    });
}
