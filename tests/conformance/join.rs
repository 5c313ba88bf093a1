//! How threads wait for the end of others, after `ThreadTests` and
//! `ThreadingExceptionTests` of CPython's Lib/test/test_threading.py: here
//! `thread::Thread::join` and `join_timeout`.
//!
//! Does not apply: negative timeouts, and `PyThreadState_SetAsyncExc`, which is a kill
//! here.
//!
//! Differs on purpose: a `JoinHandle` gives its joiner what the thread returned, or what
//! it panicked with.

use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::JoinError;
use runtime::sync::Event;
use runtime::thread::{self, Killed};
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, settle};
use crate::support::{Counter, OnDrop, run};
use crate::thread::work;

#[test]
fn a_thread_cannot_join_itself() {
    run(|| {
        assert_eq!(thread::current().join(), Err(JoinError::Current));
        let sub = thread::spawn(|| thread::current().join());
        assert_eq!(sub.join().unwrap(), Err(JoinError::Current));
    });
}

#[test]
fn a_thread_that_was_never_started_cannot_be_joined() {
    run(|| {
        let sub = thread::create(work);
        assert_eq!(sub.thread().join(), Err(JoinError::NotStarted));
        assert_eq!(
            sub.thread().join_timeout(SECOND),
            Err(JoinError::NotStarted)
        );
    });
}

#[test]
fn threads_that_would_join_each_other_are_refused_and_not_stuck() {
    run(|| {
        let main = thread::current();
        let sub = thread::spawn(move || main.join());
        settle();
        assert!(matches!(sub.thread().join(), Err(JoinError::Ring(_))));
    });
}

#[test]
fn a_thread_can_be_joined_any_number_of_times() {
    run(|| {
        let sub = thread::spawn(work);
        for _ in 0..3 {
            sub.thread().join().unwrap();
        }
    });
}

#[test]
fn a_thread_can_be_joined_by_many_at_once() {
    run(|| {
        let (sub, joined) = (thread::spawn(|| thread::sleep(SECOND)), Results::new());
        thread::scope(|scope| {
            bunch(scope, 5, || joined.add(sub.thread().join()));
            assert_eq!(joined.len(), 0);
        });
        assert_eq!(joined.all(), vec![Ok(()); 5]);
    });
}

#[test]
fn a_join_with_a_timeout_waits_for_so_long_and_then_says_so() {
    run(|| {
        let finish = Rc::new(Event::new());
        let theirs = Rc::clone(&finish);
        let sub = thread::spawn(move || theirs.wait());
        let begin = Instant::now();
        for timeout in [Duration::ZERO, SECOND] {
            let joined = sub.thread().join_timeout(timeout);
            assert_eq!(joined, Err(JoinError::TimedOut));
        }
        assert!(begin.elapsed() >= SECOND);
        assert!(sub.is_alive());
        finish.set();
        assert_eq!(sub.thread().join_timeout(SECOND), Ok(()));
        assert_eq!(sub.thread().join_timeout(Duration::ZERO), Ok(()));
    });
}

#[test]
fn a_thread_that_has_panicked_can_be_joined() {
    run(|| {
        let sub = thread::spawn(|| panic!("oh dear"));
        assert_eq!(sub.thread().join(), Ok(()));
        let payload = sub.join().map(|(): ()| ()).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"oh dear"));
    });
}

#[test]
fn what_a_thread_was_made_for_is_dropped_before_its_joiner_goes_on() {
    run(|| {
        for panics in [false, true] {
            let dropped = Counter::default();
            let (kept, argument) = (dropped.on_drop(), dropped.on_drop());
            let function = move |_argument: OnDrop<_>| {
                let _ = &kept;
                assert!(!panics, "it was to");
            };
            let sub = thread::create_with(function, (argument,));
            sub.start().unwrap();
            sub.thread().join().unwrap();
            assert_eq!(dropped.get(), 2);
        }
    });
}

#[test]
fn a_thread_goes_on_after_the_one_that_started_it() {
    run(|| {
        let inner = thread::spawn(|| thread::spawn(|| thread::sleep(SECOND)));
        let inner = inner.join().unwrap();
        assert!(inner.is_alive());
        inner.join().unwrap();
    });
}

#[test]
fn a_thread_can_be_made_to_unwind_by_another() {
    run(|| {
        let cleaned_up = Counter::default();
        let theirs = cleaned_up.on_drop();
        let sub = thread::spawn(move || {
            let _theirs = theirs;
            loop {
                thread::sleep(SECOND);
            }
        });
        settle();
        assert!(sub.is_alive());
        sub.thread().kill();
        assert!(sub.join().unwrap_err().is::<Killed>());
        assert_eq!(cleaned_up.get(), 1);
    });
}

#[test]
fn a_panic_that_a_thread_catches_is_nobody_elses() {
    run(|| {
        let sub = thread::spawn(|| catch_unwind(|| panic!("oh dear")).is_err());
        assert!(sub.join().unwrap());
    });
}
