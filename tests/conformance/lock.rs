//! `threading.Lock`, after `BaseLockTests` and `LockTests` of CPython's
//! Lib/test/lock_tests.py and `test_releasing_unacquired_lock` of
//! Lib/test/test_threading.py: here `sync::Lock`.
//!
//! Does not apply: that the type of a lock makes no others, a timeout for an attempt that
//! does not wait, and timeouts that are negative or too large. `Duration::MAX` is for
//! ever.
//!
//! Differs on purpose: while a guard has the lock, as Python's `with`, nobody else can
//! release it.

use std::time::Duration;

use runtime::RunError;
use runtime::sync::Lock;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::run;

#[test]
fn a_lock_may_be_made_and_dropped_unused() {
    run(|| {
        let _lock = Lock::new();
    });
}

#[test]
fn a_lock_may_be_dropped_while_it_is_acquired() {
    run(|| {
        let lock = Lock::new();
        lock.acquire();
    });
}

#[test]
fn a_lock_can_be_acquired_again_after_its_release() {
    run(|| {
        let lock = Lock::new();
        for _ in 0..2 {
            lock.acquire();
            lock.release().unwrap();
        }
    });
}

#[test]
fn a_lock_says_whether_it_is_acquired() {
    run(|| {
        let lock = Lock::new();
        assert!(!lock.is_locked());
        lock.acquire();
        assert!(lock.is_locked());
        thread::scope(|scope| {
            bunch(scope, 1, || assert!(lock.is_locked()));
        });
        lock.release().unwrap();
        assert!(!lock.is_locked());
    });
}

#[test]
fn what_a_lock_shows_says_whether_it_is_acquired() {
    run(|| {
        let lock = Lock::new();
        assert!(format!("{lock:?}").contains("false"));
        lock.acquire();
        assert!(format!("{lock:?}").contains("true"));
    });
}

#[test]
fn an_attempt_takes_a_lock_that_is_free() {
    run(|| {
        let lock = Lock::new();
        assert!(lock.try_acquire());
        assert!(lock.is_locked());
        lock.release().unwrap();
    });
}

#[test]
fn an_attempt_fails_while_the_lock_is_acquired() {
    run(|| {
        let (lock, got_it) = (Lock::new(), Results::new());
        lock.acquire();
        assert!(!lock.try_acquire());
        thread::scope(|scope| {
            bunch(scope, 1, || got_it.add(lock.try_acquire()));
        });
        assert_eq!(got_it.all(), [false]);
        lock.release().unwrap();
    });
}

#[test]
fn all_that_wait_for_a_lock_get_it_one_after_the_other() {
    run(|| {
        let lock = Lock::new();
        lock.acquire();
        thread::scope(|scope| {
            let threads = bunch(scope, 5, || {
                lock.acquire();
                lock.release().unwrap();
            });
            assert_eq!(finished(&threads), 0);
            lock.release().unwrap();
            settle();
            assert_eq!(finished(&threads), 5);
        });
    });
}

#[test]
fn a_thread_that_acquires_its_lock_again_waits_for_a_release() {
    run(|| {
        let (lock, phases) = (Lock::new(), Results::new());
        thread::scope(|scope| {
            bunch(scope, 1, || {
                lock.acquire();
                phases.add(1);
                lock.acquire();
                phases.add(2);
            });
            assert_eq!(phases.all(), [1]);
            lock.release().unwrap();
            settle();
            assert_eq!(phases.all(), [1, 2]);
        });
    });
}

#[test]
fn a_lock_can_be_released_by_another_thread() {
    run(|| {
        let lock = Lock::new();
        lock.acquire();
        thread::scope(|scope| {
            bunch(scope, 1, || lock.release().unwrap());
        });
        assert!(lock.try_acquire());
        lock.release().unwrap();
    });
}

#[test]
fn a_lock_that_is_not_acquired_cannot_be_released() {
    run(|| {
        let lock = Lock::new();
        assert!(lock.release().is_err());
        lock.acquire();
        lock.release().unwrap();
        assert!(lock.release().is_err());
        assert!(lock.try_acquire());
    });
}

#[test]
fn a_lock_is_released_at_the_end_of_its_scope_and_after_a_panic() {
    run(|| {
        let lock = Lock::new();
        {
            let _held = lock.hold();
            assert!(lock.is_locked());
        }
        assert!(!lock.is_locked());
        caught(|| {
            let _held = lock.hold();
            panic!("oh dear");
        });
        assert!(!lock.is_locked());
    });
}

#[test]
fn a_wait_for_a_free_lock_takes_no_time_however_long_it_may_take() {
    run(|| {
        let lock = Lock::new();
        let begin = Instant::now();
        for timeout in [Duration::ZERO, 5 * SECOND, Duration::MAX] {
            assert!(lock.acquire_timeout(timeout));
            lock.release().unwrap();
        }
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_for_a_lock_ends_with_its_timeout() {
    run(|| {
        let lock = Lock::new();
        lock.acquire();
        let begin = Instant::now();
        thread::scope(|scope| {
            bunch(scope, 1, || assert!(!lock.acquire_timeout(SECOND / 2)));
        });
        assert!(begin.elapsed() >= SECOND / 2);
    });
}

#[test]
fn a_wait_that_has_timed_out_leaves_the_lock_as_it_is() {
    run(|| {
        let lock = Lock::new();
        lock.acquire();
        assert!(!lock.acquire_timeout(Duration::from_millis(10)));
        lock.release().unwrap();
        assert!(!lock.is_locked());
        assert!(lock.try_acquire());
    });
}

#[test]
fn a_wait_for_a_lock_that_may_take_for_ever_ends_with_a_release() {
    run(|| {
        let lock = Lock::new();
        lock.acquire();
        thread::scope(|scope| {
            let threads = bunch(scope, 1, || assert!(lock.acquire_timeout(Duration::MAX)));
            thread::sleep(1000 * SECOND);
            assert_eq!(finished(&threads), 0);
            lock.release().unwrap();
        });
    });
}

#[test]
fn threads_that_use_a_lock_leave_nothing_behind() {
    run(|| {
        let lock = Lock::new();
        let before = thread::active_count();
        thread::scope(|scope| {
            bunch(scope, 15, || drop(lock.hold()));
        });
        assert_eq!(thread::active_count(), before);
    });
}

#[test]
fn a_lock_that_nobody_will_release_is_a_deadlock_that_is_told() {
    let runtime = runtime::Builder::new().clock(runtime::Clock::Virtual);
    let ended = runtime.run(|| {
        let lock = Lock::named("door");
        lock.acquire();
        lock.acquire();
    });
    let Err(RunError::Deadlock(deadlock)) = ended else {
        panic!("nobody can release it")
    };
    assert!(deadlock.to_string().contains("door"));
}
