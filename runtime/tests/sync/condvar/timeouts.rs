//! Waits with a timeout, under the virtual clock.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::{Condvar, Mutex};
use runtime::thread;
use runtime::time::Instant;

use super::Pair;
use crate::steps::{SECOND, deadlock, let_others_run, named, state_of, who_could_end};
use crate::support::{Counter, run};

/// So short that others can yield until it is over.
const MOMENT: Duration = Duration::from_micros(10);

/// A dispatch takes so long.
const DISPATCH: Duration = Duration::from_micros(1);

#[test]
fn when_the_time_is_up_the_wait_is_over_and_the_mutex_locked() {
    run(|| {
        let pair = Pair::new(5);
        let begin = Instant::now();
        let guard = pair.mutex.lock().unwrap();
        let (guard, result) = pair.condvar.wait_timeout(guard, SECOND).unwrap();
        assert!(result.timed_out());
        assert_eq!(begin.elapsed(), SECOND + DISPATCH);
        assert!(pair.mutex.try_lock().is_err());
        assert_eq!(*guard, 5);
    });
}

#[test]
fn a_notification_in_time_ends_it() {
    run(|| {
        let pair = Pair::new(());
        let theirs = Rc::clone(&pair);
        thread::spawn(move || {
            thread::sleep(SECOND / 2);
            theirs.condvar.notify_one();
        });
        let begin = Instant::now();
        let guard = pair.mutex.lock().unwrap();
        let (_guard, result) = pair.condvar.wait_timeout(guard, SECOND).unwrap();
        assert!(!result.timed_out());
        assert!(begin.elapsed() < SECOND);
    });
}

#[test]
fn a_timeout_of_zero_lets_others_have_the_mutex() {
    run(|| {
        let pair = Pair::new(0);
        let theirs = Rc::clone(&pair);
        thread::spawn(move || *theirs.mutex.lock().unwrap() += 1);
        let guard = pair.mutex.lock().unwrap();
        let waited = pair.condvar.wait_timeout(guard, Duration::ZERO);
        let (guard, result) = waited.unwrap();
        assert!(result.timed_out());
        assert_eq!(*guard, 1);
    });
}

#[test]
fn a_timeout_of_duration_max_is_for_ever() {
    let report = deadlock(|| {
        let pair = Pair::new(());
        let guard = pair.mutex.lock().unwrap();
        let _ = pair.condvar.wait_timeout(guard, Duration::MAX);
    });
    let nobody = "whoever notifies it: nobody has done so";
    assert_eq!(who_could_end(&report, "MainThread"), nobody);
    let report = deadlock(|| {
        let pair = Pair::new(());
        let guard = pair.mutex.lock().unwrap();
        let always = |(): &mut ()| true;
        let _ = pair
            .condvar
            .wait_timeout_while(guard, Duration::MAX, always);
    });
    assert_eq!(who_could_end(&report, "MainThread"), nobody);
}

#[test]
fn the_wait_for_the_mutex_is_not_counted() {
    run(|| {
        let pair = Pair::new(());
        let theirs = Rc::clone(&pair);
        let waits = thread::spawn(move || {
            let guard = theirs.mutex.lock().unwrap();
            let (_guard, result) = theirs.condvar.wait_timeout(guard, SECOND).unwrap();
            result.timed_out()
        });
        thread::yield_now();
        let begin = Instant::now();
        let guard = pair.mutex.lock().unwrap();
        pair.condvar.notify_one();
        thread::sleep(5 * SECOND);
        drop(guard);
        assert!(!waits.join().unwrap(), "it was notified in time");
        assert!(begin.elapsed() > 5 * SECOND);
    });
}

#[test]
fn a_notification_that_comes_first_counts_even_if_the_thread_runs_when_the_time_is_up() {
    run(|| {
        let pair = Pair::new(());
        let theirs = Rc::clone(&pair);
        let waits = named("waits", move || {
            let guard = theirs.mutex.lock().unwrap();
            let (_guard, result) = theirs.condvar.wait_timeout(guard, MOMENT).unwrap();
            result.timed_out()
        });
        thread::yield_now();
        let threads: Vec<_> = (0..20).map(|_| thread::spawn(|| ())).collect();
        pair.condvar.notify_one();
        assert_eq!(state_of("waits"), "Ready");
        let begin = Instant::now();
        assert!(!waits.join().unwrap());
        assert!(begin.elapsed() > MOMENT);
        threads.into_iter().for_each(|sub| sub.join().unwrap());
    });
}

