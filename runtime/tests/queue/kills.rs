//! What becomes of items and places when threads are killed or unwind.

use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::queue::{GetError, PriorityQueue, PutError, Queue, ShutDown};
use runtime::thread;
use runtime::time::Instant;

use crate::steps::{SECOND, let_others_run, named, refused, was_killed, while_unwinding};
use crate::support::{Counter, run};

#[test]
fn an_item_for_a_thread_that_is_killed_before_it_runs_goes_to_the_next() {
    run(|| {
        let queue = Rc::new(Queue::new());
        let [first, second] = ["first", "second"].map(|name| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.get())
        });
        let_others_run();
        queue.put(1).unwrap();
        first.thread().kill();
        was_killed(first);
        assert_eq!(second.join().unwrap(), Ok(1));
    });
}

#[test]
fn an_item_that_nobody_else_waits_for_is_there_again_in_its_order() {
    run(|| {
        let queue = Rc::new(PriorityQueue::bounded(2));
        let theirs = Rc::clone(&queue);
        let killed = named("killed", move || theirs.get());
        let_others_run();
        queue.put(1).unwrap();
        queue.put(2).unwrap();
        killed.thread().kill();
        was_killed(killed);
        assert_eq!(queue.try_put(3), Err(PutError::Full(3)));
        assert_eq!((queue.try_get(), queue.try_get()), (Ok(1), Ok(2)));
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let queue = Rc::new(Queue::bounded(1));
        let [first, second] = ["first", "second"].map(|name| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.get())
        });
        let_others_run();
        first.thread().kill();
        queue.put(1).unwrap();
        was_killed(first);
        assert_eq!(second.join().unwrap(), Ok(1));

        queue.put(2).unwrap();
        let [first, second] = [3, 4].map(|item| {
            let queue = Rc::clone(&queue);
            named("puts", move || queue.put(item))
        });
        let_others_run();
        first.thread().kill();
        assert_eq!(queue.get(), Ok(2));
        was_killed(first);
        assert_eq!(second.join().unwrap(), Ok(()));
        assert_eq!(queue.try_get(), Ok(4));
    });
}

#[test]
fn a_place_for_a_thread_that_is_killed_before_it_runs_goes_to_the_next() {
    run(|| {
        let queue = Rc::new(Queue::bounded(1));
        let drops = Counter::default();
        queue.put(None).unwrap();
        let [first, second] = [drops.on_drop(), drops.on_drop()].map(|item| {
            let queue = Rc::clone(&queue);
            named("puts", move || queue.put(Some(item)))
        });
        let_others_run();
        assert!(queue.get().unwrap().is_none());
        first.thread().kill();
        was_killed(first);
        assert_eq!(drops.get(), 1, "it has taken its item along");
        second.join().unwrap().unwrap();
        assert_eq!(queue.len(), 1);
        drop(queue.get());
        assert_eq!(drops.get(), 2);
        assert!(queue.try_put(None).is_ok(), "no place is lost");
    });
}

#[test]
fn a_killed_joiner_leaves_the_others_and_is_not_missed() {
    run(|| {
        let queue = Rc::new(Queue::new());
        queue.put(1).unwrap();
        let [first, second] = ["first", "second"].map(|name| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.join())
        });
        let_others_run();
        first.thread().kill();
        queue.task_done().unwrap();
        was_killed(first);
        second.join().unwrap();
    });
}

#[test]
fn while_a_thread_unwinds_it_may_do_what_does_not_wait() {
    run(|| {
        while_unwinding(|| {
            let queue = Queue::bounded(1);
            let begin = Instant::now();
            assert_eq!(refused(|| queue.get()).why, Refused::Unwinding);
            for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                assert_eq!(queue.get_timeout(timeout), Err(GetError::Empty));
            }
            queue.put(1).unwrap();
            assert_eq!(refused(|| queue.put(2)).why, Refused::Unwinding);
            assert_eq!(refused(|| queue.join()).why, Refused::Unwinding);
            for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                assert_eq!(queue.put_timeout(3, timeout), Err(PutError::Full(3)));
                assert!(!queue.join_timeout(timeout));
            }
            assert_eq!(queue.get(), Ok(1));
            queue.task_done().unwrap();
            queue.join();
            assert_eq!(queue.shutdown_now(), [0; 0]);
            assert_eq!(queue.get(), Err(ShutDown(())));
            assert_eq!(begin.elapsed(), Duration::ZERO, "it has kept the CPU");
        });
    });
}

#[test]
fn a_destructor_that_puts_while_unwinding_lets_others_on() {
    run(|| {
        let queue = Rc::new(Queue::new());
        let theirs = Rc::clone(&queue);
        let waits = thread::spawn(move || (theirs.get(), theirs.get()));
        let_others_run();
        while_unwinding(move || queue.put(1).unwrap());
        assert_eq!(waits.join().unwrap(), (Ok(1), Ok(1)));
    });
}
