//! Who waits now and then has no more than its share, beside others that always want the
//! CPU: what it has had is not forgotten, and what it has missed is gone.

use proptest::prelude::*;

use kernel_sim::workload::Job;

use crate::support::{served, weight};

/// The times of one that computes and waits by turns, and of the others, and the weights
/// of all, as parts of one.
fn beside_others(
    policy: &str,
    quantum: u64,
    computes: u64,
    waits: u64,
    weights: &[u16],
) -> Vec<(f64, f64)> {
    let sleeper = |job: Job, _| job.computes(computes).waits(waits);
    let jobs: Vec<Job> = (0..weights.len())
        .map(|place| match place {
            0 => (0..200).fold(Job::new("sleeps"), sleeper),
            _ => Job::new(&format!("job{place}")).computes(1_000_000),
        })
        .zip(weights)
        .map(|(job, &shares)| job.with(weight(shares)))
        .collect();
    let times = served(1_600, policy, quantum, &jobs);
    let all: f64 = weights.iter().map(|&it| f64::from(it)).sum();
    let parts = weights.iter().map(|&it| f64::from(it) / all);
    times.into_iter().map(|it| it as f64).zip(parts).collect()
}

fn weights() -> impl Strategy<Value = Vec<u16>> {
    let shares = prop_oneof![1..=10u16, 100..=300u16, 1..=10_000u16];
    prop::collection::vec(shares, 2..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// It only runs while it is not ahead of anybody, and then for a quantum at most.
    #[test]
    fn under_stride_they_are_ahead_of_nobody_by_more_than_a_quantum(
        quantum in 1..40u64, computes in 8..60u64, waits in 1..100u64, weights in weights(),
    ) {
        let times = beside_others("stride", quantum, computes, waits, &weights);
        let (had, part) = times[0];
        for &(other, its) in &times[1..] {
            let bound = other / its * part + quantum as f64;
            prop_assert!(had <= bound + 1e-6, "{had} of {bound} in {times:?}");
        }
    }

    /// It only runs while it has had no more than its share, and then for a quantum at most.
    #[test]
    fn under_eevdf_they_have_no_more_than_their_share_and_a_quantum(
        quantum in 1..40u64, computes in 8..60u64, waits in 1..100u64, weights in weights(),
    ) {
        let times = beside_others("eevdf", quantum, computes, waits, &weights);
        let (had, part) = times[0];
        let all: f64 = times.iter().map(|(time, _)| time).sum();
        let bound = all * part + quantum as f64;
        prop_assert!(had <= bound + 1e-6, "{had} of {bound} in {times:?}");
    }
}
