//! Kills, and threads that unwind.

use std::rc::Rc;

use runtime::error::Refused;
use runtime::sync::Once;
use runtime::thread;

use super::{POISONED, caller, poisoned};
use crate::support::{Counter, Journal, OnDrop, run};
use crate::threads::{caught, named, panic_of, refusal, was_killed};

#[test]
fn a_kill_does_not_poison_and_hands_it_to_the_next_that_waits() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let [killed, next, last] = ["killed", "next", "last"].map(|n| caller(&once, &journal, n));
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        next.join().unwrap();
        last.join().unwrap();
        assert_eq!(
            journal.read(),
            ["killed runs", "next runs", "next returns", "last returns"]
        );
    });
}

#[test]
fn nobody_gets_between_a_kill_and_the_next_that_waits() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let killed = caller(&once, &journal, "killed");
        let next = caller(&once, &journal, "next");
        thread::yield_now();
        killed.thread().kill();
        // It is ready when the killed one unwinds, and comes before the next one.
        let newcomer = caller(&once, &journal, "newcomer");
        was_killed(killed);
        assert!(!once.is_completed());
        next.join().unwrap();
        newcomer.join().unwrap();
        assert_eq!(
            journal.read(),
            [
                "killed runs",
                "next runs",
                "next returns",
                "newcomer returns"
            ]
        );
    });
}

#[test]
fn a_kill_when_nobody_waits_leaves_it_as_it_was() {
    run(|| {
        for poison in [false, true] {
            let once = match poison {
                true => poisoned(),
                false => Rc::new(Once::new()),
            };
            let theirs = Rc::clone(&once);
            let killed = thread::spawn(move || theirs.call_once_force(|_| thread::park()));
            thread::yield_now();
            killed.thread().kill();
            was_killed(killed);
            once.call_once_force(|state| assert_eq!(state.is_poisoned(), poison));
        }
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let [first, killed, next] = ["first", "killed", "next"].map(|n| caller(&once, &journal, n));
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        first.thread().kill();
        was_killed(first);
        next.join().unwrap();
        assert_eq!(journal.read(), ["first runs", "next runs", "next returns"]);
    });
}

#[test]
fn who_is_killed_after_it_was_handed_to_it_and_before_it_runs_passes_it_on() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let [first, handed, next] = ["first", "handed", "next"].map(|n| caller(&once, &journal, n));
        thread::yield_now();
        first.thread().kill();
        let kill = handed.thread().clone();
        // It is ready when the first one unwinds, and comes before the handed one.
        thread::spawn(move || kill.kill());
        was_killed(first);
        was_killed(handed);
        next.join().unwrap();
        assert_eq!(journal.read(), ["first runs", "next runs", "next returns"]);
    });
}

#[test]
fn who_is_killed_after_it_was_complete_and_before_it_runs_breaks_nothing() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let theirs = Rc::clone(&once);
        let first = named("first", move || theirs.call_once(thread::yield_now));
        let killed = caller(&once, &journal, "killed");
        let kill = killed.thread().clone();
        // It is ready when the first one comes to its end, and comes before the
        // one that is woken then.
        let theirs = Rc::clone(&once);
        let killer = named("killer", move || {
            thread::yield_now();
            assert!(theirs.is_completed());
            kill.kill();
        });
        first.join().unwrap();
        killer.join().unwrap();
        was_killed(killed);
        assert!(once.is_completed());
        assert_eq!(journal.read(), [""; 0]);
    });
}

#[test]
fn a_destructor_may_run_it_while_its_thread_unwinds() {
    run(|| {
        for kill in [false, true] {
            let (once, calls) = (Rc::new(Once::new()), Counter::default());
            let (theirs, counts) = (Rc::clone(&once), calls.clone());
            let sub = thread::spawn(move || {
                let _on_stack = OnDrop(move || theirs.call_once(|| counts.add()));
                match kill {
                    true => thread::park(),
                    false => panic!("as planned"),
                }
            });
            thread::yield_now();
            sub.thread().kill();
            sub.join().unwrap_err();
            assert_eq!(calls.get(), 1);
            once.call_once(|| unreachable!("it is not poisoned"));
        }
    });
}

#[test]
fn a_destructor_is_refused_one_that_is_being_run_while_its_thread_unwinds() {
    run(|| {
        let (once, journal) = (Rc::new(Once::named("start")), Journal::default());
        let runs = caller(&once, &journal, "a");
        thread::yield_now();
        let calls: [fn(&Once); 4] = [
            |once| once.call_once(|| ()),
            |once| once.call_once_force(|_| ()),
            Once::wait,
            Once::wait_force,
        ];
        for call in calls {
            let (theirs, writes) = (Rc::clone(&once), journal.clone());
            let sub = thread::spawn(move || {
                let _on_stack = OnDrop(move || {
                    let error = refusal(|| call(&theirs));
                    assert_eq!(error.why, Refused::Unwinding);
                    assert!(error.object.starts_with("Once 'start' (runtime"));
                    writes.write("refused");
                });
                panic!("as planned");
            });
            sub.join().unwrap_err();
        }
        runs.join().unwrap();
        let refused = ["refused"; 4];
        assert_eq!(
            journal.read(),
            [&["a runs"], &refused[..], &["a returns"]].concat()
        );
    });
}

#[test]
fn a_panic_in_a_destructor_of_a_killed_thread_poisons() {
    run(|| {
        let once = Rc::new(Once::new());
        let theirs = Rc::clone(&once);
        let sub = thread::spawn(move || {
            let _on_stack = OnDrop(move || {
                drop(caught(|| theirs.call_once(|| panic!("not a kill"))));
            });
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        was_killed(sub);
        assert_eq!(panic_of(|| once.wait()), POISONED);
    });
}
