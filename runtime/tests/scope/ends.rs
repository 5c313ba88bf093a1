//! Scopes at the end of the run, in a deadlock, in guests, and in numbers.

use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use runtime::thread::{self, Builder, Killed};
use runtime::{Clock, Handle, RunError};

use crate::support::child::in_child;
use crate::support::{Journal, run};

/// An owner with two threads that wait, all of which write their names when
/// they unwind.
fn family(journal: &Journal, wait: fn()) {
    let _on_stack = journal.who_drops();
    let lent = Cell::new(0);
    thread::scope(|scope| {
        for name in ["first", "second"] {
            let (journal, lent) = (&journal, &lent);
            let builder = Builder::new().name(name.into());
            let sub = builder.spawn_scoped(scope, move || {
                let _on_stack = journal.who_drops();
                lent.set(lent.get() + 1);
                thread::park();
            });
            drop(sub.unwrap());
        }
        wait();
    });
}

#[test]
fn at_the_end_of_the_run_daemons_unwind_after_the_threads_of_their_scopes() {
    for wait in [|| (), thread::park] {
        let journal = Journal::default();
        let theirs = journal.clone();
        run(move || {
            let builder = Builder::new().name("owner".into()).daemon(true);
            drop(builder.spawn(move || family(&theirs, wait)).unwrap());
            thread::yield_now();
            thread::yield_now();
        });
        assert_eq!(journal.read(), ["second", "first", "owner"]);
    }
}

/// The owner is the newest, so it is told first; it has to wait all the same.
#[test]
fn at_the_end_of_the_run_a_guest_unwinds_after_the_threads_of_its_scope() {
    static DROPS: AtomicU32 = AtomicU32::new(0);

    struct Counts(u32);
    impl Drop for Counts {
        fn drop(&mut self) {
            assert_eq!(DROPS.fetch_add(1, Ordering::AcqRel), self.0);
        }
    }

    run(|| {
        let door = Handle::current();
        let guest = std::thread::spawn(move || {
            let daemon = Builder::new().daemon(true);
            let guest = daemon.spawn_on(&door, || {
                let _last = Counts(2);
                let lent = Cell::new(0);
                thread::scope(|scope| {
                    for place in [1, 0] {
                        let lent = &lent;
                        scope.spawn(move || {
                            let _on_stack = Counts(place);
                            lent.set(lent.get() + 1);
                            thread::park();
                        });
                    }
                });
            });
            drop(guest.unwrap());
        });
        guest.join().unwrap();
        (0..3).for_each(|_| thread::yield_now());
    });
    assert_eq!(DROPS.load(Ordering::Acquire), 3);
}

#[test]
fn the_run_waits_for_a_scope_with_a_thread_that_is_no_daemon() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let builder = Builder::new().daemon(true);
        let owner = builder.spawn(move || {
            thread::scope(|scope| {
                let builder = Builder::new().daemon(false);
                let sub = builder.spawn_scoped(scope, || {
                    thread::sleep(Duration::from_secs(1));
                    theirs.write("child");
                });
                drop(sub.unwrap());
            });
        });
        drop(owner.unwrap());
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["child"]);
}

#[test]
fn a_guest_may_own_a_scope() {
    run(|| {
        let (door, main) = (Handle::current(), thread::current());
        let outside = std::thread::spawn(move || {
            let guest = door.spawn(|| {
                let mut numbers = vec![1, 2, 3];
                thread::scope(|scope| {
                    for number in &mut numbers {
                        scope.spawn(|| {
                            thread::yield_now();
                            *number *= 2;
                        });
                    }
                });
                numbers
            });
            let numbers = guest.unwrap().join().unwrap();
            main.unpark();
            numbers
        });
        thread::park();
        assert_eq!(outside.join().unwrap(), [2, 4, 6]);
    });
}

#[test]
fn a_thread_of_a_scope_is_killed_and_unparked_from_another_os_thread() {
    run(|| {
        let door = Handle::current();
        let text = "borrowed".to_owned();
        thread::scope(|scope| {
            let killed = scope.spawn(|| {
                thread::park();
                text.len()
            });
            let unparked = scope.spawn(|| {
                thread::park();
                text.len()
            });
            let threads = (killed.thread().clone(), unparked.thread().clone());
            let outside = std::thread::spawn(move || {
                threads.0.kill();
                threads.1.unpark();
                threads.0.join().unwrap();
                drop(door);
            });
            assert_eq!(unparked.join().unwrap(), 8);
            assert!(killed.join().unwrap_err().is::<Killed>());
            outside.join().unwrap();
        });
    });
}

#[test]
fn a_scope_whose_threads_wait_for_ever_is_a_deadlock() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    let error = builder.run(move || family(&theirs, || ())).unwrap_err();
    assert!(matches!(error, RunError::Deadlock { .. }), "{error:?}");
    let report = error.to_string();
    for word in ["MainThread", "first", "second", "parked", "scope"] {
        assert!(report.contains(word), "{word:?} is missing:\n{report}");
    }
    assert_eq!(journal.read(), ["second", "first", "MainThread"]);
}

#[test]
fn ten_thousand_threads_in_one_scope() {
    run(|| {
        let count = Cell::new(0);
        thread::scope(|scope| {
            for _ in 0..10_000 {
                scope.spawn(|| count.set(count.get() + 1));
            }
            assert_eq!(count.get(), 0);
        });
        assert_eq!(count.get(), 10_000);
    });
}

/// Kilobytes of memory that the process has, from `/proc/self/status`.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_scope_does_not_grow_with_the_threads_that_have_ended() {
    let child = in_child(|| {
        run(|| {
            let count = Cell::new(0u32);
            thread::scope(|scope| {
                let count = &count;
                let turns = |turns: u32| {
                    for _ in 0..turns {
                        let sub = scope.spawn(move || count.set(count.get() + 1));
                        sub.join().unwrap();
                    }
                    resident()
                };
                let before = turns(10_000);
                let after = turns(100_000);
                assert!(after < before + 2_000, "from {before} to {after} KiB");
            });
            assert_eq!(count.get(), 110_000);
        });
    });
    child.ends_with(0);
}

#[test]
fn what_a_forgotten_handle_holds_is_not_the_scope() {
    run(|| {
        let text = "borrowed".to_owned();
        thread::scope(|scope| {
            for _ in 0..100 {
                std::mem::forget(scope.spawn(|| text.clone()));
            }
            for sub in [(); 3].map(|()| scope.spawn(thread::park)) {
                sub.thread().kill();
                std::mem::forget(sub);
            }
        });
        drop(text);
        assert_eq!(thread::active_count(), 1);
    });
}
