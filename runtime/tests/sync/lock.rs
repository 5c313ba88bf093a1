//! Locks that any thread may release. What they have of semaphores is tested there.

use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::{Lock, LockGuard};
use runtime::thread;
use runtime::time::Instant;

use crate::steps::{auto_traits, was_killed};
use crate::support::{Journal, run};
use crate::waits::{MICROSECOND, SECOND, deadlock, named, refused, while_unwinding};

/// A locked lock, and threads of these names that acquire it, say so, and end.
fn with_waiters<const N: usize>(
    journal: &Journal,
    names: [&str; N],
) -> (Rc<Lock>, [thread::JoinHandle<()>; N]) {
    let lock = Rc::new(Lock::new());
    lock.acquire();
    let waiters = names.map(|name| {
        let (lock, journal) = (Rc::clone(&lock), journal.clone());
        named(name, move || {
            lock.acquire();
            journal.write(thread::current().to_string());
        })
    });
    thread::yield_now();
    (lock, waiters)
}

#[test]
fn any_thread_may_release_and_hands_it_to_the_first_that_waits() {
    run(|| {
        let journal = Journal::default();
        let (lock, waiters) = with_waiters(&journal, ["a", "b"]);
        for name in ["a", "b"] {
            lock.release().unwrap();
            assert!(lock.is_locked(), "it was handed on");
            assert!(!lock.try_acquire(), "nobody gets in between");
            thread::yield_now();
            assert_eq!(journal.read(), [name]);
        }
        waiters
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        // Its threads have ended, and it is locked.
        let theirs = Rc::clone(&lock);
        thread::spawn(move || theirs.release().unwrap())
            .join()
            .unwrap();
        assert!(!lock.is_locked());
    });
}

#[test]
fn it_is_released_once_for_each_acquire() {
    run(|| {
        let lock = Lock::named("door");
        let error = lock.release().unwrap_err();
        assert!(!error.locked);
        let words = error.to_string();
        assert!(words.starts_with("Lock 'door' ("), "{words}");
        assert!(words.contains("is not locked"), "{words}");
        assert!(!lock.is_locked());
        assert!(lock.try_acquire());
        lock.release().unwrap();
        assert_eq!(lock.release().unwrap_err(), error);
    });
}

#[test]
fn what_a_guard_has_or_a_thread_was_handed_is_not_released_by_others() {
    run(|| {
        let lock = Lock::new();
        let guard = lock.hold();
        let error = lock.release().unwrap_err();
        assert!(error.locked && error.to_string().contains("a guard has it"));
        assert!(lock.is_locked());
        drop(guard);
        assert!(!lock.is_locked());

        let journal = Journal::default();
        let (lock, [waits]) = with_waiters(&journal, ["waits"]);
        lock.release().unwrap();
        assert!(lock.release().unwrap_err().locked);
        waits.join().unwrap();
        lock.release().unwrap();
    });
}

#[test]
fn a_lock_for_a_thread_that_is_killed_before_it_runs_goes_to_the_next() {
    run(|| {
        let journal = Journal::default();
        let (lock, [a, b]) = with_waiters(&journal, ["a", "b"]);
        lock.release().unwrap();
        a.thread().kill();
        was_killed(a);
        b.join().unwrap();
        assert_eq!(journal.read(), ["b"]);
        let (lock, [only]) = with_waiters(&journal, ["only"]);
        only.thread().kill();
        lock.release().unwrap();
        was_killed(only);
        assert!(!lock.is_locked());
    });
}

#[test]
fn a_timeout_lasts_as_long_as_it_should() {
    run(|| {
        let lock: &'static Lock = Box::leak(Box::default());
        assert!(lock.acquire_timeout(Duration::ZERO));
        for (timeout, lasts) in [
            (SECOND, SECOND + MICROSECOND),
            (Duration::ZERO, MICROSECOND),
        ] {
            let begin = Instant::now();
            assert!(!lock.acquire_timeout(timeout));
            assert_eq!(begin.elapsed(), lasts);
        }
        let waits = thread::spawn(|| lock.acquire_timeout(Duration::MAX));
        thread::sleep(SECOND);
        lock.release().unwrap();
        assert!(waits.join().unwrap());
    });
}

#[test]
fn while_a_thread_unwinds_it_is_refused_to_wait_and_may_release() {
    run(|| {
        let lock = Rc::new(Lock::new());
        while_unwinding(move || {
            lock.acquire();
            assert_eq!(refused(|| lock.acquire()).why, Refused::Unwinding);
            assert_eq!(refused(|| drop(lock.hold())).why, Refused::Unwinding);
            assert!(!lock.acquire_timeout(SECOND));
            lock.release().unwrap();
            drop(lock.hold());
        });
    });
}

#[test]
fn a_deadlock_report_says_who_acquired_it_last_and_where() {
    let report = deadlock(|| {
        let lock: &'static Lock = Box::leak(Box::new(Lock::named("door")));
        let acquires = || {
            lock.acquire();
            thread::sleep(SECOND);
            lock.acquire();
        };
        named("acquires", acquires);
        thread::yield_now();
        lock.acquire();
    });
    let main = &report.waiting[0];
    assert!(main.waits_for.starts_with("waits for Lock 'door' ("));
    let last = format!("the last to acquire was acquires at {}:", file!());
    assert!(main.could_end.contains(&last), "{}", main.could_end);
    assert!(report.rings.is_empty());
}

#[test]
fn a_lock_can_be_a_static_and_is_as_one_runtime_left_it_for_the_next() {
    static LOCK: Lock = Lock::new();
    std::thread::spawn(|| run(|| LOCK.acquire()))
        .join()
        .unwrap();
    run(|| {
        assert!(LOCK.is_locked());
        LOCK.release().unwrap();
    });
    // Outside there is nobody to wait for.
    LOCK.acquire();
    assert_eq!(refused(|| LOCK.acquire()).why, Refused::OutsideRuntime);
    LOCK.release().unwrap();
    assert_eq!(auto_traits!(Lock), [true; 5]);
    assert!(
        !auto_traits!(LockGuard<'static>)[0],
        "it stays on its OS thread"
    );
}

#[test]
fn debug_shows_whether_it_is_locked() {
    let lock = Lock::new();
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, .. }");
    let guard = lock.hold();
    assert_eq!(
        format!("{lock:?} {guard:?}"),
        "Lock { locked: true, .. } LockGuard { .. }"
    );
}
