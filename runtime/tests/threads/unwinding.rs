//! A thread that unwinds keeps the CPU, and so nobody else seems to panic.

use std::panic::catch_unwind;
use std::time::Duration;

use runtime::error::JoinError;
use runtime::thread::{self, JoinHandle};
use runtime::time::Instant;

use crate::support::{Counter, Journal, OnDrop, run};

const SECOND: Duration = Duration::from_secs(1);

/// A thread that panics, with a destructor on its stack that calls `work`.
fn unwinds(mut work: impl FnMut() + 'static) -> JoinHandle<()> {
    thread::spawn(move || {
        let _on_stack = OnDrop(move || {
            assert!(thread::panicking());
            work();
        });
        panic!("the panic that the test wants");
    })
}

#[track_caller]
fn panicked(thread: JoinHandle<()>) {
    let reason = thread.join().unwrap_err();
    let expected = "the panic that the test wants";
    assert_eq!(reason.downcast_ref(), Some(&expected));
}

#[test]
fn to_wait_while_unwinding_returns_at_once_and_does_not_switch() {
    run(|| {
        let waits: [fn(); 7] = [
            thread::yield_now,
            runtime::hint::spin_loop,
            || thread::sleep(Duration::ZERO),
            || thread::sleep(SECOND),
            || thread::sleep(Duration::MAX),
            thread::park,
            || thread::park_timeout(SECOND),
        ];
        for wait in waits {
            let (others, done) = (Counter::default(), Counter::default());
            let (theirs, seen, mine) = (others.clone(), others.clone(), done.clone());
            let unwinds = unwinds(move || {
                let begin = Instant::now();
                wait();
                assert_eq!(seen.get(), 0, "somebody else has run");
                assert_eq!(begin.elapsed(), Duration::ZERO);
                mine.add();
            });
            let other = thread::spawn(move || theirs.add());
            panicked(unwinds);
            other.join().unwrap();
            assert_eq!(done.get(), 1);
        }
    });
}

#[test]
fn to_join_while_unwinding_is_refused() {
    run(|| {
        let done = Counter::default();
        let theirs = done.clone();
        let target = thread::spawn(thread::park);
        let mut with_result = Some(thread::spawn(thread::park));
        let others = [target.thread(), with_result.as_ref().unwrap().thread()].map(Clone::clone);
        let unwinds = unwinds(move || {
            let thread = target.thread();
            assert_eq!(thread.join(), Err(JoinError::Unwinding));
            assert_eq!(thread.join_timeout(SECOND), Err(JoinError::Unwinding));
            let error = with_result.take().unwrap().join().unwrap_err();
            assert_eq!(error.downcast_ref(), Some(&JoinError::Unwinding));
            theirs.add();
        });
        panicked(unwinds);
        assert_eq!(done.get(), 1);
        for other in others {
            assert!(other.is_alive());
            other.unpark();
            other.join().unwrap();
        }
    });
}

#[test]
fn to_join_a_thread_that_has_ended_is_no_wait_and_works_while_unwinding() {
    run(|| {
        let done = Counter::default();
        let theirs = done.clone();
        let ended = thread::spawn(|| "result");
        ended.thread().join().unwrap();
        let mut ended = Some(ended);
        let unwinds = unwinds(move || {
            let ended = ended.take().unwrap();
            assert_eq!(ended.thread().join(), Ok(()));
            assert_eq!(ended.join().unwrap(), "result");
            theirs.add();
        });
        panicked(unwinds);
        assert_eq!(done.get(), 1);
    });
}

#[test]
fn while_one_thread_unwinds_it_can_spawn_and_unpark_others() {
    run(|| {
        let journal = Journal::default();
        let (spawned, unparked) = (journal.clone(), journal.clone());
        let parked = thread::spawn(move || {
            thread::park();
            unparked.write(format!("unparked {}", thread::panicking()));
        });
        thread::yield_now();
        let unpark = parked.thread().clone();
        panicked(unwinds(move || {
            unpark.unpark();
            let spawned = spawned.clone();
            thread::spawn(move || {
                spawned.write(format!("spawned {}", thread::panicking()));
            });
        }));
        parked.join().unwrap();
        thread::yield_now();
        assert_eq!(journal.read(), ["unparked false", "spawned false"]);
    });
}

#[test]
fn others_do_not_seem_to_panic_before_between_or_after_panics() {
    run(|| {
        let watcher = thread::spawn(|| {
            for _ in 0..20 {
                assert!(!thread::panicking());
                assert!(!std::thread::panicking());
                thread::yield_now();
            }
        });
        for _ in 0..5 {
            panicked(unwinds(thread::yield_now));
            assert!(!thread::panicking());
        }
        watcher.join().unwrap();
    });
}

#[test]
fn a_thread_that_has_caught_its_panic_can_wait_again() {
    run(|| {
        let sub = thread::spawn(|| {
            let caught = catch_unwind(|| {
                let _on_stack = OnDrop(thread::yield_now);
                panic!("caught");
            });
            assert!(caught.is_err());
            let begin = Instant::now();
            thread::sleep(SECOND);
            begin.elapsed()
        });
        assert!(sub.join().unwrap() >= SECOND);
    });
}

#[test]
fn a_thread_that_is_killed_while_it_unwinds_keeps_its_own_panic() {
    run(|| {
        panicked(unwinds(|| {
            thread::current().kill();
            thread::yield_now();
        }));
    });
}

#[test]
fn a_destructor_that_runs_at_a_kill_does_not_wait_either() {
    run(|| {
        let done = Counter::default();
        let theirs = done.clone();
        let sub = thread::spawn(move || {
            let _on_stack = OnDrop(move || {
                let begin = Instant::now();
                thread::sleep(SECOND);
                thread::park();
                assert_eq!(begin.elapsed(), Duration::ZERO);
                theirs.add();
            });
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        assert!(sub.join().unwrap_err().is::<thread::Killed>());
        assert_eq!(done.get(), 1);
    });
}
