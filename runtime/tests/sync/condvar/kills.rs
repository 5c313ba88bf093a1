//! Threads that are killed while they wait, and waits while a thread unwinds.

use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::{Condvar, Mutex};
use runtime::thread;
use runtime::time::Instant;

use super::Pair;
use super::order::Crowd;
use crate::steps::{SECOND, let_others_run, named, refused, state_of, was_killed, while_unwinding};
use crate::support::{Counter, run};

#[test]
fn a_thread_that_is_killed_while_it_waits_unwinds_without_the_mutex() {
    run(|| {
        let crowd = Crowd::new();
        let victim = crowd.comes("victim");
        let guard = crowd.pair.mutex.lock().unwrap();
        victim.thread().kill();
        was_killed(victim);
        drop(guard);
        assert!(!crowd.pair.mutex.is_poisoned());
        crowd.came_back(&[]);
    });
}

#[test]
fn a_thread_that_is_killed_in_line_is_not_notified() {
    run(|| {
        let crowd = Crowd::new();
        let [_a, b, _c] = ["a", "b", "c"].map(|name| crowd.comes(name));
        b.thread().kill();
        crowd.condvar().notify(2);
        crowd.came_back(&["a", "c"]);
        was_killed(b);
    });
}

#[test]
fn a_notification_to_a_thread_that_is_killed_before_it_runs_is_passed_on() {
    run(|| {
        let crowd = Crowd::new();
        let [a, b, _c] = ["a", "b", "c"].map(|name| crowd.comes(name));
        crowd.condvar().notify_one();
        assert_eq!(state_of("a"), "Ready");
        a.thread().kill();
        was_killed(a);
        crowd.came_back(&["b"]);
        b.join().unwrap();
        assert!(!crowd.pair.mutex.is_poisoned());
        crowd.condvar().notify_one();
        crowd.came_back(&["c"]);
    });
}

#[test]
fn a_notification_to_a_thread_that_is_killed_while_it_waits_for_the_mutex_is_passed_on() {
    run(|| {
        let crowd = Crowd::new();
        let [a, _b] = ["a", "b"].map(|name| crowd.comes(name));
        let guard = crowd.pair.mutex.lock().unwrap();
        crowd.condvar().notify_one();
        let_others_run();
        assert_eq!(state_of("a"), "Waiting");
        a.thread().kill();
        was_killed(a);
        drop(guard);
        crowd.came_back(&["b"]);
    });
}

#[test]
fn several_notifications_are_passed_on_to_as_many() {
    run(|| {
        let crowd = Crowd::new();
        let [a, b, ..] = ["a", "b", "c", "d", "e"].map(|name| crowd.comes(name));
        crowd.condvar().notify(2);
        a.thread().kill();
        b.thread().kill();
        crowd.came_back(&["c", "d"]);
        crowd.condvar().notify_one();
        crowd.came_back(&["e"]);
    });
}

#[test]
fn a_notification_is_not_passed_on_to_those_that_came_when_all_had_been_notified() {
    run(|| {
        let crowd = Crowd::new();
        let a = crowd.comes("a");
        // It comes after the notification, before the victim runs.
        crowd.will_come("late");
        crowd.condvar().notify_all();
        a.thread().kill();
        was_killed(a);
        crowd.came_back(&[]);
        assert_eq!(state_of("late"), "Waiting");
        crowd.condvar().notify_one();
        crowd.came_back(&["late"]);
    });
}

#[test]
fn a_thread_whose_time_is_up_passes_nothing_on_when_it_is_killed() {
    run(|| {
        let crowd = Crowd::new();
        let theirs = Rc::clone(&crowd.pair);
        let victim = named("victim", move || {
            let guard = theirs.mutex.lock().unwrap();
            drop(theirs.condvar.wait_timeout(guard, SECOND));
        });
        let_others_run();
        let _waits = crowd.comes("waits");
        let guard = crowd.pair.mutex.lock().unwrap();
        thread::sleep(2 * SECOND);
        assert_eq!(state_of("victim"), "Waiting");
        victim.thread().kill();
        was_killed(victim);
        drop(guard);
        crowd.came_back(&[]);
        crowd.condvar().notify_one();
        crowd.came_back(&["waits"]);
    });
}

