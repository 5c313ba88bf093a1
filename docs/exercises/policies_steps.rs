//! Who takes the next step.

use std::time::Duration;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::clock::Clock;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Says who has the first so many turns, by their places in `weights`. Each turn is a
    // whole quantum.
    pub(super) fn steps(weights: &[u32], turns: usize) -> Vec<usize> {
        // All in turn, so far.
        (0..turns).map(|turn| turn % weights.len()).collect()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    // Says who has the first so many turns, by their places in `weights`. Each turn is a
    // whole quantum.
    pub(super) fn steps(weights: &[u32], turns: usize) -> Vec<usize> {
        // Who is ready, and how far it has come; the one that has waited longest first.
        let mut line: Vec<(usize, u32)> = (0..weights.len()).map(|thread| (thread, 0)).collect();
        let mut steps = Vec::new();
        for _ in 0..turns {
            let first = (0..line.len()).min_by_key(|&place| line[place].1);
            let (thread, pass) = line.remove(first.expect("there are some"));
            steps.push(thread);
            line.push((thread, pass + 10_000 / weights[thread]));
        }
        steps
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[u32], usize) -> Vec<usize>;

pub(super) fn check_start() {
    check(start::steps);
}

pub(super) fn check_solution() {
    check(solution::steps);
}

/// The kernel's own policy, with weights by which 10,000 can be divided.
fn check(answer: Answer) {
    let sets: [&[u32]; 4] = [&[100, 50, 250], &[1, 1], &[400, 100, 100], &[2, 5, 10, 20]];
    for weights in sets {
        let mut kernel = Kernel::new(Clock::counted(), "stride".parse().expect("a policy"));
        let pids: Vec<_> = weights
            .iter()
            .map(|&weight| {
                let weight = u16::try_from(weight).ok().and_then(Weight::new);
                let weight = weight.expect("1 to 10,000");
                let attributes = Attributes::default().with_weight(weight);
                let pid = kernel.create((), attributes, "thread");
                kernel.admit(pid).expect("it is new");
                pid
            })
            .collect();
        let turn = |_| {
            let thread = kernel.dispatch().expect("all are ready");
            let place = pids.iter().position(|&pid| pid == thread.pid());
            kernel.pass(Duration::from_millis(1));
            kernel.preempt(thread);
            place.expect("it is one of them")
        };
        let steps: Vec<usize> = (0..100).map(turn).collect();
        assert_eq!(answer(weights, 100), steps, "{weights:?}");
    }
}
