//! Threads that wait for each other for ever.

use std::cell::RefCell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{JoinError, OutsideRuntime};
use runtime::thread::{self, Builder, Killed};
use runtime::{Clock, RunError};

use crate::support::child::in_child;
use crate::support::{Journal, OnDrop, run};

/// Runs `main`, which must come to no end, and gives the PCB table.
#[track_caller]
fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> String {
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    match builder.run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(table)) => table,
        Err(other) => panic!("{other:?}"),
    }
}

/// The thread's line in the table.
#[track_caller]
fn line<'a>(table: &'a str, name: &str) -> &'a str {
    let mut lines = table.lines().skip(1);
    let is_its = |line: &&str| line.split_whitespace().nth(1) == Some(name);
    lines.find(is_its).expect(table)
}

#[test]
fn a_deadlock_is_an_error_with_the_pcb_table_and_all_destructors_run() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let table = deadlock(move || {
        let _on_stack = theirs.who_drops();
        let builder = |name: &str| Builder::new().name(name.into());
        let on_stack = theirs.who_drops();
        let daemon = builder("daemon").daemon(true).spawn(move || {
            let _on_stack = on_stack;
            thread::park();
        });
        drop(daemon);
        let on_stack = theirs.who_drops();
        let parked = builder("parked").spawn(move || {
            let _on_stack = on_stack;
            thread::park();
        });
        parked.unwrap().join().unwrap();
    });
    assert_eq!(journal.read(), ["parked", "daemon", "MainThread"]);
    assert_eq!(table.lines().count(), 4, "{table}");
    let main = line(&table, "MainThread");
    assert!(main.ends_with("waits for the end of parked"), "{table}");
    let parked = line(&table, "parked");
    assert!(parked.contains("Waiting"), "{table}");
    assert!(parked.ends_with("is parked"), "{table}");
    assert!(parked.contains(file!()), "{table}");
    assert!(line(&table, "daemon").contains("yes"), "{table}");
    // And there can be another runtime.
    assert_eq!(run(|| 5), 5);
}

#[test]
fn two_threads_that_join_each_other_are_a_deadlock() {
    let table = deadlock(|| {
        let cell = Rc::new(RefCell::new(None::<thread::Thread>));
        let theirs = Rc::clone(&cell);
        let a = thread::spawn(move || {
            let other = theirs.borrow().clone();
            other.unwrap().join()
        });
        a.thread().set_name("a").unwrap();
        let target = a.thread().clone();
        let b = thread::spawn(move || target.join());
        b.thread().set_name("b").unwrap();
        cell.replace(Some(b.thread().clone()));
    });
    assert!(table.contains("waits for the end of a"), "{table}");
    assert!(table.contains("waits for the end of b"), "{table}");
}

#[test]
fn a_non_daemon_that_parks_for_ever_after_main_has_returned_is_a_deadlock() {
    let table = deadlock(|| drop(thread::spawn(thread::park)));
    assert!(!table.contains("MainThread"), "{table}");
}

#[test]
fn a_sleep_for_ever_is_a_deadlock() {
    let table = deadlock(|| thread::sleep(Duration::MAX));
    assert!(table.contains("sleeps for ever"), "{table}");
}

#[test]
fn threads_that_sleep_are_no_deadlock() {
    run(|| {
        let sub = thread::spawn(thread::park);
        let late = sub.thread().clone();
        let waker = Builder::new().daemon(true).spawn(move || {
            thread::sleep(Duration::from_secs(1_000_000));
            late.unpark();
        });
        sub.join().unwrap();
        drop(waker);
    });
}

#[test]
fn the_result_of_a_main_that_returned_is_dropped_at_a_deadlock() {
    let journal = Journal::default();
    let theirs = journal.clone();
    deadlock(move || {
        drop(thread::spawn(thread::park));
        theirs.on_drop("the result")
    });
    assert_eq!(journal.read(), ["the result"]);
}

#[test]
fn handles_of_threads_that_a_deadlock_ended_say_so() {
    let handles = Rc::new(RefCell::new(None));
    let theirs = Rc::clone(&handles);
    deadlock(move || {
        let parked = thread::spawn(thread::park);
        let target = parked.thread().clone();
        theirs.replace(Some((parked, thread::create(|| ()))));
        target.join()
    });
    let (parked, new) = handles.take().unwrap();
    assert!(!parked.is_alive());
    assert_eq!(parked.thread().join(), Ok(()));
    assert!(parked.join().unwrap_err().is::<Killed>());
    assert_eq!(new.thread().join(), Err(JoinError::NotStarted));
}

#[test]
fn run_prints_the_pcb_table_of_a_deadlock_and_panics_with_the_error() {
    let child = in_child(|| {
        let parked = || Builder::new().name("the parked one".into());
        runtime::run(move || parked().spawn(thread::park).unwrap().join().unwrap());
    });
    child
        .ends_with(101)
        .says("runtime: deadlock: nobody can run, and nobody sleeps")
        .says("waits for the end of the parked one")
        .says("is parked");
}

#[test]
fn what_was_never_started_is_dropped_after_a_deadlock_and_no_green_thread_runs_then() {
    let journal = Journal::default();
    let theirs = journal.clone();
    deadlock(move || {
        let captured = OnDrop(move || {
            let panic = catch_unwind(thread::current).unwrap_err();
            theirs.write(panic.is::<OutsideRuntime>().to_string());
        });
        // Nobody starts it, so the loop drops it.
        std::mem::forget(thread::create(move || drop(captured)));
        thread::park();
    });
    assert_eq!(journal.read(), ["true"]);
}
