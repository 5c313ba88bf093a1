//! Semaphores: how permits are taken, given back and handed on.

mod bounded;
mod places;
mod reports;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::Semaphore;
use runtime::thread::{self, Killed};
use runtime::time::Instant;

use crate::support::{Journal, run};
use crate::waits::{MICROSECOND, SECOND, named, refused, state_of, while_unwinding};

/// A semaphore, and a thread of each of these names that acquires, says so, and
/// forgets its permit, as soon as it can. All of them wait.
fn with_waiters<const N: usize>(
    journal: &Journal,
    names: [&str; N],
) -> (Rc<Semaphore>, [thread::JoinHandle<()>; N]) {
    let semaphore = Rc::new(Semaphore::new(0));
    let waiters = names.map(|name| {
        let (semaphore, journal) = (Rc::clone(&semaphore), journal.clone());
        named(name, move || {
            semaphore.acquire().forget();
            journal.write(thread::current().to_string());
        })
    });
    thread::yield_now();
    (semaphore, waiters)
}

fn join_all<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn so_many_and_no_more_are_in_at_the_same_time() {
    run(|| {
        let (semaphore, inside, most) = (Semaphore::new(3), Cell::new(0), Cell::new(0));
        thread::scope(|scope| {
            for _ in 0..10 {
                scope.spawn(|| {
                    let _guard = semaphore.acquire();
                    inside.set(inside.get() + 1);
                    most.set(inside.get().max(most.get()));
                    thread::sleep(SECOND);
                    inside.set(inside.get() - 1);
                });
            }
        });
        assert_eq!(most.get(), 3);
        assert_eq!(semaphore.available_permits(), 3);
    });
}

#[test]
fn a_permit_that_is_free_is_taken_without_giving_up_the_cpu() {
    run(|| {
        let semaphore = Semaphore::new(2);
        let other = thread::spawn(|| ());
        let begin = Instant::now();
        let first = semaphore.acquire();
        let second = semaphore.acquire_timeout(SECOND).unwrap();
        assert_eq!(semaphore.available_permits(), 0);
        drop(first);
        assert_eq!(semaphore.available_permits(), 1);
        drop(second);
        assert_eq!(semaphore.available_permits(), 2);
        assert_eq!(begin.elapsed(), Duration::ZERO);
        assert!(other.is_alive());
    });
}

#[test]
fn those_that_wait_get_permits_in_the_order_in_which_they_came() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["a", "b", "c"]);
        for name in ["a", "b", "c"] {
            semaphore.release();
            thread::yield_now();
            assert_eq!(journal.read(), [name]);
        }
        join_all(waiters);
    });
}

#[test]
fn nobody_gets_in_between_a_release_and_the_one_it_lets_on() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["waits"]);
        semaphore.release();
        assert_eq!(semaphore.available_permits(), 0);
        assert!(semaphore.try_acquire().is_none());
        assert!(semaphore.acquire_timeout(Duration::ZERO).is_none());
        join_all(waiters);
        assert_eq!(journal.read(), ["waits"]);
    });
}

#[test]
fn several_permits_at_once_let_as_many_on_and_what_is_left_is_free() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["a", "b", "c"]);
        semaphore.release_n(2);
        thread::yield_now();
        assert_eq!(journal.read(), ["a", "b"]);
        assert_eq!(semaphore.available_permits(), 0);
        semaphore.release_n(5);
        assert_eq!(semaphore.available_permits(), 4);
        join_all(waiters);
        assert_eq!(journal.read(), ["c"]);
        semaphore.release_n(0);
        assert_eq!(semaphore.available_permits(), 4);
    });
}

#[test]
fn a_permit_may_be_given_back_by_another_thread() {
    run(|| {
        let semaphore: &'static Semaphore = Box::leak(Box::new(Semaphore::new(1)));
        let guard = semaphore.acquire();
        let waits = thread::spawn(|| semaphore.acquire().forget());
        let drops = thread::spawn(move || drop(guard));
        waits.join().unwrap();
        drops.join().unwrap();
        thread::spawn(|| semaphore.release()).join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn a_forgotten_permit_is_gone_until_somebody_releases() {
    run(|| {
        let semaphore = Semaphore::new(1);
        semaphore.acquire().forget();
        assert!(semaphore.try_acquire().is_none());
        semaphore.release();
        assert!(semaphore.try_acquire().is_some());
    });
}

#[test]
fn a_timeout_lasts_as_long_as_it_should_and_ends_with_the_permit() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(SECOND).is_none());
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);

        let theirs = Rc::clone(&semaphore);
        thread::spawn(move || {
            thread::sleep(SECOND);
            theirs.release();
        });
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(3 * SECOND).is_some());
        assert!(begin.elapsed() < 2 * SECOND);
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn with_no_time_the_others_run_once_and_a_timeout_of_for_ever_does_not_end() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(Duration::ZERO).is_none());
        assert_eq!(begin.elapsed(), MICROSECOND);
        let theirs = Rc::clone(&semaphore);
        thread::spawn(move || theirs.release());
        while semaphore.acquire_timeout(Duration::ZERO).is_none() {}

        let theirs = Rc::clone(&semaphore);
        let patient = thread::spawn(move || theirs.acquire_timeout(Duration::MAX).is_some());
        thread::sleep(1_000_000 * SECOND);
        semaphore.release();
        assert!(patient.join().unwrap());
    });
}