#[test]
fn a_kill_is_raised_by_every_later_wait() {
    run(|| {
        let pair = Pair::new(());
        let (theirs, raised) = (Rc::clone(&pair), Counter::default());
        let counts = raised.clone();
        let victim = thread::spawn(move || {
            thread::current().kill();
            for timeout in [None, Some(SECOND), Some(Duration::MAX)] {
                let wait = std::panic::AssertUnwindSafe(|| {
                    let guard = theirs.mutex.lock().unwrap();
                    match timeout {
                        None => drop(theirs.condvar.wait(guard)),
                        Some(timeout) => drop(theirs.condvar.wait_timeout(guard, timeout)),
                    }
                });
                if std::panic::catch_unwind(wait).is_err() {
                    counts.add();
                }
                assert!(theirs.mutex.try_lock().is_ok());
            }
        });
        victim.join().unwrap();
        assert_eq!(raised.get(), 3);
        assert!(!pair.mutex.is_poisoned());
    });
}

#[test]
fn while_a_thread_unwinds_what_waits_for_ever_is_refused() {
    run(|| {
        let pair = Pair::new(0);
        let theirs = Rc::clone(&pair);
        while_unwinding(move || {
            for wait_while in [false, true] {
                let error = refused(|| {
                    let guard = theirs.mutex.lock().unwrap();
                    match wait_while {
                        false => theirs.condvar.wait(guard),
                        true => theirs.condvar.wait_while(guard, |_| true),
                    }
                });
                assert_eq!(error.why, Refused::Unwinding);
                assert!(error.object.starts_with("Condvar 'news' ("), "{error}");
                assert!(theirs.mutex.try_lock().is_ok(), "it is free and in order");
            }
            let guard = theirs.mutex.lock().unwrap();
            drop(theirs.condvar.wait_while(guard, |_| false).unwrap());
        });
    });
}

#[test]
fn while_a_thread_unwinds_what_has_a_timeout_is_over_at_once_and_has_not_unlocked() {
    run(|| {
        let pair = Pair::new(0);
        let theirs = Rc::clone(&pair);
        let others = Rc::clone(&pair);
        while_unwinding(move || {
            let begin = Instant::now();
            let waits_for_it = Rc::clone(&others);
            let other = thread::spawn(move || *waits_for_it.mutex.lock().unwrap() += 1);
            for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                let guard = theirs.mutex.lock().unwrap();
                let waited = theirs.condvar.wait_timeout(guard, timeout);
                let (guard, result) = waited.unwrap();
                assert!(result.timed_out());
                let asked = Counter::default();
                let condition = |_: &mut i32| {
                    asked.add();
                    true
                };
                let waited = theirs.condvar.wait_timeout_while(guard, timeout, condition);
                let (guard, result) = waited.unwrap();
                assert!(result.timed_out());
                assert_eq!(asked.get(), 2);
                assert!(theirs.mutex.try_lock().is_err());
                drop(guard);
            }
            assert_eq!(begin.elapsed(), Duration::ZERO);
            drop(other);
        });
        let_others_run();
        assert_eq!(*pair.mutex.lock().unwrap(), 2);
    });
}

#[test]
fn while_a_thread_unwinds_a_wait_with_a_timeout_says_that_the_mutex_is_poisoned() {
    run(|| {
        let pair = Pair::new(5);
        let theirs = Rc::clone(&pair);
        let poisons = thread::spawn(move || {
            let _guard = theirs.mutex.lock().unwrap();
            panic!("on purpose");
        });
        poisons.join().unwrap_err();
        let theirs = Rc::clone(&pair);
        while_unwinding(move || {
            let guard = theirs.mutex.lock().unwrap_err().into_inner();
            let waited = theirs.condvar.wait_timeout(guard, SECOND);
            let (guard, result) = waited.unwrap_err().into_inner();
            assert_eq!((*guard, result.timed_out()), (5, true));
        });
    });
}

#[test]
fn while_a_thread_unwinds_it_can_notify() {
    run(|| {
        let crowd = Rc::new(Crowd::new());
        let _waiting = ["a", "b"].map(|name| crowd.comes(name));
        let theirs = Rc::clone(&crowd);
        while_unwinding(move || theirs.condvar().notify_one());
        crowd.came_back(&["a", "b"]);
    });
}

#[test]
fn the_value_is_dropped_once_whatever_becomes_of_those_that_wait_with_it() {
    let drops = Counter::default();
    let theirs = drops.clone();
    run(move || {
        let shared = Rc::new((Mutex::new(theirs.on_drop()), Condvar::new()));
        for name in ["killed", "ends", "left"] {
            let shared = Rc::clone(&shared);
            let sub = thread::Builder::new().name(name.into()).daemon(true);
            let body = move || drop(shared.1.wait(shared.0.lock().unwrap()));
            let sub = sub.spawn(body).unwrap();
            thread::yield_now();
            if name == "killed" {
                sub.thread().kill();
            }
        }
        shared.1.notify_one();
        let_others_run();
        assert_eq!(theirs.get(), 0);
    });
    assert_eq!(drops.get(), 1);
}
