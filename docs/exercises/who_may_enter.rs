//! Who may use a lock that somebody else has used.

use std::mem;

use runtime::error::{Refused, SyncError};
use runtime::sync::Mutex;
use runtime::thread;

/// Whose a lock is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner {
    Nobody,
    LiveRun,
    EndedRun,
    /// It has a guard, outside of all runs.
    OtherOsThread,
}

#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    Enter,
    InUse,
    Abandoned,
}

/// What the reader begins with.
mod start {
    use super::{Answer, Owner};

    // ANCHOR: start
    pub(super) fn answer(_owner: Owner, is_idle: bool) -> Answer {
        match is_idle {
            true => Answer::Enter, // Always?
            false => Answer::InUse,
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Answer, Owner};

    // ANCHOR: solution
    pub(super) fn answer(owner: Owner, is_idle: bool) -> Answer {
        match owner {
            Owner::Nobody => Answer::Enter,
            Owner::LiveRun | Owner::OtherOsThread => Answer::InUse,
            Owner::EndedRun if is_idle => Answer::Enter,
            Owner::EndedRun => Answer::Abandoned,
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::answer);
}

pub(super) fn check_solution() {
    check(solution::answer);
}

fn check(answer: fn(Owner, bool) -> Answer) {
    for (owner, is_idle) in [
        (Owner::Nobody, true),
        (Owner::LiveRun, true),
        (Owner::LiveRun, false),
        (Owner::EndedRun, true),
        (Owner::EndedRun, false),
        (Owner::OtherOsThread, false),
    ] {
        let real = real(owner, is_idle);
        assert_eq!(answer(owner, is_idle), real, "{owner:?}, idle: {is_idle}");
    }
}

/// What a mutex of the runtime does then.
fn real(owner: Owner, is_idle: bool) -> Answer {
    let mutex: &'static Mutex<()> = Box::leak(Box::new(Mutex::new(())));
    let use_it = move || {
        let guard = mutex.lock().unwrap();
        match is_idle {
            true => drop(guard),
            false => mem::forget(guard),
        }
    };
    match owner {
        Owner::Nobody => ask(mutex),
        Owner::LiveRun => runtime::run(move || {
            use_it();
            ask(mutex)
        }),
        Owner::EndedRun => {
            runtime::run(use_it);
            ask(mutex)
        }
        Owner::OtherOsThread => {
            use_it();
            ask(mutex)
        }
    }
}

/// Asks in a run on an OS thread of its own.
fn ask(mutex: &'static Mutex<()>) -> Answer {
    let asks = move || {
        runtime::set_excepthook(|_, _| ());
        let asks = thread::spawn(move || drop(mutex.try_lock()));
        let Err(reason) = asks.join() else {
            return Answer::Enter;
        };
        let error: Box<SyncError> = reason.downcast().unwrap();
        match error.why {
            Refused::Abandoned => Answer::Abandoned,
            _ => Answer::InUse,
        }
    };
    let elsewhere = std::thread::spawn(move || runtime::run(asks));
    let answer = elsewhere.join().unwrap();
    runtime::take_excepthook();
    answer
}
