//! How a program with threads comes to its end, after `ThreadJoinOnShutdown` and the
//! finalization tests of `ThreadTests` in CPython's Lib/test/test_threading.py: here
//! `runtime::run` and `runtime::at_exit`.
//!
//! Does not apply: to fork, and to be a subinterpreter.
//!
//! Differs on purpose:
//!
//! - The main thread ends before the others are waited for, and is not alive then.
//! - At the end daemons are killed, with their destructors, and not just left.
//! - An exit hook may start threads; Python's may not.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime::thread::{self, Builder};

use crate::bunch::{SECOND, caught};
use crate::support::{Journal, OnDrop, run};
use crate::thread::{daemon, work};

#[test]
fn the_program_waits_for_threads_that_are_no_daemons() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || {
            thread::sleep(SECOND);
            theirs.write("woke up");
        });
    });
    assert_eq!(journal.read(), ["woke up"]);
}

#[test]
fn the_program_waits_for_its_threads_when_main_panics() {
    let journal = Journal::default();
    let theirs = journal.clone();
    caught(move || {
        run(move || {
            thread::spawn(move || {
                thread::sleep(SECOND);
                theirs.write("woke up");
            });
            panic!("main does not get any further");
        })
    });
    assert_eq!(journal.read(), ["woke up"]);
}

#[test]
fn the_program_waits_for_threads_that_were_started_at_its_end() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || {
            thread::sleep(SECOND);
            thread::spawn(move || {
                thread::sleep(SECOND);
                theirs.write("the second");
            });
        });
    });
    assert_eq!(journal.read(), ["the second"]);
}

#[test]
fn the_program_does_not_wait_for_daemons() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        daemon(move || {
            thread::sleep(SECOND);
            theirs.write("never");
        });
        thread::yield_now();
    });
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn a_thread_may_join_the_main_thread() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let (main, after) = (thread::current(), theirs.clone());
        thread::spawn(move || {
            main.join().unwrap();
            assert!(!main.is_alive());
            after.write("end of thread");
        });
        thread::sleep(SECOND);
        theirs.write("end of main");
    });
    assert_eq!(journal.read(), ["end of main", "end of thread"]);
}

#[test]
fn the_end_waits_for_destructors_of_thread_locals_that_sleep() {
    struct Sleeper(Journal);

    impl Drop for Sleeper {
        fn drop(&mut self) {
            thread::sleep(SECOND);
            self.0.write("slept");
        }
    }

    runtime::thread_local!(static SLEEPER: RefCell<Option<Sleeper>> = const { RefCell::new(None) });

    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || SLEEPER.set(Some(Sleeper(theirs))));
    });
    assert_eq!(journal.read(), ["slept"]);
}

#[test]
fn nothing_starts_when_daemons_are_ended() {
    let refused = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&refused);
    run(move || {
        daemon(move || {
            let _at_the_end = OnDrop(|| theirs.set(Builder::new().spawn(work).is_err()));
            thread::park();
        });
        thread::yield_now();
    });
    assert!(refused.get());
}

#[test]
fn exit_hooks_run_after_all_threads_the_last_one_first() {
    let journal = Journal::default();
    let (one, two, sub) = (journal.clone(), journal.clone(), journal.clone());
    run(move || {
        runtime::at_exit(move || one.write("registered first")).unwrap();
        runtime::at_exit(move || two.write("registered last")).unwrap();
        thread::spawn(move || {
            thread::sleep(SECOND);
            sub.write("thread");
        });
    });
    assert_eq!(
        journal.read(),
        ["thread", "registered last", "registered first"]
    );
}
