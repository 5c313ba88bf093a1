//! Whether all can be in time.

use std::time::Duration;

use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::schedule::{Metrics, Schedule};
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Each has to do something in every period of so many ticks, and needs so many for it.
    pub(super) fn fits(tasks: &[(u64, u64)]) -> bool {
        tasks.iter().all(|&(period, needs)| needs <= period)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    // Each has to do something in every period of so many ticks, and needs so many for it.
    pub(super) fn fits(tasks: &[(u64, u64)]) -> bool {
        // After so many ticks all periods begin at once, as they did in the beginning.
        let all: u64 = tasks.iter().map(|&(period, _)| period).product();
        let needed: u64 = tasks
            .iter()
            .map(|&(period, needs)| all / period * needs)
            .sum();
        needed <= all
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::fits);
}

pub(super) fn check_solution() {
    check(solution::fits);
}

/// On the computer, by the earliest deadline first.
fn check(answer: fn(&[(u64, u64)]) -> bool) {
    let sets: [&[(u64, u64)]; 7] = [
        &[(50, 25), (80, 35)],
        &[(20, 10), (40, 20)],
        &[(20, 10), (40, 21)],
        &[(30, 10), (30, 10), (30, 10)],
        &[(25, 10), (30, 10), (40, 12)],
        &[(25, 8), (30, 8), (40, 12)],
        &[(20, 30)],
    ];
    for tasks in sets {
        assert_eq!(answer(tasks), are_in_time(tasks), "{tasks:?}");
    }
}

fn are_in_time(tasks: &[(u64, u64)]) -> bool {
    let mut computer = Computer::boot(Settings {
        policy: "edf".parse().expect("a policy"),
        costs: Costs::NONE,
        ..Settings::default()
    });
    computer.keep_history();
    let until = 1_200;
    let mut periods = Vec::new();
    for (number, &(period, needs)) in tasks.iter().enumerate() {
        let due = Duration::from_micros(period);
        let attributes = Attributes::default().with_deadline(due);
        let job = Job::new(&format!("task{number}"))
            .computes(needs)
            .with(attributes);
        for tick in (0..until).step_by(period as usize) {
            let started = computer.start_job(&job.clone().arrives(tick));
            started.expect("there is room");
            periods.push(due);
        }
    }
    computer.run();
    let schedule = Schedule::of(computer.history().expect("it is kept"));
    let mut threads = Metrics::of(&schedule).threads;
    threads.sort_by_key(|thread| thread.pid);
    let mut each = threads.iter().zip(periods);
    each.all(|(thread, period)| thread.turnaround.expect("it has ended") <= period)
}
