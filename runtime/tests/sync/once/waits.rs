//! Rings, and what is said about those that wait for ever.

use std::rc::Rc;

use runtime::sync::Once;
use runtime::thread;

use crate::support::run;
use crate::threads::{caught, deadlock, named, ring, was_killed};

#[test]
fn who_calls_it_from_its_own_function_is_refused() {
    run(|| {
        let calls: [fn(&Once); 4] = [
            |once| once.call_once(|| ()),
            |once| once.call_once_force(|_| ()),
            Once::wait,
            Once::wait_force,
        ];
        for call in calls {
            let once = Once::named("start");
            once.call_once(|| {
                let words = ring(|| call(&once));
                let (before, after) = words
                    .split_once(" (runtime/tests/sync/once/waits.rs:")
                    .unwrap();
                assert_eq!(
                    before,
                    "this wait would never end: MainThread waits for Once 'start'"
                );
                assert!(
                    after.ends_with(") being initialised by MainThread"),
                    "{after}"
                );
            });
            assert!(once.is_completed());
        }
    });
}

#[test]
fn a_ring_of_two_is_refused_and_found_though_both_have_spawned_meanwhile() {
    run(|| {
        let onces = Rc::new([Once::named("left"), Once::named("right")]);
        let theirs = Rc::clone(&onces);
        let left = named("a", move || {
            theirs[0].call_once(|| {
                // It has given away something, which cannot be the initialisation.
                drop(thread::spawn(|| ()));
                thread::yield_now();
                theirs[1].call_once(|| unreachable!());
            });
        });
        let theirs = Rc::clone(&onces);
        let right = named("b", move || {
            theirs[1].call_once(|| {
                drop(thread::spawn(|| ()));
                thread::yield_now();
                let words = ring(|| theirs[0].call_once(|| unreachable!()));
                assert!(
                    words.contains("b waits for Once 'left' (runtime"),
                    "{words}"
                );
                assert!(
                    words.contains(") being initialised by a; a waits for"),
                    "{words}"
                );
                assert!(words.ends_with(") being initialised by b"), "{words}");
            });
        });
        left.join().unwrap();
        right.join().unwrap();
        assert!(onces.iter().all(Once::is_completed));
    });
}

#[test]
fn a_ring_by_way_of_a_join_is_refused() {
    run(|| {
        let once = Rc::new(Once::new());
        let theirs = Rc::clone(&once);
        once.call_once(|| {
            let sub = named("sub", move || ring(|| theirs.wait()));
            let words = sub.join().unwrap();
            assert!(words.contains("sub waits for Once (runtime"), "{words}");
            assert!(words.ends_with("MainThread waits for the end of sub"));
        });
        assert!(once.is_completed());
    });
}

#[test]
fn a_deadlock_report_says_who_initialises_it() {
    let waits = deadlock("waits", || {
        let once = Rc::new(Once::named("start"));
        let theirs = Rc::clone(&once);
        drop(named("parked", move || theirs.call_once(thread::park)));
        thread::yield_now();
        named("waits", move || once.wait()).join()
    });
    assert!(waits.waits_for.ends_with(") being initialised by parked"));
    assert_eq!(waits.could_end, "only parked, by finishing it");
}

#[test]
fn a_deadlock_report_says_that_nobody_has_tried() {
    let main = deadlock("MainThread", || Once::new().wait());
    assert!(main.waits_for.starts_with("waits for Once (runtime"));
    assert_eq!(
        main.could_end,
        "whoever initialises it: nobody has tried to"
    );
}

#[test]
fn a_deadlock_report_says_who_tried_last_and_where() {
    let line = line!() + 5;
    let main = deadlock("MainThread", || {
        let once = Rc::new(Once::new());
        let theirs = Rc::clone(&once);
        let tries = named("tries", move || {
            theirs.call_once(|| {
                thread::current().kill();
                thread::yield_now();
            });
        });
        was_killed(tries);
        once.wait();
    });
    // Its PCB is gone, and its name with that.
    assert_eq!(
        main.could_end,
        format!(
            "whoever initialises it: the last to try was thread 2, which has ended, \
             at runtime/tests/sync/once/waits.rs:{line}"
        )
    );
}

#[test]
fn a_deadlock_report_says_that_who_initialises_it_has_ended() {
    let main = deadlock("MainThread", || {
        let once = Rc::new(Once::new());
        let theirs = Rc::clone(&once);
        let endless = named("endless", move || {
            theirs.call_once(|| {
                loop {
                    drop(caught(thread::park));
                }
            });
        });
        thread::yield_now();
        endless.thread().kill();
        was_killed(endless);
        once.call_once(|| unreachable!());
    });
    assert!(
        main.waits_for
            .ends_with(" being initialised by the ended thread of dispatch 2")
    );
    assert_eq!(
        main.could_end,
        "nobody, as far as is known: a thread has ended without finishing it"
    );
}
