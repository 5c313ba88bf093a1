//! In which phase something is that is done once, when an attempt is over.

use std::rc::Rc;

use runtime::sync::Once;
use runtime::thread;

/// Nobody runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Incomplete,
    Poisoned,
    Complete,
}

/// How an attempt has ended.
#[derive(Clone, Copy, Debug)]
enum End {
    Returned,
    Panicked,
    Killed,
}

/// What the reader begins with.
mod start {
    use super::{End, Phase};

    /// The phase after an attempt, by force, that found it in the phase `before`.
    // ANCHOR: start
    pub(super) fn after(before: Phase, end: End) -> Phase {
        match (before, end) {
            (Phase::Complete, _) => Phase::Complete, // It is not called again.
            (_, End::Returned) => Phase::Complete,
            (_, End::Panicked) => Phase::Poisoned,
            (_, End::Killed) => Phase::Incomplete,
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{End, Phase};

    /// The phase after an attempt, by force, that found it in the phase `before`.
    // ANCHOR: solution
    pub(super) fn after(before: Phase, end: End) -> Phase {
        match (before, end) {
            (Phase::Complete, _) | (_, End::Returned) => Phase::Complete,
            (_, End::Panicked) => Phase::Poisoned,
            (before, End::Killed) => before,
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::after);
}

pub(super) fn check_solution() {
    check(solution::after);
}

/// A thread that tries, and ends like that.
fn attempt(once: &Rc<Once>, end: End) {
    let theirs = Rc::clone(once);
    let thread = thread::spawn(move || {
        theirs.call_once_force(|_| match end {
            End::Returned => {}
            End::Panicked => std::panic::resume_unwind(Box::new("it did not work")),
            End::Killed => thread::park(),
        });
    });
    thread::yield_now();
    thread.thread().kill();
    drop(thread.join());
}

/// In which phase it is; makes it complete.
fn look(once: &Once) -> Phase {
    let mut phase = Phase::Complete;
    once.call_once_force(|state| {
        phase = match state.is_poisoned() {
            true => Phase::Poisoned,
            false => Phase::Incomplete,
        };
    });
    phase
}

/// Three attempts, in all ways, with a real one.
fn check(after: fn(Phase, End) -> Phase) {
    runtime::run(move || {
        let ends = [End::Returned, End::Panicked, End::Killed];
        for [first, second, third] in (0..27).map(|n| [n / 9, n / 3 % 3, n % 3]) {
            let once = Rc::new(Once::new());
            let mut phase = Phase::Incomplete;
            for end in [first, second, third].map(|end| ends[end]) {
                attempt(&once, end);
                phase = after(phase, end);
            }
            assert_eq!(phase, look(&once), "{first} {second} {third}");
        }
    });
}
