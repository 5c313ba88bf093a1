//! Scopes and kills: "catch, kill the children, wait until all have ended,
//! then unwind on".

use std::cell::Cell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::thread::{self, Builder, JoinHandle, Killed, Scope, Thread};

use crate::support::{Journal, OnDrop, run};
use crate::{Wanted, caught, panics};

const SECOND: Duration = Duration::from_secs(1);

#[track_caller]
fn was_killed<T>(thread: JoinHandle<T>) {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

/// Something on its owner's stack, which nobody may use when it is gone.
struct Lent<'a> {
    journal: &'a Journal,
    value: Cell<u32>,
}

impl Lent<'_> {
    fn touch(&self) {
        assert_eq!(self.value.get(), 0xA11E);
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.value.set(0xDEAD);
        self.journal.write("lent is gone");
    }
}

/// A scoped thread that waits for ever and touches what it has borrowed when
/// it unwinds.
fn waits<'scope>(scope: &'scope Scope<'scope, '_>, lent: &'scope Lent<'_>, name: &'static str) {
    let builder = Builder::new().name(name.into());
    let sub = builder.spawn_scoped(scope, move || {
        let _at_the_end = OnDrop(move || {
            lent.touch();
            lent.journal.write(name);
        });
        loop {
            lent.touch();
            thread::park();
        }
    });
    drop(sub.unwrap());
}

/// Kills a thread that has a scope with two threads, and waits at `wait` in
/// the scope's function.
fn killed_in(wait: fn()) -> Vec<String> {
    run(move || {
        let journal = Journal::default();
        let theirs = journal.clone();
        let owner = thread::spawn(move || {
            let lent = Lent {
                journal: &theirs,
                value: Cell::new(0xA11E),
            };
            thread::scope(|scope| {
                waits(scope, &lent, "first");
                waits(scope, &lent, "second");
                let _on_stack = theirs.on_drop("function");
                wait();
            });
            theirs.write("went on");
        });
        thread::yield_now();
        thread::yield_now();
        owner.thread().kill();
        was_killed(owner);
        assert_eq!(thread::active_count(), 1);
        journal.read()
    })
}

#[test]
fn when_the_owner_is_killed_in_the_function_its_threads_end_before_it_unwinds_on() {
    let log = ["function", "second", "first", "lent is gone"];
    assert_eq!(killed_in(thread::park), log);
    assert_eq!(killed_in(|| thread::sleep(Duration::MAX)), log);
    assert_eq!(
        killed_in(|| loop {
            thread::yield_now()
        }),
        log
    );
}

#[test]
fn when_the_owner_is_killed_at_the_end_of_the_scope_its_threads_end_before_it_unwinds() {
    let log = ["function", "second", "first", "lent is gone"];
    assert_eq!(killed_in(|| ()), log);
}

#[test]
fn an_owner_that_is_killed_again_still_waits() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let owner = thread::spawn(move || {
            let lent = Lent {
                journal: &theirs,
                value: Cell::new(0xA11E),
            };
            thread::scope(|scope| {
                let lent = &lent;
                scope.spawn(move || {
                    // Swallows its kills for a while.
                    for _ in 0..50 {
                        let _ = catch_unwind(thread::yield_now);
                        lent.touch();
                    }
                    lent.journal.write("child");
                });
            });
        });
        thread::yield_now();
        thread::yield_now();
        for _ in 0..10 {
            owner.thread().kill();
            owner.thread().unpark();
            thread::yield_now();
        }
        was_killed(owner);
        assert_eq!(journal.read(), ["child", "lent is gone"]);
    });
}

#[test]
fn threads_of_inner_and_outer_scopes_all_end_in_order() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let owner = thread::spawn(move || {
            let outer = Lent {
                journal: &theirs,
                value: Cell::new(0xA11E),
            };
            thread::scope(|scope| {
                waits(scope, &outer, "outer");
                let inner = Lent {
                    journal: &theirs,
                    value: Cell::new(0xA11E),
                };
                thread::scope(|scope| waits(scope, &inner, "inner"));
            });
        });
        thread::yield_now();
        thread::yield_now();
        owner.thread().kill();
        was_killed(owner);
        let log = ["inner", "lent is gone", "outer", "lent is gone"];
        assert_eq!(journal.read(), log);
    });
}

