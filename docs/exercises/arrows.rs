//! Along which arrow a thread has gone, if it was in one state and then in another one.

use kernel_sim::kernel::state::{Arrow, StateName};

/// What the reader begins with.
mod start {
    use super::{Arrow, StateName};

    // ANCHOR: start
    pub(super) fn arrow(from: StateName, to: StateName) -> Option<Arrow> {
        match (from, to) {
            (StateName::New, StateName::Ready) => Some(Arrow::Admit),
            _ => None, // What else?
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Arrow, StateName};

    // ANCHOR: solution
    pub(super) fn arrow(from: StateName, to: StateName) -> Option<Arrow> {
        match (from, to) {
            (StateName::New, StateName::Ready) => Some(Arrow::Admit),
            (StateName::Ready, StateName::Running) => Some(Arrow::Dispatch),
            (StateName::Running, StateName::Ready) => Some(Arrow::Preempt),
            (StateName::Running, StateName::Waiting) => Some(Arrow::Block),
            (StateName::Waiting, StateName::Ready) => Some(Arrow::Wake),
            (StateName::Running, StateName::Terminated) => Some(Arrow::Exit),
            _ => None,
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(StateName, StateName) -> Option<Arrow>;

pub(super) fn check_start() {
    check(start::arrow);
}

pub(super) fn check_solution() {
    check(solution::arrow);
}

/// Each arrow knows where it begins and where it leads.
fn check(answer: Answer) {
    let states = [
        StateName::New,
        StateName::Ready,
        StateName::Running,
        StateName::Waiting,
        StateName::Terminated,
    ];
    let arrows = [
        Arrow::Admit,
        Arrow::Dispatch,
        Arrow::Preempt,
        Arrow::Block,
        Arrow::Wake,
        Arrow::Exit,
    ];
    for from in states {
        for to in states {
            let mut right = arrows.into_iter();
            let right = right.find(|arrow| arrow.from() == Some(from) && arrow.to() == Some(to));
            assert_eq!(answer(from, to), right, "from {from:?} to {to:?}");
        }
    }
}
