//! Scopes where there can be none.

use std::rc::Rc;

use std::cell::Cell;

use runtime::error::{JoinError, NoStack, OutsideRuntime, SpawnError, Unwinding};
use runtime::thread::{self, Builder};

use crate::support::child::in_child;
use crate::support::{Counter, OnDrop, run};
use crate::{caught, panics};

#[test]
fn there_is_no_scope_outside_a_runtime() {
    let payload = caught(|| thread::scope(|_| ()));
    assert!(payload.is::<OutsideRuntime>());
}

/// Calls `work` in a destructor, once while a panic and once while a kill
/// unwinds.
fn while_unwinding(work: fn()) {
    let called = run(move || {
        let called = Counter::default();
        for end in [|| panics(1), thread::park] {
            let counts = called.clone();
            let sub = thread::spawn(move || {
                let _on_stack = OnDrop(move || {
                    assert!(thread::panicking());
                    work();
                    counts.add();
                });
                end();
            });
            thread::yield_now();
            sub.thread().kill();
            assert!(sub.join().is_err());
        }
        called.get()
    });
    assert_eq!(called, 2);
}

#[test]
fn a_scope_is_refused_while_its_thread_unwinds() {
    while_unwinding(|| {
        let payload = caught(|| thread::scope(|_| unreachable!()));
        assert!(payload.is::<Unwinding>());
    });
}

#[test]
fn in_a_scope_a_destructor_may_spawn_and_may_not_join_while_it_unwinds() {
    run(|| {
        let ran = Cell::new(false);
        let payload = caught(|| {
            thread::scope(|scope| {
                let (ran, outcome) = (&ran, Rc::new(Cell::new(None)));
                let theirs = Rc::clone(&outcome);
                let _seen = OnDrop(move || assert_eq!(outcome.take(), Some(JoinError::Unwinding)));
                let _on_stack = OnDrop(move || {
                    let sub = scope.spawn(|| ran.set(true));
                    let error = sub.join().unwrap_err();
                    theirs.set(error.downcast_ref().cloned());
                });
                panics(1);
            });
        });
        assert!(payload.is::<crate::Wanted>());
        assert!(ran.get(), "it was awaited");
    });
}

#[test]
fn what_cannot_be_made_is_dropped_and_not_awaited() {
    run(|| {
        let drops = Counter::default();
        thread::scope(|scope| {
            let captured = drops.on_drop();
            let builder = Builder::new().name("a\0b".into());
            let error = builder.spawn_scoped(scope, || drop(captured)).unwrap_err();
            let reason = error.get_ref().unwrap().downcast_ref();
            assert_eq!(reason, Some(&SpawnError::NulInName(1)));
            assert_eq!(drops.get(), 1);
        });
    });
}

#[test]
fn a_thread_of_a_scope_cannot_join_itself() {
    run(|| {
        thread::scope(|scope| {
            let sub = scope.spawn(|| thread::current().join());
            assert_eq!(sub.join().unwrap(), Err(JoinError::Current));
        });
    });
}

#[test]
fn when_the_run_is_ending_a_scope_is_empty() {
    let refused = Counter::default();
    let counts = refused.clone();
    run(move || {
        let at_the_end = OnDrop(move || counts.add());
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_the_end = at_the_end;
            caught(thread::park);
            // The kill was swallowed, so nothing unwinds.
            thread::scope(|scope| {
                let spawned = Builder::new().spawn_scoped(scope, || ());
                let error = spawned.unwrap_err();
                let reason = error.get_ref().unwrap().downcast_ref();
                assert_eq!(reason, Some(&SpawnError::ShuttingDown));
            });
        });
        drop(daemon.unwrap());
        thread::yield_now();
    });
    assert_eq!(refused.get(), 1);
}

#[test]
fn a_thread_without_a_stack_tells_its_joiner_so_and_gives_back_what_it_borrowed() {
    let child = in_child(|| {
        run(|| {
            let drops = Counter::default();
            thread::scope(|scope| {
                let captured = drops.on_drop();
                let limit = libc::rlimit {
                    rlim_cur: (1 << 30) + (1 << 20),
                    rlim_max: (1 << 30) + (1 << 20),
                };
                // SAFETY: reads a struct that is there, and lowers a limit.
                let done = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
                assert_eq!(done, 0);
                let builder = Builder::new().stack_size(1 << 30);
                let sub = builder.spawn_scoped(scope, || drop(captured)).unwrap();
                let reason = sub.join().unwrap_err();
                assert_eq!(drops.get(), 1);
                assert!(reason.is::<NoStack>(), "as with a thread in no scope");
            });
        });
    });
    child.ends_with(0);
}
