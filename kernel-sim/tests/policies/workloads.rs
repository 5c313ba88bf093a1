//! Random workloads under every policy.

use std::collections::BTreeSet;

use proptest::prelude::*;

use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::history::History;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::state::StateName;

use crate::support::{jobs, metrics, run, ticks};

/// The ticks in which somebody was ready and nobody ran.
fn idle_although_somebody_was_ready(history: &History) -> u64 {
    let (mut ready, mut running) = (BTreeSet::new(), BTreeSet::new());
    let (mut last, mut idle) = (Instant::BOOT, 0);
    for step in history.steps() {
        if running.is_empty() && !ready.is_empty() {
            idle += ticks(step.at - last);
        }
        last = step.at;
        ready.remove(&step.pid);
        running.remove(&step.pid);
        match step.arrow.to() {
            Some(StateName::Ready) => drop(ready.insert(step.pid)),
            Some(StateName::Running) => drop(running.insert(step.pid)),
            _ => {}
        }
        assert!(running.len() <= 1, "there is one CPU");
    }
    idle
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_job_ends_and_has_computed_what_it_should(jobs in jobs(), quantum in 1..60u64) {
        for policy in Scheduler::names() {
            let mut threads = metrics(policy, quantum, &jobs).threads;
            threads.sort_by_key(|thread| thread.pid);
            prop_assert_eq!(threads.len(), jobs.len());
            for (thread, job) in threads.iter().zip(&jobs) {
                prop_assert!(thread.turnaround.is_some());
                prop_assert_eq!(ticks(thread.running), job.computing(), "under {}", policy);
            }
        }
    }

    #[test]
    fn the_cpu_is_not_idle_while_somebody_is_ready(jobs in jobs(), quantum in 1..60u64) {
        for policy in Scheduler::names() {
            let computer = run(policy, quantum, &jobs);
            let idle = idle_although_somebody_was_ready(computer.history().expect("kept"));
            prop_assert_eq!(idle, 0, "under {}", policy);
        }
    }
}
