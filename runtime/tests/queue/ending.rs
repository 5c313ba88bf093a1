//! When all is done, and what a shutdown does.

use std::rc::Rc;
use std::time::Duration;

use runtime::queue::{GetError, LifoQueue, PriorityQueue, PutError, Queue, ShutDown};
use runtime::thread;

use crate::steps::{SECOND, let_others_run, named, was_killed};
use crate::support::{Journal, run};

#[test]
fn who_joins_waits_until_the_last_item_is_done() {
    run(|| {
        let (queue, journal) = (Rc::new(Queue::new()), Journal::default());
        for item in 1..=3 {
            queue.put(item).unwrap();
        }
        for name in ["a", "b"] {
            let (queue, journal) = (Rc::clone(&queue), journal.clone());
            named(name, move || {
                queue.join();
                journal.write(name);
            });
        }
        for item in 1..=3 {
            let_others_run();
            assert_eq!(journal.read(), [""; 0]);
            assert_eq!(queue.get(), Ok(item));
            let_others_run();
            assert_eq!(journal.read(), [""; 0], "to get is not to be done");
            queue.task_done().unwrap();
        }
        // Put before they run: it was done all the same.
        queue.put(4).unwrap();
        let_others_run();
        assert_eq!(journal.read(), ["a", "b"]);
    });
}

#[test]
fn who_joins_where_nothing_is_to_be_done_does_not_wait() {
    let queue = Queue::new();
    queue.join();
    assert!(queue.join_timeout(SECOND));
    queue.put(1).unwrap();
    queue.task_done().unwrap();
    queue.join();
}

#[test]
fn a_join_ends_with_its_time() {
    run(|| {
        let queue = Rc::new(Queue::new());
        queue.put(1).unwrap();
        assert!(!queue.join_timeout(SECOND));
        assert!(!queue.join_timeout(Duration::ZERO));
        let theirs = Rc::clone(&queue);
        thread::spawn(move || theirs.task_done());
        assert!(queue.join_timeout(Duration::MAX));
    });
}

#[test]
fn to_be_done_too_often_is_an_error_that_names_the_queue() {
    let queue = Queue::named("jobs");
    queue.put(1).unwrap();
    queue.task_done().unwrap();
    let error = queue.task_done().unwrap_err();
    assert!(error.object.starts_with("Queue 'jobs' ("), "{error}");
    let words = error.to_string();
    assert!(words.starts_with("task_done was called too often for Queue 'jobs' ("));
    queue.put(2).unwrap();
    queue.task_done().unwrap();
}

#[test]
fn an_item_that_was_not_put_is_not_to_be_done() {
    let queue = Queue::bounded(1);
    queue.put(1).unwrap();
    queue.try_put(2).unwrap_err();
    queue.shutdown();
    queue.put(3).unwrap_err();
    queue.task_done().unwrap();
    queue.join();
}

#[test]
fn after_a_shutdown_it_gives_what_is_left_and_takes_nothing() {
    run(|| {
        let queue = Queue::bounded(2);
        queue.put(1).unwrap();
        queue.put(2).unwrap();
        queue.shutdown();
        queue.shutdown();
        assert_eq!(queue.put(3), Err(ShutDown(3)));
        assert_eq!(queue.get(), Ok(1));
        assert_eq!(queue.put(3), Err(ShutDown(3)), "there is room");
        assert_eq!(queue.try_put(3), Err(PutError::ShutDown(3)));
        assert_eq!(
            queue.put_timeout(3, Duration::ZERO),
            Err(PutError::ShutDown(3))
        );
        assert_eq!(queue.try_get(), Ok(2));
        assert_eq!(queue.get(), Err(ShutDown(())));
        assert_eq!(queue.try_get(), Err(GetError::ShutDown));
        assert_eq!(queue.get_timeout(SECOND), Err(GetError::ShutDown));
        assert!(!queue.join_timeout(Duration::ZERO), "two are not done");
    });
}

