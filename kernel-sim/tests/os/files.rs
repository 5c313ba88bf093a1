//! Numbers for files: where they come from, what they stand for, and each mistake
//! with them.

use kernel_sim::os::syscall::{CLOSE, DUP, DUP3, PIPE2, READ, WRITE};
use kernel_sim::os::{Limits, MOST_FILES, Settings};

use crate::support::{Ask, DATA, answers, answers_in};

const EBADF: i32 = -9;
const EFAULT: i32 = -14;
const EINVAL: i32 = -22;
const ENFILE: i32 = -23;
const EMFILE: i32 = -24;

const ROOM: &str = ".zero 64";

#[test]
fn a_new_file_has_the_lowest_number_that_is_free() {
    let calls: &[Ask<'_>] = &[
        (DUP, &[1]),
        (DUP, &[1]),
        (CLOSE, &[0]),
        (DUP, &[1]),
        (DUP, &[1]),
    ];
    assert_eq!(answers("", calls), [3, 4, 0, 0, 5]);
}

#[test]
fn a_number_that_stands_for_nothing_is_a_bad_file() {
    let calls: &[Ask<'_>] = &[
        (READ, &[3, DATA, 1]),
        (WRITE, &[3, DATA, 1]),
        (CLOSE, &[3]),
        (DUP, &[3]),
        (DUP3, &[3, 5, 0]),
        (CLOSE, &[u32::MAX]),
        (CLOSE, &[1]),
        (CLOSE, &[1]),
    ];
    let [ok, again] = [0, EBADF];
    let bad = EBADF;
    assert_eq!(
        answers(ROOM, calls),
        [bad, bad, bad, bad, bad, bad, ok, again]
    );
}

#[test]
fn a_file_can_be_read_or_written_as_it_is_meant() {
    let calls: &[Ask<'_>] = &[
        (PIPE2, &[DATA, 0]),
        (WRITE, &[3, DATA, 1]),
        (READ, &[4, DATA, 1]),
        (READ, &[1, DATA, 1]),
        (WRITE, &[0, DATA, 1]),
        (READ, &[1, 0x9000_0000, 1]), // wherever that is
        (WRITE, &[3, 0x9000_0000, 1]),
        (READ, &[0, DATA, 1]),
    ];
    // There is no keyboard, and so nothing comes from there.
    let bad = EBADF;
    assert_eq!(answers(ROOM, calls), [0, bad, bad, bad, bad, bad, bad, 0]);
}

#[test]
fn a_copy_of_a_number_stands_for_the_same_file() {
    let calls: &[Ask<'_>] = &[
        (PIPE2, &[DATA, 0]),
        (DUP, &[4]),
        (CLOSE, &[4]),
        (WRITE, &[5, DATA, 7]),
        (READ, &[3, DATA, 64]),
        (CLOSE, &[5]),
        (READ, &[3, DATA, 64]), // now the last one for writing is closed
    ];
    assert_eq!(answers(ROOM, calls), [0, 5, 0, 7, 7, 0, 0]);
}

#[test]
fn dup3_takes_the_number_it_is_told_and_closes_what_was_there() {
    let calls: &[Ask<'_>] = &[
        (PIPE2, &[DATA, 0]),
        (DUP3, &[3, 9, 0]),
        (DUP3, &[1, 4, 0]), // the end for writing is closed by that
        (READ, &[9, DATA, 1]),
    ];
    assert_eq!(answers(ROOM, calls), [0, 9, 4, 0]);
}

#[test]
fn dup3_refuses_what_makes_no_sense() {
    let calls: &[Ask<'_>] = &[
        (DUP3, &[1, 1, 0]),
        (DUP3, &[1, 5, 1]),
        (DUP3, &[1, MOST_FILES, 0]),
    ];
    assert_eq!(answers("", calls), [EINVAL, EINVAL, EBADF]);
}

#[test]
fn a_process_has_only_so_many_files() {
    let mut calls: Vec<Ask<'_>> = vec![(DUP, &[1]); MOST_FILES as usize - 3];
    calls.extend([
        (DUP, &[1][..]),
        (PIPE2, &[DATA, 0]),
        (CLOSE, &[5]),
        (PIPE2, &[DATA, 0]), // room for one end only
        (DUP, &[1]),
    ]);
    let found = answers(ROOM, &calls);
    let end = &found[MOST_FILES as usize - 3..];
    assert_eq!(end, [EMFILE, EMFILE, 0, EMFILE, 5]);
}

#[test]
fn all_processes_together_have_only_so_many_pipes() {
    let settings = Settings {
        limits: Limits {
            pipes: 1,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let calls: &[Ask<'_>] = &[
        (PIPE2, &[DATA, 0]),
        (PIPE2, &[DATA, 0]),
        (CLOSE, &[3]),
        (PIPE2, &[DATA, 0]), // it has another end
        (CLOSE, &[4]),
        (PIPE2, &[DATA, 0]),
    ];
    assert_eq!(
        answers_in(settings, ROOM, calls),
        [0, ENFILE, 0, ENFILE, 0, 0]
    );
}

#[test]
fn a_pipe_that_cannot_be_told_about_is_none() {
    let calls: &[Ask<'_>] = &[(PIPE2, &[16, 0]), (PIPE2, &[DATA, 1]), (DUP, &[1])];
    assert_eq!(answers(ROOM, calls), [EFAULT, EINVAL, 3]);
}
