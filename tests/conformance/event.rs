//! `threading.Event`, after `EventTests` of CPython's Lib/test/lock_tests.py: here
//! `sync::Event`.
//!
//! Does not apply: that an event gets new locks after a fork.
//!
//! Differs on purpose: a wait without a timeout returns nothing, where Python's
//! returns what is always true.

use std::time::Duration;

use runtime::sync::Event;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, finished, settle};
use crate::support::run;

#[test]
fn an_event_is_not_set_in_the_beginning() {
    run(|| assert!(!Event::new().is_set()));
}

#[test]
fn an_event_may_be_set_and_cleared_any_number_of_times() {
    run(|| {
        let event = Event::new();
        for _ in 0..2 {
            event.set();
            assert!(event.is_set());
        }
        for _ in 0..2 {
            event.clear();
            assert!(!event.is_set());
        }
    });
}

/// All that wait go on, and those that come later do not wait.
fn lets_all_on(event: &Event) {
    let (once, twice) = (Results::new(), Results::new());
    thread::scope(|scope| {
        let threads = bunch(scope, 5, || {
            event.wait();
            once.add(event.is_set());
            event.wait();
            twice.add(event.is_set());
        });
        assert_eq!(once.len(), 0);
        event.set();
        settle();
        assert_eq!(finished(&threads), 5);
    });
    assert_eq!(once.all(), [true; 5]);
    assert_eq!(twice.all(), [true; 5]);
}

#[test]
fn an_event_lets_all_on_that_wait() {
    run(|| lets_all_on(&Event::new()));
}

#[test]
fn an_event_that_was_cleared_is_as_good_as_new() {
    run(|| {
        let event = Event::new();
        lets_all_on(&event);
        event.clear();
        lets_all_on(&event);
    });
}

#[test]
fn nobody_waits_for_an_event_that_is_set() {
    run(|| {
        let event = Event::new();
        event.set();
        let begin = Instant::now();
        event.wait();
        assert!(event.wait_timeout(Duration::ZERO));
        assert!(event.wait_timeout(SECOND));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_with_no_time_only_looks() {
    run(|| {
        let event = Event::new();
        assert!(!event.wait_timeout(Duration::ZERO));
        event.set();
        assert!(event.wait_timeout(Duration::ZERO));
    });
}

#[test]
fn a_wait_for_an_event_ends_with_its_timeout_and_says_so() {
    run(|| {
        let (event, waited) = (Event::new(), Results::new());
        let half = SECOND / 2;
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    let begin = Instant::now();
                    waited.add((event.wait_timeout(half), begin.elapsed() >= half));
                });
            }
        });
        assert_eq!(waited.all(), [(false, true); 5]);
    });
}

#[test]
fn those_that_wait_hear_of_an_event_that_is_cleared_at_once() {
    run(|| {
        let (event, waited) = (Event::new(), Results::new());
        thread::scope(|scope| {
            bunch(scope, 5, || waited.add(event.wait_timeout(SECOND)));
            event.set();
            event.clear();
        });
        assert_eq!(waited.all(), [true; 5]);
        assert!(!event.is_set());
    });
}

#[test]
fn what_an_event_shows_says_whether_it_is_set() {
    run(|| {
        let event = Event::new();
        let unset = format!("{event:?}");
        event.set();
        assert_ne!(unset, format!("{event:?}"));
    });
}
