//! Stride: who is farthest behind takes the next step.

use proptest::prelude::*;

use kernel_sim::workload::Job;

use crate::support::{job, schedule, schedule_until, served, weight};

/// OSTEP, chapter 9: A has 100 tickets, B 50, C 250, so their strides are 100, 200 and 40. After
/// eight steps all have come to 200.
///
/// ```text
///   A    0  100  100  100  100  100  200  200  200
///   B    0    0  200  200  200  200  200  200  200
///   C    0    0    0   40   80  120  120  160  200
///   runs A    B    C    C    C    A    C    C
/// ```
#[test]
fn the_least_pass_takes_the_next_step() {
    let jobs = [(100, "A"), (50, "B"), (250, "C")];
    let jobs = jobs.map(|(tickets, name)| job(name, 1_000).with(weight(tickets)));
    let text = "A 0-10, B 10-20, C 20-50, A 50-60, C 60-80";
    assert_eq!(schedule_until(80, "stride", 10, &jobs), text);
}

/// From the rule: B waits from 19 to 124 while A has the CPU. Then it has a turn as
/// often as A, and not all that it has missed.
#[test]
fn who_has_slept_has_no_claim_on_what_it_missed() {
    let jobs = [job("A", 200), job("B", 9).waits(105).computes(50)];
    assert_eq!(
        schedule("stride", 10, &jobs),
        "A 0-10, B 10-19, A 19-129, B 129-139, A 139-149, B 149-159, A 159-169, B 169-179, \
         A 179-189, B 189-199, A 199-209, B 209-219, A 219-259"
    );
}

/// From the rule: A, which has ten times the weight, is at a pass of 1 after its turn, B
/// at 9 after its own, which was one of 9. That it waits for two ticks does not make that
/// forgotten: it has its next turn when A has come to 9 as well, which takes 80 ticks.
#[test]
fn who_has_slept_still_owes_what_it_had_too_much() {
    let jobs = [
        job("A", 200).with(weight(1_000)),
        job("B", 9).waits(2).computes(20).with(weight(100)),
    ];
    let text = "A 0-10, B 10-19, A 19-99, B 99-109, A 109-209, B 209-219, A 219-229";
    assert_eq!(schedule("stride", 10, &jobs), text);
}

/// Weights that do not divide the greatest one.
#[test]
fn shares_of_great_weights_are_as_exact_as_those_of_small_ones() {
    let jobs = [6_000, 9_000].map(|shares| job(&format!("w{shares}"), 10_000).with(weight(shares)));
    assert_eq!(served(5_001, "stride", 10, &jobs), [2_000, 3_000]);
}

/// After a hundred thousand turns, with a weight by which nothing can be divided.
#[test]
fn over_a_long_run_nothing_is_lost_by_rounding() {
    let jobs =
        [8_537, 10_000].map(|shares| job(&format!("w{shares}"), 1_000_000).with(weight(shares)));
    let times = served(200_001, "stride", 2, &jobs);
    let share = 200_000 * 8_537 / (8_537 + 10_000);
    assert!(times[0].abs_diff(share) <= 2, "{times:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// At any time, the passes of two differ by no more than the step of one quantum of
    /// the one that is ahead, and what a quantum is that has only begun.
    #[test]
    fn no_two_ever_differ_by_more_than_a_quantum_for_each(
        weights in prop::collection::vec(prop_oneof![Just(1), Just(10_000), 1..=10_000u16], 2..7),
        quantum in 1..40u64,
        tick in 1..3_000u64,
    ) {
        let named = |(place, shares): (usize, &u16)| {
            Job::new(&format!("w{place}")).computes(1_000_000).with(weight(*shares))
        };
        let jobs: Vec<Job> = weights.iter().enumerate().map(named).collect();
        let times = served(tick, "stride", quantum, &jobs);
        let part = |time: u64, shares: u16| time as f64 / f64::from(shares);
        for (&ahead, &mine) in times.iter().zip(&weights) {
            for (&behind, &other) in times.iter().zip(&weights) {
                let gap = part(ahead, mine) - part(behind, other);
                prop_assert!(gap <= part(quantum, mine) + 1e-6, "{gap} of {times:?}");
            }
        }
    }
}
