//! `Future`, after test_future.py of CPython's Lib/test/test_concurrent_futures: here
//! `pool::Future`.
//!
//! Does not apply: `set_result` and `set_exception`, twice too, and futures in states
//! that nobody has brought them to (only a worker settles a future); `_get_snapshot`, and
//! the names of the classes.
//!
//! Differs on purpose:
//!
//! - `result` takes the future, and `exception` is the error of the `Result`.
//! - Callbacks get what came of the task, not the future, and are called before anybody
//!   goes on who waits; so the future is done only when they have returned.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::{Future, Pending, ResultTimeoutError, TaskError, ThreadPool, Wait};
use runtime::sync::Event;
use runtime::thread;

use crate::bunch::{SECOND, settle};
use crate::support::{Journal, OnDrop, run};

/// A future in each state that there is.
pub(crate) struct Each {
    pub(crate) pending: Future<u32>,
    pub(crate) running: Future<u32>,
    pub(crate) cancelled: Future<u32>,
    pub(crate) failed: Future<u32>,
    pub(crate) succeeded: Future<u32>,
}

/// Calls `look` with a future in each state.
pub(crate) fn with_each(look: impl FnOnce(Each) + 'static) {
    run(|| {
        let (pool, finish) = (ThreadPool::new(1), Rc::new(Event::new()));
        let theirs = Rc::clone(&finish);
        let [succeeded, failed] = [1, 0].map(|n| pool.submit(move || 42_u32 / n).unwrap());
        let running = pool.submit(move || {
            theirs.wait();
            1
        });
        let [cancelled, pending] = [2, 3].map(|n| pool.submit(move || n).unwrap());
        cancelled.cancel();
        settle();
        let _at_the_end = OnDrop(|| finish.set());
        look(Each {
            pending,
            running: running.unwrap(),
            cancelled,
            failed,
            succeeded,
        });
    });
}

impl Each {
    fn map<R>(&self, look: impl Fn(&Future<u32>) -> R) -> [R; 5] {
        [
            &self.pending,
            &self.running,
            &self.cancelled,
            &self.failed,
            &self.succeeded,
        ]
        .map(look)
    }
}

/// A task that waits until that is set, and then gives the number.
pub(crate) fn when(pool: &ThreadPool, event: &Rc<Event>, number: u32) -> Future<u32> {
    let event = Rc::clone(event);
    let task = move || {
        event.wait();
        number
    };
    pool.submit(task).unwrap()
}

#[test]
fn a_future_is_done_when_it_was_cancelled_has_failed_or_succeeded() {
    with_each(|each| {
        let done = each.map(Future::is_done);
        assert_eq!(done, [false, false, true, true, true]);
    });
}

#[test]
fn a_future_runs_while_a_worker_is_at_it() {
    with_each(|each| {
        let running = each.map(Future::is_running);
        assert_eq!(running, [false, true, false, false, false]);
    });
}

#[test]
fn a_future_says_whether_it_was_cancelled() {
    with_each(|each| {
        let cancelled = each.map(Future::is_cancelled);
        assert_eq!(cancelled, [false, false, true, false, false]);
    });
}

#[test]
fn only_what_has_not_begun_can_be_cancelled() {
    with_each(|each| {
        let is_now = each.map(Future::cancel);
        assert_eq!(is_now, [true, false, true, false, false]);
        assert_eq!(each.map(Future::is_cancelled), is_now);
    });
}

#[test]
fn a_result_with_no_time_is_there_or_not() {
    with_each(|each| {
        let soon = |future: Future<u32>| future.result_timeout(Duration::ZERO);
        for unfinished in [each.pending, each.running] {
            let result = soon(unfinished);
            assert!(matches!(result, Err(ResultTimeoutError::TimedOut(_))));
        }
        let result = soon(each.cancelled);
        let Err(ResultTimeoutError::Task(TaskError::Cancelled)) = result else {
            panic!("{result:?}")
        };
        let result = soon(each.failed);
        let Err(ResultTimeoutError::Task(TaskError::Panicked(_))) = result else {
            panic!("{result:?}")
        };
        assert_eq!(soon(each.succeeded).unwrap(), 42);
    });
}

#[test]
fn what_a_future_shows_says_its_state() {
    with_each(|each| {
        let shown = each.map(|future| format!("{future:?}"));
        assert!(shown[0].contains("Pending"), "{shown:?}");
        assert!(shown[1].contains("Running"), "{shown:?}");
        assert!(shown[2..].iter().all(|it| it.contains("Done")), "{shown:?}");
    });
}

#[test]
fn an_error_can_be_looked_at_without_being_taken() {
    with_each(|each| {
        let failed = each.map(|future| future.peek(Result::is_err));
        let settled = [Some(true), Some(true), Some(false)];
        assert_eq!(failed, [&[None, None], &settled[..]].concat()[..]);
        assert_eq!(each.succeeded.result().unwrap(), 42);
    });
}

#[test]
fn who_waits_for_a_result_gets_it_when_it_comes() {
    run(|| {
        let pool = ThreadPool::new(1);
        let slow = pool.submit(|| {
            thread::sleep(SECOND);
            42
        });
        assert_eq!(slow.unwrap().result_timeout(5 * SECOND).unwrap(), 42);
    });
}

#[test]
fn who_waits_for_a_result_gets_the_panic_when_it_comes() {
    run(|| {
        let pool = ThreadPool::new(1);
        let slow = pool.submit(|| {
            thread::sleep(SECOND);
            panic!("oh dear")
        });
        let Err::<(), _>(TaskError::Panicked(payload)) = slow.unwrap().result() else {
            panic!("it has panicked")
        };
        assert_eq!(payload.downcast_ref(), Some(&"oh dear"));
    });
}

