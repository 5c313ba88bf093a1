//! `threading.Semaphore`, after `BaseSemaphoreTests` and `SemaphoreTests` of CPython's
//! Lib/test/lock_tests.py: here `sync::Semaphore`.
//!
//! Does not apply: a negative number of permits, and a timeout for an attempt that does
//! not wait. Neither can be said here.
//!
//! Differs on purpose:
//!
//! - There is no default of one permit: the number is always given.
//! - `acquire` gives a guard that releases when it is dropped, as Python's `with`. Where
//!   Python calls `acquire` and `release` by themselves, the guard is forgotten.
//! - To release none has no effect; Python refuses it.

use std::cell::Cell;
use std::time::Duration;

use runtime::sync::Semaphore;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::run;

#[test]
fn a_semaphore_gives_so_many_permits_as_it_has() {
    run(|| {
        for permits in [1, 2, 5] {
            let semaphore = Semaphore::new(permits);
            for _ in 0..permits {
                semaphore.acquire().forget();
            }
            assert!(semaphore.try_acquire().is_none());
            semaphore.release_n(permits);
            assert_eq!(semaphore.available_permits(), permits);
        }
    });
}

#[test]
fn a_semaphore_may_be_dropped_while_permits_are_taken() {
    run(|| {
        let semaphore = Semaphore::new(1);
        semaphore.acquire().forget();
    });
}

#[test]
fn those_that_wait_for_a_semaphore_go_on_as_often_as_it_is_released() {
    run(|| {
        let semaphore = Semaphore::new(7);
        semaphore.acquire().forget();
        let (phase, got_it) = (Cell::new(0), Results::new());
        let count = |phase| got_it.all().iter().filter(|&&it| it == phase).count();
        thread::scope(|scope| {
            let threads = bunch(scope, 10, || {
                for _ in 0..2 {
                    semaphore.acquire().forget();
                    got_it.add(phase.get());
                }
            });
            assert_eq!(got_it.all(), [0; 6]);
            phase.set(1);
            for _ in 0..7 {
                semaphore.release();
            }
            settle();
            assert_eq!((got_it.len(), count(1)), (13, 7));
            phase.set(2);
            semaphore.release_n(6);
            settle();
            assert_eq!((got_it.len(), count(2)), (19, 6));
            assert!(semaphore.try_acquire().is_none());
            semaphore.release();
            settle();
            assert_eq!(finished(&threads), 10);
        });
    });
}

#[test]
fn a_release_of_many_lets_so_many_on() {
    run(|| {
        let semaphore = Semaphore::new(0);
        thread::scope(|scope| {
            let threads = bunch(scope, 5, || semaphore.acquire().forget());
            semaphore.release_n(3);
            settle();
            assert_eq!(finished(&threads), 3);
            semaphore.release_n(4);
            settle();
            assert_eq!(finished(&threads), 5);
        });
        assert_eq!(semaphore.available_permits(), 2);
    });
}

#[test]
fn an_attempt_takes_a_permit_or_fails_at_once() {
    run(|| {
        let semaphore = Semaphore::new(2);
        let [one, two] = [semaphore.try_acquire(), semaphore.try_acquire()];
        assert!(one.is_some() && two.is_some());
        assert!(semaphore.try_acquire().is_none());
        drop(one);
        assert!(semaphore.try_acquire().is_some());
    });
}

#[test]
fn attempts_of_many_threads_get_no_more_than_there_are() {
    run(|| {
        let (semaphore, got_it) = (Semaphore::new(4), Results::new());
        semaphore.acquire().forget();
        thread::scope(|scope| {
            bunch(scope, 5, || {
                for _ in 0..2 {
                    let permit = semaphore.try_acquire();
                    got_it.add(permit.is_some());
                    permit.into_iter().for_each(|permit| permit.forget());
                    thread::yield_now();
                }
            });
        });
        let got_it = got_it.all();
        assert_eq!(got_it.len(), 10);
        assert_eq!(got_it.iter().filter(|&&it| it).count(), 3);
    });
}

#[test]
fn a_wait_for_a_permit_ends_with_its_timeout() {
    run(|| {
        let semaphore = Semaphore::new(2);
        let soon = Duration::from_millis(5);
        semaphore.acquire_timeout(soon).unwrap().forget();
        semaphore.acquire_timeout(soon).unwrap().forget();
        assert!(semaphore.acquire_timeout(soon).is_none());
        semaphore.release();
        semaphore.acquire_timeout(soon).unwrap().forget();
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(SECOND / 2).is_none());
        assert!(begin.elapsed() >= SECOND / 2);
    });
}

#[test]
fn a_wait_for_a_permit_ends_when_there_is_one() {
    run(|| {
        let semaphore = Semaphore::new(0);
        thread::scope(|scope| {
            bunch(scope, 1, || {
                assert!(semaphore.acquire_timeout(SECOND).is_some());
            });
            semaphore.release();
        });
    });
}

#[test]
fn a_semaphore_of_one_keeps_the_second_out_until_it_is_released() {
    run(|| {
        let semaphore = Semaphore::new(1);
        semaphore.acquire().forget();
        thread::scope(|scope| {
            let threads = bunch(scope, 1, || drop(semaphore.acquire()));
            assert_eq!(finished(&threads), 0);
            semaphore.release();
            settle();
            assert_eq!(finished(&threads), 1);
        });
    });
}

#[test]
fn a_permit_comes_back_at_the_end_of_its_scope_and_after_a_panic() {
    run(|| {
        let semaphore = Semaphore::new(2);
        let nested = || {
            let _one = semaphore.acquire();
            assert!(semaphore.try_acquire().is_some());
            let _two = semaphore.acquire();
            assert!(semaphore.try_acquire().is_none());
        };
        nested();
        assert_eq!(semaphore.available_permits(), 2);
        caught(|| {
            let _permits = [semaphore.acquire(), semaphore.acquire()];
            panic!("oh dear");
        });
        assert_eq!(semaphore.available_permits(), 2);
    });
}

#[test]
fn a_semaphore_may_be_released_more_often_than_it_was_acquired() {
    run(|| {
        let semaphore = Semaphore::new(1);
        semaphore.release();
        let _permits = [semaphore.acquire(), semaphore.acquire()];
        assert!(semaphore.try_acquire().is_none());
    });
}

#[test]
fn a_release_may_come_from_a_thread_that_has_acquired_nothing() {
    run(|| {
        let semaphore = Semaphore::new(0);
        thread::scope(|scope| {
            scope.spawn(|| semaphore.release());
            semaphore.acquire().forget();
        });
    });
}

#[test]
fn what_a_semaphore_shows_says_how_many_permits_are_left() {
    run(|| {
        let semaphore = Semaphore::new(3);
        semaphore.acquire().forget();
        assert!(format!("{semaphore:?}").contains('2'));
    });
}
