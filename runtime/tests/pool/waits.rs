//! Tasks that wait for tasks.

use std::cell::RefCell;
use std::rc::Rc;

use runtime::error::Refused;
use runtime::pool::{Builder, Future, Pending, ThreadPool, Wait, as_completed};
use runtime::sync::{Event, Mutex};
use runtime::thread;

use super::{SECOND, nap};
use crate::common::{deadlock, named, quietly, refused, was_killed};
use crate::support::{OnDrop, run};

#[test]
fn a_pool_that_waits_for_itself_is_named_in_the_report_about_the_deadlock() {
    let line = line!() + 2;
    let report = deadlock(|| {
        let pool = Builder::new().max_workers(2).name_prefix("web").build();
        let pool = Rc::new(pool.unwrap());
        let tasks = [(); 2].map(|()| {
            let theirs = Rc::clone(&pool);
            pool.submit(move || theirs.submit(|| 7).unwrap().result().unwrap())
        });
        tasks.map(|task| task.unwrap().result().unwrap())
    });
    let workers: Vec<_> = report
        .waiting
        .iter()
        .filter(|it| it.name != "MainThread")
        .collect();
    assert_eq!(workers.len(), 2);
    for worker in workers {
        assert!(worker.waits_for.starts_with("waits for Task ("), "{worker}");
        assert_eq!(
            worker.could_end,
            format!(
                "a worker of ThreadPool 'web' (runtime/tests/pool/waits.rs:{line}), by beginning \
                 it; but all 2 are in the middle of another task: \
                 web_0 and web_1"
            )
        );
    }
    let main = &report.waiting[0];
    assert!(
        main.waits_for.ends_with("done by web_0 since dispatch 2"),
        "{main}"
    );
    assert_eq!(main.could_end, "only web_0, by finishing it");
}

#[test]
fn it_is_named_too_where_many_are_waited_for() {
    let report = deadlock(|| {
        let pool = Rc::new(ThreadPool::new(1));
        let theirs = Rc::clone(&pool);
        let outer = move || {
            let inner = [1, 2].map(|n| theirs.submit(move || n).unwrap());
            as_completed(inner)
                .map(|it| it.result().unwrap())
                .sum::<u32>()
        };
        pool.submit(outer).unwrap().result().unwrap()
    });
    let ends = &report.waiting[1].could_end;
    assert_eq!(ends.matches("all 1 are in the middle").count(), 1, "{ends}");
}

#[test]
fn tasks_that_run_and_wait_for_each_other_are_a_ring() {
    quietly(|| {
        run(|| {
            let pool = ThreadPool::new(2);
            let place: Rc<RefCell<Vec<Future<()>>>> = Rc::default();
            let wait_for_the_other = |place: &Rc<RefCell<Vec<Future<()>>>>| {
                let place = Rc::clone(place);
                move || {
                    thread::sleep(SECOND);
                    let other = place.borrow_mut().pop();
                    let other = other.unwrap();
                    drop(other.result());
                }
            };
            let tasks = [(); 2].map(|()| pool.submit(wait_for_the_other(&place)).unwrap());
            let [first, second] = tasks;
            let (sender, results) = runtime::sync::mpsc::channel();
            for future in [&first, &second] {
                let sender = sender.clone();
                future.add_done_callback(move |result| {
                    sender
                        .send(result.as_ref().err().map(ToString::to_string))
                        .unwrap();
                });
            }
            // The first one pops the second, and the other way round.
            *place.borrow_mut() = vec![first, second];
            drop(sender);
            let results: Vec<_> = results.iter().collect();
            assert_eq!(results, [Some("the task has panicked".into()), None]);
        });
    });
}

#[test]
fn many_may_wait_for_one_task_and_one_takes_its_result() {
    run(|| {
        let pool = ThreadPool::new(1);
        let future = Rc::new(nap(&pool, 2));
        let waits = [(); 3].map(|()| {
            let theirs = Rc::clone(&future);
            thread::spawn(move || {
                assert!(!theirs.wait_timeout(SECOND));
                theirs.wait();
                theirs.is_done()
            })
        });
        for thread in waits {
            assert!(thread.join().unwrap());
        }
        assert_eq!(Rc::into_inner(future).unwrap().result().unwrap(), 2);
    });
}

