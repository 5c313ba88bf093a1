//! `threading.Condition`, after `ConditionTests` of CPython's Lib/test/lock_tests.py:
//! here `sync::Condvar` with a `sync::Mutex`.
//!
//! Does not apply: to wait or to notify without having acquired the condition. A
//! wait takes the guard, so the compiler sees to that.
//!
//! Differs on purpose:
//!
//! - A condition has no lock of its own, as in std. Python's default is an RLock; a
//!   mutex that is locked again by its thread is refused.
//! - To notify needs no lock, as in std.
//! - A panic while the mutex is held poisons it, as in std.

use std::cell::Cell;
use std::time::Duration;

use runtime::error::{Refused, SyncError};
use runtime::sync::{Condvar, Mutex};
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::run;

#[test]
fn a_condition_notifies_so_many_as_it_is_told() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        let (phase, first, second) = (Cell::new(0), Results::new(), Results::new());
        let tell = |next, number| {
            let held = lock.lock().unwrap();
            condition.notify(number);
            settle();
            phase.set(next);
            drop(held);
            settle();
        };
        // Twice, for what the first time may have left behind.
        for _ in 0..2 {
            let (before_first, before_second) = (first.len(), second.len());
            phase.set(0);
            thread::scope(|scope| {
                let threads = bunch(scope, 5, || {
                    drop(condition.wait(lock.lock().unwrap()).unwrap());
                    first.add(phase.get());
                    drop(condition.wait(lock.lock().unwrap()).unwrap());
                    second.add(phase.get());
                });
                let first = || first.all().split_off(before_first);
                let second = || second.all().split_off(before_second);
                assert_eq!(first(), []);
                tell(1, 3);
                assert_eq!((first(), second()), (vec![1; 3], vec![]));
                tell(2, 5);
                assert_eq!((first(), second()), (vec![1, 1, 1, 2, 2], vec![2; 3]));
                tell(3, usize::MAX);
                assert_eq!(second(), [2, 2, 2, 3, 3]);
                assert_eq!(finished(&threads), 5);
            });
        }
    });
}

#[test]
fn a_condition_that_notifies_one_lets_one_on() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        thread::scope(|scope| {
            let threads = bunch(scope, 3, || {
                drop(condition.wait(lock.lock().unwrap()).unwrap());
            });
            for so_many in 1..=3 {
                condition.notify_one();
                settle();
                assert_eq!(finished(&threads), so_many);
            }
        });
    });
}

#[test]
fn a_condition_that_notifies_all_lets_all_on() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        thread::scope(|scope| {
            let threads = bunch(scope, 5, || {
                drop(condition.wait(lock.lock().unwrap()).unwrap());
            });
            assert_eq!(finished(&threads), 0);
            condition.notify_all();
            settle();
            assert_eq!(finished(&threads), 5);
        });
    });
}

#[test]
fn a_condition_notifies_those_first_that_wait_longest() {
    run(|| {
        let (lock, condition, order) = (Mutex::new(()), Condvar::new(), Results::new());
        thread::scope(|scope| {
            for number in 0..4 {
                let (lock, condition, order) = (&lock, &condition, &order);
                scope.spawn(move || {
                    drop(condition.wait(lock.lock().unwrap()).unwrap());
                    order.add(number);
                });
            }
            settle();
            condition.notify(2);
            settle();
            assert_eq!(order.all(), [0, 1]);
            condition.notify_all();
        });
        assert_eq!(order.all(), [0, 1, 2, 3]);
    });
}

#[test]
fn a_notification_for_which_nobody_waits_is_lost() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        condition.notify_one();
        condition.notify_all();
        let waited = condition.wait_timeout(lock.lock().unwrap(), SECOND);
        assert!(waited.unwrap().1.timed_out());
    });
}

#[test]
fn who_is_notified_goes_on_only_when_the_lock_is_released() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        thread::scope(|scope| {
            let threads = bunch(scope, 2, || {
                drop(condition.wait(lock.lock().unwrap()).unwrap());
            });
            let held = lock.lock().unwrap();
            condition.notify_all();
            settle();
            assert_eq!(finished(&threads), 0);
            drop(held);
            settle();
            assert_eq!(finished(&threads), 2);
        });
    });
}

#[test]
fn a_wait_releases_the_lock_and_has_it_again_afterwards() {
    run(|| {
        let (lock, condition) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            let waits = scope.spawn(|| {
                let held = condition.wait(lock.lock().unwrap()).unwrap();
                assert_eq!(*held, 1);
                assert!(lock.try_lock().is_err());
            });
            settle();
            *lock.try_lock().unwrap() = 1;
            condition.notify_one();
            waits.join().unwrap();
            assert!(lock.try_lock().is_ok());
        });
    });
}

