//! The multi-level feedback queue. The rules are those of OSTEP, chapter 8, by their
//! numbers; a quantum is 10, so the slices are 10, 20, 40 and 80.

use crate::support::{job, schedule};
use kernel_sim::workload::Job;

/// Computes 8, so many times, and waits in between.
fn bursts(name: &str, count: u32, wait: u64) -> Job {
    (1..count).fold(job(name, 8), |job, _| job.waits(wait).computes(8))
}

/// Rules 2, 3 and 4: both begin on top and sink level by level, in turn on each.
#[test]
fn long_jobs_sink_level_by_level() {
    assert_eq!(
        schedule("mlfq", 10, &[job("A", 150), job("B", 150)]),
        "A 0-10, B 10-20, A 20-40, B 40-60, A 60-100, B 100-140, A 140-220, B 220-300"
    );
}

/// OSTEP 8.2, example 2: a long job has long been at the bottom, and a short one that
/// comes at 100 is done before that goes on. It takes 20: ten on top, ten a level below.
#[test]
fn a_short_job_that_comes_later_is_done_first() {
    let jobs = [job("A", 200), job("B", 20).arrives(100)];
    assert_eq!(schedule("mlfq", 10, &jobs), "A 0-100, B 100-120, A 120-220");
}

/// OSTEP 8.2, example 3, with rule 4 as it is in 8.4: B computes 8 and waits 32, five
/// times. It sinks when it has had 10 in all, in its second burst; and A, which had 10 and
/// 20 by 38, is below it by then.
#[test]
fn who_computes_little_at_a_time_stays_above_a_long_job() {
    let jobs = [bursts("B", 5, 32), job("A", 178)];
    assert_eq!(
        schedule("mlfq", 10, &jobs),
        "B 0-8, A 8-40, B 40-48, A 48-80, B 80-88, A 88-120, B 120-128, A 128-160, \
         B 160-168, A 168-218"
    );
}

/// OSTEP 8.4: G waits for a tick each time before its slice is over. It sinks all the
/// same. From rule 4, G and A by turns:
///
/// ```text
///   A  level 0 until  18, level 1 until  40, level 2 until 100, then level 3
///   G  level 0 until  20, level 1 until  62, level 2 until 145, then level 3
/// ```
///
/// At the bottom A, with its slice of 80, has most of the time. With what the rule was
/// first, G would be on top for ever and A had a tick in nine.
#[test]
fn who_games_the_rules_gains_nothing() {
    let jobs = [bursts("G", 10, 1), job("A", 230)];
    assert_eq!(
        schedule("mlfq", 10, &jobs),
        "G 0-8, A 8-18, G 18-20, A 20-40, G 40-46, A 46-47, G 47-55, A 55-56, G 56-62, \
         A 62-100, G 100-102, A 102-103, G 103-111, A 111-112, G 112-120, A 120-121, \
         G 121-129, A 129-130, G 130-138, A 138-139, G 139-145, A 145-220, G 220-222, \
         A 222-302, G 302-310"
    );
}

/// Rule 5: after 1,000, with the slice that ends at 1,030, A is on top again. So B, which
/// comes at 1,035, waits until A's slice of 10 is over; by 1,040 A is a level lower.
#[test]
fn now_and_then_all_rise_to_the_top() {
    let jobs = [job("A", 1_200), job("B", 10).arrives(1_035)];
    let text = "A 0-1040, B 1040-1050, A 1050-1210";
    assert_eq!(schedule("mlfq", 10, &jobs), text);
    let jobs = [job("A", 1_200), job("B", 10).arrives(1_025)];
    let text = "A 0-1025, B 1025-1035, A 1035-1210";
    assert_eq!(schedule("mlfq", 10, &jobs), text);
}
