//! Earliest eligible virtual deadline first.

use proptest::prelude::*;

use kernel_sim::workload::Job;

use crate::support::{job, schedule, schedule_until, served, weight};

fn weighted<const N: usize>(jobs: [(u16, &str); N], computing: u64) -> [Job; N] {
    jobs.map(|(shares, name)| job(name, computing).with(weight(shares)))
}

/// From the paper's equations for V, ve and vd, with weights 2 and 1 and requests of 10:
///
/// ```text
///   at   V     A: ve, vd    B: ve, vd
///    0   0      0    5       0   10     both are eligible, and A is sooner
///   10   3.3    5   10       0   10     A is not eligible
///   20   6.7    5   10      10   20     B is not
///   30  10     10   15      10   20     both, A
///   40  13.3   15   20      10   20     A is not
///   50  16.7   15   20      20   30     B is not
///   60  20     20   25      20   30     both, A
/// ```
#[test]
fn who_has_had_less_than_its_share_and_is_due_soonest_runs() {
    let jobs = weighted([(200, "A"), (100, "B")], 1_000);
    let text = "A 0-10, B 10-20, A 20-40, B 40-50, A 50-70";
    assert_eq!(schedule_until(70, "eevdf", 10, &jobs), text);
}

/// From the paper's equations, with weights 2, 1 and 5, and requests of 10. Beside
/// stride's A B C C C A C C, whose C has three steps in a row, it is more even.
///
/// ```text
///   at   V      A: ve, vd    B: ve, vd    C: ve, vd    eligible
///    0   0       0    5       0   10       0    2      A B C
///   10   1.25    0    5       0   10       2    4      A B
///   20   2.5     5   10       0   10       2    4      B C
///   30   3.75    5   10       0   10       4    6      B
///   40   5       5   10      10   20       4    6      A C
///   50   6.25    5   10      10   20       6    8      A C
///   60   7.5     5   10      10   20       8   10      A
///   70   8.75   10   15      10   20       8   10      C
/// ```
#[test]
fn who_has_had_more_than_its_share_has_to_wait() {
    let jobs = weighted([(100, "A"), (50, "B"), (250, "C")], 1_000);
    let text = "C 0-10, A 10-20, C 20-30, B 30-40, C 40-60, A 60-70, C 70-80";
    assert_eq!(schedule_until(80, "eevdf", 10, &jobs), text);
}

/// From the rule: B waits from 19 to 124 while A has the CPU. Then it has a turn as
/// often as A, and not all that it has missed.
#[test]
fn who_has_slept_has_no_claim_on_what_it_missed() {
    let jobs = [job("A", 200), job("B", 9).waits(105).computes(50)];
    assert_eq!(
        schedule("eevdf", 10, &jobs),
        "A 0-10, B 10-19, A 19-129, B 129-139, A 139-149, B 149-159, A 159-169, B 169-179, \
         A 179-189, B 189-199, A 199-209, B 209-219, A 219-259"
    );
}

/// From the rule: A has had the CPU to itself until 29, and that was all its own. B, which
/// comes at 35 while A waits, begins where A was, and when A is back they are even.
#[test]
fn who_was_alone_owes_nothing() {
    let jobs = [
        job("A", 29).waits(10).computes(20),
        job("B", 40).arrives(35),
    ];
    let text = "A 0-29, B 35-45, A 45-55, B 55-65, A 65-75, B 75-95";
    assert_eq!(schedule("eevdf", 10, &jobs), text);
}

/// From the paper's rule that who leaves comes back with the same lag: after each of its
/// turns A waits, while another one runs. It must not be forgotten, in whole or in part,
/// that it has had more than that one.
#[test]
fn who_waits_after_each_turn_has_no_more_than_its_share() {
    for wait in [1, 5, 9] {
        let a = (0..100).fold(Job::new("A"), |job, _| job.computes(9).waits(wait));
        let jobs = [a, job("B", 2_000), job("C", 2_000)];
        let times = served(600, "eevdf", 10, &jobs);
        let share = times.iter().sum::<u64>() / 3;
        assert!(times[0] <= share + 10, "{times:?} with waits of {wait}");
    }
}

/// After a hundred thousand turns, with a weight by which nothing can be divided.
#[test]
fn over_a_long_run_nothing_is_lost_by_rounding() {
    let jobs =
        [8_537, 10_000].map(|shares| job(&format!("w{shares}"), 1_000_000).with(weight(shares)));
    let times = served(200_001, "eevdf", 2, &jobs);
    let share = 200_000 * 8_537 / (8_537 + 10_000);
    assert!(times[0].abs_diff(share) <= 2, "{times:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The paper's bound, if no request is longer than a quantum: lag is less than that, to
    /// either side.
    #[test]
    fn nobody_is_ever_a_quantum_off_its_share(
        weights in prop::collection::vec(prop_oneof![Just(1), Just(10_000), 1..=10_000u16], 1..7),
        quantum in 1..40u64,
        tick in 1..3_000u64,
    ) {
        let named = |(place, shares): (usize, &u16)| {
            Job::new(&format!("w{place}")).computes(1_000_000).with(weight(*shares))
        };
        let jobs: Vec<Job> = weights.iter().enumerate().map(named).collect();
        let times = served(tick, "eevdf", quantum, &jobs);
        let (all, sum) = (times.iter().sum::<u64>() as f64, weights.iter().map(|&it| f64::from(it)).sum::<f64>());
        for (&had, &mine) in times.iter().zip(&weights) {
            let lag = all * f64::from(mine) / sum - had as f64;
            prop_assert!(lag.abs() <= quantum as f64 + 1e-6, "{lag} of {times:?}");
        }
    }
}
