//! Barriers that break, are reset, and have an action: Python's.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{BarrierBreak, BarrierError, Refused};
use runtime::sync::Barrier;
use runtime::thread::{self, JoinHandle};
use runtime::time::Instant;

use crate::steps::was_killed;
use crate::support::{Journal, run};
use crate::waits::{MICROSECOND, SECOND, named, refused, while_unwinding};

type Waits = JoinHandle<Result<usize, BarrierError>>;

/// Any barrier.
trait Meet: 'static {
    fn meet(&self, timeout: Duration) -> Result<usize, BarrierError>;
}

impl<A: FnMut() + 'static> Meet for Barrier<A> {
    fn meet(&self, timeout: Duration) -> Result<usize, BarrierError> {
        self.wait_timeout(timeout).map(|met| met.index())
    }
}

/// A thread of that name that comes, and gives its number.
fn comes(barrier: &Rc<impl Meet>, name: &str) -> Waits {
    comes_for(barrier, name, Duration::MAX)
}

fn comes_for(barrier: &Rc<impl Meet>, name: &str, timeout: Duration) -> Waits {
    let barrier = Rc::clone(barrier);
    let waits = named(name, move || barrier.meet(timeout));
    thread::yield_now();
    waits
}

/// How, and by whom.
fn broken_by<T: std::fmt::Debug>(result: Result<T, BarrierError>) -> (BarrierBreak, String) {
    let error = result.unwrap_err();
    (error.how, error.who)
}

/// What `wait` panics with.
fn broken<T>(wait: impl FnOnce() -> T) -> BarrierError {
    match catch_unwind(AssertUnwindSafe(wait)) {
        Ok(_) => panic!("it has met"),
        Err(payload) => *payload.downcast().expect("it is broken"),
    }
}

#[test]
fn those_that_meet_have_numbers_in_the_order_in_which_they_came_even_if_some_were_killed() {
    run(|| {
        let barrier = Rc::new(Barrier::new(4));
        for _ in 0..3 {
            let [a, killed, b] = ["a", "killed", "b"].map(|name| comes(&barrier, name));
            killed.thread().kill();
            let c = comes(&barrier, "c");
            assert_eq!(barrier.n_waiting(), 3);
            let late = comes(&barrier, "late");
            let numbers = [a, b, c, late].map(|thread| thread.join().unwrap().unwrap());
            assert_eq!(numbers, [0, 1, 2, 3]);
            was_killed(killed);
            assert_eq!((barrier.n_waiting(), barrier.parties()), (0, 4));
        }
    });
}

#[test]
fn a_time_that_is_up_breaks_the_barrier_for_all_until_it_is_reset() {
    run(|| {
        let barrier = Rc::new(Barrier::named("start", 3));
        let patient = comes(&barrier, "patient");
        let begin = Instant::now();
        let error = barrier.wait_timeout(SECOND).unwrap_err();
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);
        let words = error.to_string();
        assert!(words.starts_with("Barrier 'start' ("), "{words}");
        let what = "is broken: MainThread would not wait any longer, at ";
        assert!(words.contains(what), "{words}");
        assert_eq!(patient.join().unwrap(), Err(error.clone()));
        assert!(barrier.is_broken());
        assert_eq!(broken(|| barrier.wait()), error);
        assert_eq!(barrier.wait_timeout(SECOND).unwrap_err(), error);
        barrier.reset();
        assert!(!barrier.is_broken());
        let others = ["a", "b"].map(|name| comes(&barrier, name));
        assert!(barrier.wait().is_leader());
        assert_eq!(others.map(|thread| thread.join().unwrap().unwrap()), [0, 1]);
    });
}

#[test]
fn with_no_time_it_is_the_last_one_or_breaks_the_barrier() {
    run(|| {
        let barrier = Rc::new(Barrier::new(2));
        let waits = comes(&barrier, "waits");
        assert!(barrier.wait_timeout(Duration::ZERO).unwrap().is_leader());
        assert_eq!(waits.join().unwrap(), Ok(0));
        let error = barrier.wait_timeout(Duration::ZERO).unwrap_err();
        assert_eq!(error.how, BarrierBreak::TimedOut);
    });
    // And so it is outside.
    let barrier = Barrier::new(2);
    assert!(barrier.wait_timeout(Duration::ZERO).is_err());
    barrier.reset();
    let waits = || drop(barrier.wait_timeout(SECOND));
    assert_eq!(refused(waits).why, Refused::OutsideRuntime);
}

#[test]
fn while_a_thread_unwinds_its_time_is_up_at_once() {
    run(|| {
        let barrier = Rc::new(Barrier::new(2));
        while_unwinding(move || {
            barrier.reset();
            let error = barrier.wait_timeout(SECOND).unwrap_err();
            assert_eq!(error.how, BarrierBreak::TimedOut);
        });
    });
}

