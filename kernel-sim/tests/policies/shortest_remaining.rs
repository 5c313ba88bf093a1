//! Shortest remaining time.

use proptest::prelude::*;

use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::workload::Job;

use crate::support::{job, jobs, metrics, schedule, turnaround, waiting};

fn told(name: &str, computing: u64) -> Job {
    job(name, computing).with_true_estimate()
}

/// OSTEP 7.5: A takes 100; B and C come at 10 and take 10. Average turnaround
/// (120 + 10 + 20) / 3.
#[test]
fn who_comes_and_is_shorter_interrupts() {
    let [b, c] = [told("B", 10).arrives(10), told("C", 10).arrives(10)];
    let jobs = [told("A", 100), b, c];
    let text = "A 0-10, B 10-20, C 20-30, A 30-120";
    assert_eq!(schedule("srt", 1_000, &jobs), text);
    assert_eq!(turnaround(&metrics("srt", 1_000, &jobs)), 3 * 50);
}

/// Silberschatz 5.3.2, ten ticks for each of its milliseconds: bursts of 8, 4, 9 and 5
/// that come at 0, 1, 2 and 3. Average waiting 6.5.
#[test]
fn what_is_left_counts_and_not_what_it_was() {
    let jobs = [
        told("P1", 80),
        told("P2", 40).arrives(10),
        told("P3", 90).arrives(20),
        told("P4", 50).arrives(30),
    ];
    let text = "P1 0-10, P2 10-50, P4 50-100, P1 100-170, P3 170-260";
    assert_eq!(schedule("srt", 1_000, &jobs), text);
    assert_eq!(waiting(&metrics("srt", 1_000, &jobs)), 4 * 65);
}

/// After OSTEP 7.8: A computes 10 and waits 10, five times; B computes 60, so that at
/// 80, when A comes for the last time, more than 10 are left of it. Each burst of A
/// counts as a job: it was told to be 10, and is found to be.
#[test]
fn each_burst_of_who_waits_in_between_is_a_job() {
    let wait = |job: Job| job.waits(10).computes(10);
    let a = (0..4).fold(told("A", 10), |job, _| wait(job));
    assert_eq!(
        schedule("srt", 1_000, &[a, told("B", 60)]),
        "A 0-10, B 10-20, A 20-30, B 30-40, A 40-50, B 50-60, A 60-70, B 70-80, A 80-90, \
         B 90-110"
    );
}

/// From the rule: at 60, when B comes, 40 are left of A, as many as B takes.
#[test]
fn who_has_as_much_left_does_not_interrupt() {
    let jobs = [told("A", 100), told("B", 40).arrives(60)];
    assert_eq!(schedule("srt", 1_000, &jobs), "A 0-100, B 100-140");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// For jobs that do not wait in between, and tell the truth.
    #[test]
    fn under_no_other_policy_do_they_wait_less(jobs in jobs(), quantum in 1..60u64) {
        let once = |job: &Job| {
            let whole = told(job.name(), job.computing()).arrives(job.arrival());
            let estimate = whole.attributes().estimate().expect("it was told");
            whole.with(job.attributes().with_estimate(estimate))
        };
        let jobs: Vec<Job> = jobs.iter().map(once).collect();
        let least = metrics("srt", quantum, &jobs);
        for policy in Scheduler::names() {
            let other = metrics(policy, quantum, &jobs);
            prop_assert!(waiting(&least) <= waiting(&other), "under {} less", policy);
            prop_assert!(turnaround(&least) <= turnaround(&other), "under {} less", policy);
        }
    }
}
