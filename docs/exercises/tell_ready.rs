//! To tell another thread that something is ready.

use std::num::NonZero;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Outcome, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) const TELL: &str = "
        li      a7, 98          # wake one
        la      a0, ready
        li      a1, 1
        li      a2, 1
        ecall
        li      t0, 1           # it is ready
        sw      t0, ready, t1
    ";
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) const TELL: &str = "
        li      t0, 1           # it is ready
        sw      t0, ready, t1
        li      a7, 98          # wake one
        la      a0, ready
        li      a1, 1
        li      a2, 1
        ecall
    ";
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::TELL);
}

pub(super) fn check_solution() {
    check(solution::TELL);
}

/// The other thread ends, so the main one would wait for ever if it was not told.
fn check(tell: &str) {
    let text = format!(
        "
        _start:
                li      a7, 220
                li      a0, 0x10f00
                la      a1, top
                ecall
                beqz    a0, other
        wait:   lw      a2, ready
                bnez    a2, done
                li      a7, 98
                la      a0, ready
                li      a1, 0
                li      a3, 0
                ecall
                j       wait
        other:  {tell}
        done:   li      a7, 93
                li      a0, 0
                ecall
                .data
        ready:  .word   0
                .bss
                .zero   64
        top:
        "
    );
    let program = Program::assemble("tell", &text).unwrap_or_else(|errors| panic!("{errors}"));
    for quantum in (1..200).step_by(3) {
        let mut disk = Disk::default();
        disk.put(program.clone());
        let mut computer = Computer::boot(Settings {
            disk,
            quantum: NonZero::new(quantum).expect("it is not zero"),
            ..Settings::default()
        });
        computer
            .start("tell", Priority::NORMAL)
            .expect("there is room");
        assert_eq!(computer.run(), Outcome::Ended, "quantum {quantum}");
        let death = computer.report(2).and_then(|thread| thread.death);
        assert!(death.is_some(), "quantum {quantum}");
    }
}
