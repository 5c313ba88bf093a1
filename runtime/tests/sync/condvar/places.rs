//! Where a condition variable can be used: outside, by one run after the other,
//! and by one at a time.

use std::sync::mpsc;

use runtime::error::Refused;
use runtime::sync::{Condvar, Mutex};
use runtime::thread;

use super::Pair;
use crate::steps::{SECOND, cut_short, on_os_thread, refused};
use crate::support::run;

#[test]
fn outside_a_runtime_it_can_be_notified_and_a_wait_is_refused() {
    let pair = Pair::new(5);
    pair.condvar.notify_one();
    let waits: [fn(&Pair<i32>); 4] = [
        |pair| drop(pair.condvar.wait(pair.mutex.lock().unwrap())),
        |pair| {
            drop(
                pair.condvar
                    .wait_while(pair.mutex.lock().unwrap(), |_| true),
            )
        },
        |pair| {
            drop(
                pair.condvar
                    .wait_timeout(pair.mutex.lock().unwrap(), SECOND),
            )
        },
        |pair| {
            let guard = pair.mutex.lock().unwrap();
            drop(pair.condvar.wait_timeout_while(guard, SECOND, |_| true));
        },
    ];
    for wait in waits {
        let error = refused(|| wait(&pair));
        assert_eq!(error.why, Refused::OutsideRuntime);
        assert!(
            error
                .to_string()
                .starts_with("cannot wait for Condvar 'news' ("),
            "{error}"
        );
        // As after every panic with a guard.
        assert!(pair.mutex.is_poisoned());
        pair.mutex.clear_poison();
    }
    on_os_thread(|| Condvar::new().notify_all());
}

#[test]
fn one_run_after_the_other_can_use_it() {
    static TURN: Mutex<u32> = Mutex::new(0);
    static NEXT: Condvar = Condvar::new();

    let take_turns = || {
        run(|| {
            let begin = *TURN.lock().unwrap();
            let threads = [0, 1, 2].map(|number| {
                thread::spawn(move || {
                    let turn = TURN.lock().unwrap();
                    let others = |turn: &mut u32| *turn != begin + 2 - number;
                    *NEXT.wait_while(turn, others).unwrap() += 1;
                    NEXT.notify_all();
                })
            });
            threads.into_iter().for_each(|sub| sub.join().unwrap());
        });
    };
    take_turns();
    NEXT.notify_all();
    take_turns();
    on_os_thread(take_turns);
    assert_eq!(*TURN.lock().unwrap(), 9);
}

#[test]
fn those_that_waited_for_ever_when_a_run_ended_are_not_in_the_way_of_the_next() {
    static MUTEX: Mutex<u32> = Mutex::new(0);
    static CONDVAR: Condvar = Condvar::new();

    for _ in 0..3 {
        run(|| {
            let waits = || drop(CONDVAR.wait(MUTEX.lock().unwrap()));
            thread::Builder::new().daemon(true).spawn(waits).unwrap();
            thread::yield_now();
        });
    }
    run(|| {
        let other = Mutex::new(());
        let waited = CONDVAR.wait_timeout(other.lock().unwrap(), SECOND);
        assert!(waited.unwrap().1.timed_out());
    });
}

#[test]
fn a_runtime_on_another_os_thread_is_refused_as_long_as_the_first_one_lives() {
    static CONDVAR: Condvar = Condvar::named("news");

    let (come, has_come) = mpsc::channel();
    let (go, may_go) = mpsc::channel::<()>();
    let first = std::thread::spawn(move || {
        run(move || {
            CONDVAR.notify_one();
            come.send(()).unwrap();
            may_go.recv().unwrap();
        });
    });
    has_come.recv().unwrap();
    run(|| {
        let mutex = Mutex::new(());
        for error in [
            refused(|| CONDVAR.notify_one()),
            refused(|| CONDVAR.notify_all()),
            refused(|| drop(CONDVAR.wait(mutex.lock().unwrap()))),
        ] {
            assert_eq!(error.why, Refused::OtherCore);
            assert!(error.object.starts_with("Condvar 'news' ("), "{error}");
        }
    });
    go.send(()).unwrap();
    first.join().unwrap();
    run(|| CONDVAR.notify_one());
}

#[test]
fn a_run_that_was_cut_short_leaves_it_abandoned_if_somebody_waits() {
    static MUTEX: Mutex<u32> = Mutex::new(0);
    static CONDVAR: Condvar = Condvar::named("news");

    cut_short(|over| {
        thread::spawn(|| drop(CONDVAR.wait(MUTEX.lock().unwrap())));
        thread::yield_now();
        over.set(true);
        thread::yield_now();
    });
    let error = run(|| refused(|| CONDVAR.notify_one()));
    assert_eq!(error.why, Refused::Abandoned);
    assert!(error.object.starts_with("Condvar 'news' ("), "{error}");
}
