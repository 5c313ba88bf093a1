//! `threading.BoundedSemaphore`, after `BoundedSemaphoreTests` of CPython's
//! Lib/test/lock_tests.py and `test_BoundedSemaphore_limit` of
//! Lib/test/test_threading.py: here `sync::BoundedSemaphore`.
//!
//! What does not apply and what differs is as in `semaphore.rs`. An error is returned
//! where Python raises one.

use std::time::Duration;

use runtime::sync::BoundedSemaphore;
use runtime::thread;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::run;

#[test]
fn a_bounded_semaphore_refuses_a_release_beyond_its_bound() {
    run(|| {
        let semaphore = BoundedSemaphore::new(1);
        assert!(semaphore.release().is_err());
        semaphore.acquire().forget();
        semaphore.release().unwrap();
        assert!(semaphore.release().is_err());
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn a_bounded_semaphore_refuses_many_that_are_too_many_and_takes_none_of_them() {
    run(|| {
        let semaphore = BoundedSemaphore::new(3);
        semaphore.acquire().forget();
        semaphore.acquire().forget();
        assert!(semaphore.release_n(3).is_err());
        assert_eq!(semaphore.available_permits(), 1);
        semaphore.release_n(2).unwrap();
        assert_eq!(semaphore.available_permits(), 3);
    });
}

#[test]
fn a_bound_holds_for_any_number_of_threads() {
    run(|| {
        for bound in 1..10 {
            let semaphore = BoundedSemaphore::new(bound);
            thread::scope(|scope| {
                bunch(scope, bound, || semaphore.acquire().forget());
            });
            thread::scope(|scope| {
                bunch(scope, bound, || semaphore.release().unwrap());
            });
            assert!(semaphore.release().is_err());
        }
    });
}

#[test]
fn the_error_of_a_release_says_what_the_bound_is() {
    run(|| {
        let semaphore = BoundedSemaphore::named("connections", 2);
        let error = semaphore.release().unwrap_err();
        assert_eq!(error.most, 2);
        assert!(error.to_string().contains("connections"));
    });
}

#[test]
fn a_bounded_semaphore_gives_so_many_permits_as_it_has() {
    run(|| {
        let semaphore = BoundedSemaphore::new(2);
        let [one, two] = [semaphore.try_acquire(), semaphore.try_acquire()];
        assert!(one.is_some() && two.is_some());
        assert!(semaphore.try_acquire().is_none());
        drop((one, two));
        assert_eq!(semaphore.available_permits(), 2);
    });
}

#[test]
fn no_more_threads_are_inside_than_a_bounded_semaphore_has_permits() {
    run(|| {
        let (semaphore, inside) = (BoundedSemaphore::new(3), std::cell::Cell::new(0));
        let most = Results::new();
        thread::scope(|scope| {
            bunch(scope, 10, || {
                let _permit = semaphore.acquire();
                inside.set(inside.get() + 1);
                most.add(inside.get());
                thread::sleep(Duration::from_micros(100));
                inside.set(inside.get() - 1);
            });
        });
        assert_eq!((most.len(), most.all().into_iter().max()), (10, Some(3)));
        assert_eq!(inside.get(), 0);
    });
}

#[test]
fn a_wait_for_a_bounded_semaphore_ends_with_its_timeout_or_a_release() {
    run(|| {
        let semaphore = BoundedSemaphore::new(1);
        semaphore.acquire().forget();
        assert!(semaphore.acquire_timeout(SECOND).is_none());
        thread::scope(|scope| {
            let threads = bunch(scope, 1, || {
                assert!(semaphore.acquire_timeout(SECOND).is_some());
            });
            assert_eq!(finished(&threads), 0);
            semaphore.release().unwrap();
            settle();
            assert_eq!(finished(&threads), 1);
        });
    });
}

#[test]
fn a_bounded_semaphore_gets_its_permit_back_after_a_panic() {
    run(|| {
        let semaphore = BoundedSemaphore::new(1);
        caught(|| {
            let _permit = semaphore.acquire();
            panic!("oh dear");
        });
        assert!(semaphore.try_acquire().is_some());
        assert!(semaphore.release().is_err());
    });
}