#[test]
fn those_that_wait_go_on_with_an_error_when_the_queue_is_shut_down() {
    run(|| {
        let queue = Rc::new(Queue::<u32>::bounded(1));
        let theirs = Rc::clone(&queue);
        let gets = thread::spawn(move || theirs.get());
        let theirs = Rc::clone(&queue);
        let gets_in_time = thread::spawn(move || theirs.get_timeout(SECOND));
        let_others_run();
        queue.shutdown();
        assert_eq!(gets.join().unwrap(), Err(ShutDown(())));
        assert_eq!(gets_in_time.join().unwrap(), Err(GetError::ShutDown));

        let queue = Rc::new(Queue::bounded(1));
        queue.put(0).unwrap();
        let theirs = Rc::clone(&queue);
        let puts = thread::spawn(move || theirs.put(1));
        let theirs = Rc::clone(&queue);
        let puts_in_time = thread::spawn(move || theirs.put_timeout(2, SECOND));
        let_others_run();
        queue.shutdown();
        assert_eq!(puts.join().unwrap(), Err(ShutDown(1)));
        assert_eq!(puts_in_time.join().unwrap(), Err(PutError::ShutDown(2)));
        assert_eq!(queue.get(), Ok(0));
        assert_eq!(queue.get(), Err(ShutDown(())));
    });
}

#[test]
fn who_was_handed_an_item_before_the_shutdown_gets_it() {
    run(|| {
        let queue = Rc::new(Queue::new());
        let [first, second] = ["first", "second"].map(|name| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.get())
        });
        let_others_run();
        queue.put(1).unwrap();
        assert_eq!(queue.shutdown_now(), [0; 0], "it is somebody's");
        assert_eq!(queue.try_get(), Err(GetError::ShutDown));
        assert_eq!(first.join().unwrap(), Ok(1));
        assert_eq!(second.join().unwrap(), Err(ShutDown(())));
    });
}

#[test]
fn who_was_given_a_place_before_the_shutdown_comes_too_late() {
    run(|| {
        let queue = Rc::new(Queue::bounded(1));
        queue.put(0).unwrap();
        let theirs = Rc::clone(&queue);
        let puts = thread::spawn(move || theirs.put(1));
        let_others_run();
        assert_eq!(queue.get(), Ok(0));
        queue.shutdown();
        assert_eq!(puts.join().unwrap(), Err(ShutDown(1)));
        assert_eq!(queue.get(), Err(ShutDown(())));
    });
}

#[test]
fn a_kill_after_a_shutdown_makes_no_item_and_loses_none() {
    run(|| {
        let queue = Rc::new(Queue::new());
        let [first, second] = ["first", "second"].map(|name| {
            let queue = Rc::clone(&queue);
            named(name, move || queue.get())
        });
        let_others_run();
        queue.put(1).unwrap();
        queue.shutdown();
        first.thread().kill();
        second.thread().kill();
        was_killed(first);
        was_killed(second);
        assert_eq!(queue.get(), Ok(1));
        assert_eq!(queue.get(), Err(ShutDown(())));
        assert!(queue.is_empty());
    });
}

#[test]
fn shut_down_now_it_gives_what_was_left_which_counts_as_done() {
    run(|| {
        let (fifo, lifo, sorted) = (Queue::new(), LifoQueue::new(), PriorityQueue::new());
        for item in [2, 3, 1] {
            fifo.put(item).unwrap();
            lifo.put(item).unwrap();
            sorted.put(item).unwrap();
        }
        assert_eq!(fifo.shutdown_now(), [2, 3, 1]);
        assert_eq!(lifo.shutdown_now(), [1, 3, 2]);
        assert_eq!(sorted.shutdown_now(), [1, 2, 3]);
        for queue in [&fifo, &fifo] {
            queue.join();
            assert_eq!(queue.shutdown_now(), [0; 0]);
        }
        assert_eq!(fifo.get(), Err(ShutDown(())));
    });
}

#[test]
fn who_joins_goes_on_after_a_shutdown_when_what_others_have_is_done() {
    run(|| {
        let queue = Rc::new(Queue::new());
        for item in 1..=3 {
            queue.put(item).unwrap();
        }
        let theirs = Rc::clone(&queue);
        let joins = thread::spawn(move || theirs.join());
        queue.get().unwrap();
        assert_eq!(queue.shutdown_now(), [2, 3]);
        let_others_run();
        assert!(joins.is_alive());
        queue.task_done().unwrap();
        joins.join().unwrap();
        queue.task_done().unwrap_err();
    });
}

#[test]
fn a_shutdown_now_forgives_those_who_were_done_too_often() {
    let queue = Queue::new();
    queue.put(1).unwrap();
    queue.task_done().unwrap();
    assert_eq!(queue.shutdown_now(), [1]);
    queue.join();
}
