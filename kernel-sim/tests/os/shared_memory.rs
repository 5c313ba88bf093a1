//! Shared memory: one piece in two address spaces, and each mistake.

use kernel_sim::machine::memory::SectionName;
use kernel_sim::os::syscall::{CLONE, EXECVE, NANOSLEEP, SHMAT, SHMCTL, SHMDT, SHMGET, WAIT4};
use kernel_sim::os::{
    Limits, MOST_ATTACHED, MOST_PIECES, Outcome, PIECE_BYTES, Settings, USER_END,
};

use crate::support::{
    Ask, DATA, answers, answers_in, answers_to, computer, end_of, family_answers, script,
};

const EPERM: i32 = -1;
const ENOENT: i32 = -2;
const ENOMEM: i32 = -12;
const EACCES: i32 = -13;
const EEXIST: i32 = -17;
const EINVAL: i32 = -22;
const ENOSPC: i32 = -28;

const CREATE: u32 = 0o1000;
const EXCLUSIVE: u32 = 0o2000;
const READ_ONLY: u32 = 0o10000;
const ROUND: u32 = 0o20000;
/// `SHM_REMAP`.
const REPLACE: u32 = 0o40000;

/// Where the first piece comes to.
const FIRST: u32 = 0x4000_0000;
const FIRST_ANSWER: i32 = 0x4000_0000;
const NEW: Ask<'static> = (SHMGET, &[0, 4096, 0o600]);