/// What a thread gets that waits for a task, which is pending and then ended like that.
fn waits_for_pending(end: impl FnOnce(&ThreadPool) + 'static) {
    run(|| {
        let (pool, finish) = (ThreadPool::new(1), Rc::new(Event::new()));
        let first = when(&pool, &finish, 1);
        let pending = pool.submit(|| 2).unwrap();
        let waits = thread::spawn(move || pending.result());
        settle();
        end(&pool);
        let result = waits.join().unwrap();
        assert!(matches!(result, Err(TaskError::Cancelled)));
        assert!(!first.is_done());
        finish.set();
    });
}

#[test]
fn who_waits_for_a_result_hears_that_the_task_was_cancelled() {
    waits_for_pending(|pool| {
        pool.shutdown(Wait::No, Pending::Cancel);
    });
}

#[test]
fn many_may_wait_for_tasks_of_one_pool() {
    run(|| {
        let (pool, go) = (ThreadPool::new(5), Rc::new(Event::new()));
        let tasks: Vec<_> = (0..20).map(|n| when(&pool, &go, n)).collect();
        let waits: Vec<_> = tasks
            .into_iter()
            .map(|task| thread::spawn(move || task.result().unwrap()))
            .collect();
        settle();
        go.set();
        let results = waits.into_iter().map(|it| it.join().unwrap());
        assert!(results.eq(0..20));
    });
}

#[test]
fn a_callback_gets_the_result() {
    run(|| {
        let (pool, got) = (ThreadPool::new(1), Rc::new(Cell::new(0)));
        let theirs = Rc::clone(&got);
        let task = pool.submit(|| 5).unwrap();
        task.add_done_callback(move |result| theirs.set(*result.as_ref().unwrap()));
        assert_eq!((task.result().unwrap(), got.get()), (5, 5));
    });
}

#[test]
fn a_callback_gets_the_panic() {
    run(|| {
        let (pool, got) = (ThreadPool::new(1), Journal::default());
        let theirs = got.clone();
        let task = pool.submit(|| panic!("test")).unwrap();
        task.add_done_callback(move |result: &Result<(), _>| {
            theirs.write(result.as_ref().unwrap_err().to_string());
        });
        assert!(task.result().is_err());
        assert_eq!(got.read(), ["the task has panicked: test"]);
    });
}

#[test]
fn a_callback_hears_of_a_cancellation() {
    run(|| {
        let (pool, was_cancelled) = (ThreadPool::new(1), Rc::new(Cell::new(false)));
        let theirs = Rc::clone(&was_cancelled);
        let task = pool.submit(|| ()).unwrap();
        task.add_done_callback(move |result| {
            theirs.set(matches!(result, Err(TaskError::Cancelled)));
        });
        assert!(task.cancel());
        assert!(was_cancelled.get());
    });
}

#[test]
fn callbacks_are_called_in_the_order_in_which_they_were_added_once_each() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let task = pool.submit(|| ()).unwrap();
        for name in ["a", "b", "c"] {
            let journal = journal.clone();
            task.add_done_callback(move |_| journal.write(name));
        }
        task.result().unwrap();
        assert_eq!(journal.read(), ["a", "b", "c"]);
    });
}

#[test]
fn a_callback_that_panics_stops_no_other_and_changes_no_result() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let task = pool.submit(|| 5).unwrap();
        let theirs = journal.clone();
        task.add_done_callback(|_| panic!("doh"));
        task.add_done_callback(move |_| theirs.write("called"));
        assert_eq!(task.result().unwrap(), 5);
        assert_eq!(journal.read(), ["called"]);
        assert_eq!(pool.submit(|| 6).unwrap().result().unwrap(), 6);
    });
}

#[test]
fn a_callback_that_comes_late_is_called_at_once() {
    with_each(|each| {
        let journal = Journal::default();
        let add = |future: &Future<u32>| {
            let journal = journal.clone();
            future.add_done_callback(move |result| journal.write(format!("{result:?}")));
        };
        each.map(add);
        let called = journal.read();
        assert_eq!(called.len(), 3);
        assert_eq!(called[0], "Err(the task was cancelled before it began)");
        assert!(called[1].contains("divide by zero"), "{called:?}");
        assert_eq!(called[2], "Ok(42)");
    });
}

#[test]
fn a_callback_that_comes_late_and_panics_changes_nothing() {
    with_each(|each| {
        each.succeeded.add_done_callback(|_| panic!("doh"));
        assert_eq!(each.succeeded.result().unwrap(), 42);
    });
}

#[test]
fn a_callback_that_comes_while_another_one_waits_is_called_as_well() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let task = pool.submit(|| 5).unwrap();
        for name in ["early", "late", "last"] {
            let journal = journal.clone();
            task.add_done_callback(move |_| {
                thread::sleep(SECOND);
                journal.write(name);
            });
            settle();
        }
        assert_eq!(task.result().unwrap(), 5);
        assert_eq!(journal.read(), ["early", "late", "last"]);
    });
}

#[test]
fn a_task_whose_cancellation_is_under_way_is_cancelled() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(1), Rc::new(Event::new()));
        let _first = when(&pool, &finish, 1);
        let task = Rc::new(pool.submit(|| ()).unwrap());
        task.add_done_callback(|_| thread::sleep(SECOND));
        let theirs = Rc::clone(&task);
        let cancels = thread::spawn(move || theirs.cancel());
        settle();
        assert!(task.cancel());
        assert!(cancels.join().unwrap());
        finish.set();
    });
}

#[test]
fn a_task_that_catches_its_panic_succeeds() {
    run(|| {
        let pool = ThreadPool::new(1);
        let catches = pool.submit(|| catch_unwind(|| panic!("oh dear")).is_err());
        assert!(catches.unwrap().result().unwrap());
    });
}