#[test]
fn abort_sends_all_away_and_stays_until_a_reset() {
    run(|| {
        let barrier = Rc::new(Barrier::new(3));
        let waits = comes(&barrier, "waits");
        let theirs = Rc::clone(&barrier);
        let panics = named("panics", move || broken(|| theirs.wait()));
        thread::yield_now();
        barrier.abort();
        barrier.abort();
        let by = (BarrierBreak::Aborted, "MainThread".to_owned());
        assert_eq!(broken_by(waits.join().unwrap()), by);
        assert_eq!(panics.join().unwrap().how, BarrierBreak::Aborted);
        assert_eq!(broken_by(barrier.wait_timeout(SECOND)), by);
    });
}

#[test]
fn reset_sends_those_away_who_wait_and_the_barrier_is_as_new() {
    run(|| {
        let barrier = Rc::new(Barrier::new(2));
        let old = comes(&barrier, "old");
        barrier.reset();
        assert!(!barrier.is_broken());
        let new = comes(&barrier, "new");
        assert_eq!(broken_by(old.join().unwrap()).0, BarrierBreak::Reset);
        assert!(barrier.wait().is_leader());
        assert_eq!(new.join().unwrap(), Ok(0));
    });
}

#[test]
fn whose_time_was_up_before_a_reset_leaves_the_barrier_whole() {
    run(|| {
        let barrier = Rc::new(Barrier::new(2));
        let late = comes_for(&barrier, "late", Duration::ZERO);
        // Its time is up, and it has not run.
        barrier.reset();
        assert_eq!(broken_by(late.join().unwrap()).0, BarrierBreak::TimedOut);
        assert!(!barrier.is_broken());
    });
}

#[test]
fn those_that_have_met_hear_nothing_of_what_comes_after() {
    run(|| {
        for after in [Barrier::abort, Barrier::reset] {
            let barrier = Rc::new(Barrier::new(3));
            let [a, b] = ["a", "b"].map(|name| comes(&barrier, name));
            barrier.wait();
            // Nobody has run since.
            after(&barrier);
            a.thread().kill();
            was_killed(a);
            assert_eq!(b.join().unwrap(), Ok(1));
        }
    });
}

#[test]
fn who_is_killed_before_it_hears_that_it_is_broken_leaves_nothing() {
    static BARRIER: Barrier = Barrier::new(2);
    run(|| {
        let waits = thread::spawn(|| BARRIER.wait().index());
        thread::yield_now();
        BARRIER.reset();
        waits.thread().kill();
        was_killed(waits);
    });
    // Otherwise the next runtime would be refused it.
    std::thread::spawn(|| run(|| assert_eq!(BARRIER.n_waiting(), 0)))
        .join()
        .unwrap();
}

#[test]
fn the_last_one_runs_the_action_before_the_others_go_on() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let action = move || {
            theirs.write(format!("{} acts", thread::current()));
            thread::sleep(SECOND);
            theirs.write("has acted");
        };
        let barrier = Rc::new(Barrier::with_action(2, action));
        for _ in 0..2 {
            let theirs = (Rc::clone(&barrier), journal.clone());
            let waits = named("waits", move || {
                theirs.0.wait();
                theirs.1.write("goes on");
            });
            thread::yield_now();
            assert!(barrier.wait().is_leader());
            waits.join().unwrap();
            assert_eq!(journal.read(), ["MainThread acts", "has acted", "goes on"]);
        }
    });
}

/// A barrier for two with an action that sleeps for a second and then does this,
/// and the two, which have met.
fn acting(then: impl Fn() + 'static) -> (Rc<Barrier<impl FnMut() + 'static>>, [Waits; 2]) {
    let barrier = Rc::new(Barrier::with_action(2, move || {
        thread::sleep(SECOND);
        then();
    }));
    let two = ["waits", "acts"].map(|name| comes(&barrier, name));
    (barrier, two)
}

#[test]
fn who_comes_while_the_action_runs_belongs_to_the_next_meeting() {
    run(|| {
        let (barrier, first) = acting(|| ());
        let next = ["c", "d", "e"].map(|name| comes(&barrier, name));
        assert_eq!(barrier.n_waiting(), 1);
        assert_eq!(first.map(|thread| thread.join().unwrap().unwrap()), [0, 1]);
        let [c, d, e] = next;
        assert_eq!([c, d].map(|thread| thread.join().unwrap().unwrap()), [0, 1]);
        assert_eq!(barrier.n_waiting(), 1);
        barrier.abort();
        e.join().unwrap().unwrap_err();
    });
}

