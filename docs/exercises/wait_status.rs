//! What a parent learns from the status of its child.

use kernel_sim::machine::memory::{Access, Fault, Why};
use kernel_sim::os::{Death, DeathKind, Signal};

#[derive(Debug, PartialEq, Eq)]
enum End {
    Exit(u32),
    Signal(u32),
}

/// What the reader begins with.
mod start {
    use super::End;

    // ANCHOR: start
    // enum End { Exit(u32), Signal(u32) }
    pub(super) fn end(status: u32) -> End {
        End::Exit(status) // Is it always?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::End;

    // ANCHOR: solution
    pub(super) fn end(status: u32) -> End {
        match status & 0x7f {
            0 => End::Exit(status >> 8),
            signal => End::Signal(signal),
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::end);
}

pub(super) fn check_solution() {
    check(solution::end);
}

fn check(answer: fn(u32) -> End) {
    for code in 0..=255 {
        let status = status(DeathKind::Exit(code));
        assert_eq!(answer(status), End::Exit(code.into()));
    }
    let fault = |why| {
        DeathKind::Fault(Fault {
            address: 0,
            size: 4,
            access: Access::Read,
            why,
        })
    };
    let killed = |signal| DeathKind::Killed { signal, by: 1 };
    for (kind, signal) in [
        (DeathKind::IllegalInstruction(0), 4),
        (DeathKind::Breakpoint, 5),
        (fault(Why::Nowhere { nearest: None }), 11),
        (killed(Signal::Kill), 9),
        (killed(Signal::Term), 15),
    ] {
        assert_eq!(answer(status(kind)), End::Signal(signal), "{kind:?}");
    }
}

fn status(kind: DeathKind) -> u32 {
    Death { pc: 0, kind }.wait_status()
}