#[test]
fn what_one_writes_the_other_one_reads_without_a_call() {
    let text = "
        li a7, 194\n li a0, 0\n li a1, 4096\n li a2, 0600\n ecall
        li a7, 196\n li a1, 0\n li a2, 0\n ecall
        mv s0, a0
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, child
        li a7, 260\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
        lw a0, 8(s0)
        li a7, 93\n ecall
    child:
        li t0, 42\n sw t0, 8(s0)
        li a7, 93\n ecall
    ";
    let mut computer = computer(Settings::default(), &[("parent", text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(end_of(&computer, 1), "exit 42");
}

#[test]
fn a_piece_begins_as_zeroes_and_is_a_whole_number_of_pages() {
    let text = "
        li a7, 194\n li a0, 0\n li a1, 5000\n li a2, 0600\n ecall
        li a7, 196\n li a1, 0\n li a2, 0\n ecall
        li t0, 8188\n add t0, t0, a0\n lw a0, 0(t0)
        li t1, 9\n sw t1, 0(t0)
        lw t1, 4(t0)
    ";
    let mut computer = computer(Settings::default(), &[("one", text)]);
    computer.run();
    assert_eq!(
        end_of(&computer, 1),
        "fault",
        "beyond 8192 bytes is nothing"
    );
    assert_eq!(computer.report(1).unwrap().account.instructions, 14);
}

#[test]
fn pieces_are_found_by_key_with_the_size_that_they_have() {
    let calls: &[Ask<'_>] = &[
        (SHMGET, &[5, 4096, 0]),
        (SHMGET, &[5, 4096, CREATE | 0o600]),
        (SHMGET, &[5, 10, 0]),
        (SHMGET, &[5, 0, 0]),
        (SHMGET, &[5, 4097, 0]),
        (SHMGET, &[5, 1, CREATE | EXCLUSIVE]),
        NEW,
        (SHMCTL, &[1, 0]),
        (SHMGET, &[5, 1, 0]),
        (SHMAT, &[1]),
        // It has a page, and still no more than was asked for.
        (SHMGET, &[6, 100, CREATE | 0o600]),
        (SHMGET, &[6, 100, 0]),
        (SHMGET, &[6, 101, 0]),
    ];
    let expected = [
        ENOENT, 1, 1, 1, EINVAL, EEXIST, 2, 0, ENOENT, EINVAL, 3, 3, EINVAL,
    ];
    assert_eq!(answers("", calls), expected);
}

#[test]
fn sizes_and_numbers_have_limits() {
    let calls: &[Ask<'_>] = &[
        (SHMGET, &[0, 0, 0o600]),
        (SHMGET, &[0, PIECE_BYTES + 1, 0o600]),
        (SHMGET, &[0, u32::MAX, 0o600]),
        (SHMGET, &[0, PIECE_BYTES, 0o600]),
    ];
    assert_eq!(answers("", calls), [EINVAL, EINVAL, EINVAL, 1]);
    let calls = vec![NEW; MOST_PIECES + 1];
    assert_eq!(
        answers("", &calls)[MOST_PIECES - 1..],
        [MOST_PIECES as i32, ENOSPC]
    );
    let mut calls = vec![NEW];
    calls.extend(vec![(SHMAT, &[1][..]); MOST_ATTACHED + 1]);
    assert_eq!(answers("", &calls).last(), Some(&ENOMEM));
}

#[test]
fn memory_of_all_together_is_a_limit_and_is_free_again() {
    let limits = Limits {
        memory: (16 << 10) + 8192,
        ..Limits::default()
    };
    let settings = || Settings {
        limits,
        ..Settings::default()
    };
    let calls: &[Ask<'_>] = &[
        (SHMGET, &[0, 8193, 0o600]),
        (SHMGET, &[0, 8192, 0o600]),
        NEW,
        (SHMCTL, &[1, 0]), // nobody has it attached
        NEW,
        (SHMAT, &[2]),
        (SHMCTL, &[2, 0]),
        (SHMGET, &[0, 8192, 0o600]), // it is still there
        (SHMDT, &[FIRST]),
        (SHMGET, &[0, 8192, 0o600]),
    ];
    let expected = [ENOMEM, 1, ENOMEM, 0, 2, FIRST_ANSWER, 0, ENOMEM, 0, 3];
    assert_eq!(answers_in(settings(), "", calls), expected);
}

#[test]
fn it_is_where_the_process_wants_it_if_nothing_is_there() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (SHMAT, &[1, 0x5000_0000]),
        (SHMAT, &[1, 0x5000_0000]),        // there it is
        (SHMAT, &[1, 0x5000_1234]),        // not at a page
        (SHMAT, &[1, 0x5000_1234, ROUND]), // rounded down
        (SHMAT, &[1, 0x1_0000]),           // code
        (SHMAT, &[1, 0x1000_0000]),        // the heap may grow there
        (SHMAT, &[1, USER_END - 4096]),    // the stack
        (SHMAT, &[1, USER_END]),           // the kernel's
        (SHMAT, &[1, 0xffff_f000]),
        (SHMAT, &[1, 0]),
        (SHMAT, &[1, 0]), // and once more
        (SHMAT, &[9, 0]),
        (SHMAT, &[1, 0x5000_0000, REPLACE]),
    ];
    let no = EINVAL;
    let expected = [
        1,
        0x5000_0000,
        no,
        no,
        0x5000_1000,
        no,
        no,
        no,
        no,
        no,
        FIRST_ANSWER,
        FIRST_ANSWER + 4096,
        no,
        no,
    ];
    assert_eq!(answers("", calls), expected);
}

/// Or a pointer that was never set would point to it.
#[test]
fn nothing_is_attached_at_zero_or_near_it() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (SHMAT, &[1, 5, ROUND]),
        (SHMAT, &[1, 0xf000]),
        (SHMAT, &[1, 0]), // anywhere
    ];
    assert_eq!(answers("", calls), [1, EPERM, EPERM, FIRST_ANSWER]);
}

#[test]
fn what_is_detached_is_no_more_there() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (SHMAT, &[1]),
        (SHMDT, &[FIRST + 4]),
        (SHMDT, &[0x1_0000]),
        (SHMDT, &[FIRST]),
        (SHMDT, &[FIRST]),
        (SHMCTL, &[1, 2]),
        (SHMCTL, &[9, 0]),
    ];
    let no = EINVAL;
    assert_eq!(answers("", calls), [1, FIRST_ANSWER, no, no, 0, no, no, no]);

    let text = script(&[NEW, (SHMAT, &[1]), (SHMDT, &[FIRST])]);
    let text = text.replace(
        "li a7, EXIT",
        "li a0, 0x40000000\n lw a0, 0(a0)\n li a7, EXIT",
    );
    let mut computer = computer(Settings::default(), &[("one", &text)]);
    computer.run();
    assert_eq!(end_of(&computer, 1), "fault");
}

