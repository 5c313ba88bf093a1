//! Ten thousand processes in a ring of pipes: each has made the next one, and a token
//! goes round through all of them, three times. All come to their end.

#![cfg(feature = "machine")]

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Account, Computer, Disk, Limits, Outcome, Program, Settings};

const PROCESSES: usize = 10_000;
const ROUNDS: usize = 3;

/// s0: how many are still to be made; s1: the file to read from; s2: the one to write
/// to; s3: the end for writing of the first pipe, which is the last one's.
const PROGRAM: &str = "
        .globl  _start
_start: li      s0, PROCESSES - 1
        li      a7, 59          # the pipe from the last to the first
        la      a0, ends
        ecall
        lw      s1, ends
        lw      s3, ends + 4
        li      s4, 1           # I am the first one

next:   mv      s2, s3
        beqz    s0, ready       # the last one writes to the first one
        li      a7, 59
        la      a0, ends
        li      a1, 0
        ecall
        li      a7, 220
        li      a0, 17
        li      a1, 0
        ecall
        lw      t0, ends
        lw      t1, ends + 4
        bnez    a0, made
        mv      s5, s1          # the child reads from the new pipe,
        mv      s1, t0
        li      a7, 57
        mv      a0, s5          # and not from its parent's
        ecall
        lw      a0, ends + 4
        ecall
        li      s4, 0
        addi    s0, s0, -1
        j       next

made:   mv      s2, t1          # the parent writes to it
        li      a7, 57
        mv      a0, t0
        ecall
        mv      a0, s3
        ecall

ready:  li      s6, ROUNDS
        bnez    s4, send        # the first one begins
again:  li      a7, 63
        mv      a0, s1
        la      a1, token
        li      a2, 4
        ecall
        bnez    s4, back
send:   lw      t0, token
        addi    t0, t0, 1
        sw      t0, token, t1
        li      a7, 64
        mv      a0, s2
        la      a1, token
        li      a2, 4
        ecall
        bnez    s4, again
        addi    s6, s6, -1
        bnez    s6, again
        j       end
back:   addi    s6, s6, -1
        bnez    s6, send
        li      a7, 64          # the first one shows it
        li      a0, 1
        la      a1, token
        li      a2, 4
        ecall
end:    li      a7, 93
        li      a0, 0
        ecall

        .data
        .align  2
ends:   .word   0, 0
token:  .word   0
";

fn run() -> Computer {
    let text = format!(".equ PROCESSES, {PROCESSES}\n.equ ROUNDS, {ROUNDS}\n{PROGRAM}");
    let mut disk = Disk::default();
    disk.put(Program::assemble("ring", &text).unwrap_or_else(|errors| panic!("{errors}")));
    let mut computer = Computer::boot(Settings {
        disk,
        limits: Limits {
            stack: 256,
            ticks: 1_000_000_000,
            ..Limits::default()
        },
        ..Settings::default()
    });
    computer.start("ring", Priority::NORMAL).unwrap();
    assert_eq!(computer.run(), Outcome::Ended);
    computer
}

#[test]
fn ten_thousand_processes_in_a_ring_pass_a_token_on_and_end() {
    let computer = run();
    let token = computer.console().writes()[0].bytes.as_slice();
    let token = u32::from_le_bytes(token.try_into().unwrap());
    assert_eq!(token as usize, PROCESSES * ROUNDS);
    let reports = computer.reports();
    assert_eq!(reports.len(), PROCESSES);
    let ended = |report: &kernel_sim::os::Report| report.death.unwrap().status() == Some(0);
    assert!(reports.iter().all(ended));
    let total: Account = reports.iter().map(|report| report.account).sum();
    assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());
    // Each is brought to the CPU when it is made, and for the token in each round.
    assert!(total.switches as usize > PROCESSES * ROUNDS);
}
