//! Threads that were killed, or left, before they ran: made, started, and not
//! dispatched.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use runtime::Handle;
use runtime::error::{SpawnError, StartError};
use runtime::thread::{self, Builder, JoinHandle};

use super::{forever, named, raises_kill, was_killed};
use crate::listener::{heard, listen};
use crate::support::child::in_child;
use crate::support::{Journal, OnDrop, current_name, run};

/// What happens when the last handle goes.
type Drops = fn(JoinHandle<()>);

#[test]
fn a_thread_that_was_never_dispatched_drops_its_closure_as_itself_on_a_stack() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let captured = OnDrop(move || {
            theirs.write(current_name());
            assert!(!thread::panicking(), "there is nothing to unwind");
            // Only on a stack of its own can it give up the CPU.
            assert!(raises_kill(&thread::yield_now));
            theirs.write(current_name());
        });
        let (never, other) = (journal.clone(), journal.clone());
        let sub = named("sub").spawn(move || {
            let _captured = captured;
            never.write("ran");
        });
        let sub = sub.unwrap();
        thread::spawn(move || other.write("another"));
        sub.thread().kill();
        assert!(sub.is_alive());
        was_killed(sub);
        assert_eq!(journal.read(), ["sub", "another", "sub"]);
    });
}

#[test]
fn a_thread_that_is_killed_before_it_is_started_ends_when_it_is() {
    run(|| {
        let journal = Journal::default();
        let (captured, never) = (journal.who_drops(), journal.clone());
        let sub = named("sub").create(move || {
            let _captured = captured;
            never.write("ran");
        });
        let sub = sub.unwrap();
        sub.thread().kill();
        thread::yield_now();
        assert_eq!(journal.read(), [""; 0]);
        sub.start().unwrap();
        was_killed(sub);
        assert_eq!(journal.read(), ["sub"]);
    });
}

#[test]
fn a_thread_in_state_new_is_dropped_with_its_last_handle_by_arrow_0() {
    let child = in_child(|| {
        listen();
        let ways: [Drops; 3] = [
            drop,
            |new| drop(new.join()),
            |new| {
                new.thread().kill();
                drop(new);
            },
        ];
        run(move || {
            for way in ways {
                let journal = Journal::default();
                let captured = journal.who_drops();
                let new = named("new").create(move || drop(captured)).unwrap();
                let last = new.thread().clone();
                way(new);
                assert_eq!(heard().arrows_of("new"), ["create"]);
                assert_eq!(journal.read(), [""; 0], "there is another handle");
                drop(last);
                assert_eq!(heard().arrows_of("new"), ["discard: never started"]);
                assert_eq!(journal.read(), ["MainThread"]);
            }
        });
    });
    child.ends_with(0);
}

#[test]
fn spawning_during_shutdown_is_refused() {
    #[track_caller]
    fn refused<T>(made: io::Result<JoinHandle<T>>) {
        let error = made.map(drop).unwrap_err();
        let reason = error.get_ref().unwrap().downcast_ref();
        assert_eq!(reason, Some(&SpawnError::ShuttingDown));
    }

    let done = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&done);
    run(move || {
        let (door, new) = (Handle::current(), thread::create(|| ()));
        let at_the_end = OnDrop(move || {
            refused(Builder::new().spawn(|| ()));
            refused(Builder::new().create(|| ()));
            refused(Builder::new().create_with(|number: u32| number, (5,)));
            refused(Builder::new().spawn_on(&door, || ()));
            refused(door.spawn(|| ()));
            assert_eq!(new.start(), Err(StartError::ShuttingDown));
            theirs.set(true);
        });
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_the_end = at_the_end;
            forever(thread::park);
        });
        drop(daemon);
        thread::yield_now();
    });
    assert!(done.get());
}
