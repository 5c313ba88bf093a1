//! In which states a PCB has a saved context in it.

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::state::StateName;
use kernel_sim::kernel::wait::{Wait, WaitReason};

/// What the reader begins with.
mod start {
    use super::StateName;

    // ANCHOR: start
    pub(super) fn has_context(state: StateName) -> bool {
        state == StateName::Ready // Where else?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::StateName;

    // ANCHOR: solution
    pub(super) fn has_context(state: StateName) -> bool {
        match state {
            StateName::New | StateName::Ready | StateName::Waiting => true,
            StateName::Running | StateName::Terminated => false,
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::has_context);
}

pub(super) fn check_solution() {
    check(solution::has_context);
}

/// Leads a thread through all states, and looks into its PCB in each.
fn check(answer: fn(StateName) -> bool) {
    let mut kernel = Kernel::default();
    let pid = kernel.create((), Priority::NORMAL, "thread");
    let look = |kernel: &Kernel<()>| {
        let state = kernel.get(pid).expect("it is not reaped").state();
        assert_eq!(
            answer(state.name()),
            state.context().is_some(),
            "{:?}",
            state.name()
        );
    };
    look(&kernel);
    kernel.admit(pid).expect("it is new");
    look(&kernel);
    let thread = kernel.dispatch().expect("it is ready");
    look(&kernel);
    let reason = WaitReason::Park;
    let deadline = None;
    kernel.block(thread, Wait { reason, deadline });
    look(&kernel);
    kernel.unpark(pid);
    let thread = kernel.dispatch().expect("it is ready again");
    kernel.exit(thread);
    look(&kernel);
}
