//! `pool`: threads that do one task after another, and what comes of the tasks.

#[path = "../sync/common.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod common;
#[path = "../support/mod.rs"]
mod support;

mod callbacks;
mod ends;
mod many;
mod property;
mod waits;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use runtime::pool::{Future, TaskError, ThreadPool};
use runtime::thread;

use common::quietly;
use support::{Counter, current_name, run};

const SECOND: Duration = Duration::from_secs(1);

/// What `work` panics with.
#[track_caller]
fn caught<T>(work: impl FnOnce() -> T) -> Box<dyn Any + Send> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(_) => panic!("it came to its end"),
        Err(payload) => payload,
    }
}

/// A task that takes that long.
fn nap(pool: &ThreadPool, seconds: u32) -> Future<u32> {
    let nap = move || {
        thread::sleep(seconds * SECOND);
        seconds
    };
    pool.submit(nap).unwrap()
}

/// A task that panics.
fn panics(pool: &ThreadPool) -> Future<()> {
    pool.submit(|| panic!("oh dear")).unwrap()
}

#[test]
fn tasks_begin_in_the_order_in_which_they_were_submitted_so_many_at_a_time() {
    run(|| {
        let pool = ThreadPool::new(2);
        let futures = [3, 1, 1, 1].map(|seconds| nap(&pool, seconds));
        let phases = || futures.each_ref().map(|it| (it.is_running(), it.is_done()));
        let (pending, runs, done) = ((false, false), (true, false), (false, true));
        assert_eq!(phases(), [pending; 4]);
        thread::sleep(SECOND / 2);
        assert_eq!(phases(), [runs, runs, pending, pending]);
        thread::sleep(SECOND);
        assert_eq!(phases(), [runs, done, runs, pending]);
        thread::sleep(SECOND);
        assert_eq!(phases(), [runs, done, done, runs]);
        thread::sleep(SECOND);
        assert_eq!(phases(), [done; 4]);
    });
}

#[test]
fn a_worker_is_made_only_if_none_is_idle() {
    run(|| {
        let pool = ThreadPool::new(3);
        let name = || pool.submit(current_name).unwrap();
        assert_eq!(thread::active_count(), 1);
        assert_eq!(name().result().unwrap(), "ThreadPool-0_0");
        assert_eq!(name().result().unwrap(), "ThreadPool-0_0");
        assert_eq!(thread::active_count(), 2);
        let both = [name(), name()];
        assert_eq!(thread::active_count(), 3);
        let names = both.map(|name| name.result().unwrap());
        assert_eq!(names, ["ThreadPool-0_0"; 2], "the first was quick enough");
        let all: Vec<_> = (0..9).map(|_| name()).collect();
        assert_eq!(thread::active_count(), 4);
        drop(all);
        assert!(format!("{:?}", ThreadPool::new(1)).contains("ThreadPool-1"));
    });
}

#[test]
fn a_task_that_panics_ends_and_its_worker_goes_on() {
    quietly(|| {
        run(|| {
            let pool = ThreadPool::new(1);
            let fails = panics(&pool);
            let next = pool.submit(current_name).unwrap();
            let error = fails.result().unwrap_err();
            assert_eq!(error.to_string(), "the task has panicked: oh dear");
            let TaskError::Panicked(payload) = error else {
                panic!("{error}")
            };
            assert!(payload.is::<&str>());
            assert_eq!(next.result().unwrap(), "ThreadPool-0_0");
        });
    });
}

#[test]
fn what_is_submitted_is_dropped_once_whatever_becomes_of_it() {
    quietly(|| {
        run(|| {
            let (functions, results) = (Counter::default(), Counter::default());
            let pool = ThreadPool::new(1);
            let submit = |ends: fn()| {
                let (dropped, result) = (functions.on_drop(), results.on_drop());
                pool.submit(move || {
                    let _dropped = dropped;
                    ends();
                    result
                })
                .unwrap()
            };
            let _kept = submit(|| ());
            drop(submit(|| ()).result());
            drop(submit(|| ()));
            let panics = submit(|| panic!());
            let cancelled = submit(|| ());
            assert!(cancelled.cancel());
            drop(panics.result());
            assert_eq!((functions.get(), results.get()), (5, 4));
        });
    });
}

#[test]
fn a_future_is_asked_again_after_it_was_not_done_in_time() {
    run(|| {
        let pool = ThreadPool::new(1);
        let future = nap(&pool, 3);
        let future = match future.result_timeout(Duration::ZERO) {
            Err(runtime::pool::ResultTimeoutError::TimedOut(future)) => future,
            other => panic!("{other:?}"),
        };
        let future = match future.result_timeout(SECOND) {
            Err(runtime::pool::ResultTimeoutError::TimedOut(future)) => future,
            other => panic!("{other:?}"),
        };
        assert_eq!(future.result_timeout(Duration::MAX).unwrap(), 3);
    });
}

#[test]
fn a_task_may_submit_to_its_own_pool_and_a_result_may_be_taken_elsewhere() {
    run(|| {
        let pool = std::rc::Rc::new(ThreadPool::new(2));
        let theirs = std::rc::Rc::clone(&pool);
        let outer = pool.submit(move || theirs.submit(|| 7).unwrap()).unwrap();
        let inner = outer.result().unwrap();
        assert_eq!(thread::spawn(|| inner.result().unwrap()).join().unwrap(), 7);
    });
}
