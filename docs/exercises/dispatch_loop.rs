//! The loop of a machine: it runs threads that have so many turns to go.

use std::collections::VecDeque;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::wait::NoObject;

/// A thread that has so many turns to go.
struct Turns(u32);

impl Context for Turns {
    type Identity = char;
    type Object = NoObject;
}

/// What the reader begins with.
mod start {
    use super::{Kernel, Turns};

    // ANCHOR: start
    pub(super) fn run(kernel: &mut Kernel<Turns>) -> String {
        let mut order = String::new();
        while let Some(mut thread) = kernel.dispatch() {
            let pid = thread.pid();
            order.push(*kernel.get(pid).expect("it has the CPU").identity());
            thread.context.0 -= 1;
            kernel.exit(thread); // Is that so?
        }
        order
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Kernel, Turns};

    // ANCHOR: solution
    pub(super) fn run(kernel: &mut Kernel<Turns>) -> String {
        let mut order = String::new();
        while let Some(mut thread) = kernel.dispatch() {
            let pid = thread.pid();
            order.push(*kernel.get(pid).expect("it has the CPU").identity());
            thread.context.0 -= 1;
            if thread.context.0 > 0 {
                kernel.preempt(thread);
            } else {
                kernel.exit(thread);
                kernel.reap(pid).expect("it has ended");
            }
        }
        order
    }
    // ANCHOR_END: solution
}

type Answer = fn(&mut Kernel<Turns>) -> String;

pub(super) fn check_start() {
    check(start::run);
}

pub(super) fn check_solution() {
    check(solution::run);
}

/// Beside a line of people, who go to its end if they are not done.
fn check(answer: Answer) {
    for turns in [[1, 1, 1], [3, 1, 2], [2, 5, 1], [1, 2, 7]] {
        let mut kernel = Kernel::default();
        let mut line = VecDeque::new();
        for (name, turns) in ('a'..).zip(turns) {
            let pid = kernel.create(Turns(turns), Priority::NORMAL, name);
            kernel.admit(pid).expect("it is new");
            line.push_back((name, turns));
        }
        let mut right = String::new();
        while let Some((name, turns)) = line.pop_front() {
            right.push(name);
            if turns > 1 {
                line.push_back((name, turns - 1));
            }
        }
        assert_eq!(answer(&mut kernel), right);
        assert!(kernel.is_empty(), "whoever has ended is reaped");
    }
}
