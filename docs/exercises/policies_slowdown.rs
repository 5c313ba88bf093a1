//! How much longer it takes not to be alone.

use std::num::NonZero;

use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::schedule::{Metrics, Schedule};
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    use super::Metrics;

    // ANCHOR: start
    // Of all threads that have ended, the one that has suffered most: how many times as
    // long it took as it would have taken alone.
    pub(super) fn worst_slowdown(metrics: &Metrics) -> f64 {
        let alone = metrics.threads.iter().map(|thread| thread.running);
        let alone = alone.sum::<std::time::Duration>() / metrics.threads.len() as u32;
        metrics.turnaround().as_secs_f64() / alone.as_secs_f64()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Metrics;

    // ANCHOR: solution
    // Of all threads that have ended, the one that has suffered most: how many times as
    // long it took as it would have taken alone.
    pub(super) fn worst_slowdown(metrics: &Metrics) -> f64 {
        let each = metrics.threads.iter().filter_map(|thread| {
            let alone = thread.running + thread.blocked;
            Some(thread.turnaround?.as_secs_f64() / alone.as_secs_f64())
        });
        each.fold(1.0, f64::max)
    }
    // ANCHOR_END: solution
}

type Answer = fn(&Metrics) -> f64;

pub(super) fn check_start() {
    check(start::worst_slowdown);
}

pub(super) fn check_solution() {
    check(solution::worst_slowdown);
}

/// Runs each job alone, and all of them under each policy.
fn check(answer: Answer) {
    let jobs = [
        Job::new("long").computes(600),
        Job::new("typing").computes(20).waits(100).computes(20),
        Job::new("short").arrives(80).computes(45),
    ];
    let jobs = jobs.map(Job::with_true_estimate);
    let alone = jobs.each_ref().map(|job| {
        let metrics = run("fifo", std::slice::from_ref(job));
        assert!((answer(&metrics) - 1.0).abs() < 1e-9, "{job:?} is alone");
        metrics.turnaround().as_secs_f64()
    });
    for policy in Scheduler::names() {
        let mut metrics = run(policy, &jobs);
        metrics.threads.sort_by_key(|thread| thread.pid);
        let threads = metrics.threads.iter().zip(alone);
        let slowdowns = threads.map(|(thread, alone)| {
            let turnaround = thread.turnaround.expect("it has ended");
            turnaround.as_secs_f64() / alone
        });
        let worst = slowdowns.fold(1.0, f64::max);
        let said = answer(&metrics);
        assert!((said - worst).abs() < 1e-9, "{said} under {policy}");
    }
}

fn run(policy: &str, jobs: &[Job]) -> Metrics {
    let mut computer = Computer::boot(Settings {
        policy: policy.parse().expect("a policy"),
        quantum: NonZero::new(50).expect("it is not zero"),
        costs: Costs::NONE,
        ..Settings::default()
    });
    computer.keep_history();
    for job in jobs {
        computer.start_job(job).expect("there is room");
    }
    computer.run();
    Metrics::of(&Schedule::of(computer.history().expect("it is kept")))
}
