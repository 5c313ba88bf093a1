//! Random calls, legal and illegal, on a kernel and on the model of it: after
//! every call the two agree on everything that a kernel shows, and every
//! context is in exactly one place.

mod machine;

use std::collections::BTreeSet;
use std::rc::Rc;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use kernel_sim::kernel::Running;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};
use machine::{Machine, Order, Token, steps};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn under_round_robin_the_kernel_does_what_the_model_does(steps in steps()) {
        Machine::run(Order::RoundRobin, steps)?;
    }

    #[test]
    fn under_static_priority_the_kernel_does_what_the_model_does(steps in steps()) {
        Machine::run(Order::Priority, steps)?;
    }

    #[test]
    fn with_the_kernel_every_context_is_dropped_once(steps in steps()) {
        let machine = Machine::run(Order::RoundRobin, steps)?;
        let (made, dropped) = (machine.pids.len() as u64, Rc::clone(&machine.dropped));
        drop(machine);
        let mut dropped = dropped.take();
        dropped.sort_unstable();
        prop_assert!(dropped.into_iter().eq(1..=made));
    }

    #[test]
    fn rings_are_those_that_a_plain_search_finds(steps in steps()) {
        Machine::run(Order::RoundRobin, steps)?.check_rings()?;
    }

    #[test]
    fn whatever_happened_everybody_can_be_killed_and_reaped(steps in steps()) {
        let Machine { mut kernel, running, pids, .. } = Machine::run(Order::Priority, steps)?;
        for &pid in &pids {
            kernel.kill(pid);
            let _ = kernel.admit(pid);
            // The end of a scope is the one wait that a kill does not end.
            let _ = kernel.wake(pid);
        }
        for thread in running {
            kernel.exit(thread);
        }
        while let Some(thread) = kernel.dispatch() {
            let told = matches!(thread.signal, Signal::Kill { .. });
            prop_assert!(told);
            kernel.exit(thread);
        }
        for pid in pids {
            let _ = kernel.reap(pid);
        }
        prop_assert!(kernel.is_empty());
    }
}

/// The search is no use if there is nothing to be found.
#[test]
fn the_steps_come_to_rings_short_and_long() {
    let mut runner = TestRunner::deterministic();
    let mut missing = BTreeSet::from([1, 2, 3, 4]);
    for _ in 0..1_000 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let machine = Machine::run(Order::RoundRobin, steps).unwrap();
        for length in machine.check_rings().unwrap() {
            missing.remove(&length);
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("there was no ring of {missing:?}");
}

/// A machine with one thread, and that thread has the CPU.
fn with_one_running() -> (Machine, Running<Token>) {
    let mut machine = Machine::new(Order::RoundRobin);
    machine.create(Priority::NORMAL).expect("the first thread");
    machine.kernel.admit(machine.pids[0]).expect("it is new");
    let running = machine.kernel.dispatch().expect("it is ready");
    (machine, running)
}

#[test]
fn who_joins_a_new_thread_is_woken_when_it_is_discarded() {
    let (mut machine, joiner) = with_one_running();
    machine.create(Priority::NORMAL).expect("the second thread");
    let Machine { kernel, pids, .. } = &mut machine;
    let wait = Wait {
        reason: WaitReason::Join(pids[1]),
        deadline: None,
    };
    kernel.block(joiner, wait);
    kernel.discard(pids[1]).expect("it is new");
    let joiner = kernel.dispatch().expect("nobody is left to wait for");
    assert_eq!((joiner.pid(), joiner.signal), (pids[0], Signal::Continue));
}

#[test]
fn kill_and_unpark_have_no_effect_on_a_thread_that_has_ended() {
    let (mut machine, running) = with_one_running();
    let Machine { kernel, pids, .. } = &mut machine;
    kernel.exit(running);
    // Only in its alternate form does a slab show what is in it.
    let before = format!("{kernel:#?}");
    kernel.kill(pids[0]);
    kernel.unpark(pids[0]);
    assert_eq!(format!("{kernel:#?}"), before);
}

#[test]
#[should_panic(expected = "Pid(1 in slot 0) was not dispatched by this kernel")]
fn a_thread_of_another_kernel_is_refused() {
    let (_home, thread) = with_one_running();
    let mut abroad = Machine::new(Order::RoundRobin);
    abroad.kernel.preempt(thread);
}
