//! `Future`, `wait` and `as_completed`, after test_future.py, test_wait.py and
//! test_as_completed.py of CPython's Lib/test/test_concurrent_futures: here
//! `pool::Future`, `pool::wait` and `pool::as_completed`.
//!
//! Does not apply: `set_result` and `set_exception`, twice too, and futures in states
//! that nobody has brought them to (only a worker settles a future); duplicates among
//! the futures that are waited for (there is one for each task); `_get_snapshot`, the
//! names of the classes, and the lock order of many waiters.
//!
//! Differs on purpose:
//!
//! - `result` takes the future, and `exception` is the error of the `Result`.
//! - Callbacks get what came of the task, not the future, and are called before anybody
//!   goes on who waits; so the future is done only when they have returned.
//! - A future that was cancelled is done at once. In Python `wait` leaves it among those
//!   that are not done until a worker has come across it.
//! - The timeout of `as_completed` counts from each step, and says nothing of how many
//!   are left: `len` does.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::{
    Future, Pending, ResultTimeoutError, ReturnWhen, TaskError, ThreadPool, Wait, as_completed,
    wait, wait_timeout,
};
use runtime::sync::Event;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{SECOND, settle};
use crate::support::{Journal, OnDrop, run};

/// A future in each state that there is.
struct Each {
    pending: Future<u32>,
    running: Future<u32>,
    cancelled: Future<u32>,
    failed: Future<u32>,
    succeeded: Future<u32>,
}

/// Calls `look` with a future in each state.
fn with_each(look: impl FnOnce(Each) + 'static) {
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
fn when(pool: &ThreadPool, event: &Rc<Event>, number: u32) -> Future<u32> {
    let event = Rc::clone(event);
    let task = move || {
        event.wait();
        number
    };
    pool.submit(task).unwrap()
}

/// What came of those that are done, in order.
fn values(futures: Vec<Future<u32>>) -> Vec<u32> {
    futures.into_iter().map(|it| it.result().unwrap()).collect()
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
fn who_is_killed_in_a_callback_of_a_shutdown_leaves_nobody_waiting() {
    run(|| {
        let (pool, finish) = (Rc::new(ThreadPool::new(1)), Rc::new(Event::new()));
        let first = when(&pool, &finish, 1);
        let [second, third] = [2, 3].map(|n| pool.submit(move || n).unwrap());
        settle();
        second.add_done_callback(|_| thread::sleep(SECOND));
        let theirs = Rc::clone(&pool);
        let closes = thread::spawn(move || theirs.shutdown(Wait::No, Pending::Cancel));
        settle();
        closes.thread().kill();
        closes.join().unwrap_err();
        assert!(matches!(third.result(), Err(TaskError::Cancelled)));
        finish.set();
        assert_eq!(first.result().unwrap(), 1);
    });
}

#[test]
fn every_callback_is_called_when_the_program_is_over() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let body = move || {
            let pool = ThreadPool::new(1);
            let tasks = ["begun", "pending", "last"].map(|name| {
                let (task, journal) = (pool.submit(thread::park).unwrap(), theirs.clone());
                task.add_done_callback(move |result| {
                    journal.write(format!("{name}: {:?}", result.as_ref().unwrap_err()));
                });
                task
            });
            thread::park();
            drop(tasks);
        };
        thread::Builder::new().daemon(true).spawn(body).unwrap();
        settle();
    });
    let [killed, cancelled] = [
        "the worker was killed while it did the task",
        "the task was cancelled before it began",
    ];
    let expected = [
        ("begun", killed),
        ("pending", cancelled),
        ("last", cancelled),
    ];
    assert_eq!(
        journal.read(),
        expected.map(|(name, how)| format!("{name}: {how}"))
    );
}

#[test]
fn a_wait_for_all_waits_for_all() {
    with_each(|each| {
        let pool = ThreadPool::new(5);
        let quotients = [0, 1].map(|n: u32| pool.submit(move || 42 / n).unwrap());
        let [fails, works] = quotients;
        let futures = [each.succeeded, each.cancelled, each.failed, fails, works];
        let waited = wait(futures, ReturnWhen::AllCompleted);
        assert_eq!((waited.done.len(), waited.not_done.len()), (5, 0));
    });
}

#[test]
fn a_wait_for_the_first_ends_when_one_is_done() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(5), Rc::new(Event::new()));
        let futures = [pool.submit(|| 42).unwrap(), when(&pool, &finish, 1)];
        let waited = wait(futures, ReturnWhen::FirstCompleted);
        assert_eq!(values(waited.done), [42]);
        finish.set();
        assert_eq!(values(waited.not_done), [1]);
    });
}

#[test]
fn a_wait_for_the_first_gives_all_that_are_done_already() {
    with_each(|each| {
        let begin = Instant::now();
        let futures = [each.cancelled, each.succeeded, each.running];
        let waited = wait(futures, ReturnWhen::FirstCompleted);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 1));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_for_the_first_panic_goes_on_after_one_that_succeeds() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(5), Rc::new(Event::new()));
        let fails = || {
            thread::sleep(SECOND);
            panic!("this is a panic")
        };
        let futures = [
            pool.submit(|| 42).unwrap(),
            pool.submit(fails).unwrap(),
            when(&pool, &finish, 1),
        ];
        let begin = Instant::now();
        let waited = wait(futures, ReturnWhen::FirstPanicked);
        assert!(begin.elapsed() >= SECOND);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 1));
        finish.set();
    });
}