/// Each level is told twice to unwind, and has done nothing but to obey.
#[test]
fn an_owner_of_many_scopes_in_each_other_unwinds_through_all_of_them() {
    const LEVELS: u32 = 150;

    fn nest(level: u32, ended: &Cell<u32>) {
        if level == LEVELS {
            return thread::park();
        }
        thread::scope(|scope| {
            scope.spawn(|| {
                let _at_the_end = OnDrop(|| ended.set(ended.get() + 1));
                thread::park();
            });
            nest(level + 1, ended);
        });
    }

    run(|| {
        let (ended, unwound) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        let (counts, sets) = (Rc::clone(&ended), Rc::clone(&unwound));
        let builder = Builder::new().stack_size(8 << 20);
        let owner = builder.spawn(move || {
            let _at_the_end = OnDrop(move || sets.set(true));
            nest(0, &counts);
        });
        let owner = owner.unwrap();
        thread::yield_now();
        thread::yield_now();
        owner.thread().kill();
        was_killed(owner);
        assert_eq!(ended.get(), LEVELS);
        assert!(unwound.get(), "the owner has unwound to its end");
    });
}

#[test]
fn a_killed_thread_that_owns_a_scope_in_the_scope_takes_its_own_along() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let owner = thread::spawn(move || {
            let lent = Lent {
                journal: &theirs,
                value: Cell::new(0xA11E),
            };
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _on_stack = theirs.on_drop("child");
                    thread::scope(|scope| waits(scope, &lent, "grandchild"));
                });
            });
        });
        (0..3).for_each(|_| thread::yield_now());
        owner.thread().kill();
        was_killed(owner);
        assert_eq!(journal.read(), ["grandchild", "child", "lent is gone"]);
    });
}

#[test]
fn a_killed_thread_is_no_panic_for_its_scope() {
    run(|| {
        let result = thread::scope(|scope| {
            let joined = scope.spawn(thread::park);
            let detached = scope.spawn(thread::park);
            thread::yield_now();
            joined.thread().kill();
            detached.thread().kill();
            drop(detached);
            assert!(joined.join().unwrap_err().is::<Killed>());
            5
        });
        assert_eq!(result, 5);
    });
}

#[test]
fn a_thread_that_is_killed_before_its_first_turn_gives_back_what_it_borrowed() {
    run(|| {
        let journal = Journal::default();
        let mut ran = false;
        thread::scope(|scope| {
            let captured = journal.who_drops();
            let builder = Builder::new().name("sub".into());
            let sub = builder.spawn_scoped(scope, || {
                let _captured = captured;
                ran = true;
            });
            let sub = sub.unwrap();
            sub.thread().kill();
            assert!(sub.join().unwrap_err().is::<Killed>());
            // And one that nobody joins.
            scope.spawn(|| ()).thread().kill();
        });
        assert!(!ran);
        assert_eq!(journal.read(), ["sub"]);
    });
}

#[test]
fn an_owner_that_is_killed_before_it_waits_ends_at_the_end_of_its_scope() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let owner = thread::spawn(move || {
            thread::scope(|scope| {
                scope.spawn(|| {
                    theirs.write("child");
                    thread::park();
                });
                thread::current().kill();
                theirs.write("function");
            });
            theirs.write("went on");
        });
        was_killed(owner);
        assert_eq!(journal.read(), ["function", "child"]);
    });
}

#[test]
fn a_panic_of_the_function_is_not_lost_in_a_kill() {
    run(|| {
        let owner = thread::spawn(|| {
            thread::scope(|scope| {
                scope.spawn(thread::park);
                panics(5);
            });
        });
        thread::yield_now();
        thread::yield_now();
        owner.thread().kill();
        let payload = owner.join().unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&Wanted(5)));
    });
}

#[test]
fn a_function_that_swallows_its_kill_is_killed_at_the_end_of_the_scope() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let owner = thread::spawn(move || {
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _at_the_end = theirs.on_drop("child");
                    thread::park();
                });
                caught(thread::park);
                theirs.write("swallowed");
            });
            theirs.write("went on");
        });
        thread::yield_now();
        thread::yield_now();
        owner.thread().kill();
        was_killed(owner);
        assert_eq!(journal.read(), ["swallowed", "child"]);
    });
}

/// The contract: kill the children, wait until all have ended.
#[test]
fn a_thread_that_is_started_in_a_killed_scope_does_not_keep_it_for_ever() {
    run(|| {
        let owner = thread::spawn(|| {
            thread::scope(|scope| {
                scope.spawn(move || {
                    let _at_the_end = OnDrop(|| drop(scope.spawn(thread::park)));
                    thread::park();
                });
            });
        });
        thread::yield_now();
        thread::yield_now();
        owner.thread().kill();
        let a_while = owner.thread().join_timeout(1_000 * SECOND);
        // So that it ends in any case.
        thread::enumerate().iter().skip(1).for_each(Thread::unpark);
        assert_eq!(a_while, Ok(()), "it is killed too");
        was_killed(owner);
    });
}
