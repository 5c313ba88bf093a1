//! What comes of many tasks: `map`, `wait` and `as_completed`.

use std::panic::resume_unwind;
use std::time::Duration;

use runtime::pool::{
    Pending, ReturnWhen, TaskError, ThreadPool, Wait, as_completed, wait, wait_timeout,
};
use runtime::thread;

use super::{SECOND, caught, nap, panics, quietly};
use crate::support::{Counter, run};

fn seconds(futures: Vec<runtime::pool::Future<u32>>) -> Vec<u32> {
    let results = futures.into_iter().map(|future| future.result());
    results.map(Result::unwrap).collect()
}

#[test]
fn the_results_of_a_map_come_in_the_order_of_the_items() {
    run(|| {
        let pool = ThreadPool::new(4);
        let nap = |seconds: u32| {
            thread::sleep(seconds * SECOND);
            seconds
        };
        let start = runtime::time::Instant::now();
        let results = pool.map([4, 1, 3, 2], nap).unwrap();
        let results: Result<Vec<_>, _> = results.collect();
        assert_eq!(results.unwrap(), [4, 1, 3, 2]);
        assert_eq!(start.elapsed().as_secs(), 4);
    });
}

#[test]
fn a_map_is_done_though_nobody_asks_for_the_results() {
    run(|| {
        let done = Counter::default();
        let pool = ThreadPool::new(2);
        let theirs = done.clone();
        drop(pool.map(0..5, move |_| theirs.add()).unwrap());
        drop(pool);
        assert_eq!(done.get(), 5);
    });
}

#[test]
fn a_map_of_which_somebody_has_asked_cancels_what_has_not_begun() {
    run(|| {
        let done = Counter::default();
        let pool = ThreadPool::new(1);
        let theirs = done.clone();
        let work = move |_| {
            thread::sleep(SECOND);
            theirs.add();
        };
        let mut results = pool.map(0..5, work).unwrap();
        results.next().unwrap().unwrap();
        thread::yield_now();
        drop(results);
        drop(pool);
        assert_eq!(done.get(), 2, "the second had begun");
    });
}

#[test]
fn a_lazy_map_takes_items_as_results_are_taken() {
    run(|| {
        let taken = Counter::default();
        let theirs = taken.clone();
        let pool = ThreadPool::new(2);
        let items = (1..).inspect(move |_| theirs.add());
        let mut results = pool.map_ahead(3, items, |n: u32| n * n).unwrap();
        assert_eq!(taken.get(), 3);
        thread::sleep(SECOND);
        assert_eq!(taken.get(), 3);
        assert_eq!(results.next().unwrap().unwrap(), 1);
        assert_eq!(taken.get(), 4);
        assert_eq!(results.next().unwrap().unwrap(), 4);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
        assert_eq!(results.next().unwrap().unwrap(), 9);
        assert!(results.next().unwrap().is_ok() && results.next().unwrap().is_ok());
        let refused = results.next().unwrap().unwrap_err();
        assert!(matches!(refused, TaskError::NotSubmitted(_)), "{refused}");
        assert!(results.next().is_none(), "no more are taken");
    });
}

#[test]
fn a_result_that_was_taken_when_the_items_panic_is_the_next_one() {
    run(|| {
        let pool = ThreadPool::new(1);
        let items = (1..).inspect(|&n| {
            if n == 3 {
                resume_unwind(Box::new("three"));
            }
        });
        let mut results = pool.map_ahead(2, items, |n: u32| n).unwrap();
        drop(caught(|| results.next()));
        assert_eq!(results.next().unwrap().unwrap(), 1);
        assert_eq!(results.next().unwrap().unwrap(), 2);
    });
}

#[test]
fn a_lazy_map_has_an_end_if_the_items_have() {
    run(|| {
        let pool = ThreadPool::new(2);
        let results = pool.map_ahead(0, 0..4, |n| n).unwrap();
        assert_eq!(
            results.map(Result::unwrap).collect::<Vec<_>>(),
            [0, 1, 2, 3]
        );
        assert!(pool.map(0..0, |n: u32| n).unwrap().next().is_none());
    });
}

