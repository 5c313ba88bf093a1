//! What becomes of the threads at a deadlock, of the contract about that:
//!
//! - The destructors of all threads run, the newest first, in each thread itself.
//! - What was never started is dropped, and no green thread runs then.
//! - The result of a main that returned is dropped.
//! - Handles of the threads that it ended say so.
//! - There can be another runtime afterwards.

use std::cell::RefCell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{JoinError, OutsideRuntime};
use runtime::thread::{self, Builder, Killed};

use crate::deadlock::deadlock;
use crate::support::{Journal, OnDrop, run};

/// What a thread leaves in a thread-local.
type Left = OnDrop<Box<dyn FnMut()>>;

runtime::thread_local! {
    static LOCAL: RefCell<Option<Left>> = const { RefCell::new(None) };
}

#[test]
fn the_destructors_of_all_threads_run_the_newest_first_in_each_thread_itself() {
    let journal = Journal::default();
    let theirs = journal.clone();
    deadlock(move || {
        let waits = |name: &str, wait: fn()| {
            let (on_stack, local) = (theirs.who_drops(), theirs.clone());
            let builder = Builder::new().name(name.into());
            builder.daemon(name == "daemon").spawn(move || {
                let local = move || local.write(format!("{}'s local", thread::current()));
                LOCAL.set(Some(OnDrop(Box::new(local))));
                let _on_stack = on_stack;
                wait();
            })
        };
        let _on_stack = theirs.who_drops();
        let others = [
            waits("parked", thread::park),
            waits("daemon", thread::park),
            waits("asleep", || thread::sleep(Duration::MAX)),
            waits("joiner", || thread::main_thread().join().unwrap()),
            waits("owner", || thread::scope(|_| thread::park())),
        ];
        let last = others.map(Result::unwrap).into_iter().next();
        last.unwrap().join().unwrap();
    });
    let names = ["owner", "joiner", "asleep", "daemon", "parked"];
    let mut expected: Vec<_> = names
        .iter()
        .flat_map(|name| [name.to_string(), format!("{name}'s local")])
        .collect();
    expected.push("MainThread".into());
    assert_eq!(journal.read(), expected);
}

#[test]
fn what_was_never_started_is_dropped_and_no_green_thread_runs_then() {
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

#[test]
fn the_result_of_a_main_that_returned_is_dropped() {
    let journal = Journal::default();
    let theirs = journal.clone();
    deadlock(move || {
        drop(thread::spawn(thread::park));
        theirs.on_drop("the result")
    });
    assert_eq!(journal.read(), ["the result"]);
}

#[test]
fn handles_of_the_threads_that_it_ended_say_so() {
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
fn there_can_be_another_runtime_afterwards() {
    for _ in 0..3 {
        deadlock(thread::park);
        assert_eq!(run(|| thread::spawn(|| 5).join().unwrap()), 5);
    }
}