#[test]
fn what_is_attached_for_reading_cannot_be_written() {
    let text = script(&[NEW, (SHMAT, &[1, 0, READ_ONLY])]);
    let text = text.replace(
        "li a7, EXIT",
        "li a0, 0x40000000\n lw a1, 0(a0)\n sw a1, 0(a0)\n li a7, EXIT",
    );
    let mut computer = computer(Settings::default(), &[("one", &text)]);
    computer.run();
    let death = computer.report(1).unwrap().death.unwrap().to_string();
    assert!(death.contains("write") && death.contains("r--"), "{death}");
}

/// It goes with the last of a parent, a child and a process that becomes another
/// program.
#[test]
fn a_removed_piece_goes_with_the_last_that_has_it() {
    let first: &[Ask<'_>] = &[NEW, (SHMAT, &[1]), (SHMCTL, &[1, 0])];
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[DATA]), (SHMAT, &[1])];
    let parent: &[Ask<'_>] = &[
        (SHMDT, &[FIRST]),
        (SHMAT, &[1]), // the child has it still: as on Linux, it can be attached
        (SHMDT, &[FIRST]),
        (WAIT4, &[2]),
        (SHMAT, &[1]),
    ];
    let [parent, child] = family_answers(".word 0, 1000000", first, parent, child);
    assert_eq!(parent, [1, FIRST_ANSWER, 0, 0, FIRST_ANSWER, 0, 2, EINVAL]);
    assert_eq!(child, [0, FIRST_ANSWER + 4096]);

    let calls: &[Ask<'_>] = &[NEW, (SHMAT, &[1]), (EXECVE, &[DATA])];
    let text = format!("{}\n .data\n .asciz \"other\"", script(calls));
    let mut computer = computer(
        Settings::default(),
        &[("one", &text), ("other", "1: li a7, 124\n ecall\n j 1b")],
    );
    computer.run_until(20_000);
    let memory = computer.thread(1).unwrap().memory();
    let mut extents = memory.sections().map(|section| section.extent());
    assert!(extents.all(|extent| extent.name != SectionName::Shared));
}

#[test]
fn another_family_may_what_the_mode_says() {
    let owner = script(&[
        (SHMGET, &[5, 4096, CREATE | 0o600]),
        (SHMGET, &[6, 4096, CREATE | 0o604]),
        (SHMGET, &[7, 4096, CREATE | 0o606]),
    ]);
    let other = format!(
        "li a7, 124\n ecall\n {}",
        script(&[
            (SHMGET, &[5, 1, 0o6]),
            (SHMGET, &[5, 1, 0o600]), // whichever digit it is in
            (SHMAT, &[1]),
            (SHMAT, &[2]),
            (SHMAT, &[2, 0, READ_ONLY]),
            (SHMAT, &[3]),
            (SHMCTL, &[3, 0]),
        ])
    );
    let programs = [("owner", owner.as_str()), ("other", other.as_str())];
    let settings = crate::support::quantum(100_000);
    let [_, answers]: [Vec<i32>; 2] = answers_to(settings, &programs);
    let expected = [
        0,
        EACCES,
        EACCES,
        EACCES,
        EACCES,
        FIRST_ANSWER,
        FIRST_ANSWER + 4096,
        EPERM,
    ];
    assert_eq!(answers, expected);
}

/// A child has no copy of it, and so none is charged for.
#[test]
fn a_child_has_it_too_and_not_a_copy() {
    let calls: &[Ask<'_>] = &[NEW, (SHMAT, &[1]), (CLONE, &[17])];
    let mut computer = computer(Settings::default(), &[("parent", &script(calls))]);
    computer.run();
    let words = computer.report(1).unwrap().account.words;
    assert_eq!(
        words,
        4096 / 4 + (16 << 10) / 4,
        "cleared once, and a stack copied"
    );
}

/// All addresses that are left are for the heap.
#[test]
fn where_there_is_no_room_for_it_is_no_memory() {
    let settings = Settings {
        limits: Limits {
            heap: u32::MAX,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let calls: &[Ask<'_>] = &[NEW, (SHMAT, &[1])];
    assert_eq!(answers_in(settings, "", calls), [1, ENOMEM]);
}
