//! Who is first, if who waits becomes more urgent.

use std::time::Duration;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::Priority;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Of each thread: its priority, and after how many quanta it became ready. `one` is in
    // front of `other` in the line, if they came at the same time.
    pub(super) fn is_first(one: (u32, u32), other: (u32, u32)) -> bool {
        one.0 > other.0 || one.0 == other.0 && one.1 <= other.1
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    // Of each thread: its priority, and after how many quanta it became ready. `one` is in
    // front of `other` in the line, if they came at the same time.
    pub(super) fn is_first(one: (u32, u32), other: (u32, u32)) -> bool {
        // When it would have come to be as urgent with a priority of 31.
        let place = |(priority, came)| (came + 10 * (31 - priority), came);
        place(one) <= place(other)
    }
    // ANCHOR_END: solution
}

type Answer = fn((u32, u32), (u32, u32)) -> bool;

pub(super) fn check_start() {
    check(start::is_first);
}

pub(super) fn check_solution() {
    check(solution::is_first);
}

/// A kernel has both of them, and says whom it dispatches.
fn check(answer: Answer) {
    for priorities in [(16, 16), (17, 16), (16, 18), (20, 16), (31, 0)] {
        for came in [(0, 0), (5, 0), (10, 0), (11, 0), (0, 20), (0, 19), (39, 0)] {
            let (one, other) = ((priorities.0, came.0), (priorities.1, came.1));
            let policy = "ageing".parse().expect("a policy");
            let mut kernel = Kernel::new(Clock::counted(), policy);
            let mut now = 0;
            let mut admit = |(priority, came): (u32, u32)| {
                kernel.pass(Duration::from_millis((came - now).into()));
                now = came;
                let level = u8::try_from(priority).ok().and_then(Priority::new);
                let level = level.expect("at most 31");
                let pid = kernel.create((), level, "thread");
                kernel.admit(pid).expect("it is new");
                pid
            };
            let pid = if one.1 <= other.1 {
                let pid = admit(one);
                admit(other);
                pid
            } else {
                admit(other);
                admit(one)
            };
            let first = kernel.dispatch().expect("both are ready");
            assert_eq!(answer(one, other), first.pid() == pid, "{one:?} {other:?}");
            kernel.preempt(first);
        }
    }
}