#[test]
fn a_task_that_is_being_cancelled_is_in_the_hands_of_whoever_cancels_it() {
    let report = deadlock(|| {
        let pool = Rc::new(ThreadPool::new(1));
        drop(nap(&pool, 5));
        let future = nap(&pool, 1);
        future.add_done_callback(|_| thread::park());
        let theirs = Rc::clone(&pool);
        let closes = move || theirs.shutdown(Wait::No, Pending::Cancel);
        let closes = named("closes", closes);
        drop(future.result());
        closes.join().unwrap();
    });
    let main = &report.waiting[0];
    assert_eq!(main.could_end, "only closes, by finishing it", "{main}");
}

#[test]
fn a_ring_by_way_of_a_lock_is_refused() {
    run(|| {
        let pool = ThreadPool::new(1);
        let mutex: &'static Mutex<()> = Box::leak(Box::default());
        let waits = pool.submit(|| drop(mutex.lock())).unwrap();
        let guard = mutex.lock();
        thread::yield_now();
        let error = refused(|| drop(waits.result()));
        assert!(matches!(error.why, Refused::Ring(_)), "{error}");
        drop(guard);
    });
}

/// The workers are there before, so that nothing but the task is given away.
fn idle_workers(number: usize) -> ThreadPool {
    let pool = ThreadPool::new(number);
    for future in (0..number).map(|_| nap(&pool, 1)).collect::<Vec<_>>() {
        future.result().unwrap();
    }
    pool
}

#[test]
fn a_guard_that_goes_with_a_task_closes_no_ring() {
    run(|| {
        let pool = idle_workers(2);
        let mutex: &'static Mutex<()> = Box::leak(Box::default());
        let waits = pool.submit(|| drop(mutex.lock())).unwrap();
        let guard = mutex.lock();
        thread::yield_now();
        let task = move || {
            thread::sleep(SECOND);
            drop(guard);
        };
        drop(pool.submit(task).unwrap());
        waits.result().unwrap();
    });
}

#[test]
fn a_guard_that_is_the_result_of_a_task_closes_no_ring() {
    run(|| {
        let pool = idle_workers(1);
        let mutex: &'static Mutex<()> = Box::leak(Box::default());
        let waits = named("waits", || {
            thread::sleep(SECOND);
            drop(mutex.lock());
        });
        let guard = pool.submit(|| mutex.lock()).unwrap().result().unwrap();
        // The one that had got it waits for whoever waits for it.
        let joins = pool.submit(|| waits.join().unwrap()).unwrap();
        thread::sleep(3 * SECOND);
        drop(guard);
        joins.result().unwrap();
    });
}

#[test]
fn a_worker_that_joins_whoever_drops_its_pool_is_no_danger() {
    run(|| {
        let joined = named("owner", || {
            let pool = ThreadPool::new(1);
            let me = thread::current();
            pool.submit(move || me.join().is_err()).unwrap()
        });
        let future = joined.join().unwrap();
        assert!(future.result().unwrap(), "the owner waits for it");
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_task_alone() {
    run(|| {
        let pool = ThreadPool::new(1);
        let future = Rc::new(RefCell::new(Some(nap(&pool, 2))));
        let theirs = Rc::clone(&future);
        let waits = named("waits", move || {
            let future = theirs.take().unwrap();
            drop(future.result());
        });
        thread::yield_now();
        waits.thread().kill();
        was_killed(waits);
        assert_eq!(nap(&pool, 1).result().unwrap(), 1);
    });
}

#[test]
fn outside_and_while_unwinding_what_is_done_can_be_had_and_nothing_else() {
    let (done, pending) = run(|| {
        let pool = ThreadPool::new(1);
        let done = pool.submit(|| 7).unwrap();
        thread::yield_now();
        let never = Event::new();
        let never = pool.submit(move || never.wait_timeout(SECOND)).unwrap();
        let unwinds = named("unwinds", move || {
            let _asks = OnDrop({
                let mut futures = Some((done, never));
                move || {
                    let (done, never) = futures.take().unwrap();
                    assert_eq!(done.result().unwrap(), 7);
                    assert!(never.result_timeout(SECOND).is_err());
                }
            });
            thread::park();
        });
        thread::yield_now();
        unwinds.thread().kill();
        was_killed(unwinds);
        let late = pool.submit(|| 8).unwrap();
        let cancelled = pool.submit(|| 9).unwrap();
        cancelled.cancel();
        (late, cancelled)
    });
    assert_eq!(done.result().unwrap(), 8);
    assert!(pending.result().is_err());
}
