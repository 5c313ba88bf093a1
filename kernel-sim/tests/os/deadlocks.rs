//! When nobody can go on: the ring is found that a pipe or a child closes, and
//! nothing else is called one.

use kernel_sim::os::syscall::{FUTEX, MSGGET, MSGRCV, PIPE2, READ};
use kernel_sim::os::{Deadlock, Limits, Outcome, Settings};

use crate::support::{Ask, DATA, computer, script};

fn deadlock(text: &str) -> Deadlock {
    let settings = Settings {
        limits: Limits {
            ticks: 1_000_000_000,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let mut computer = computer(settings, &[("proc", text)]);
    match computer.run() {
        Outcome::Deadlock(deadlock) => deadlock,
        outcome => panic!("{outcome}"),
    }
}

/// The mistake that everybody makes once: the end for writing is still open.
#[test]
fn who_waits_for_an_end_that_it_holds_open_itself_is_a_ring_of_one() {
    let calls: &[Ask<'_>] = &[(PIPE2, &[DATA, 0]), (READ, &[3, DATA, 1])];
    let text = format!("{}\n .data\n .zero 8", script(calls));
    let found = deadlock(&text);
    assert_eq!(
        found.rings,
        ["proc (1) waits for bytes in pipe 1 written by proc (1) since dispatch 2"]
    );
    assert_eq!(found.others, [""; 0]);
}

#[test]
fn a_parent_that_waits_for_a_child_that_waits_for_the_parent_is_a_ring() {
    // Each has closed the end it does not need; the parent has not written.
    let text = "
        li a7, 59\n la a0, ends\n li a1, 0\n ecall
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        bnez a0, 1f
        li a7, 57\n li a0, 4\n ecall
        li a7, 63\n li a0, 3\n la a1, ends\n li a2, 1\n ecall
        li a7, 93\n ecall
    1:  li a7, 260\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
        .data
    ends: .zero 8
    ";
    let found = deadlock(text);
    assert_eq!(
        found.rings,
        ["proc (1) waits for the end of proc (2); \
          proc (2) waits for bytes in pipe 1 written by proc (1) since dispatch 2"]
    );
}

#[test]
fn a_wait_that_nobody_in_particular_ends_is_no_ring() {
    let calls: &[Ask<'_>] = &[(MSGGET, &[0, 0o600]), (MSGRCV, &[1, DATA, 4])];
    let found = deadlock(&format!("{}\n .data\n .zero 8", script(calls)));
    assert_eq!(found.rings, [""; 0]);
    assert_eq!(found.others, ["proc (1) waits for a message in queue 1"]);

    let found = deadlock(&format!(
        "{}\n .data\n .zero 8",
        script(&[(FUTEX, &[DATA, 0, 0])])
    ));
    assert_eq!(found.others, ["proc (1) waits for the word at 0x10000000"]);
}

/// A ring is the kernel's word for it only if each waits for the next. Here the second
/// one waits for what nobody has.
#[test]
fn who_waits_behind_others_is_named_besides() {
    let text = "
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, 1f
        li a7, 260\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
    1:  li a7, 98\n la a0, word\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
        .data
    word: .word 0
    ";
    let found = deadlock(text);
    assert_eq!(found.rings, [""; 0]);
    assert_eq!(
        found.to_string(),
        "deadlock, nobody can run: proc (1) waits for the end of proc (2); \
         proc (2) waits for the word at 0x10000000"
    );
}

/// A family that inherits both ends, and reads: each waits for all. One ring says it,
/// and the time that it takes does not grow with the square of their number.
#[test]
fn three_thousand_that_wait_for_each_other_are_one_ring() {
    let text = "
        li a7, 59\n la a0, ends\n li a1, 0\n ecall
        li s0, 3000
    1:  li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, 2f
        addi s0, s0, -1
        bnez s0, 1b
    2:  li a7, 63\n li a0, 3\n la a1, ends\n li a2, 1\n ecall
        .data
    ends: .zero 8
    ";
    let found = deadlock(text);
    assert_eq!(found.rings.len(), 1);
    assert_eq!(found.others.len() + found.more, 3000);
    let told = found.to_string();
    assert!(told.ends_with(" and 2993 more; and 2980 more"), "{told}");
}
