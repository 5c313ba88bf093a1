//! What is handed to a thread that is killed, or whose time is up, before it
//! runs: a token, the end of a thread, the end of a scope. It is not lost.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::JoinError;
use runtime::thread::{self, Thread};

use super::{named, state_of, was_killed};
use crate::support::{Counter, Journal, OnDrop, run};

/// So short that others can yield until it is over.
const MOMENT: Duration = Duration::from_micros(10);

/// Yields until the time of the thread of that name is up, and it has not run.
#[track_caller]
fn wait_until_ready(name: &str) {
    assert_eq!(state_of(name), "Waiting");
    while state_of(name) != "Ready" {
        thread::yield_now();
    }
}

#[test]
fn a_token_is_not_lost_if_the_time_is_up_before_the_thread_runs() {
    run(|| {
        let woken = Counter::default();
        let theirs = woken.clone();
        let sub = named("sub").spawn(move || {
            thread::park_timeout(MOMENT);
            theirs.add();
            thread::park();
            theirs.add();
        });
        let sub = sub.unwrap();
        thread::yield_now();
        wait_until_ready("sub");
        sub.thread().unpark();
        sub.join().unwrap();
        assert_eq!(woken.get(), 2, "the second one was the token's");
    });
}

#[test]
fn a_token_is_not_kept_twice_if_it_came_before_the_time_was_up() {
    run(|| {
        let sub = named("sub").spawn(move || {
            thread::park_timeout(MOMENT);
            thread::park();
        });
        let sub = sub.unwrap();
        thread::yield_now();
        sub.thread().unpark();
        assert_eq!(state_of("sub"), "Ready");
        thread::sleep(2 * MOMENT);
        assert_eq!(state_of("sub"), "Waiting", "the token is spent");
        sub.thread().unpark();
        sub.join().unwrap();
    });
}

#[test]
fn a_token_for_a_thread_that_is_killed_before_it_runs_is_passed_on_by_its_destructors() {
    run(|| {
        let journal = Journal::default();
        let next = thread::spawn(thread::park);
        let (pass_on, after) = (next.thread().clone(), journal.clone());
        let sub = thread::spawn(move || {
            let _pass_on = OnDrop(move || pass_on.unpark());
            thread::park();
            after.write("went on");
        });
        thread::yield_now();
        sub.thread().unpark();
        sub.thread().kill();
        was_killed(sub);
        next.join().unwrap();
        assert_eq!(journal.read(), [""; 0]);
    });
}

#[test]
fn an_end_is_not_lost_if_the_time_is_up_before_the_joiner_runs() {
    run(|| {
        let target = thread::spawn(|| {
            thread::yield_now();
            wait_until_ready("joiner");
            "result"
        });
        let thread = target.thread().clone();
        let joiner = named("joiner").spawn(move || {
            assert_eq!(thread.join_timeout(MOMENT), Err(JoinError::TimedOut));
            assert!(!thread.is_alive(), "it has ended in the meantime");
            thread.join().unwrap();
        });
        joiner.unwrap().join().unwrap();
        assert_eq!(target.join().unwrap(), "result");
    });
}

/// Two join a thread; it ends, and the first of them is killed before it runs.
#[test]
fn an_end_is_not_lost_if_the_joiner_is_killed_before_it_runs() {
    run(|| {
        let target = thread::spawn(|| {
            thread::park();
            "result"
        });
        let joiner = |name: &str| {
            let target = target.thread().clone();
            named(name).spawn(move || target.join()).unwrap()
        };
        let (first, second) = (joiner("first"), joiner("second"));
        thread::yield_now();
        target.thread().unpark();
        let kill = first.thread().clone();
        let killer = thread::spawn(move || {
            assert_eq!(state_of("first"), "Ready");
            kill.kill();
        });
        killer.join().unwrap();
        was_killed(first);
        assert_eq!(second.join().unwrap(), Ok(()));
        assert_eq!(target.join().unwrap(), "result");
    });
}

#[test]
fn a_result_is_dropped_once_if_its_joiner_is_killed_before_it_runs() {
    run(|| {
        let drops = Counter::default();
        let result = drops.on_drop();
        let target = thread::spawn(move || {
            thread::park();
            result
        });
        let unpark = target.thread().clone();
        let joiner = named("joiner").spawn(move || drop(target.join()));
        let joiner = joiner.unwrap();
        thread::yield_now();
        unpark.unpark();
        let kill = joiner.thread().clone();
        let killer = thread::spawn(move || {
            assert_eq!(state_of("joiner"), "Ready");
            kill.kill();
        });
        killer.join().unwrap();
        was_killed(joiner);
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn the_end_of_a_scope_is_not_lost_if_its_owner_is_killed_before_it_runs() {
    run(|| {
        let journal = Journal::default();
        let (child, on_stack) = (
            Rc::new(RefCell::new(None::<Thread>)),
            journal.on_drop("owner"),
        );
        let inner = Rc::clone(&child);
        let owner = named("owner").spawn(move || {
            let _on_stack = on_stack;
            thread::scope(|scope| {
                let sub = scope.spawn(thread::park);
                *inner.borrow_mut() = Some(sub.thread().clone());
            });
            unreachable!("it went on");
        });
        let owner = owner.unwrap();
        thread::yield_now();
        thread::yield_now();
        child.borrow().as_ref().unwrap().unpark();
        let kill = owner.thread().clone();
        let killer = thread::spawn(move || {
            assert_eq!(state_of("owner"), "Ready");
            kill.kill();
        });
        killer.join().unwrap();
        was_killed(owner);
        assert_eq!(journal.read(), ["owner"]);
    });
}
