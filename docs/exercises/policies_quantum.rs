//! The longest quantum with which nobody waits too long.

use std::num::NonZero;
use std::time::Duration;

use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::schedule::{Metrics, Schedule};
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    use super::Costs;

    // ANCHOR: start
    // So many jobs are ready at once and compute for long. Each should have its first turn
    // within `patience` ticks.
    pub(super) fn quantum(jobs: u64, patience: u64, costs: Costs) -> u64 {
        let _ = costs; // And what do they have to do with it?
        patience / jobs
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Costs;

    // ANCHOR: solution
    // So many jobs are ready at once and compute for long. Each should have its first turn
    // within `patience` ticks.
    pub(super) fn quantum(jobs: u64, patience: u64, costs: Costs) -> u64 {
        let others = jobs - 1;
        let between = u64::from(costs.trap + costs.switch);
        patience / others - between
    }
    // ANCHOR_END: solution
}

type Answer = fn(u64, u64, Costs) -> u64;

pub(super) fn check_start() {
    check(start::quantum);
}

pub(super) fn check_solution() {
    check(solution::quantum);
}

/// With that quantum the last one is in time, and with one that is a tick longer it is not.
fn check(answer: Answer) {
    for (jobs, patience) in [(2, 500), (5, 1_000), (8, 7_000), (10, 3_333)] {
        for costs in [Costs::default(), Costs::NONE] {
            let quantum = answer(jobs, patience, costs);
            let allowed = Duration::from_micros(patience);
            assert!(
                response(jobs, quantum, costs) <= allowed,
                "{quantum} for {jobs}"
            );
            let longer = response(jobs, quantum + 1, costs);
            assert!(longer > allowed, "{jobs} allow more than {quantum}");
        }
    }
}

/// When the last of them has its first turn.
fn response(jobs: u64, quantum: u64, costs: Costs) -> Duration {
    let mut computer = Computer::boot(Settings {
        quantum: NonZero::new(quantum).expect("it is not zero"),
        costs,
        ..Settings::default()
    });
    computer.keep_history();
    for number in 0..jobs {
        let job = Job::new(&format!("job{number}")).computes(5_000);
        computer.start_job(&job).expect("there is room");
    }
    computer.run();
    let metrics = Metrics::of(&Schedule::of(computer.history().expect("it is kept")));
    let responses = metrics.threads.iter().filter_map(|thread| thread.response);
    responses.max().expect("all have had turns")
}
