//! `threading.Barrier`, after `BarrierTests` of CPython's Lib/test/lock_tests.py: here
//! `sync::Barrier`.
//!
//! Does not apply: a timeout that the barrier has itself. It is said to each wait.
//!
//! Differs on purpose:
//!
//! - Those that have met go on as such, even if the barrier is broken before they run. In
//!   Python they get the error.
//! - A `wait` at a broken barrier panics, and `wait_timeout` returns an error, so what
//!   Python tries with `wait` is tried with that here.
//! - A barrier for nobody is one for one thread; newer Pythons refuse it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{BarrierBreak, BarrierError};
use runtime::sync::Barrier;
use runtime::thread;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::run;

const PARTIES: usize = 5;

/// Waits for at most two seconds, and says what broke the barrier.
fn meet(barrier: &Barrier) -> Result<usize, BarrierBreak> {
    match barrier.wait_timeout(2 * SECOND) {
        Ok(met) => Ok(met.index()),
        Err(error) => Err(error.how),
    }
}

/// Calls `f` in so many threads as the barrier is for, and waits for their end.
fn all_parties(f: impl Fn() + Copy) {
    thread::scope(|scope| {
        bunch(scope, PARTIES - 1, f);
        f();
    });
}

/// So many rounds, in lockstep.
fn lockstep(rounds: usize) {
    run(move || {
        let (barrier, before, after) = (Barrier::new(PARTIES), Results::new(), Results::new());
        all_parties(|| {
            for round in 0..rounds {
                before.add(());
                assert_eq!(after.len(), round * PARTIES);
                barrier.wait();
                after.add(());
                assert_eq!(before.len(), (round + 1) * PARTIES);
                barrier.wait();
            }
        });
        assert_eq!((barrier.n_waiting(), barrier.is_broken()), (0, false));
    });
}

#[test]
fn a_barrier_is_passed_in_lockstep() {
    lockstep(1);
}

#[test]
fn a_barrier_is_passed_in_lockstep_again_and_again() {
    lockstep(10);
}