#[test]
fn a_wait_for_a_condition_ends_with_its_timeout_and_says_so() {
    run(|| {
        let (lock, condition, waited) = (Mutex::new(()), Condvar::new(), Results::new());
        let half = SECOND / 2;
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    let begin = Instant::now();
                    let wait = condition.wait_timeout(lock.lock().unwrap(), half);
                    waited.add((wait.unwrap().1.timed_out(), begin.elapsed() >= half));
                });
            }
        });
        assert_eq!(waited.all(), [(true, true); 5]);
    });
}

#[test]
fn a_wait_that_is_notified_in_time_says_so() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                let begin = Instant::now();
                let (_held, result) = condition
                    .wait_timeout(lock.lock().unwrap(), 5 * SECOND)
                    .unwrap();
                assert!(!result.timed_out());
                assert!(begin.elapsed() < SECOND);
            });
            settle();
            condition.notify_one();
        });
    });
}

#[test]
fn a_wait_that_has_timed_out_takes_no_notification_from_others() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        thread::scope(|scope| {
            let impatient = scope.spawn(|| {
                let wait = condition.wait_timeout(lock.lock().unwrap(), Duration::from_millis(1));
                assert!(wait.unwrap().1.timed_out());
            });
            let patient = scope.spawn(|| {
                let wait = condition.wait_timeout(lock.lock().unwrap(), SECOND);
                assert!(!wait.unwrap().1.timed_out());
            });
            impatient.join().unwrap();
            condition.notify_one();
            patient.join().unwrap();
        });
    });
}

#[test]
fn a_wait_for_a_predicate_ends_when_that_holds() {
    run(|| {
        let (state, changed) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            let waits = scope.spawn(|| {
                let state = changed.wait_while(state.lock().unwrap(), |state| *state != 4);
                assert_eq!(*state.unwrap(), 4);
            });
            for now in 1..=4 {
                settle();
                assert!(!waits.is_finished());
                *state.lock().unwrap() = now;
                changed.notify_one();
            }
            waits.join().unwrap();
        });
    });
}

#[test]
fn a_wait_for_a_predicate_that_holds_does_not_wait() {
    run(|| {
        let (state, changed) = (Mutex::new(true), Condvar::new());
        let begin = Instant::now();
        let state = changed.wait_while(state.lock().unwrap(), |state| !*state);
        assert!(*state.unwrap());
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_for_a_predicate_ends_with_its_timeout_however_often_it_is_notified() {
    run(|| {
        let (state, changed) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            let waits = scope.spawn(|| {
                let begin = Instant::now();
                let held = state.lock().unwrap();
                let wait = changed.wait_timeout_while(held, SECOND, |state| *state != 4);
                let (state, result) = wait.unwrap();
                assert!(result.timed_out());
                assert_eq!(*state, 3);
                assert!(SECOND <= begin.elapsed() && begin.elapsed() < 2 * SECOND);
            });
            for _ in 0..3 {
                settle();
                *state.lock().unwrap() += 1;
                changed.notify_one();
            }
            waits.join().unwrap();
        });
    });
}

#[test]
fn a_predicate_that_panics_releases_the_lock() {
    run(|| {
        let (lock, condition) = (Mutex::new(()), Condvar::new());
        caught(|| condition.wait_while(lock.lock().unwrap(), |()| panic!("not today")));
        lock.clear_poison();
        assert!(lock.try_lock().is_ok());
    });
}

#[test]
fn two_conditions_can_share_one_lock() {
    run(|| {
        let (lock, left, right) = (Mutex::new(()), Condvar::new(), Condvar::new());
        thread::scope(|scope| {
            let on_the_left = bunch(scope, 2, || {
                drop(left.wait(lock.lock().unwrap()).unwrap());
            });
            let on_the_right = bunch(scope, 2, || {
                drop(right.wait(lock.lock().unwrap()).unwrap());
            });
            left.notify_all();
            settle();
            assert_eq!((finished(&on_the_left), finished(&on_the_right)), (2, 0));
            right.notify_all();
        });
    });
}

#[test]
fn who_holds_the_condition_keeps_others_out() {
    run(|| {
        let lock = Mutex::new(());
        let held = lock.lock().unwrap();
        thread::scope(|scope| {
            let others = bunch(scope, 1, || assert!(lock.try_lock().is_err()));
            assert_eq!(finished(&others), 1);
        });
        drop(held);
        assert!(lock.try_lock().is_ok());
    });
}

#[test]
fn who_locks_its_mutex_again_is_refused_and_not_stuck() {
    run(|| {
        let lock = Mutex::new(());
        let _held = lock.lock().unwrap();
        let refused = caught(|| drop(lock.lock()));
        let refused = refused.downcast::<SyncError>().unwrap();
        assert!(matches!(refused.why, Refused::Ring(_)));
    });
}
