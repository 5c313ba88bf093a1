//! Where the theory says that nobody starves: how long anybody is ready at most until it
//! gets the CPU.

use std::collections::BTreeMap;

use proptest::prelude::*;

use kernel_sim::kernel::history::History;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::state::StateName;
use kernel_sim::workload::Job;

use crate::support::{jobs, run, ticks};

/// For how many ticks each was ready at a time, by its number, and how much of that it
/// was at most.
fn longest(history: &History) -> BTreeMap<Pid, u64> {
    let (mut since, mut longest) = (BTreeMap::new(), BTreeMap::new());
    for step in history.steps() {
        if let Some(since) = since.remove(&step.pid) {
            let waited = longest.entry(step.pid).or_default();
            *waited = ticks(step.at - since).max(*waited);
        }
        if step.arrow.to() == Some(StateName::Ready) {
            since.insert(step.pid, step.at);
        }
    }
    longest
}

fn check(
    policy: &str,
    quantum: u64,
    jobs: &[Job],
    bound: impl Fn(&Job) -> u64,
) -> Result<(), TestCaseError> {
    let computer = run(policy, quantum, jobs);
    // Processes are made in the order of the jobs.
    for (waited, job) in longest(computer.history().expect("kept"))
        .values()
        .zip(jobs)
    {
        let bound = bound(job);
        prop_assert!(
            *waited <= bound,
            "{} waited for {waited} of {bound}",
            job.name()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each of the others has one quantum.
    #[test]
    fn under_round_robin_a_quantum_for_each_other(jobs in jobs(), quantum in 1..60u64) {
        let others = jobs.len() as u64 - 1;
        check("round-robin", quantum, &jobs, |_| others * quantum)?;
    }

    /// Who has waited ten quanta for each level above its own is before all that come
    /// then. Of those that have come before, each has one quantum.
    #[test]
    fn under_ageing_ten_quanta_for_each_level_above(jobs in jobs(), quantum in 1..60u64) {
        let others = jobs.len() as u64 - 1;
        check("ageing", quantum, &jobs, |job| {
            let above = 31 - job.attributes().priority().get();
            (u64::from(above) * 10 + others) * quantum
        })?;
    }

    /// After a hundred quanta, and the turn during which they are over, which is eight at
    /// most, all are on top. There each other one has a quantum.
    #[test]
    fn under_mlfq_until_all_rise_to_the_top(jobs in jobs(), quantum in 1..60u64) {
        let others = jobs.len() as u64 - 1;
        check("mlfq", quantum, &jobs, |_| (100 + 8 + others) * quantum)?;
    }

    /// Nobody who is ready is behind who was chosen last, and nobody is more than its own
    /// step ahead of that. Each other one walks up to there, and a step beyond, or two
    /// where it would have to come out even and is rounded.
    #[test]
    fn under_stride_until_the_others_have_walked_as_far(jobs in jobs(), quantum in 1..60u64) {
        check("stride", quantum, &jobs, |job| {
            let own = u64::from(job.attributes().weight().get());
            let others = jobs.iter().filter(|it| it.name() != job.name());
            let walks = others.map(|other| {
                let weight = u64::from(other.attributes().weight().get());
                (weight * quantum).div_ceil(own) + 2 * quantum
            });
            walks.sum()
        })?;
    }

    /// In virtual time a request takes as long as in real time if the own share were all
    /// there is. A thread that is a request ahead has to wait for that first, and then for
    /// its own request, which is served a quantum late at most.
    #[test]
    fn under_eevdf_for_two_requests_and_a_quantum(jobs in jobs(), quantum in 1..60u64) {
        let always = |job: &Job| Job::new(job.name()).computes(job.computing()).with(job.attributes());
        let jobs: Vec<Job> = jobs.iter().map(always).collect();
        let all = jobs.iter().map(|job| u64::from(job.attributes().weight().get())).sum::<u64>();
        check("eevdf", quantum, &jobs, |job| {
            let own = u64::from(job.attributes().weight().get());
            2 * (all * quantum).div_ceil(own) + quantum
        })?;
    }
}