#[test]
fn each_that_meets_gets_another_number() {
    run(|| {
        let (barrier, numbers) = (Barrier::new(PARTIES), Results::new());
        all_parties(|| numbers.add(barrier.wait().index()));
        let mut numbers = numbers.all();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn the_action_is_run_once_before_anybody_goes_on() {
    run(|| {
        let runs = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&runs);
        let barrier = Barrier::with_action(PARTIES, move || theirs.set(theirs.get() + 1));
        all_parties(|| {
            barrier.wait();
            assert_eq!(runs.get(), 1);
        });
    });
}

#[test]
fn an_action_that_panics_breaks_the_barrier() {
    run(|| {
        let barrier = Barrier::with_action(PARTIES, || panic!("oh dear"));
        let broken = Results::new();
        thread::scope(|scope| {
            bunch(scope, PARTIES - 1, || {
                broken.add(barrier.wait_timeout(2 * SECOND).unwrap_err().how);
            });
            let payload = caught(|| barrier.wait());
            assert_eq!(payload.downcast_ref(), Some(&"oh dear"));
        });
        assert_eq!(broken.all(), [BarrierBreak::Action; PARTIES - 1]);
        assert!(barrier.is_broken());
    });
}

#[test]
fn an_abort_breaks_the_barrier_for_all_that_wait() {
    run(|| {
        let (barrier, passed, sent_away) = (Barrier::new(PARTIES), Results::new(), Results::new());
        all_parties(|| {
            if meet(&barrier) == Ok(PARTIES / 2) {
                settle();
                return barrier.abort();
            }
            match meet(&barrier) {
                Ok(_) => passed.add(()),
                Err(how) => sent_away.add(how),
            }
        });
        assert_eq!(passed.len(), 0);
        assert_eq!(sent_away.all(), [BarrierBreak::Aborted; PARTIES - 1]);
        assert!(barrier.is_broken());
    });
}

#[test]
fn a_broken_barrier_refuses_all_that_come() {
    run(|| {
        let barrier = Barrier::new(PARTIES);
        barrier.abort();
        for _ in 0..2 {
            assert_eq!(meet(&barrier), Err(BarrierBreak::Aborted));
            assert!(caught(|| barrier.wait()).is::<BarrierError>());
        }
    });
}

#[test]
fn a_reset_sends_those_away_that_wait_and_leaves_the_barrier_whole() {
    run(|| {
        let (barrier, sent_away, passed) = (Barrier::new(PARTIES), Results::new(), Results::new());
        all_parties(|| {
            if meet(&barrier) == Ok(PARTIES / 2) {
                while barrier.n_waiting() < PARTIES - 1 {
                    settle();
                }
                barrier.reset();
            } else {
                sent_away.add(meet(&barrier).unwrap_err());
            }
            // And through it once more.
            passed.add(meet(&barrier).is_ok());
        });
        assert_eq!(sent_away.all(), [BarrierBreak::Reset; PARTIES - 1]);
        assert_eq!(passed.all(), [true; PARTIES]);
        assert!(!barrier.is_broken());
    });
}

#[test]
fn a_barrier_that_was_aborted_works_again_after_a_reset() {
    run(|| {
        let [barrier, other] = [Barrier::new(PARTIES), Barrier::new(PARTIES)];
        let (sent_away, passed) = (Results::new(), Results::new());
        all_parties(|| {
            if meet(&barrier) == Ok(PARTIES / 2) {
                barrier.abort();
            } else {
                sent_away.add(meet(&barrier).is_err());
            }
            // All have left it when it is reset, and nobody comes before.
            if meet(&other) == Ok(PARTIES / 2) {
                barrier.reset();
            }
            meet(&other).unwrap();
            passed.add(meet(&barrier).is_ok());
        });
        assert_eq!(sent_away.all(), [true; PARTIES - 1]);
        assert_eq!(passed.all(), [true; PARTIES]);
    });
}

#[test]
fn one_that_comes_too_late_finds_the_barrier_broken_and_so_do_all() {
    run(|| {
        let (barrier, broken) = (Barrier::new(PARTIES), Results::new());
        all_parties(|| {
            if meet(&barrier) == Ok(PARTIES / 2) {
                thread::sleep(SECOND);
            }
            let error = barrier.wait_timeout(SECOND / 2).unwrap_err();
            broken.add(error.how);
        });
        assert_eq!(broken.all(), [BarrierBreak::TimedOut; PARTIES]);
        assert!(barrier.is_broken());
    });
}

#[test]
fn one_that_loses_patience_breaks_the_barrier_for_those_that_have_more() {
    run(|| {
        let (barrier, broken) = (Barrier::new(PARTIES), Results::new());
        thread::scope(|scope| {
            let patient = bunch(scope, 2, || broken.add(meet(&barrier)));
            let soon = Duration::from_millis(1);
            assert!(barrier.wait_timeout(soon).is_err());
            settle();
            assert_eq!(finished(&patient), 2);
        });
        assert_eq!(broken.all(), [Err(BarrierBreak::TimedOut); 2]);
    });
}

#[test]
fn a_barrier_for_one_lets_it_pass() {
    run(|| {
        let barrier = Barrier::new(1);
        for _ in 0..2 {
            assert_eq!(barrier.wait().index(), 0);
        }
    });
}

#[test]
fn a_barrier_says_for_how_many_it_is_and_how_many_wait() {
    run(|| {
        let barrier = Barrier::new(PARTIES);
        assert_eq!((barrier.parties(), barrier.n_waiting()), (PARTIES, 0));
        thread::scope(|scope| {
            for waiting in 1..PARTIES {
                scope.spawn(|| barrier.wait());
                settle();
                assert_eq!(barrier.n_waiting(), waiting);
            }
            barrier.wait();
        });
        assert_eq!(barrier.n_waiting(), 0);
    });
}
