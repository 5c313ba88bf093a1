//! How long a turn may be: what a policy makes of the machine's timer, and that nobody is
//! interrupted on a machine that has none.

use std::time::Duration;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::policy::Scheduler;

const QUANTUM: Duration = Duration::from_millis(7);

/// A kernel with a thread, which is not urgent at all.
fn kernel(scheduler: Scheduler) -> Kernel<()> {
    let mut kernel = Kernel::new(Clock::counted(), scheduler);
    let pid = kernel.create((), Priority::LOWEST, "thread");
    kernel.admit(pid).expect("it is new");
    kernel
}

fn scheduler(policy: &str) -> Scheduler {
    policy.parse().expect("a policy")
}

/// As the table in `policy.rs` says.
#[test]
fn a_turn_is_over_after_a_quantum_if_the_policy_wants_that() {
    let unlimited = ["fifo", "sjf", "srt", "edf"];
    for policy in Scheduler::names() {
        let mut scheduler = scheduler(policy);
        scheduler = scheduler.with_quantum(QUANTUM);
        let mut kernel = kernel(scheduler);
        let thread = kernel.dispatch().expect("it is ready");
        let slice = (!unlimited.contains(&policy)).then_some(QUANTUM);
        assert_eq!(kernel.slice(thread.pid()), slice, "under {policy}");

        kernel.pass(QUANTUM - Duration::from_nanos(1));
        assert!(!kernel.turn_is_over(thread.pid()), "under {policy}");
        kernel.pass(Duration::from_nanos(1));
        assert_eq!(kernel.turn_is_over(thread.pid()), slice.is_some());
        kernel.exit(thread);
    }
}

#[test]
fn without_a_timer_no_turn_is_ever_over() {
    for policy in Scheduler::names() {
        let mut kernel = kernel(scheduler(policy));
        let thread = kernel.dispatch().expect("it is ready");
        let urgent = kernel.create((), Priority::HIGHEST, "urgent");
        kernel.admit(urgent).expect("it is new");
        kernel.pass(Duration::from_secs(1));
        assert!(!kernel.turn_is_over(thread.pid()), "under {policy}");
        kernel.exit(thread);
    }
}