#[test]
fn a_wait_for_the_first_panic_takes_no_cancellation_for_one() {
    with_each(|each| {
        let pool = ThreadPool::new(1);
        let fails = pool.submit(|| {
            thread::sleep(SECOND);
            panic!("this is a panic")
        });
        let futures = [each.succeeded, each.cancelled, fails.unwrap(), each.running];
        let waited = wait(futures, ReturnWhen::FirstPanicked);
        assert_eq!((waited.done.len(), waited.not_done.len()), (3, 1));
    });
}

#[test]
fn a_wait_for_the_first_panic_ends_at_once_if_there_was_one() {
    with_each(|each| {
        let begin = Instant::now();
        let waited = wait([each.failed, each.running], ReturnWhen::FirstPanicked);
        assert_eq!((waited.done.len(), waited.not_done.len()), (1, 1));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_for_the_first_panic_waits_for_all_if_there_is_none() {
    run(|| {
        let pool = ThreadPool::new(2);
        let futures = [1, 2].map(|n| {
            let nap = move || thread::sleep(SECOND * n);
            pool.submit(nap).unwrap()
        });
        let waited = wait(futures, ReturnWhen::FirstPanicked);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 0));
    });
}

#[test]
fn a_wait_with_a_timeout_gives_what_is_done_by_then() {
    with_each(|each| {
        let begin = Instant::now();
        let futures = [each.cancelled, each.failed, each.succeeded, each.running];
        let waited = wait_timeout(futures, ReturnWhen::AllCompleted, SECOND);
        assert_eq!((waited.done.len(), waited.not_done.len()), (3, 1));
        assert!(begin.elapsed() >= SECOND);
    });
}

#[test]
fn a_wait_for_nothing_ends_at_once() {
    run(|| {
        for return_when in [
            ReturnWhen::FirstCompleted,
            ReturnWhen::FirstPanicked,
            ReturnWhen::AllCompleted,
        ] {
            let waited = wait(Vec::<Future<()>>::new(), return_when);
            assert!(waited.done.is_empty() && waited.not_done.is_empty());
        }
    });
}

#[test]
fn a_wait_for_very_many_misses_none() {
    run(|| {
        let (pool, go) = (ThreadPool::new(10), Rc::new(Event::new()));
        let futures: Vec<_> = (0..100).map(|n| when(&pool, &go, n)).collect();
        settle();
        go.set();
        let waited = wait(futures, ReturnWhen::AllCompleted);
        assert!(values(waited.done).into_iter().eq(0..100));
    });
}

#[test]
fn a_wait_that_may_take_for_ever_returns_at_once_while_its_thread_unwinds() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(1), Rc::new(Event::new()));
        let [one, two] = [1, 2].map(|n| when(&pool, &finish, n));
        let left = Rc::new(Cell::new(0));
        let (theirs, slot) = (Rc::clone(&left), RefCell::new(Some((one, two))));
        let unwinds = thread::spawn(move || {
            let _while_unwinding = OnDrop(|| {
                let (one, two) = slot.take().unwrap();
                let waited = wait_timeout([one], ReturnWhen::AllCompleted, Duration::MAX);
                let mut completed = as_completed([two]);
                assert!(completed.next_timeout(Duration::MAX).is_none());
                theirs.set(waited.not_done.len() + completed.len());
            });
            panic!("oh dear");
        });
        unwinds.join().map(|(): ()| ()).unwrap_err();
        finish.set();
        assert_eq!(left.get(), 2);
    });
}

#[test]
fn all_come_out_as_they_are_completed() {
    with_each(|each| {
        let pool = ThreadPool::new(5);
        let [one, two] = [2, 1].map(|n| {
            let nap = move || {
                thread::sleep(SECOND * n);
                n
            };
            pool.submit(nap).unwrap()
        });
        let completed = as_completed([one, each.cancelled, two, each.failed, each.succeeded]);
        let results: Vec<_> = completed.map(|it| it.result().ok()).collect();
        assert_eq!(results, [None, None, Some(42), Some(1), Some(2)]);
    });
}

#[test]
fn those_that_are_completed_come_out_before_the_time_is_up() {
    for timeout in [Duration::ZERO, SECOND / 10] {
        with_each(move |each| {
            let futures = [each.running, each.cancelled, each.failed, each.succeeded];
            let mut completed = as_completed(futures);
            for left in [3, 2, 1] {
                assert!(completed.next_timeout(timeout).unwrap().is_done());
                assert_eq!(completed.len(), left);
            }
            assert!(completed.next_timeout(timeout).is_none());
            assert_eq!(completed.len(), 1);
        });
    }
}

#[test]
fn nothing_is_kept_of_a_future_that_has_come_out() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let tasks: Vec<_> = ["a", "b"]
            .into_iter()
            .map(|name| {
                let journal = journal.clone();
                pool.submit(move || journal.on_drop(name)).unwrap()
            })
            .collect();
        let mut completed = as_completed(tasks);
        for name in ["a", "b"] {
            drop(completed.next().unwrap().result());
            assert_eq!(journal.read(), [name]);
        }
        assert!(completed.next().is_none());
    });
}

#[test]
fn an_iterator_that_is_dropped_leaves_the_tasks_alone() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let theirs = journal.clone();
        let tasks = [1, 2].map(|n| {
            let journal = theirs.clone();
            let task = move || journal.write(n.to_string());
            pool.submit(task).unwrap()
        });
        let mut completed = as_completed(tasks);
        completed.next().unwrap().result().unwrap();
        drop(completed);
        drop(pool);
        assert_eq!(journal.read(), ["1", "2"]);
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
