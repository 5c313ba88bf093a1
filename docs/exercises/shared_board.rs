//! A number in shared memory, and a word that says that it is there.

use std::num::NonZero;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Limits, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // s1 is the address of the shared memory. Puts the number s2 at 4(s1) and its double
    // at 8(s1), for a reader that takes both when it finds 1 at 0(s1).
    pub(super) fn publish() -> &'static str {
        "
        li t0, 1
        sw t0, 0(s1)
        sw s2, 4(s1)
        slli t1, s2, 1
        sw t1, 8(s1)
        "
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn publish() -> &'static str {
        "
        sw s2, 4(s1)
        slli t1, s2, 1
        sw t1, 8(s1)
        li t0, 1
        sw t0, 0(s1)
        "
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::publish());
}

pub(super) fn check_solution() {
    check(solution::publish());
}

/// A child gives thirty numbers to its parent, and the timer comes at all sorts of
/// places.
fn check(publish: &str) {
    let text = format!(
        "
_start: li a7, 194\n li a0, 0\n li a1, 4096\n li a2, 0600\n ecall
        mv s0, a0
        li a7, 196\n li a1, 0\n li a2, 0\n ecall
        mv s1, a0
        li a7, 195\n mv a0, s0\n li a1, 0\n ecall
        li s2, 30
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, writer
reader: lw t0, 0(s1)
        beqz t0, reader
        lw t1, 4(s1)
        bne t1, s2, wrong
        lw t1, 8(s1)
        slli t2, s2, 1
        bne t1, t2, wrong
        sw zero, 0(s1)
        addi s2, s2, -1
        bnez s2, reader
        li a7, 93\n li a0, 0\n ecall
wrong:  li a7, 93\n li a0, 1\n ecall
writer: lw t0, 0(s1)
        bnez t0, writer
        {publish}
        addi s2, s2, -1
        bnez s2, writer
        li a7, 93\n li a0, 0\n ecall
        "
    );
    let program = Program::assemble("publish", &text).expect("it is right");
    for quantum in 3..20 {
        let mut disk = Disk::default();
        disk.put(program.clone());
        let mut computer = Computer::boot(Settings {
            disk,
            quantum: NonZero::new(quantum).expect("it is not zero"),
            limits: Limits {
                ticks: 100_000,
                ..Limits::default()
            },
            ..Settings::default()
        });
        let pid = computer.start("publish", Priority::NORMAL);
        let pid = pid.expect("there is room");
        computer.run();
        let reader = computer.report(pid).expect("it was started");
        let end = reader.death.map(|death| death.to_string());
        assert_eq!(end.as_deref(), Some("exit 0"), "turns of {quantum} ticks");
    }
}
