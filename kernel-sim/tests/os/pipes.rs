//! Pipes: bytes in order, bounded, with an end; and each mistake.

use kernel_sim::os::syscall::{
    CLOSE, DUP3, EXIT, NANOSLEEP, PIPE2, READ, SCHED_YIELD, WAIT4, WRITE,
};
use kernel_sim::os::{Outcome, PIPE_BYTES, Settings};

use crate::support::{Ask, DATA, answers, computer, family_answers};

const EFAULT: i32 = -14;
const EPIPE: i32 = -32;

/// The two numbers, a millisecond, and room.
const ROOM: &str = "ends: .word 0, 0\n .word 0, 1000000\nbuffer: .zero 20000";
const TIME: u32 = DATA + 8;
const BUFFER: u32 = DATA + 16;
const PIPE: Ask<'static> = (PIPE2, &[DATA, 0]);
const FULL: u32 = PIPE_BYTES as u32;

#[test]
fn bytes_come_out_in_the_order_in_which_they_went_in() {
    let text = "
        li a7, 59\n la a0, ends\n li a1, 0\n ecall
        li a7, 64\n li a0, 4\n la a1, abc\n li a2, 3\n ecall
        li a7, 64\n li a0, 4\n la a1, def\n li a2, 3\n ecall
        li a7, 63\n li a0, 3\n la a1, room\n li a2, 4\n ecall
        li a7, 63\n li a0, 3\n la a1, room + 4\n li a2, 4\n ecall
        li a7, 64\n li a0, 1\n la a1, room\n li a2, 6\n ecall
        li a7, 93\n ecall
        .data
        ends: .word 0, 0
        abc: .ascii \"abc\"
        def: .ascii \"def\"
        room: .zero 8
    ";
    let mut computer = computer(Settings::default(), &[("pipes", text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.console().text(), "abcdef");
}

#[test]
fn a_reader_gets_what_there_is_and_does_not_wait_for_more() {
    let calls: &[Ask<'_>] = &[
        PIPE,
        (WRITE, &[4, BUFFER, 5]),
        (READ, &[3, BUFFER, 100]),
        (WRITE, &[4, BUFFER, 5]),
        (READ, &[3, BUFFER, 0]),
        (READ, &[3, BUFFER, 3]),
        (READ, &[3, BUFFER, 3]),
    ];
    assert_eq!(answers(ROOM, calls), [0, 5, 5, 5, 0, 3, 2]);
}

#[test]
fn when_nobody_can_write_any_more_the_rest_is_read_and_then_the_end() {
    let calls: &[Ask<'_>] = &[
        PIPE,
        (WRITE, &[4, BUFFER, 5]),
        (CLOSE, &[4]),
        (READ, &[3, BUFFER, 100]),
        (READ, &[3, BUFFER, 100]),
        (READ, &[3, BUFFER, 100]),
    ];
    assert_eq!(answers(ROOM, calls), [0, 5, 0, 5, 0, 0]);
}

#[test]
fn who_waits_to_read_is_told_when_the_last_writer_has_ended() {
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME])];
    let parent: &[Ask<'_>] = &[(CLOSE, &[4]), (READ, &[3, BUFFER, 1])];
    let [parent, _] = family_answers(ROOM, &[PIPE], parent, child);
    assert_eq!(parent, [0, 0, 0]);
}

/// The last number for the end for writing is given to the screen.
#[test]
fn who_waits_to_read_is_told_when_the_last_number_stands_for_another_file() {
    let child: &[Ask<'_>] = &[(CLOSE, &[4]), (READ, &[3, BUFFER, 1])];
    let parent: &[Ask<'_>] = &[
        (NANOSLEEP, &[TIME]),
        (DUP3, &[1, 4, 0]),
        (WAIT4, &[u32::MAX]),
    ];
    let [parent, child] = family_answers(ROOM, &[PIPE], parent, child);
    assert_eq!(parent, [0, 0, 4, 2]);
    assert_eq!(child, [0, 0]);
}

#[test]
fn nobody_who_could_read_is_a_broken_pipe() {
    let calls: &[Ask<'_>] = &[
        PIPE,
        (CLOSE, &[3]),
        (WRITE, &[4, BUFFER, 1]),
        (WRITE, &[4, BUFFER, 0]), // nothing is written to anybody
    ];
    assert_eq!(answers(ROOM, calls), [0, 0, EPIPE, 0]);
}

#[test]
fn who_waits_to_write_is_told_when_the_last_reader_has_ended() {
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME])];
    let parent: &[Ask<'_>] = &[
        (CLOSE, &[3]),
        (WRITE, &[4, BUFFER, FULL]),
        (WRITE, &[4, BUFFER, 1]),
    ];
    let [parent, _] = family_answers(ROOM, &[PIPE], parent, child);
    assert_eq!(parent, [0, 0, FULL as i32, EPIPE]);
}

