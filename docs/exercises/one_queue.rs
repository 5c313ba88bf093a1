//! Questions and answers of many in one queue.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Asks the server what twice its number is. s0 is the queue, s1 the number, which is
    // over 100, and at `message` stands {1, s1}. The server takes those of type 1. Its
    // answer to {1, 123} is {123, 246}.
    pub(super) fn ask() -> &'static str {
        "
        li a7, 189      # msgsnd(queue, message, length of the text, flags)
        mv a0, s0
        la a1, message
        li a2, 4
        li a3, 0
        ecall
        li a7, 188      # msgrcv(queue, message, room, type, flags)
        mv a0, s0
        li a3, 0
        li a4, 0
        ecall
        "
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn ask() -> &'static str {
        "
        li a7, 189
        mv a0, s0
        la a1, message
        li a2, 4
        li a3, 0
        ecall
        li a7, 188
        mv a0, s0
        mv a3, s1
        li a4, 0
        ecall
        "
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::ask());
}

pub(super) fn check_solution() {
    check(solution::ask());
}

const FIND: &str = "
_start: li a7, 186\n li a0, 5\n li a1, 01606\n ecall
        mv s0, a0
";

/// Answers ten times.
const SERVER: &str = "
        li s2, 10
again:  li a7, 188\n mv a0, s0\n la a1, message\n li a2, 4\n li a3, 1\n li a4, 0\n ecall
        la s4, message
        lw t0, 4(s4)
        sw t0, 0(s4)
        add t0, t0, t0
        sw t0, 4(s4)
        li a7, 189\n mv a0, s0\n mv a1, s4\n li a2, 4\n li a3, 0\n ecall
        addi s2, s2, -1
        bnez s2, again
        li a7, 93\n li a0, 0\n ecall
";
const DATA: &str = "
        .data
        .align 2
message: .word 0, 0
";

/// Five clients ask two times each, and end with 0 if the answers were right.
fn check(ask: &str) {
    let ask = format!(
        "la s4, message\n li t0, 1\n sw t0, 0(s4)\n sw s1, 4(s4)
        {ask}
        la s4, message\n lw t0, 4(s4)\n add t1, s1, s1\n bne t0, t1, wrong\n"
    );
    let client = format!(
        "{FIND}
        li a7, 172\n ecall
        addi s1, a0, 100
        {ask} {ask}
        li a7, 93\n li a0, 0\n ecall
wrong:  li a7, 93\n li a0, 1\n ecall
        {DATA}"
    );
    let mut disk = Disk::default();
    for (name, text) in [
        ("server", format!("{FIND}{SERVER}{DATA}")),
        ("client", client),
    ] {
        disk.put(Program::assemble(name, &text).expect("it is right"));
    }
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    for name in ["server", "client", "client", "client", "client", "client"] {
        let pid = computer.start(name, Priority::NORMAL);
        pid.expect("there is room");
    }
    computer.run();
    let ends = computer.reports().into_iter().map(|report| report.death);
    let ends: Vec<_> = ends.flatten().map(|death| death.to_string()).collect();
    assert_eq!(ends, ["exit 0"; 6]);
}
