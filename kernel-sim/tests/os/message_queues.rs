//! Message queues: whole messages, by type, bounded; and each mistake.

use kernel_sim::os::syscall::{MSGCTL, MSGGET, MSGRCV, MSGSND, NANOSLEEP, WAIT4};
use kernel_sim::os::{MESSAGE_BYTES, MOST_QUEUES, Outcome, QUEUE_BYTES, Settings};

use crate::support::{Ask, DATA, answers, answers_to, computer, family_answers, script};

const EPERM: i32 = -1;
const ENOENT: i32 = -2;
const E2BIG: i32 = -7;
const EAGAIN: i32 = -11;
const EACCES: i32 = -13;
const EFAULT: i32 = -14;
const EEXIST: i32 = -17;
const EINVAL: i32 = -22;
const ENOSPC: i32 = -28;
const ENOSYS: i32 = -38;
const ENOMSG: i32 = -42;
const EIDRM: i32 = -43;

const CREATE: u32 = 0o1000;
const EXCLUSIVE: u32 = 0o2000;
const NO_WAIT: u32 = 0o4000;
const COPY: u32 = 0o40000;
const NO_ERROR: u32 = 0o10000;
const EXCEPT: u32 = 0o20000;

/// Fifty milliseconds; then, sixteen bytes apart, messages of the types 1, 2, 3, 0 and -1;
/// and room.
const ROOM: &str = "
    .word 0, 50000000, 0, 0
    .word 1\n .ascii \"one\"\n .zero 9
    .word 2\n .ascii \"two\"\n .zero 9
    .word 3\n .ascii \"three\"\n .zero 7
    .word 0, 0, 0, 0
    .word -1, 0, 0, 0
    .zero 10000
";
const TIME: u32 = DATA;
const ONE: u32 = DATA + 16;
const TWO: u32 = DATA + 32;
const THREE: u32 = DATA + 48;
const ZERO: u32 = DATA + 64;
const MINUS: u32 = DATA + 80;
const BUFFER: u32 = DATA + 96;

const NEW: Ask<'static> = (MSGGET, &[0, 0o600]);

fn as_i32(value: u32) -> i32 {
    value.cast_signed()
}

#[test]
fn messages_come_whole_in_their_order_or_by_their_type() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (MSGSND, &[1, THREE, 5]),
        (MSGSND, &[1, TWO, 2]),
        (MSGSND, &[1, ONE, 3]),
        (MSGSND, &[1, ONE, 0]),
        (MSGRCV, &[1, BUFFER, 100, -2_i32 as u32]), // the lowest type up to 2
        (MSGRCV, &[1, BUFFER, 100, 2]),             // the first of type 2
        (MSGRCV, &[1, BUFFER, 100, 1, EXCEPT]),     // any but 1
        (MSGRCV, &[1, BUFFER, 100, 0]),
    ];
    assert_eq!(answers(ROOM, calls), [1, 0, 0, 0, 0, 3, 2, 5, 0]);
}

