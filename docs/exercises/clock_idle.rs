//! What a machine does whose CPU has nobody to run.

use std::time::Duration;

use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};
use kernel_sim::kernel::{Idle, Kernel};

/// What the reader begins with.
mod start {
    use super::{Duration, Kernel};

    // ANCHOR: start
    pub(super) fn idle(kernel: &mut Kernel<()>) -> Option<Duration> {
        let tick = Duration::from_millis(1);
        kernel.pass(tick);
        Some(tick) // How long is it really?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Duration, Idle, Kernel};

    // ANCHOR: solution
    pub(super) fn idle(kernel: &mut Kernel<()>) -> Option<Duration> {
        match kernel.idle() {
            Idle::No => Some(Duration::ZERO),
            Idle::For(left) => {
                kernel.pass(left);
                Some(left)
            }
            Idle::Forever => None,
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut Kernel<()>) -> Option<Duration>;

pub(super) fn check_start() {
    check(start::idle);
}

pub(super) fn check_solution() {
    check(solution::idle);
}

/// Each sleeper goes on at its time, and then nobody does.
fn check(answer: Answer) {
    for (clock, is_counted) in [(Clock::counted(), true), (Clock::virtual_time(), false)] {
        let mut kernel = Kernel::new(clock, Default::default());
        let mut naps = [700, 20, 5_000_000, 700].map(Duration::from_micros);
        for _ in naps {
            let pid = kernel.create((), Priority::NORMAL, "sleeper");
            kernel.admit(pid).expect("it is new");
        }
        for nap in naps {
            let sleeper = kernel.dispatch().expect("it is ready");
            let reason = WaitReason::Sleep;
            let deadline = kernel.now().checked_add(nap);
            kernel.block(sleeper, Wait { reason, deadline });
        }
        naps.sort();
        let mut idle = Duration::ZERO;
        for nap in naps {
            let sleeper = match kernel.dispatch() {
                Some(sleeper) => sleeper,
                None => {
                    idle += answer(&mut kernel).expect("somebody sleeps");
                    kernel.dispatch().expect("it is time for somebody")
                }
            };
            assert_eq!(sleeper.signal, Signal::TimedOut);
            if is_counted {
                assert_eq!(idle, nap, "so long the CPU had nothing to do");
            }
            kernel.exit(sleeper);
        }
        // Somebody waits, and for no moment.
        let pid = kernel.create((), Priority::NORMAL, "parked");
        kernel.admit(pid).expect("it is new");
        let parked = kernel.dispatch().expect("it is ready");
        let (reason, deadline) = (WaitReason::Park, None);
        kernel.block(parked, Wait { reason, deadline });
        assert_eq!(answer(&mut kernel), None);
        assert!(kernel.dispatch().is_none());
    }
}
