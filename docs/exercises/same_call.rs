//! What a call may change in the registers of who calls.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::cpu::Registers;
use kernel_sim::machine::isa::Register;
use kernel_sim::os::{Computer, Disk, Limits, Settings, Step};

/// What the reader begins with.
mod start {
    use super::{Register, Registers};

    // ANCHOR: start
    // The registers with which a process goes on behind its `ecall`, if the kernel has
    // answered `answer`. `at_call` are those that it had when the CPU came back.
    pub(super) fn registers_after(at_call: &Registers, answer: u32) -> Registers {
        let mut after = at_call.clone();
        after.set(Register::A0, answer); // Is that all?
        after
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Register, Registers};

    // ANCHOR: solution
    pub(super) fn registers_after(at_call: &Registers, answer: u32) -> Registers {
        let mut after = at_call.clone();
        after.set(Register::A0, answer);
        after.skip();
        after
    }
    // ANCHOR_END: solution
}

type Answer = fn(&Registers, u32) -> Registers;

pub(super) fn check_start() {
    check(start::registers_after);
}

pub(super) fn check_solution() {
    check(solution::registers_after);
}

/// The real kernel does the same, at each call that it answers at once.
fn check(answer: Answer) {
    for program in ["hello", "bad_pointer", "unknown_call", "heap_limit"] {
        let mut computer = Computer::boot(Settings {
            disk: Disk::built_in(),
            limits: Limits {
                ticks: 20_000,
                ..Limits::default()
            },
            ..Settings::default()
        });
        let pid = computer.start(program, Priority::NORMAL);
        let pid = pid.expect("there is room for it");
        let mut calls = 0;
        loop {
            let before = computer.thread(pid).map(|t| t.registers().clone());
            let step = computer.step();
            let after = computer.thread(pid).map(|t| t.registers().clone());
            match (step, before, after) {
                (Step::Trapped(..), Some(before), Some(after)) => {
                    let value = after.get(Register::A0);
                    assert_eq!(answer(&before, value), after);
                    calls += 1;
                }
                (Step::Over(_), ..) => break,
                _ => {}
            }
        }
        assert!(calls > 0);
    }
}