#[test]
fn a_message_arrives_with_its_type_and_its_text() {
    let text = format!(
        "{}\n .data\n .word 0x21, 0x4f4c4548\n",
        script(&[NEW, (MSGSND, &[1, DATA, 4]), (MSGRCV, &[1, DATA + 4, 4])])
            .replace("li a7, EXIT\n li a0, 0\n ecall\n", "")
            + "li a7, 64\n li a0, 1\n li a1, 0x10000004\n li a2, 8\n ecall\n li a7, 93\n ecall"
    ) + ".word 0";
    let mut computer = computer(Settings::default(), &[("caller", &text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.console().text(), "!\0\0\0HELO");
}

#[test]
fn who_wants_a_message_waits_for_one_of_that_type() {
    let child: &[Ask<'_>] = &[
        (MSGSND, &[1, ONE, 3]),
        (NANOSLEEP, &[TIME]),
        (MSGSND, &[1, TWO, 2]),
    ];
    let parent: &[Ask<'_>] = &[(MSGRCV, &[1, BUFFER, 9, 2]), (MSGRCV, &[1, BUFFER, 9, 0])];
    let [parent, child] = family_answers(ROOM, &[NEW], parent, child);
    assert_eq!(parent, [1, 2, 3]);
    assert_eq!(child, [0, 0, 0]);
}

#[test]
fn who_does_not_want_to_wait_is_told_that_there_is_none() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (MSGRCV, &[1, BUFFER, 9, 0, NO_WAIT]),
        (MSGSND, &[1, ONE, 3]),
        (MSGRCV, &[1, BUFFER, 9, 2, NO_WAIT]),
        (MSGRCV, &[1, BUFFER, 9, 1, NO_WAIT | EXCEPT]),
        (MSGRCV, &[1, BUFFER, 9, 1, NO_WAIT]),
    ];
    assert_eq!(answers(ROOM, calls), [1, ENOMSG, 0, ENOMSG, ENOMSG, 3]);
}

#[test]
fn a_text_that_is_too_long_stays_where_it_is_or_is_cut() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (MSGSND, &[1, THREE, 5]),
        (MSGRCV, &[1, BUFFER, 4]),
        (MSGRCV, &[1, BUFFER, 9, 0, COPY | NO_WAIT]),
        (MSGRCV, &[1, BUFFER, 9, 0, COPY]), // of what is not there yet
        (MSGRCV, &[1, BUFFER, 9, 1, COPY | NO_WAIT | EXCEPT]),
        (MSGRCV, &[1, BUFFER, 4, 0, NO_ERROR]),
        (MSGRCV, &[1, BUFFER, 4, 0, NO_WAIT]),
    ];
    let expected = [1, 0, E2BIG, ENOSYS, EINVAL, EINVAL, 4, ENOMSG];
    assert_eq!(answers(ROOM, calls), expected);
}

#[test]
fn a_queue_has_room_for_so_many_bytes() {
    let most = MESSAGE_BYTES;
    assert_eq!(2 * most as usize, QUEUE_BYTES);
    let calls: &[Ask<'_>] = &[
        NEW,
        (MSGSND, &[1, ONE, most]),
        (MSGSND, &[1, ONE, most, NO_WAIT]),
        (MSGSND, &[1, ONE, 1, NO_WAIT]),
        (MSGSND, &[1, ONE, 0, NO_WAIT]), // this one takes none
        (MSGRCV, &[1, BUFFER, most]),
        (MSGSND, &[1, ONE, 1, NO_WAIT]),
        (MSGSND, &[1, ONE, most + 1]),
    ];
    let most = as_i32(most);
    assert_eq!(answers(ROOM, calls), [1, 0, 0, EAGAIN, 0, most, 0, EINVAL]);
}

#[test]
fn who_finds_no_room_waits_for_it() {
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME]), (MSGRCV, &[1, BUFFER, MESSAGE_BYTES])];
    let parent: &[Ask<'_>] = &[
        (MSGSND, &[1, ONE, MESSAGE_BYTES]),
        (MSGSND, &[1, ONE, MESSAGE_BYTES]),
        (MSGSND, &[1, ONE, 3]),
        (WAIT4, &[2]),
    ];
    let [parent, _] = family_answers(ROOM, &[NEW], parent, child);
    assert_eq!(parent, [1, 0, 0, 0, 2]);
}

#[test]
fn a_queue_is_found_by_its_key() {
    let calls: &[Ask<'_>] = &[
        (MSGGET, &[77, 0]),
        (MSGGET, &[77, CREATE | 0o600]),
        (MSGGET, &[77, CREATE | 0o600]),
        (MSGGET, &[77, 0]),
        (MSGGET, &[77, CREATE | EXCLUSIVE]),
        (MSGGET, &[0, CREATE | EXCLUSIVE]), // without a key: always a new one
        (MSGCTL, &[1, 0]),
        (MSGGET, &[77, 0]),
    ];
    assert_eq!(
        answers(ROOM, calls),
        [ENOENT, 1, 1, 1, EEXIST, 2, 0, ENOENT]
    );
}

