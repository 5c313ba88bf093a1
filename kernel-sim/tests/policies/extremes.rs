//! Numbers that are as great or as small as they can be.

use std::num::NonZero;
use std::time::Duration;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::os::{Computer, Costs, Outcome, Settings};
use kernel_sim::workload::Job;

const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3_600);

fn extremes() -> [Attributes; 3] {
    [
        Attributes::default()
            .with_weight(Weight::LEAST)
            .with_priority(Priority::LOWEST)
            .with_estimate(Duration::MAX)
            .with_deadline(Duration::MAX),
        Attributes::default()
            .with_weight(Weight::MOST)
            .with_priority(Priority::HIGHEST)
            .with_estimate(Duration::from_nanos(1))
            .with_deadline(Duration::from_nanos(1)),
        Attributes::default(),
    ]
}

/// Five turns of a century each, which is nearly all the time there is.
#[test]
fn turns_of_a_century_and_quanta_without_end_overflow_nowhere() {
    for policy in Scheduler::names() {
        for quantum in [Duration::from_nanos(1), CENTURY, Duration::MAX] {
            let mut scheduler: Scheduler = policy.parse().expect("a policy");
            scheduler = scheduler.with_quantum(quantum);
            let mut kernel = Kernel::new(Clock::counted(), scheduler);
            for attributes in extremes() {
                let pid = kernel.create((), attributes, "thread");
                kernel.admit(pid).expect("it is new");
            }
            for _ in 0..5 {
                let thread = kernel.dispatch().expect("all are ready");
                kernel.pass(CENTURY);
                kernel.turn_is_over(thread.pid());
                kernel.preempt(thread);
            }
            assert_eq!(kernel.ready().len(), 3, "under {policy}");
        }
    }
}

#[test]
fn the_longest_quantum_and_the_shortest_one_are_quanta() {
    for policy in Scheduler::names() {
        for quantum in [NonZero::<u64>::MIN, NonZero::<u64>::MAX] {
            let mut computer = Computer::boot(Settings {
                policy: policy.parse().expect("a policy"),
                costs: Costs::NONE,
                quantum,
                ..Settings::default()
            });
            for (place, attributes) in extremes().into_iter().enumerate() {
                let job = Job::new(&format!("job{place}"))
                    .computes(100)
                    .waits(10)
                    .computes(100);
                computer
                    .start_job(&job.with(attributes))
                    .expect("there is room");
            }
            assert_eq!(computer.run(), Outcome::Ended, "under {policy}");
            assert_eq!(computer.now() - computer.idle_ticks(), 600);
        }
    }
}
