//! Who has to wait for whom: nobody starves under round-robin, and under
//! static priority an urgent thread that never waits starves all others. Whose
//! time has come does not wait for those who set themselves new deadlines.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::wait::{NoObject, Signal, Wait, WaitReason};

struct Token;

impl Context for Token {
    type Identity = &'static str;
    type Object = NoObject;
}

/// A kernel of that policy, and a ready thread for each of the priorities.
fn kernel(policy: &str, priorities: &[u8]) -> (Kernel<Token>, Vec<Pid>) {
    kernel_with(Clock::virtual_time(), policy, priorities)
}

fn kernel_with(clock: Clock, policy: &str, priorities: &[u8]) -> (Kernel<Token>, Vec<Pid>) {
    let scheduler: Scheduler = policy.parse().expect("a policy");
    let mut kernel = Kernel::new(clock, scheduler);
    let admit = |&priority: &u8| {
        let priority = Priority::new(priority).expect("at most 31");
        let pid = kernel.create(Token, priority, "yielding");
        kernel.admit(pid).expect("new");
        pid
    };
    let pids = priorities.iter().map(admit).collect();
    (kernel, pids)
}

/// Who gets the CPU in so many turns, if everybody yields at once.
fn turns(kernel: &mut Kernel<Token>, turns: usize) -> Vec<Pid> {
    let mut turn = || {
        let thread = kernel.dispatch().expect("all are ready");
        let pid = thread.pid();
        kernel.preempt(thread);
        pid
    };
    (0..turns).map(|_| turn()).collect()
}

/// What a thread sees of the others from one of its turns to the next.
fn between_two_turns(pid: Pid, turns: &[Pid]) -> impl Iterator<Item = &[Pid]> {
    let mut stretches: Vec<_> = turns.split(move |&p| p == pid).collect();
    // Before its first turn and after its last one.
    stretches.pop();
    stretches.into_iter().skip(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn under_round_robin_each_other_thread_runs_once_between_two_turns(
        priorities in prop::collection::vec(0..=31u8, 1..20),
        rounds in 2..5usize,
    ) {
        let (mut kernel, pids) = kernel("round-robin", &priorities);
        let turns = turns(&mut kernel, rounds * pids.len());
        for &pid in &pids {
            let others: BTreeSet<_> = pids.iter().copied().filter(|&p| p != pid).collect();
            let mut stretches = 0;
            for stretch in between_two_turns(pid, &turns) {
                prop_assert_eq!(stretch.len(), others.len());
                prop_assert_eq!(&stretch.iter().copied().collect::<BTreeSet<_>>(), &others);
                stretches += 1;
            }
            prop_assert_eq!(stretches, rounds - 1);
        }
    }

    #[test]
    fn under_static_priority_the_most_urgent_take_turns_and_the_others_starve(
        priorities in prop::collection::vec(0..=31u8, 1..20),
    ) {
        let (mut kernel, pids) = kernel("priority", &priorities);
        let highest = priorities.iter().max();
        let urgent = pids.iter().zip(&priorities).filter(|&(_, p)| Some(p) == highest);
        let expected: Vec<_> = urgent.map(|(&pid, _)| pid).cycle().take(100).collect();
        prop_assert_eq!(turns(&mut kernel, 100), expected);
    }
}

#[test]
fn under_static_priority_an_urgent_thread_starves_a_lesser_one_until_it_ends() {
    let (mut kernel, pids) = kernel("priority", &[16, 17]);
    assert_eq!(turns(&mut kernel, 1000), [pids[1]; 1000]);

    let urgent = kernel.dispatch().expect("it is ready");
    kernel.exit(urgent);
    assert_eq!(turns(&mut kernel, 3), [pids[0]; 3]);
}

#[test]
fn under_static_priority_equal_threads_alternate() {
    let (mut kernel, pids) = kernel("priority", &[16, 16, 3]);
    let [a, b] = [pids[0], pids[1]];
    assert_eq!(turns(&mut kernel, 6), [a, b, a, b, a, b]);
}

#[test]
fn under_round_robin_priorities_are_not_looked_at() {
    let (mut kernel, pids) = kernel("round-robin", &[0, 31, 16]);
    let [a, b, c] = [pids[0], pids[1], pids[2]];
    assert_eq!(turns(&mut kernel, 6), [a, b, c, a, b, c]);
}

#[test]
fn under_the_real_clock_timed_waits_of_others_do_not_delay_a_sleeper() {
    let (mut kernel, pids) = kernel_with(Clock::real(), "round-robin", &[16; 3]);
    let sleeper = pids[0];
    let wait_until = |reason, deadline| Wait {
        reason,
        deadline: Some(deadline),
    };
    let running = kernel.dispatch().expect("all are ready");
    assert_eq!(running.pid(), sleeper);
    let due = kernel.now();
    kernel.block(running, wait_until(WaitReason::Sleep, due));

    // The others park until long after, and unpark each other.
    let hour = Duration::from_secs(3600);
    let far = due.checked_add(hour).expect("an hour is short");
    let mut parked = None;
    for _ in 0..100 {
        let running = kernel.dispatch().expect("one is not parked");
        let pid = running.pid();
        if pid == sleeper {
            assert_eq!(running.signal, Signal::TimedOut);
            return;
        }
        if let Some(other) = parked.replace(pid) {
            kernel.unpark(other);
        }
        kernel.block(running, wait_until(WaitReason::Park, far));
    }
    panic!("due for 100 dispatches, and still asleep");
}

#[test]
fn whoever_is_due_by_time_that_the_machine_lets_pass_is_woken_at_once() {
    for clock in [Clock::virtual_time(), Clock::counted()] {
        let (mut kernel, pids) = kernel_with(clock, "round-robin", &[16; 2]);
        let sleeper = kernel.dispatch().expect("both are ready");
        let deadline = kernel.now().checked_add(Duration::from_secs(1));
        let reason = WaitReason::Sleep;
        kernel.block(sleeper, Wait { reason, deadline });
        assert_eq!(turns(&mut kernel, 3), [pids[1]; 3]);

        let running = kernel.dispatch().expect("one is ready");
        kernel.pass(Duration::from_secs(1));
        assert_eq!(kernel.ready(), [pids[0]]);
        kernel.preempt(running);
        assert_eq!(turns(&mut kernel, 2), [pids[0], pids[1]]);
    }
}