#[test]
fn a_wait_whose_time_is_up_uses_no_notification() {
    run(|| {
        let pair = Pair::new(());
        let notified = Counter::default();
        let threads = [MOMENT, SECOND].map(|timeout| {
            let (pair, notified) = (Rc::clone(&pair), notified.clone());
            named("waits", move || {
                let guard = pair.mutex.lock().unwrap();
                let (_guard, result) = pair.condvar.wait_timeout(guard, timeout).unwrap();
                if !result.timed_out() {
                    notified.add();
                }
                result.timed_out()
            })
        });
        thread::yield_now();
        while state_of("waits") == "Waiting" {
            thread::yield_now();
        }
        // The first one has not run since its time was up.
        pair.condvar.notify_one();
        let [first, second] = threads.map(|thread| thread.join().unwrap());
        assert!(first && !second);
        assert_eq!(notified.get(), 1);
    });
}

#[test]
fn wait_timeout_while_counts_all_its_waits_together() {
    run(|| {
        let pair = Pair::new(());
        let (theirs, asked) = (Rc::clone(&pair), Counter::default());
        let counts = asked.clone();
        let waits = thread::spawn(move || {
            let guard = theirs.mutex.lock().unwrap();
            let begin = Instant::now();
            let condition = |(): &mut ()| {
                counts.add();
                true
            };
            let waited = theirs.condvar.wait_timeout_while(guard, SECOND, condition);
            assert!(waited.unwrap().1.timed_out());
            begin.elapsed()
        });
        for _ in 0..3 {
            thread::sleep(SECOND / 4);
            pair.condvar.notify_all();
        }
        assert_eq!(waits.join().unwrap(), SECOND + DISPATCH);
        // At first, for three notifications, and when the time was up.
        assert_eq!(asked.get(), 5);
    });
}

#[test]
fn wait_timeout_while_has_not_timed_out_if_the_condition_does_not_hold_any_more() {
    run(|| {
        let pair = Pair::new(true);
        let waits = |timeout| {
            let pair = Rc::clone(&pair);
            thread::spawn(move || {
                let guard = pair.mutex.lock().unwrap();
                let waited = pair
                    .condvar
                    .wait_timeout_while(guard, timeout, |waits| *waits);
                waited.unwrap().1.timed_out()
            })
        };
        let (notified, in_vain) = (waits(10 * SECOND), waits(SECOND));
        // Nobody notifies this one; it looks again when its time is up.
        let unnotified = waits(3 * SECOND);
        thread::sleep(2 * SECOND);
        *pair.mutex.lock().unwrap() = false;
        pair.condvar.notify_one();
        assert!(!notified.join().unwrap());
        assert!(in_vain.join().unwrap());
        assert!(!unnotified.join().unwrap());
    });
}

#[test]
fn wait_timeout_while_does_not_wait_if_the_condition_does_not_hold() {
    // Not even a runtime is needed.
    let pair = Pair::new(5);
    let guard = pair.mutex.lock().unwrap();
    let waited = pair.condvar.wait_timeout_while(guard, SECOND, |_| false);
    let (guard, result) = waited.unwrap();
    assert_eq!((*guard, result.timed_out()), (5, false));
}

#[test]
fn wait_timeout_while_with_no_time_looks_twice() {
    run(|| {
        let pair = Pair::new(0);
        let theirs = Rc::clone(&pair);
        thread::spawn(move || *theirs.mutex.lock().unwrap() = 1);
        let guard = pair.mutex.lock().unwrap();
        let waited = pair
            .condvar
            .wait_timeout_while(guard, Duration::ZERO, |value| *value == 0);
        assert!(!waited.unwrap().1.timed_out());
    });
}

#[test]
#[expect(deprecated)]
fn the_deprecated_form_counts_in_milliseconds_and_says_whether_it_was_notified() {
    run(|| {
        let (mutex, condvar) = (Mutex::new(()), Rc::new(Condvar::new()));
        let begin = Instant::now();
        let guard = mutex.lock().unwrap();
        let (guard, notified) = condvar.wait_timeout_ms(guard, 1_000).unwrap();
        assert!(!notified);
        assert_eq!(begin.elapsed(), SECOND + DISPATCH);
        let theirs = Rc::clone(&condvar);
        thread::spawn(move || theirs.notify_one());
        assert!(condvar.wait_timeout_ms(guard, 1_000).unwrap().1);
        let_others_run();
    });
}
