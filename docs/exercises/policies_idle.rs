//! For how long nobody has the CPU.

use std::num::NonZero;

use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Of each job: when it comes, and for how long it computes.
    pub(super) fn idle(jobs: &[(u64, u64)]) -> u64 {
        // Until the first one comes. And then?
        jobs.iter().map(|&(comes, _)| comes).min().unwrap_or(0)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    // Of each job: when it comes, and for how long it computes.
    pub(super) fn idle(jobs: &[(u64, u64)]) -> u64 {
        let mut jobs = jobs.to_vec();
        jobs.sort();
        let (mut idle, mut busy_until) = (0, 0);
        for (comes, computes) in jobs {
            if comes > busy_until {
                idle += comes - busy_until;
                busy_until = comes;
            }
            busy_until += computes;
        }
        idle
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::idle);
}

pub(super) fn check_solution() {
    check(solution::idle);
}

/// On the computer, under each policy.
fn check(answer: fn(&[(u64, u64)]) -> u64) {
    let days: [&[(u64, u64)]; 4] = [
        &[(0, 100)],
        &[(50, 20), (60, 20), (200, 30)],
        &[(400, 10), (0, 100), (90, 120), (230, 40)],
        &[(10, 300), (20, 10), (30, 10), (310, 50), (500, 8)],
    ];
    for jobs in days {
        for policy in Scheduler::names() {
            let mut computer = Computer::boot(Settings {
                policy: policy.parse().expect("a policy"),
                quantum: NonZero::new(25).expect("not zero"),
                costs: Costs::NONE,
                ..Settings::default()
            });
            for (number, &(comes, computes)) in jobs.iter().enumerate() {
                let job = Job::new(&format!("job{number}")).arrives(comes);
                let started = computer.start_job(&job.computes(computes));
                started.expect("there is room");
            }
            computer.run();
            assert_eq!(answer(jobs), computer.idle_ticks(), "{jobs:?} by {policy}");
        }
    }
}