/// A write of 5000 into an empty pipe: 4096 are in when the reader goes.
#[test]
fn what_was_written_before_the_pipe_broke_counts() {
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME])];
    let parent: &[Ask<'_>] = &[(CLOSE, &[3]), (WRITE, &[4, BUFFER, 5_000])];
    let [parent, _] = family_answers(ROOM, &[PIPE], parent, child);
    assert_eq!(parent, [0, 0, FULL as i32]);
}

#[test]
fn who_finds_it_full_waits_until_somebody_reads() {
    let parent: &[Ask<'_>] = &[
        (WRITE, &[4, BUFFER, FULL]),
        (WRITE, &[4, BUFFER, 100]),
        (WAIT4, &[u32::MAX]),
    ];
    let child: &[Ask<'_>] = &[
        (NANOSLEEP, &[TIME]),
        (READ, &[3, BUFFER, 50]), // not yet room for 100
        (SCHED_YIELD, &[]),
        (READ, &[3, BUFFER, 50]),
    ];
    let [parent, child] = family_answers(ROOM, &[PIPE], parent, child);
    assert_eq!(parent, [0, FULL as i32, 100, 2]);
    assert_eq!(child, [0, 50, 0, 50]);
}

#[test]
fn more_than_it_has_room_for_goes_through_in_pieces() {
    let parent: &[Ask<'_>] = &[(WRITE, &[4, BUFFER, 10_000])];
    let child: &[Ask<'_>] = &[
        (CLOSE, &[4]),
        (READ, &[3, BUFFER, 10_000]),
        (READ, &[3, BUFFER, 10_000]),
        (READ, &[3, BUFFER, 10_000]),
        (READ, &[3, BUFFER, 10_000]),
    ];
    let [parent, child] = family_answers(ROOM, &[PIPE], parent, child);
    assert_eq!(parent, [0, 10_000]);
    assert_eq!(child, [0, 4096, 4096, 1808, 0]);
}

/// There is room for two bytes. One child wants to write three, and waits until there
/// is room for all of them; the other one comes later, writes two, and is done.
#[test]
fn what_fits_into_a_page_is_written_whole() {
    let text = "
        li a7, 59\n la a0, ends\n li a1, 0\n ecall
        li a7, 64\n li a0, 4\n la a1, fill\n li a2, 4094\n ecall
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        la s1, abc\n li s2, 3\n beqz a0, child
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        la s1, xy\n li s2, 2\n beqz a0, child
        li a7, 101\n la a0, time\n ecall       # both have tried
        li a7, 63\n li a0, 3\n la a1, fill\n li a2, 4094\n ecall
        li a7, 101\n la a0, time\n ecall
        li a7, 63\n li a0, 3\n la a1, room\n li a2, 9\n ecall
        li a7, 64\n li a0, 1\n la a1, room\n li a2, 5\n ecall
        li a7, 93\n ecall
    child:
        li a7, 64\n li a0, 4\n mv a1, s1\n mv a2, s2\n ecall
        li a7, 93\n ecall
        .data
        ends: .word 0, 0
        time: .word 0, 50000000
        abc: .ascii \"abc\"
        xy: .ascii \"xy\"
        room: .zero 9
        fill: .zero 4094
    ";
    let mut computer = computer(Settings::default(), &[("pipes", text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.console().text(), "xyabc");
}

#[test]
fn bytes_that_are_not_there_are_a_bad_address() {
    let calls: &[Ask<'_>] = &[
        PIPE,
        (WRITE, &[4, 16, 1]),
        (WRITE, &[4, 0x8000_0000, 1]),
        (WRITE, &[4, u32::MAX, 1]),
        (WRITE, &[4, BUFFER, u32::MAX]),
        (WRITE, &[4, BUFFER, 1]),
        (READ, &[3, 16, 1]),
        (READ, &[3, 0x1_0000, 1]), // its own code
        (READ, &[3, BUFFER, u32::MAX]),
        (READ, &[3, BUFFER, 1]), // none of these has taken it
    ];
    let expected = [
        0, EFAULT, EFAULT, EFAULT, EFAULT, 1, EFAULT, EFAULT, EFAULT, 1,
    ];
    assert_eq!(answers(ROOM, calls), expected);
}

/// The child waits first, and so the byte is its.
#[test]
fn a_byte_is_read_by_one_of_those_who_wait() {
    let first: &[Ask<'_>] = &[PIPE];
    let child: &[Ask<'_>] = &[(READ, &[3, BUFFER, 1]), (EXIT, &[0])];
    let parent: &[Ask<'_>] = &[
        (NANOSLEEP, &[TIME]),
        (WRITE, &[4, BUFFER, 1]),
        (NANOSLEEP, &[TIME]),
        (READ, &[3, BUFFER, 1]), // nobody else can write: for ever
    ];
    let [parent, child] = family_answers(ROOM, first, parent, child);
    assert_eq!(parent, [0, 0, 1, 0]);
    assert_eq!(child, [1]);
}