#[test]
fn a_permit_that_is_free_when_the_thread_comes_to_run_is_had_though_the_time_is_up() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let theirs = Rc::clone(&semaphore);
        let time = 10 * MICROSECOND;
        let late = named("late", move || theirs.acquire_timeout(time).is_some());
        while state_of("late") != "Waiting" {
            thread::yield_now();
        }
        while state_of("late") == "Waiting" {
            thread::yield_now();
        }
        // Its time is up, and it has not run since.
        semaphore.release();
        assert!(late.join().unwrap());
    });
}

#[test]
fn whose_time_is_up_leaves_the_line_and_is_handed_nothing() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let [hasty, patient] = [("hasty", SECOND), ("patient", Duration::MAX)];
        let [hasty, patient] = [hasty, patient].map(|(name, timeout)| {
            let semaphore = Rc::clone(&semaphore);
            named(name, move || semaphore.acquire_timeout(timeout).is_some())
        });
        thread::sleep(SECOND - MICROSECOND);
        while state_of("hasty") == "Waiting" {
            thread::yield_now();
        }
        assert_eq!(
            state_of("hasty"),
            "Ready",
            "its time is up and it has not run"
        );
        semaphore.release();
        assert!(!hasty.join().unwrap());
        assert!(patient.join().unwrap());
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, [first, second]) = with_waiters(&journal, ["first", "second"]);
        first.thread().kill();
        semaphore.release();
        assert!(first.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second"]);
        assert_eq!(semaphore.available_permits(), 0);
    });
}

#[test]
fn a_permit_for_a_thread_that_is_killed_before_it_runs_goes_to_the_next_one() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, [first, second]) = with_waiters(&journal, ["first", "second"]);
        semaphore.release();
        first.thread().kill();
        assert!(first.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second"]);

        let (semaphore, [only]) = with_waiters(&journal, ["only"]);
        semaphore.release();
        only.thread().kill();
        only.join().unwrap_err();
        assert_eq!(semaphore.available_permits(), 1);
        assert_eq!(journal.read(), [""; 0]);
    });
}

#[test]
fn a_thread_that_unwinds_gives_its_permits_back() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(2));
        let theirs = Rc::clone(&semaphore);
        let sub = thread::spawn(move || {
            let _guards = [theirs.acquire(), theirs.acquire()];
            thread::park();
        });
        thread::yield_now();
        assert_eq!(semaphore.available_permits(), 0);
        sub.thread().kill();
        sub.join().unwrap_err();
        assert_eq!(semaphore.available_permits(), 2);

        let theirs = Rc::clone(&semaphore);
        let sub = thread::spawn(move || {
            let _guard = theirs.acquire();
            std::panic::resume_unwind(Box::new("a panic that the test wants"));
        });
        sub.join().unwrap_err();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

#[test]
fn while_a_thread_unwinds_a_free_permit_can_be_had_and_others_are_refused() {
    run(|| {
        let (free, taken) = (Rc::new(Semaphore::new(1)), Rc::new(Semaphore::new(0)));
        while_unwinding(move || {
            let begin = Instant::now();
            drop(free.acquire());
            assert!(free.try_acquire().is_some());
            assert!(free.acquire_timeout(SECOND).is_some());
            assert_eq!(refused(|| taken.acquire()).why, Refused::Unwinding);
            assert!(taken.try_acquire().is_none());
            for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                assert!(taken.acquire_timeout(timeout).is_none());
            }
            taken.release();
            drop(taken.acquire());
            taken.acquire().forget();
            assert_eq!(begin.elapsed(), Duration::ZERO, "it has kept the CPU");
        });
    });
}

#[test]
fn a_destructor_that_releases_while_unwinding_lets_others_on() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["a", "b"]);
        while_unwinding(move || semaphore.release());
        join_all(waiters);
        assert_eq!(journal.read(), ["a", "b"]);
    });
}
