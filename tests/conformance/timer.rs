//! `threading.Timer`, after `TimerTests` of CPython's Lib/test/test_threading.py and what
//! the documentation of `threading` says of it: here `thread::Timer`.
//!
//! Does not apply: that two timers do not share their default arguments. A function is a
//! closure here.
//!
//! Differs on purpose: a timer is called `Timer-N (function)`, and `cancel` says whether
//! it was in time.

use std::cell::Cell;
use std::rc::Rc;

use runtime::error::StartError;
use runtime::thread::{self, Builder, Timer};
use runtime::time::Instant;

use crate::bunch::{SECOND, settle};
use crate::support::{Counter, Journal, run};

#[test]
fn a_timer_calls_its_function_when_the_time_is_up_and_once() {
    run(|| {
        let calls = Counter::default();
        let theirs = calls.clone();
        let begin = Instant::now();
        let timer = Timer::new(SECOND, move || theirs.add());
        timer.start().unwrap();
        thread::sleep(SECOND / 2);
        assert_eq!(calls.get(), 0);
        timer.join().unwrap();
        assert!(begin.elapsed() >= SECOND);
        thread::sleep(5 * SECOND);
        assert_eq!(calls.get(), 1);
    });
}

#[test]
fn a_timer_calls_its_function_with_what_it_was_given() {
    run(|| {
        let (list, number) = (vec![1], 5);
        let timer = Timer::new(SECOND, move || (list, number));
        timer.start().unwrap();
        assert_eq!(timer.join().unwrap(), Some((vec![1], 5)));
    });
}

#[test]
fn a_timer_that_was_not_started_calls_nothing() {
    run(|| {
        let calls = Counter::default();
        let theirs = calls.clone();
        let timer = Timer::new(SECOND, move || theirs.add());
        thread::sleep(5 * SECOND);
        assert!(!timer.is_alive());
        assert_eq!(calls.get(), 0);
    });
}

#[test]
fn a_timer_that_is_cancelled_calls_nothing_and_ends_at_once() {
    run(|| {
        let begin = Instant::now();
        let timer = Timer::new(5 * SECOND, || unreachable!());
        timer.start().unwrap();
        settle();
        assert!(timer.is_alive());
        timer.cancel();
        settle();
        assert!(!timer.is_alive());
        assert!(timer.join().unwrap().is_none());
        assert!(begin.elapsed() < SECOND);
    });
}

#[test]
fn a_timer_that_was_cancelled_before_its_start_calls_nothing() {
    run(|| {
        let timer = Timer::new(SECOND, || unreachable!());
        timer.cancel();
        timer.start().unwrap();
        assert!(timer.join().unwrap().is_none());
    });
}

#[test]
fn a_timer_may_be_cancelled_when_it_is_over_and_any_number_of_times() {
    run(|| {
        let timer = Timer::new(SECOND, || 5);
        timer.start().unwrap();
        timer.thread().join().unwrap();
        assert!(!timer.cancel() && !timer.cancel());
        assert_eq!(timer.join().unwrap(), Some(5));
    });
}

#[test]
fn a_timer_is_a_thread_of_its_own() {
    run(|| {
        let main = thread::current().id();
        let timer = Timer::new(SECOND, move || thread::current().id() != main);
        timer.start().unwrap();
        assert_eq!(thread::active_count(), 2);
        assert_eq!(timer.start(), Err(StartError::AlreadyStarted));
        assert_eq!(timer.join().unwrap(), Some(true));
    });
}

#[test]
fn the_program_waits_for_a_timer() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        Timer::new(SECOND, move || theirs.write("called"))
            .start()
            .unwrap()
    });
    assert_eq!(journal.read(), ["called"]);
}

#[test]
fn the_program_does_not_wait_for_a_timer_that_is_a_daemon() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let daemon = Builder::new().daemon(true);
        let timer = daemon.timer(SECOND, move || theirs.write("called"));
        timer.unwrap().start().unwrap();
        settle();
    });
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn timers_fire_in_the_order_of_their_times() {
    run(|| {
        let journal = Journal::default();
        let timers = [3, 1, 2].map(|seconds| {
            let journal = journal.clone();
            let timer = Timer::new(SECOND * seconds, move || journal.write(seconds.to_string()));
            timer.start().unwrap();
            timer
        });
        for timer in timers {
            timer.join().unwrap();
        }
        assert_eq!(journal.read(), ["1", "2", "3"]);
    });
}

#[test]
fn a_timer_may_start_the_next_one() {
    run(|| {
        let fired = Rc::new(Cell::new(0));
        let (one, two) = (Rc::clone(&fired), Rc::clone(&fired));
        let timer = Timer::new(SECOND, move || {
            one.set(1);
            let next = Timer::new(SECOND, move || two.set(2));
            next.start().unwrap();
            next
        });
        timer.start().unwrap();
        let next = timer.join().unwrap().unwrap();
        assert_eq!(fired.get(), 1);
        next.join().unwrap();
        assert_eq!(fired.get(), 2);
    });
}
