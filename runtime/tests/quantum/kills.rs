//! With a quantum of a nanosecond, a kill can be told at every safe point: what others
//! share with the one that was killed is whole after it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::ThreadPool;
use runtime::queue::Queue;
use runtime::sync::Barrier;
use runtime::thread;

/// More than any of the works below takes.
const TURNS: usize = 80;

/// Kills a thread that does `work` after so many turns of it, for each number of turns;
/// then `check` looks at what is left.
fn killed_after_each_turn<T: Clone + 'static>(make: fn() -> T, work: fn(T), check: fn(T, usize)) {
    let builder = runtime::Builder::new().quantum(Duration::from_nanos(1));
    builder
        .run(move || {
            for turns in 0..TURNS {
                let shared = make();
                let theirs = shared.clone();
                let victim = thread::spawn(move || work(theirs));
                (0..turns).for_each(|_| thread::yield_now());
                victim.thread().kill();
                let _ = victim.join();
                check(shared, turns);
            }
        })
        .unwrap();
}

#[test]
fn no_item_that_was_left_stays_unfinished() {
    let full = || {
        let queue = Rc::new(Queue::new());
        (0..5).for_each(|number| queue.put(number).unwrap());
        queue
    };
    killed_after_each_turn(
        full,
        |queue| drop(queue.shutdown_now()),
        |queue, turns| {
            drop(queue.shutdown_now());
            assert!(queue.join_timeout(Duration::from_millis(1)), "{turns}");
        },
    );
}

#[test]
fn a_pool_works_on_when_who_submits_is_killed() {
    killed_after_each_turn(
        || Rc::new(ThreadPool::new(2)),
        |pool| (0..3).for_each(|_| drop(pool.submit(thread::checkpoint))),
        |pool, turns| {
            // Both of its workers are still to be had, at the same time.
            let meeting = Rc::new(Barrier::new(2));
            let tasks = [(); 2].map(|()| {
                let meeting = Rc::clone(&meeting);
                pool.submit(move || meeting.wait()).unwrap()
            });
            for task in tasks {
                assert!(task.wait_timeout(Duration::from_secs(1)), "{turns}");
            }
        },
    );
}

#[test]
fn a_pool_works_on_when_workers_are_killed() {
    let builder = runtime::Builder::new().quantum(Duration::from_nanos(1));
    builder
        .run(|| {
            for turns in 0..TURNS {
                let pool = ThreadPool::new(3);
                let workers: Rc<RefCell<Vec<_>>> = Rc::default();
                let tasks = [(); 9].map(|()| {
                    let workers = Rc::clone(&workers);
                    let work = move || {
                        workers.borrow_mut().push(thread::current());
                        thread::checkpoint();
                    };
                    pool.submit(work).unwrap()
                });
                (0..turns).for_each(|_| thread::yield_now());
                for worker in workers.take() {
                    worker.kill();
                }
                for task in tasks {
                    assert!(task.wait_timeout(Duration::from_secs(1)), "{turns}");
                }
            }
        })
        .unwrap();
}
