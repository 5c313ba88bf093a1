//! `futex`: who waits at a word, who is woken, and each mistake.

use kernel_sim::os::Settings;
use kernel_sim::os::syscall::{FUTEX, NANOSLEEP, SHMAT, SHMGET, WAIT4};

use crate::support::{Ask, DATA, answers, computer, end_of, family_answers};

const EAGAIN: i32 = -11;
const EFAULT: i32 = -14;
const EINVAL: i32 = -22;
const ENOSYS: i32 = -38;
const ETIMEDOUT: i32 = -110;

const WAIT: u32 = 0;
const WAKE: u32 = 1;
/// A word that is 5, a millisecond, and times that make no sense.
const ROOM: &str = ".word 5, 0, 1000000, 0, 1000000000, -1, 0";
const TIME: u32 = DATA + 4;

#[test]
fn who_finds_another_value_does_not_wait() {
    assert_eq!(answers(ROOM, &[(FUTEX, &[DATA, WAIT, 6])]), [EAGAIN]);
}

#[test]
fn a_wait_may_have_an_end() {
    let calls: &[Ask<'_>] = &[(FUTEX, &[DATA, WAIT, 5, TIME])];
    assert_eq!(answers(ROOM, calls), [ETIMEDOUT]);
}

#[test]
fn a_time_limit_has_to_make_sense_and_to_be_there() {
    let calls: &[Ask<'_>] = &[
        (FUTEX, &[DATA, WAIT, 5, DATA + 12]),
        (FUTEX, &[DATA, WAIT, 5, DATA + 20]),
        (FUTEX, &[DATA, WAIT, 5, 16]),
    ];
    assert_eq!(answers(ROOM, calls), [EINVAL, EINVAL, EFAULT]);
}

#[test]
fn a_word_has_to_be_one_and_to_be_there() {
    let calls: &[Ask<'_>] = &[
        (FUTEX, &[DATA + 1, WAIT, 0]),
        (FUTEX, &[DATA + 2, WAKE, 1]),
        (FUTEX, &[16, WAIT, 0]),
        (FUTEX, &[0x8000_0000, WAIT, 0]),
        (FUTEX, &[0x8000_0000, WAKE, 1]),
        (FUTEX, &[DATA, 2, 0]),
        (FUTEX, &[DATA + 1, 2, 0]), // whatever the address is
        (FUTEX, &[DATA, 128 | WAKE, 1]),
        (FUTEX, &[16, WAKE, 1]),
        (FUTEX, &[16, 128 | WAKE, 1]), // who says that it is private is not doubted
    ];
    let expected = [
        EINVAL, EINVAL, EFAULT, EFAULT, EFAULT, ENOSYS, ENOSYS, 0, EFAULT, 0,
    ];
    assert_eq!(answers(ROOM, calls), expected);
}

/// Three threads wait; two of them are woken, and then the last one.
#[test]
fn so_many_are_woken_as_there_were_to_be_first_come_first() {
    let text = "
        li s1, 3
        la s2, stacks
    1:  addi s2, s2, 64
        li a7, 220\n li a0, 0x10f00\n mv a1, s2\n ecall
        beqz a0, waiter
        addi s1, s1, -1
        bnez s1, 1b
        li a7, 124\n ecall      # all three wait now
        li a7, 98\n la a0, word\n li a1, 1\n li a2, 2\n ecall
        mv s3, a0
        li a7, 124\n ecall\n ecall
        lw s4, woken
        li a7, 98\n la a0, word\n li a1, 1\n li a2, 100\n ecall
        slli s3, s3, 4
        add s3, s3, a0
        slli a0, s4, 6
        add a0, a0, s3
        li a7, 93\n ecall
    waiter:
        li a7, 98\n la a0, word\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
        lw t0, woken\n addi t0, t0, 1\n sw t0, woken, t1
        li a7, 93\n ecall
        .data
    word: .word 0
    woken: .word 0
        .bss
    stacks: .zero 256
    ";
    let mut computer = computer(Settings::default(), &[("waiters", text)]);
    computer.run();
    // Two woken; two have run by then; and one more.
    assert_eq!(
        end_of(&computer, 1),
        format!("exit {}", 2 * 64 + 2 * 16 + 1)
    );
}

#[test]
fn a_word_of_one_s_own_memory_is_nobody_else_s() {
    let child: &[Ask<'_>] = &[(FUTEX, &[DATA, WAKE, 100])];
    let parent: &[Ask<'_>] = &[(FUTEX, &[DATA, WAIT, 5, TIME])];
    let [parent, child] = family_answers(ROOM, &[], parent, child);
    assert_eq!(parent, [ETIMEDOUT], "the child has another word there");
    assert_eq!(child, [0]);
}

/// The child attaches the piece a second time, elsewhere.
#[test]
fn a_word_in_shared_memory_is_the_same_wherever_it_is_attached() {
    let first: &[Ask<'_>] = &[(SHMGET, &[0, 4096, 0o600]), (SHMAT, &[1, 0x4000_0000, 0])];
    let parent: &[Ask<'_>] = &[(FUTEX, &[0x4000_0010, WAIT, 0]), (WAIT4, &[2])];
    let child: &[Ask<'_>] = &[
        (NANOSLEEP, &[TIME]),
        (SHMAT, &[1, 0x5000_0000, 0]),
        (FUTEX, &[0x5000_0010, WAKE, 1]),
    ];
    let [parent, child] = family_answers(ROOM, first, parent, child);
    assert_eq!(parent, [1, 0x4000_0000, 0, 2]);
    assert_eq!(child, [0, 0x5000_0000, 1]);
}
