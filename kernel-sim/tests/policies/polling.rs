//! Who looks whether something has come, and yields if not, in no time that anybody
//! counts: under which policies it lets others have their turn.

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Clock;

use crate::support::{deadline, priority, weight};
use std::time::Duration;

/// After how many turns of one who polls another one has its first, if it is the one that
/// the policy would rather not choose. Time stands still.
fn turns_until_another_one_runs(policy: &str, polls: Attributes, waits: Attributes) -> Option<u32> {
    let mut kernel = Kernel::new(Clock::counted(), policy.parse().expect("a policy"));
    let polling = kernel.create((), polls, "polls");
    kernel.admit(polling).expect("it is new");
    let other = kernel.create((), waits, "waits");
    kernel.admit(other).expect("it is new");
    (0..100_000).find(|_| {
        let thread = kernel.dispatch().expect("both are ready");
        let found = thread.pid() == other;
        kernel.preempt(thread);
        found
    })
}

#[test]
fn polling_does_not_hang_whom_it_waits_for() {
    let normal = Attributes::default();
    for (policy, polls, waits) in [
        ("fifo", normal, normal),
        ("round-robin", normal, normal),
        ("ageing", priority(20).into(), priority(16).into()),
        ("mlfq", normal, normal),
        ("lottery", weight(10_000), weight(1)),
        ("stride", weight(10_000), weight(1)),
        ("eevdf", weight(10_000), weight(1)),
    ] {
        let turns = turns_until_another_one_runs(policy, polls, waits);
        assert!(turns.is_some(), "under {policy}");
    }
}

/// By theory: that is what these policies are.
#[test]
fn polling_hangs_who_is_less_urgent_by_rule() {
    let estimate = |micros| Attributes::default().with_estimate(Duration::from_micros(micros));
    for (policy, polls, waits) in [
        ("sjf", estimate(10), estimate(20)),
        ("srt", estimate(10), estimate(20)),
        ("priority", priority(17).into(), priority(16).into()),
        ("edf", deadline(10), deadline(20)),
    ] {
        let turns = turns_until_another_one_runs(policy, polls, waits);
        assert_eq!(turns, None, "under {policy}");
    }
}

/// A level is worth ten quanta, and a turn at least a microsecond.
#[test]
fn under_ageing_who_polls_ages_too() {
    let turns = turns_until_another_one_runs("ageing", priority(17).into(), priority(16).into());
    assert_eq!(turns, Some(10_000));
}

/// Who is a level lower is reached when the slice of the top is used up, microsecond by
/// microsecond.
#[test]
fn under_mlfq_who_polls_sinks() {
    let mut kernel = Kernel::new(Clock::counted(), "mlfq".parse().expect("a policy"));
    let lower = kernel.create((), Attributes::default(), "lower");
    kernel.admit(lower).expect("it is new");
    let thread = kernel.dispatch().expect("it is ready");
    kernel.pass(Duration::from_millis(1));
    kernel.preempt(thread);
    let polling = kernel.create((), Attributes::default(), "polls");
    kernel.admit(polling).expect("it is new");
    let turns = (0..100_000).find(|_| {
        let thread = kernel.dispatch().expect("both are ready");
        let found = thread.pid() == lower;
        kernel.preempt(thread);
        found
    });
    assert_eq!(turns, Some(1_000));
}
