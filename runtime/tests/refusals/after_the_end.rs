//! Handles that outlive their runtime.

use runtime::error::{JoinError, StartError};
use runtime::thread::{self, JoinHandle, Thread};

use crate::support::{Counter, Journal, run};

/// The handle of a thread that ended with `run`, and of one that was never started.
fn left_over(journal: &Journal) -> (JoinHandle<&'static str>, JoinHandle<()>) {
    let captured = journal.on_drop("captured by the one that was never started");
    run(move || {
        let ended = thread::spawn(|| "result");
        (ended, thread::create(move || drop(captured)))
    })
}

/// What can be said about them, wherever it is asked.
fn check(ended: &Thread, new: &Thread) {
    for thread in [ended, new] {
        assert!(!thread.is_alive());
        // No effect, on nobody.
        thread.unpark();
        thread.kill();
        assert_eq!(thread.clone().id(), thread.id());
    }
    assert_eq!(ended.join(), Ok(()));
    assert_eq!(new.join(), Err(JoinError::NotStarted));
    assert_eq!(ended.start(), Err(StartError::AlreadyStarted));
    assert_eq!(new.start(), Err(StartError::OtherRuntime));
}

#[test]
fn handles_answer_after_their_runtime_has_ended() {
    let journal = Journal::default();
    let (ended, new) = left_over(&journal);
    check(ended.thread(), new.thread());
    assert_eq!(ended.join().unwrap(), "result");
    let error = new.join().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&JoinError::NotStarted));
}

#[test]
fn handles_of_one_runtime_do_nothing_in_the_next() {
    let journal = Journal::default();
    let (ended, new) = left_over(&journal);
    run(move || {
        // These have the same numbers as those of the first runtime.
        let ran = Counter::default();
        let theirs = ran.clone();
        let parked = thread::spawn(thread::park);
        let same = thread::create(move || theirs.add());
        assert_eq!(parked.thread().ident(), ended.thread().ident());
        assert_eq!(same.thread().ident(), new.thread().ident());
        assert_ne!(parked.thread().id(), ended.thread().id());
        thread::yield_now();

        check(ended.thread(), new.thread());
        assert_eq!(ended.join().unwrap(), "result");
        drop(new);
        thread::yield_now();
        thread::yield_now();
        assert!(parked.is_alive(), "it was neither unparked nor killed");
        assert_eq!(ran.get(), 0);
        parked.thread().unpark();
        parked.join().unwrap();
        same.start().unwrap();
        same.join().unwrap();
        assert_eq!(ran.get(), 1);
    });
}

#[test]
fn a_thread_that_was_never_started_is_dropped_with_its_runtime_and_not_again() {
    let journal = Journal::default();
    let (_ended, new) = left_over(&journal);
    let dropped = ["captured by the one that was never started"];
    assert_eq!(journal.read(), dropped);
    let clone = new.thread().clone();
    drop(new);
    drop(clone);
    assert_eq!(journal.read(), [""; 0]);
}
