//! What is called when a task is done.

use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime::pool::{TaskError, ThreadPool};
use runtime::thread;

use super::{SECOND, nap, panics, quietly};
use crate::common::{named, was_killed};
use crate::support::{Journal, OnDrop, current_name, run};

#[test]
fn callbacks_are_called_in_order_by_the_worker_before_those_that_wait_go_on() {
    run(|| {
        let journal = Journal::default();
        let pool = ThreadPool::new(1);
        let future = nap(&pool, 1);
        for number in [1, 2] {
            let journal = journal.clone();
            future.add_done_callback(move |result| {
                thread::yield_now();
                journal.write(format!("{number}: {result:?} in {}", current_name()));
            });
        }
        let result = future.result();
        journal.write(format!("main has {result:?}"));
        assert_eq!(
            journal.read(),
            [
                "1: Ok(1) in ThreadPool-0_0",
                "2: Ok(1) in ThreadPool-0_0",
                "main has Ok(1)"
            ]
        );
    });
}

#[test]
fn a_callback_that_comes_late_is_called_at_once() {
    run(|| {
        let journal = Journal::default();
        let pool = ThreadPool::new(1);
        let future = nap(&pool, 1);
        thread::sleep(2 * SECOND);
        let theirs = journal.clone();
        future.add_done_callback(move |_| theirs.write(current_name()));
        assert_eq!(journal.read(), ["MainThread"]);
        assert_eq!(future.result().unwrap(), 1);
    });
}

#[test]
fn a_cancelled_task_has_its_callbacks_called_by_whoever_cancels_it() {
    run(|| {
        let journal = Journal::default();
        let pool = ThreadPool::new(1);
        let future = nap(&pool, 1);
        let theirs = journal.clone();
        future.add_done_callback(move |result| {
            theirs.write(format!("{result:?} in {}", current_name()));
        });
        assert!(future.cancel());
        assert!(future.cancel(), "it stays so");
        let said = "Err(the task was cancelled before it began) in MainThread";
        assert_eq!(journal.read(), [said]);
        assert!(matches!(future.result(), Err(TaskError::Cancelled)));
    });
}

#[test]
fn a_panic_in_a_callback_keeps_nobody_from_anything() {
    quietly(|| {
        run(|| {
            let journal = Journal::default();
            let pool = ThreadPool::new(1);
            let future = panics(&pool);
            future.add_done_callback(|_| panic!("in a callback"));
            let theirs = journal.clone();
            future.add_done_callback(move |_| theirs.write("called"));
            let next = nap(&pool, 1);
            assert!(future.result().is_err());
            assert_eq!(next.result().unwrap(), 1);
            assert_eq!(journal.read(), ["called"]);
        });
    });
}

/// The kill goes on when all is done.
#[test]
fn a_worker_that_is_killed_in_a_callback_has_done_its_task() {
    run(|| {
        let journal = Journal::default();
        let pool = ThreadPool::new(1);
        let future = nap(&pool, 1);
        let theirs = journal.clone();
        future.add_done_callback(move |_| {
            thread::current().kill();
            thread::yield_now();
            theirs.write("never");
        });
        let theirs = journal.clone();
        future.add_done_callback(move |_| theirs.write("the next one"));
        let other = pool.submit(current_name).unwrap();
        assert_eq!(future.result().unwrap(), 1);
        assert_eq!(journal.read(), ["the next one"]);
        assert_eq!(other.result().unwrap(), "ThreadPool-0_1");
    });
}

#[test]
fn a_callback_may_add_another_one_and_submit() {
    run(|| {
        let pool = std::rc::Rc::new(ThreadPool::new(1));
        let theirs = std::rc::Rc::clone(&pool);
        let (sender, receiver) = runtime::sync::mpsc::channel();
        let future = nap(&pool, 1);
        future.add_done_callback(move |_| {
            let next = theirs.submit(|| 2).unwrap();
            next.add_done_callback(move |result| {
                sender.send(*result.as_ref().unwrap()).unwrap();
            });
        });
        assert_eq!(receiver.recv(), Ok(2));
        assert_eq!(future.result().unwrap(), 1);
    });
}

#[test]
fn who_is_killed_while_a_cancelled_function_is_dropped_ends() {
    run(|| {
        let pool = ThreadPool::new(1);
        drop(nap(&pool, 5));
        let slow = OnDrop(|| thread::sleep(SECOND));
        let future = pool.submit(move || drop(slow)).unwrap();
        let cancels = named("cancels", move || future.cancel());
        let victim = cancels.thread().clone();
        let kills = named("kills", move || victim.kill());
        was_killed(cancels);
        kills.join().unwrap();
    });
}

/// It may be killed in the destructor of a result that nobody wants.
#[test]
fn a_worker_that_is_killed_while_it_drops_a_result_ends() {
    run(|| {
        let pool = ThreadPool::new(1);
        let slow = || OnDrop(|| thread::sleep(SECOND));
        drop(pool.submit(slow).unwrap());
        let next = pool.submit(current_name).unwrap();
        thread::yield_now();
        let worker = thread::enumerate().pop().unwrap();
        worker.kill();
        assert_eq!(next.result().unwrap(), "ThreadPool-0_1");
    });
}

#[test]
fn a_kill_in_a_late_callback_is_the_callers() {
    run(|| {
        let pool = ThreadPool::new(1);
        let future = nap(&pool, 1);
        thread::sleep(2 * SECOND);
        let sub = thread::spawn(move || {
            let callback = |_: &Result<u32, TaskError>| {
                thread::current().kill();
                thread::yield_now();
            };
            let caught = catch_unwind(AssertUnwindSafe(|| future.add_done_callback(callback)));
            assert!(caught.is_err());
        });
        assert!(sub.join().is_ok());
    });
}
