//! Rings, true and false, and what is said about those that wait for ever.

use std::rc::Rc;

use runtime::sync::ReentrantLock;
use runtime::thread;

use super::lock;
use crate::support::run;
use crate::threads::{deadlock, named, ring};

#[test]
fn a_ring_with_others_is_refused_and_guards_unwind_while_the_rest_goes_on() {
    run(|| {
        let locks = Rc::new([ReentrantLock::named("x", ()), ReentrantLock::named("y", ())]);
        let theirs = Rc::clone(&locks);
        let other = named("a", move || {
            let _guards = (theirs[0].lock(), theirs[0].lock());
            thread::yield_now();
            drop(theirs[1].lock());
        });
        let theirs = Rc::clone(&locks);
        let closes = named("b", move || {
            ring(|| {
                let _guard = theirs[1].lock();
                thread::yield_now();
                let _again = theirs[1].lock();
                drop(theirs[0].lock());
            })
        });
        let words = closes.join().unwrap();
        assert!(
            words.contains("b waits for ReentrantLock 'x' (runtime"),
            "{words}"
        );
        assert!(
            words.contains(") held by a; a waits for ReentrantLock 'y'"),
            "{words}"
        );
        assert!(words.ends_with(") held by b"), "{words}");
        other.join().unwrap();
    });
}

#[test]
fn a_ring_by_way_of_a_join_is_refused() {
    run(|| {
        let lock = lock();
        let theirs = Rc::clone(&lock);
        let sub = named("sub", move || ring(|| drop(theirs.lock())));
        let _guards = (lock.lock(), lock.lock());
        let words = sub.join().unwrap();
        assert!(
            words.contains("sub waits for ReentrantLock (runtime"),
            "{words}"
        );
        assert!(
            words.ends_with("MainThread waits for the end of sub"),
            "{words}"
        );
    });
}

#[test]
fn after_something_was_given_to_another_thread_there_is_no_false_ring() {
    let main = deadlock("MainThread", || {
        let lock = lock();
        let _guards = (lock.lock(), lock.lock());
        let theirs = Rc::clone(&lock);
        // It might have got a guard.
        thread::spawn(move || drop(theirs.lock())).join()
    });
    assert!(main.waits_for.starts_with("waits for the end of Thread-1"));
}

#[test]
fn a_guard_may_be_moved_to_another_thread_and_there_is_no_false_ring() {
    run(|| {
        let lock: &'static ReentrantLock<()> = Box::leak(Box::new(ReentrantLock::new(())));
        let guards = (lock.lock(), lock.lock());
        let gives_back = thread::spawn(move || {
            thread::yield_now();
            drop(guards);
        });
        let waits = thread::spawn(move || drop(lock.lock()));
        thread::yield_now();
        // The one that waits for the lock waits for `gives_back`, not for main.
        waits.join().unwrap();
        gives_back.join().unwrap();
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn a_deadlock_report_says_who_has_it() {
    let waits = deadlock("waits", || {
        let lock = lock();
        let theirs = Rc::clone(&lock);
        drop(named("holds", move || {
            let _guards = (theirs.lock(), theirs.lock());
            thread::park();
        }));
        named("waits", move || drop(lock.lock())).join()
    });
    assert!(
        waits
            .waits_for
            .starts_with("waits for ReentrantLock (runtime")
    );
    assert!(waits.waits_for.ends_with(") held by holds"));
    assert_eq!(waits.could_end, "only holds, by letting go of it");
}