#[test]
fn items_that_have_come_to_an_end_are_not_asked_for_more() {
    run(|| {
        let pool = ThreadPool::new(2);
        for ahead in [1, 5] {
            let mut items = [Some(1), Some(2), None, Some(3)].into_iter();
            let items = std::iter::from_fn(move || items.next().flatten());
            let results = pool.map_ahead(ahead, items, |n: u32| n).unwrap();
            let results: Vec<u32> = results.map(Result::unwrap).collect();
            assert_eq!(results, [1, 2], "{ahead} ahead");
        }
    });
}

#[test]
fn a_panic_in_a_map_is_in_its_place() {
    quietly(|| {
        run(|| {
            let pool = ThreadPool::new(2);
            let results = pool.map([1, 0, 2], |n: u32| 10 / n).unwrap();
            let results: Vec<_> = results.map(Result::ok).collect();
            assert_eq!(results, [Some(10), None, Some(5)]);
        });
    });
}

#[test]
fn wait_returns_when_it_was_told_to() {
    quietly(|| {
        run(|| {
            let pool = ThreadPool::new(4);
            let tasks = || [3, 1, 2].map(|seconds| nap(&pool, seconds));
            let first = wait(tasks(), ReturnWhen::FirstCompleted);
            assert_eq!((first.done.len(), first.not_done.len()), (1, 2));
            assert_eq!(seconds(first.done), [1]);
            assert_eq!(seconds(first.not_done), [3, 2]);
            let all = wait(tasks(), ReturnWhen::AllCompleted);
            assert_eq!((seconds(all.done), all.not_done.len()), (vec![3, 1, 2], 0));
            let none = wait_timeout(tasks(), ReturnWhen::FirstCompleted, SECOND / 2);
            assert_eq!((none.done.len(), none.not_done.len()), (0, 3));
            drop(none);
            let some = wait_timeout(tasks(), ReturnWhen::AllCompleted, Duration::MAX);
            assert_eq!(some.done.len(), 3);
        });
    });
}

#[test]
fn a_panic_is_what_wait_may_wait_for_and_a_cancelled_task_is_not() {
    quietly(|| {
        run(|| {
            let pool = ThreadPool::new(3);
            let sleeps = |seconds: u32| {
                pool.submit(move || thread::sleep(seconds * SECOND))
                    .unwrap()
            };
            let cancelled = sleeps(1);
            cancelled.cancel();
            let fails = pool.submit(|| {
                thread::sleep(2 * SECOND);
                panic!("at two");
            });
            let tasks = [cancelled, sleeps(1), fails.unwrap(), sleeps(3)];
            let panicked = wait(tasks, ReturnWhen::FirstPanicked);
            assert_eq!((panicked.done.len(), panicked.not_done.len()), (3, 1));
            let fine = wait([sleeps(1), sleeps(2)], ReturnWhen::FirstPanicked);
            assert_eq!(fine.not_done.len(), 0);
            drop(panics(&pool));
        });
    });
}

#[test]
fn futures_come_out_as_their_tasks_are_done_and_those_that_are_done_first() {
    run(|| {
        let pool = ThreadPool::new(4);
        let done = nap(&pool, 1);
        thread::sleep(2 * SECOND);
        let futures = [nap(&pool, 3), nap(&pool, 2), done];
        let order = as_completed(futures);
        assert_eq!(order.len(), 3);
        assert_eq!(seconds(order.collect()), [1, 2, 3]);
        assert!(as_completed::<u32>([]).next().is_none());
    });
}

#[test]
fn who_takes_some_of_them_may_leave_the_rest() {
    run(|| {
        let pool = ThreadPool::new(2);
        let mut order = as_completed([nap(&pool, 2), nap(&pool, 1)]);
        assert!(order.next_timeout(SECOND / 2).is_none());
        assert_eq!(order.next().unwrap().result().unwrap(), 1);
        drop(order);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
    });
}
