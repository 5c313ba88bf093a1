//! A program that starts another one three times.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Outcome, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // 220 is clone(17, 0), 260 is wait4(pid, 0, 0, 0), 221 is execve(name, 0), 93 is exit.
    pub(super) const SHELL: &str = "
        _start:
                la      a0, name
                li      a1, 0
                li      a7, 221
                ecall
                li      a0, 1       # there is no such program
                li      a7, 93
                ecall
        name:   .asciz  \"hello\"
    ";
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) const SHELL: &str = "
        _start: li      s0, 3
        again:  li      a0, 17
                li      a1, 0
                li      a7, 220
                ecall
                beqz    a0, child
                li      a1, 0       # a0 is the child
                li      a2, 0
                li      a3, 0
                li      a7, 260
                ecall
                addi    s0, s0, -1
                bnez    s0, again
                li      a0, 0
                li      a7, 93
                ecall
        child:  la      a0, name
                li      a1, 0
                li      a7, 221
                ecall
                li      a0, 1       # there is no such program
                li      a7, 93
                ecall
        name:   .asciz  \"hello\"
    ";
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::SHELL);
}

pub(super) fn check_solution() {
    check(solution::SHELL);
}

fn check(shell: &str) {
    let mut disk = Disk::built_in();
    disk.put(Program::assemble("shell", shell).unwrap_or_else(|errors| panic!("{errors}")));
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    computer
        .start("shell", Priority::NORMAL)
        .expect("there is room");
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.console().text(), "Hello, world!\n".repeat(3));
    for pid in 1..=4 {
        let report = computer.report(pid).expect("the shell, and three children");
        let program = if pid == 1 { "shell" } else { "hello" };
        assert_eq!(report.program.name(), program);
        let death = report.death.expect("all have ended");
        assert_eq!(death.status(), Some(0));
    }
    let mut children = computer.reports().into_iter().skip(1);
    assert!(children.all(|child| child.parent == 1));
}
