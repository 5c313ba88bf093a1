//! A machine that takes the CPU away when a turn is over.

use std::time::Duration;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::wait::NoObject;

/// What a thread still has to do.
struct Work {
    letter: char,
    steps: u32,
}

impl Context for Work {
    type Identity = &'static str;
    type Object = NoObject;
}

/// What the reader begins with.
mod start {
    use super::{Duration, Kernel, Work};

    // ANCHOR: start
    pub(super) fn run(kernel: &mut Kernel<Work>) -> String {
        let mut done = String::new();
        while let Some(mut thread) = kernel.dispatch() {
            while thread.context.steps > 0 {
                thread.context.steps -= 1;
                done.push(thread.context.letter);
                kernel.pass(Duration::from_micros(1));
            }
            kernel.exit(thread);
        }
        done
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Duration, Kernel, Work};

    // ANCHOR: solution
    pub(super) fn run(kernel: &mut Kernel<Work>) -> String {
        let mut done = String::new();
        while let Some(mut thread) = kernel.dispatch() {
            loop {
                thread.context.steps -= 1;
                done.push(thread.context.letter);
                kernel.pass(Duration::from_micros(1));
                if thread.context.steps == 0 {
                    kernel.exit(thread);
                    break;
                }
                if kernel.turn_is_over(thread.pid()) {
                    kernel.interrupt(thread);
                    break;
                }
            }
        }
        done
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut Kernel<Work>) -> String;

pub(super) fn check_start() {
    check(start::run);
}

pub(super) fn check_solution() {
    check(solution::run);
}

fn check(answer: Answer) {
    for (policy, done) in [
        ("round-robin", "aaabbbcccaaacca"),
        ("fifo", "aaaaaaabbbccccc"),
        ("priority", "bbbaaaaaaaccccc"),
    ] {
        let scheduler: Scheduler = policy.parse().expect("a policy");
        let scheduler = scheduler.with_quantum(Duration::from_micros(3));
        let mut kernel = Kernel::new(Clock::counted(), scheduler);
        let priority = |level| Priority::new(level).expect("at most 31");
        for (letter, steps, level) in [('a', 7, 10), ('b', 3, 20), ('c', 5, 5)] {
            let attributes = Attributes::from(priority(level));
            let pid = kernel.create(Work { letter, steps }, attributes, "thread");
            kernel.admit(pid).expect("it is new");
        }
        assert_eq!(answer(&mut kernel), done, "under {policy}");
    }
}
