//! Whose request is next, among those who have had less than their share.

use std::time::Duration;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::clock::Clock;

/// A thread that is ready.
struct Client {
    weight: u64,
    had: u64,
    deadline: u64,
}

/// What the reader begins with.
mod start {
    use super::Client;

    // ANCHOR: start
    // All that are ready; `had` and `deadline` are virtual times. Says whose turn it is.
    pub(super) fn next(line: &[Client]) -> Option<usize> {
        (0..line.len()).min_by_key(|&place| line[place].deadline)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Client;

    // ANCHOR: solution
    // All that are ready; `had` and `deadline` are virtual times. Says whose turn it is.
    pub(super) fn next(line: &[Client]) -> Option<usize> {
        let sum: u64 = line.iter().map(|client| client.had * client.weight).sum();
        let weights: u64 = line.iter().map(|client| client.weight).sum();
        let now = sum.checked_div(weights)?;
        let eligible = (0..line.len()).filter(|&place| line[place].had <= now);
        eligible.min_by_key(|&place| line[place].deadline)
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[Client]) -> Option<usize>;

pub(super) fn check_start() {
    check(start::next);
}

pub(super) fn check_solution() {
    check(solution::next);
}

/// The virtual time of a quantum, for a weight of one.
const QUANTUM: u64 = 10_000_000_000;

/// Beside the kernel's own policy.
fn check(answer: Answer) {
    let sets: [&[u64]; 4] = [&[100, 50, 250], &[200, 100], &[1, 1, 1], &[400, 100, 100]];
    for weights in sets {
        let mut kernel = Kernel::new(Clock::counted(), "eevdf".parse().expect("a policy"));
        let mut line = Vec::new();
        let mut pids = Vec::new();
        for &weight in weights {
            let shares = u16::try_from(weight).ok().and_then(Weight::new);
            let attributes = Attributes::default().with_weight(shares.expect("1 to 10,000"));
            let pid = kernel.create((), attributes, "thread");
            kernel.admit(pid).expect("it is new");
            pids.push(pid);
            line.push(Client {
                weight,
                had: 0,
                deadline: QUANTUM / weight,
            });
        }
        assert_eq!(answer(&[]), None);
        for turn in 0..60 {
            let thread = kernel.dispatch().expect("all are ready");
            let place = answer(&line).expect("all are ready");
            assert_eq!(pids[place], thread.pid(), "turn {turn} of {weights:?}");
            let (pid, mut client) = (pids.remove(place), line.remove(place));
            client.had += QUANTUM / client.weight;
            client.deadline = client.had + QUANTUM / client.weight;
            pids.push(pid);
            line.push(client);
            kernel.pass(Duration::from_millis(1));
            kernel.preempt(thread);
        }
    }
}
