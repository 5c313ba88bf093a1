//! `threading.RLock`, after `BaseLockTests` and `RLockTests` of CPython's
//! Lib/test/lock_tests.py: here `sync::ReentrantLock`.
//!
//! Does not apply: to release what was not acquired, once too often, or in another
//! thread, also as `_release_save` does it. A guard is dropped once, and stands for
//! one `acquire`. `_is_owned` and `_recursion_count` are not public in Python either.
//!
//! Differs on purpose: a guard may be dropped by another thread, which gives the lock
//! back for the one that took it.

use std::cell::Cell;
use std::time::Duration;

use runtime::sync::ReentrantLock;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::run;

#[test]
fn a_lock_may_be_made_and_dropped_unused() {
    run(|| {
        let _lock = ReentrantLock::new(());
    });
}

#[test]
fn a_lock_may_be_dropped_while_its_guard_was_forgotten() {
    run(|| {
        let lock = ReentrantLock::new(());
        std::mem::forget(lock.lock());
    });
}

#[test]
fn what_a_lock_shows_says_whether_others_have_it() {
    run(|| {
        let lock = ReentrantLock::new(5);
        assert!(format!("{lock:?}").contains('5'));
        thread::scope(|scope| {
            let held = lock.lock();
            bunch(scope, 1, || assert!(format!("{lock:?}").contains("locked")));
            drop(held);
        });
    });
}

#[test]
fn a_lock_can_be_acquired_again_after_its_release() {
    run(|| {
        let lock = ReentrantLock::new(());
        drop(lock.lock());
        drop(lock.lock());
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn a_thread_acquires_its_lock_again_and_again() {
    run(|| {
        let lock = ReentrantLock::new(());
        let [one, two] = [lock.lock(), lock.lock()];
        drop(two);
        let two = lock.lock();
        assert!(lock.try_lock().is_some());
        drop(one);
        drop(two);
    });
}

#[test]
fn a_lock_is_free_only_after_so_many_releases_as_acquisitions() {
    run(|| {
        let (lock, got_it) = (ReentrantLock::new(()), Results::new());
        let ask = || {
            thread::scope(|scope| {
                bunch(scope, 1, || got_it.add(lock.try_lock().is_some()));
            });
        };
        let mut guards: Vec<_> = (0..3).map(|_| lock.lock()).collect();
        while let Some(guard) = guards.pop() {
            ask();
            drop(guard);
        }
        ask();
        assert_eq!(got_it.all(), [false, false, false, true]);
    });
}

#[test]
fn an_attempt_fails_while_another_thread_has_the_lock() {
    run(|| {
        let (lock, got_it) = (ReentrantLock::new(()), Results::new());
        let held = lock.lock();
        thread::scope(|scope| {
            bunch(scope, 1, || got_it.add(lock.try_lock().is_some()));
        });
        drop(held);
        assert_eq!(got_it.all(), [false]);
    });
}

#[test]
fn all_that_wait_for_a_lock_get_it_one_after_the_other() {
    run(|| {
        let (lock, inside) = (ReentrantLock::new(()), Cell::new(0));
        let held = lock.lock();
        thread::scope(|scope| {
            let threads = bunch(scope, 5, || {
                let _held = lock.lock();
                let _again = lock.lock();
                inside.set(inside.get() + 1);
                thread::yield_now();
                assert_eq!(inside.replace(0), 1);
            });
            assert_eq!(finished(&threads), 0);
            drop(held);
            settle();
            assert_eq!(finished(&threads), 5);
        });
    });
}

#[test]
fn a_panic_releases_the_lock_as_often_as_it_was_acquired() {
    run(|| {
        let lock = ReentrantLock::new(());
        caught(|| {
            let _guards = [lock.lock(), lock.lock()];
            panic!("oh dear");
        });
        thread::scope(|scope| {
            bunch(scope, 1, || assert!(lock.try_lock().is_some()));
        });
    });
}

#[test]
fn a_wait_for_a_lock_ends_with_its_timeout() {
    run(|| {
        let lock = ReentrantLock::new(());
        let held = lock.lock();
        let begin = Instant::now();
        thread::scope(|scope| {
            bunch(scope, 1, || {
                assert!(lock.lock_timeout(SECOND / 2).is_none());
            });
        });
        assert!(begin.elapsed() >= SECOND / 2);
        drop(held);
        assert!(lock.lock_timeout(SECOND).is_some());
    });
}

#[test]
fn a_wait_for_ones_own_lock_takes_no_time_however_long_it_may_take() {
    run(|| {
        let lock = ReentrantLock::new(());
        let begin = Instant::now();
        let _held = lock.lock();
        for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
            assert!(lock.lock_timeout(timeout).is_some());
        }
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn threads_that_use_a_lock_leave_nothing_behind() {
    run(|| {
        let lock = ReentrantLock::new(());
        let before = thread::active_count();
        thread::scope(|scope| {
            bunch(scope, 15, || drop(lock.lock()));
        });
        assert_eq!(thread::active_count(), before);
    });
}