#[test]
fn there_are_only_so_many() {
    let calls = vec![NEW; MOST_QUEUES + 1];
    assert_eq!(
        answers(ROOM, &calls)[MOST_QUEUES - 1..],
        [MOST_QUEUES as i32, ENOSPC]
    );
}

#[test]
fn numbers_types_and_addresses_have_to_be_right() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (MSGSND, &[9, ONE, 3]),
        (MSGRCV, &[9, BUFFER, 3]),
        (MSGCTL, &[9, 0]),
        (MSGCTL, &[1, 7]),
        (MSGSND, &[1, ZERO, 3]),
        (MSGSND, &[1, MINUS, 3]),
        (MSGSND, &[1, 16, 3]),
        (MSGSND, &[1, ONE, u32::MAX]),
        (MSGSND, &[1, 16, u32::MAX]), // its type is looked at first
        (MSGRCV, &[1, BUFFER, u32::MAX]),
        (MSGSND, &[1, ONE, 3]),
        (MSGRCV, &[1, 16, 3]),
        (MSGRCV, &[1, BUFFER, 3, 0, NO_WAIT]), // it was not lost by that
    ];
    let no = EINVAL;
    let expected = [
        1, no, no, no, no, no, no, EFAULT, no, EFAULT, no, 0, EFAULT, 3,
    ];
    assert_eq!(answers(ROOM, calls), expected);
}

#[test]
fn who_waits_at_a_queue_that_is_removed_is_told_so() {
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME]), (MSGCTL, &[1, 0])];
    let parent: &[Ask<'_>] = &[(MSGRCV, &[1, BUFFER, 9]), (MSGRCV, &[1, BUFFER, 9])];
    let [parent, _] = family_answers(ROOM, &[NEW], parent, child);
    assert_eq!(parent, [1, EIDRM, EINVAL]);

    let parent: &[Ask<'_>] = &[
        (MSGSND, &[1, ONE, MESSAGE_BYTES]),
        (MSGSND, &[1, ONE, MESSAGE_BYTES]),
        (MSGSND, &[1, ONE, 1]),
    ];
    let [parent, _] = family_answers(ROOM, &[NEW], parent, child);
    assert_eq!(parent, [1, 0, 0, EIDRM]);
}

/// Numbers are the same for all, and so another family can name what is not its own.
#[test]
fn another_family_may_what_the_mode_says() {
    let owner = script(&[
        (MSGGET, &[5, CREATE | 0o600]),
        (MSGGET, &[6, CREATE | 0o604]),
        (MSGGET, &[7, CREATE | 0o606]),
    ]);
    let other = format!(
        "li a7, 124\n ecall\n {}\n .data\n {ROOM}",
        script(&[
            (MSGGET, &[5, 0]),     // nothing is asked for here
            (MSGGET, &[5, 0o600]), // whichever digit it is in
            (MSGGET, &[5, 0o060]),
            (MSGGET, &[5, 0o006]),
            (MSGSND, &[1, ONE, 3]),
            (MSGSND, &[2, ONE, 3]),
            (MSGRCV, &[2, BUFFER, 3, 0, NO_WAIT]),
            (MSGSND, &[3, ONE, 3]),
            (MSGCTL, &[3, 0]),
        ])
    );
    let programs = [("owner", owner.as_str()), ("other", other.as_str())];
    let [_, answers]: [Vec<i32>; 2] = answers_to(Settings::default(), &programs);
    let no = EACCES;
    assert_eq!(answers, [0, 1, no, no, no, no, no, ENOMSG, 0, EPERM]);
}

/// Who forgets the mode has made something of no use.
#[test]
fn who_has_made_it_may_what_the_mode_says() {
    let calls: &[Ask<'_>] = &[
        (MSGGET, &[5, CREATE]),
        (MSGSND, &[1, ONE, 3]),
        (MSGGET, &[6, CREATE | 0o200]),
        (MSGSND, &[2, ONE, 3]),
        (MSGRCV, &[2, BUFFER, 3]),
        (MSGCTL, &[2, 0]),
    ];
    assert_eq!(answers(ROOM, calls), [1, EACCES, 2, 0, EACCES, 0]);
}
