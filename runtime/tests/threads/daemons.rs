//! Who is a daemon, and what a thread may still do when only daemons are left.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use std::cell::Cell;
use std::time::Duration;

use runtime::error::{SpawnError, StartError};
use runtime::thread::{self, Builder};

use crate::support::{Counter, Journal, OnDrop, run};

#[test]
fn a_thread_is_no_daemon_if_the_one_that_makes_it_is_none() {
    run(|| {
        assert!(!thread::current().is_daemon());
        assert!(!thread::spawn(|| ()).thread().is_daemon());
        let grandchild = thread::spawn(|| thread::spawn(|| ()).thread().is_daemon());
        assert!(!grandchild.join().unwrap());
    });
}

#[test]
fn the_child_of_a_daemon_is_a_daemon_unless_the_builder_says_otherwise() {
    run(|| {
        let daemon = Builder::new().daemon(true).spawn(|| {
            let makers = [
                thread::spawn(|| ()),
                thread::create(|| ()),
                Builder::new().spawn(|| ()).unwrap(),
                Builder::new().daemon(true).spawn(|| ()).unwrap(),
                Builder::new().daemon(false).spawn(|| ()).unwrap(),
            ];
            makers.map(|thread| thread.thread().is_daemon())
        });
        let daemons = daemon.unwrap().join().unwrap();
        assert_eq!(daemons, [true, true, true, true, false]);
    });
}

#[test]
fn it_matters_who_makes_a_thread_and_not_who_starts_it() {
    run(|| {
        let made_by_main = Rc::new(thread::create(thread::park));
        let handle = Rc::clone(&made_by_main);
        let starter = Builder::new().daemon(true).spawn(move || {
            handle.start().unwrap();
        });
        starter.unwrap().join().unwrap();
        assert!(!made_by_main.thread().is_daemon());
        made_by_main.thread().unpark();
    });
}

#[test]
fn run_waits_for_a_non_daemon_that_a_daemon_made() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let daemon = Builder::new().daemon(true).spawn(move || {
            let child = Builder::new().daemon(false).spawn(move || {
                thread::sleep(Duration::from_secs(1));
                theirs.write("child");
            });
            drop(child.unwrap());
            thread::park();
        });
        drop(daemon.unwrap());
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["child"]);
}

#[test]
fn run_does_not_wait_for_daemons() {
    let ran = Counter::default();
    let theirs = ran.clone();
    run(move || {
        let daemon = Builder::new().daemon(true).spawn(move || {
            loop {
                theirs.add();
                thread::yield_now();
            }
        });
        drop(daemon.unwrap());
        thread::yield_now();
        thread::yield_now();
    });
    assert_eq!(ran.get(), 2);
}

#[test]
fn when_only_daemons_are_left_no_thread_can_be_made() {
    let done = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&done);
    let captured = Counter::default();
    let drops = captured.clone();
    run(move || {
        let at_the_end = OnDrop(move || {
            let closure = || {
                let captured = drops.on_drop();
                move || drop(captured)
            };
            for builder in [Builder::new(), Builder::new().daemon(false)] {
                let error = builder.spawn(closure()).unwrap_err();
                let reason = error.get_ref().unwrap().downcast_ref();
                assert_eq!(reason, Some(&SpawnError::ShuttingDown));
            }
            let error = Builder::new().create(closure()).unwrap_err();
            let reason = error.get_ref().unwrap().downcast_ref();
            assert_eq!(reason, Some(&SpawnError::ShuttingDown));

            let spawn = AssertUnwindSafe(|| drop(thread::spawn(closure())));
            let panic = catch_unwind(spawn).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&SpawnError::ShuttingDown));
            let create = AssertUnwindSafe(|| drop(thread::create(closure())));
            let panic = catch_unwind(create).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&SpawnError::ShuttingDown));
            theirs.set(true);
        });
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_the_end = at_the_end;
            thread::park();
        });
        drop(daemon.unwrap());
        thread::yield_now();
    });
    assert!(done.get(), "the daemon has come to its end");
    assert_eq!(captured.get(), 5, "what was refused is dropped");
}

#[test]
fn when_only_daemons_are_left_no_thread_can_be_started() {
    let result = Rc::new(Cell::new(None));
    let theirs = Rc::clone(&result);
    run(move || {
        // The daemon is newer, so it goes first and finds the other one.
        let never = thread::create(|| ());
        let at_the_end = OnDrop(move || theirs.set(Some(never.start())));
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_the_end = at_the_end;
            thread::park();
        });
        drop(daemon.unwrap());
        thread::yield_now();
    });
    assert_eq!(result.get(), Some(Err(StartError::ShuttingDown)));
}