#[test]
fn the_time_counts_at_the_door_and_in_line_and_breaks_the_meeting() {
    run(|| {
        for meets in [true, false] {
            let (barrier, [waits, acts]) = acting(|| ());
            let begin = Instant::now();
            let timeout = if meets { 2 * SECOND } else { SECOND / 2 };
            let at_the_door = barrier.wait_timeout(timeout);
            assert_eq!(broken_by(at_the_door).0, BarrierBreak::TimedOut);
            // One that waited at the door had the rest of its time in line.
            assert!(begin.elapsed() < timeout + 10 * MICROSECOND);
            for thread in [waits, acts] {
                assert_eq!(thread.join().unwrap().is_ok(), meets);
            }
            assert!(barrier.is_broken());
        }
    });
}

#[test]
fn who_is_killed_while_the_action_runs_is_missed_by_nobody() {
    run(|| {
        let (barrier, [waits, acts]) = acting(|| ());
        waits.thread().kill();
        was_killed(waits);
        assert_eq!(acts.join().unwrap(), Ok(1));
        assert!(!barrier.is_broken());
    });
}

#[test]
fn an_action_that_panics_or_is_killed_breaks_the_barrier() {
    run(|| {
        for kill in [false, true] {
            let (barrier, [waits, acts]) = acting(|| resume_unwind(Box::new("on purpose")));
            let at_the_door = comes(&barrier, "at the door");
            if kill {
                acts.thread().kill();
                was_killed(acts);
            } else {
                let payload = acts.join().unwrap_err();
                assert_eq!(payload.downcast_ref(), Some(&"on purpose"));
            }
            let by = (BarrierBreak::Action, "acts".to_owned());
            for other in [waits, at_the_door] {
                assert_eq!(broken_by(other.join().unwrap()), by);
            }
            assert!(barrier.is_broken());
            // The action is still there.
            barrier.reset();
            let waits = comes(&barrier, "waits");
            let acts = comes(&barrier, "acts");
            thread::sleep(SECOND / 2);
            barrier.abort();
            waits.join().unwrap().unwrap_err();
            acts.thread().kill();
            was_killed(acts);
        }
    });
}

#[test]
fn an_action_may_abort_and_reset_its_barrier() {
    run(|| {
        for (call, how) in [
            (Barrier::abort as fn(&Barrier), BarrierBreak::Aborted),
            (Barrier::reset, BarrierBreak::Reset),
        ] {
            static CALL: std::sync::Mutex<Option<fn(&Barrier)>> = std::sync::Mutex::new(None);
            static BARRIER: Barrier = Barrier::with_action(2, || {
                let call = CALL.lock().unwrap().take();
                if let Some(call) = call {
                    call(&BARRIER);
                    // Those that wait hear of it before the action is over.
                    thread::sleep(SECOND);
                }
            });
            *CALL.lock().unwrap() = Some(call);
            let waits = named("waits", || BARRIER.wait_timeout(SECOND / 2));
            thread::yield_now();
            let acts = named("acts", || BARRIER.wait_timeout(3 * SECOND));
            thread::yield_now();
            assert_eq!(broken_by(waits.join().unwrap()).0, how);
            assert!(acts.is_alive());
            let next = named("next", || BARRIER.wait_timeout(3 * SECOND));
            assert_eq!(broken_by(acts.join().unwrap()), (how, "acts".to_owned()));
            match how {
                BarrierBreak::Reset => {
                    assert!(BARRIER.wait().is_leader());
                    assert_eq!(next.join().unwrap().unwrap().index(), 0);
                }
                _ => assert_eq!(broken_by(next.join().unwrap()).0, how),
            }
            BARRIER.reset();
        }
    });
}

#[test]
fn an_action_that_waits_at_its_own_barrier_is_refused() {
    run(|| {
        static BARRIER: Barrier = Barrier::named_with_action("start", 1, || {
            BARRIER.wait();
        });
        let error = refused(|| BARRIER.wait());
        assert!(matches!(error.why, Refused::Ring(_)), "{error}");
        let words = error.to_string();
        assert!(words.contains("MainThread waits for the end of the action of Barrier 'start'"));
        assert!(BARRIER.is_broken());
    });
}

#[test]
fn an_action_needs_not_be_send_and_may_be_boxed() {
    run(|| {
        let rounds = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&rounds);
        let boxed: Box<dyn FnMut()> = Box::new(move || theirs.set(theirs.get() + 1));
        let barrier: Barrier<Box<dyn FnMut()>> = Barrier::with_action(1, boxed);
        barrier.wait();
        barrier.wait_timeout(SECOND).unwrap();
        assert_eq!(rounds.get(), 2);
        drop(barrier);
        assert_eq!(Rc::strong_count(&rounds), 1);
    });
}
