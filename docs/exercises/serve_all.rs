//! A server that works, until somebody counts.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Limits, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // The socket s0 listens. Each client sends one byte and wants it back. It has worked
    // for days: accept is 202, read 63, write 64, close 57.
    pub(super) fn serve() -> &'static str {
        "
    next:   li a7, 202
            mv a0, s0
            li a1, 0
            li a2, 0
            ecall
            mv s1, a0
            li a7, 63
            mv a0, s1
            la a1, byte
            li a2, 1
            ecall
            li a7, 64
            mv a0, s1
            ecall
            j next
        "
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn serve() -> &'static str {
        "
    next:   li a7, 202
            mv a0, s0
            li a1, 0
            li a2, 0
            ecall
            mv s1, a0
            li a7, 63
            mv a0, s1
            la a1, byte
            li a2, 1
            ecall
            li a7, 64
            mv a0, s1
            ecall
            li a7, 57
            mv a0, s1
            ecall
            j next
        "
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::serve());
}

pub(super) fn check_solution() {
    check(solution::serve());
}

const SERVER: &str = "
_start: li a7, 198\n li a0, 1\n li a1, 1\n li a2, 0\n ecall
        mv s0, a0
        li a7, 200\n la a1, name\n li a2, 6\n ecall
        li a7, 201\n mv a0, s0\n li a1, 5\n ecall
";

/// Has a hundred connections, one after the other, and ends with how many were right.
const CLIENT: &str = "
_start: li a7, 101\n la a0, time\n ecall
        li s2, 0
        li s3, 100
again:  li a7, 198\n li a0, 1\n li a1, 1\n li a2, 0\n ecall
        mv s1, a0
        li a7, 203\n la a1, name\n li a2, 6\n ecall
        la s4, byte
        sb s3, 0(s4)
        li a7, 64\n mv a0, s1\n mv a1, s4\n li a2, 1\n ecall
        sb zero, 0(s4)
        li a7, 63\n mv a0, s1\n ecall
        lbu t0, 0(s4)
        bne t0, s3, wrong
        addi s2, s2, 1
wrong:  li a7, 57\n mv a0, s1\n ecall
        addi s3, s3, -1
        bnez s3, again
        li a7, 93\n mv a0, s2\n ecall
";
const DATA: &str = "
        .data
time:   .word 0, 1000000
name:   .half 1\n .ascii \"echo\"
byte:   .byte 0
";

fn check(serve: &str) {
    let mut disk = Disk::default();
    for (name, text) in [
        ("server", format!("{SERVER}{serve}{DATA}")),
        ("client", format!("{CLIENT}{DATA}")),
    ] {
        disk.put(Program::assemble(name, &text).expect("it is right"));
    }
    let ticks = 1_000_000;
    let mut computer = Computer::boot(Settings {
        disk,
        limits: Limits {
            ticks,
            ..Limits::default()
        },
        ..Settings::default()
    });
    for name in ["server", "client"] {
        let pid = computer.start(name, Priority::NORMAL);
        pid.expect("there is room");
    }
    computer.run();
    let client = computer.report(2).expect("it was started");
    let end = client.death.map(|death| death.to_string());
    assert_eq!(end.as_deref(), Some("exit 100"));
}
