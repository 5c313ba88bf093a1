//! Stream sockets: how two find each other, what goes through, and each mistake.

use kernel_sim::os::syscall::{
    ACCEPT, BIND, CLOSE, CONNECT, DUP, LISTEN, NANOSLEEP, PIPE2, READ, SOCKET, WAIT4, WRITE,
};

use kernel_sim::os::{Limits, MOST_FILES, Settings};

use crate::support::{Ask, DATA, answers, answers_in, family_answers};

const EBADF: i32 = -9;
const EFAULT: i32 = -14;
const EINVAL: i32 = -22;
const ENFILE: i32 = -23;
const EMFILE: i32 = -24;
const EPIPE: i32 = -32;
const ENOTSOCK: i32 = -88;
const EPROTONOSUPPORT: i32 = -93;
const ESOCKTNOSUPPORT: i32 = -94;
const EAFNOSUPPORT: i32 = -97;
const EADDRINUSE: i32 = -98;
const EISCONN: i32 = -106;
const ENOTCONN: i32 = -107;
const ECONNREFUSED: i32 = -111;

/// `SOCK_CLOEXEC`.
const CLOEXEC: u32 = 0o2000000;

/// The name "news", the name "mail", an address of another family, a millisecond, and
/// room.
const ROOM: &str = "
    .half 1\n .ascii \"news\"\n .half 1\n .ascii \"mail\"\n .half 2\n .half 0
    .word 0, 1000000
    .zero 64
";
const NEWS: [u32; 2] = [DATA, 6];
const MAIL: [u32; 2] = [DATA + 6, 6];
const OTHER: [u32; 2] = [DATA + 12, 4];
const TIME: u32 = DATA + 16;
const BUFFER: u32 = DATA + 24;

const NEW: Ask<'static> = (SOCKET, &[1, 1, 0]);
const BIND_3: Ask<'static> = (BIND, &[3, NEWS[0], NEWS[1]]);
const LISTEN_3: Ask<'static> = (LISTEN, &[3, 5]);
const ACCEPT_3: Ask<'static> = (ACCEPT, &[3]);
const CONNECT_4: Ask<'static> = (CONNECT, &[4, NEWS[0], NEWS[1]]);

#[test]
fn only_streams_in_the_local_domain_are_there() {
    let calls: &[Ask<'_>] = &[
        (SOCKET, &[2, 1, 0]),
        (SOCKET, &[1, 2, 0]),
        (SOCKET, &[1, 1, 7]),
        (SOCKET, &[1, 2, 7]),
        (SOCKET, &[1, 1 | CLOEXEC, 0]),
        (SOCKET, &[1, 10, 0]),
        (SOCKET, &[1, 11, 0]), // no type of any family
        (SOCKET, &[1, 1, 1]),
    ];
    let expected = [
        EAFNOSUPPORT,
        ESOCKTNOSUPPORT,
        EPROTONOSUPPORT,
        EPROTONOSUPPORT,
        EINVAL,
        ESOCKTNOSUPPORT,
        EINVAL,
        3,
    ];
    assert_eq!(answers("", calls), expected);
}

#[test]
fn what_one_writes_the_other_one_reads_in_both_directions() {
    let calls: &[Ask<'_>] = &[
        NEW,
        BIND_3,
        LISTEN_3,
        NEW,
        CONNECT_4,
        ACCEPT_3,
        (WRITE, &[4, BUFFER, 10]),
        (READ, &[5, BUFFER, 64]),
        (WRITE, &[5, BUFFER, 20]),
        (READ, &[4, BUFFER, 64]),
    ];
    assert_eq!(answers(ROOM, calls), [3, 0, 0, 4, 0, 5, 10, 10, 20, 20]);
}

#[test]
fn who_accepts_waits_for_a_client() {
    let child: &[Ask<'_>] = &[
        (NANOSLEEP, &[TIME]),
        NEW,
        CONNECT_4,
        (WRITE, &[4, BUFFER, 3]),
    ];
    let parent: &[Ask<'_>] = &[ACCEPT_3, (READ, &[4, BUFFER, 9]), (READ, &[4, BUFFER, 9])];
    let [parent, child] = family_answers(ROOM, &[NEW, BIND_3, LISTEN_3], parent, child);
    assert_eq!(parent, [3, 0, 0, 4, 3, 0], "and then the client has ended");
    assert_eq!(child, [0, 4, 0, 3]);
}

#[test]
fn who_connects_waits_if_too_many_wait_already() {
    // One more than it says may wait, as on Linux.
    let first: &[Ask<'_>] = &[NEW, BIND_3, (LISTEN, &[3, 0])];
    let child: &[Ask<'_>] = &[NEW, CONNECT_4, NEW, (CONNECT, &[5, NEWS[0], NEWS[1]])];
    let parent: &[Ask<'_>] = &[
        (NANOSLEEP, &[TIME]),
        (WAIT4, &[2, 0, 1]), // it waits
        ACCEPT_3,
        (WAIT4, &[2]),
    ];
    let [parent, child] = family_answers(ROOM, first, parent, child);
    assert_eq!(parent, [3, 0, 0, 0, 0, 4, 2]);
    assert_eq!(child, [4, 0, 5, 0]);

    // A second one finds room if it may be two.
    let calls: &[Ask<'_>] = &[
        NEW,
        BIND_3,
        (LISTEN, &[3, 1]),
        NEW,
        CONNECT_4,
        NEW,
        (CONNECT, &[5, NEWS[0], NEWS[1]]),
    ];
    assert_eq!(answers(ROOM, calls), [3, 0, 0, 4, 0, 5, 0]);
}

#[test]
fn nobody_who_listens_is_a_refusal() {
    let calls: &[Ask<'_>] = &[
        NEW,
        NEW,
        CONNECT_4, // nobody has that name
        BIND_3,
        CONNECT_4, // it has, and does not listen
        LISTEN_3,
        CONNECT_4,
        (CLOSE, &[3]),
        NEW,
        (CONNECT, &[3, NEWS[0], NEWS[1]]), // it is gone
    ];
    let expected = [
        3,
        4,
        ECONNREFUSED,
        0,
        ECONNREFUSED,
        0,
        0,
        0,
        3,
        ECONNREFUSED,
    ];
    assert_eq!(answers(ROOM, calls), expected);
}

#[test]
fn who_waits_to_be_accepted_is_refused_when_the_server_ends() {
    let first: &[Ask<'_>] = &[NEW, BIND_3, (LISTEN, &[3, 0])];
    let child: &[Ask<'_>] = &[
        (CLOSE, &[3]),
        NEW,
        (CONNECT, &[3, NEWS[0], NEWS[1]]),
        NEW,
        CONNECT_4, // waits
        (READ, &[3, BUFFER, 1]),
        (WRITE, &[3, BUFFER, 1]),
    ];
    let parent: &[Ask<'_>] = &[(NANOSLEEP, &[TIME])];
    let [_, child] = family_answers(ROOM, first, parent, child);
    assert_eq!(child, [0, 3, 0, 4, ECONNREFUSED, 0, EPIPE]);
}

#[test]
fn a_name_is_one_socket_s_until_that_is_closed() {
    let calls: &[Ask<'_>] = &[
        NEW,
        BIND_3,
        NEW,
        (BIND, &[4, NEWS[0], NEWS[1]]),
        (BIND, &[4, MAIL[0], MAIL[1]]),
        (BIND, &[4, NEWS[0], NEWS[1]]), // it has a name
        (DUP, &[3]),
        (CLOSE, &[3]),
        NEW,
        BIND_3, // the copy has it still
        (CLOSE, &[5]),
        BIND_3,
    ];
    let expected = [3, 0, 4, EADDRINUSE, 0, EINVAL, 5, 0, 3, EADDRINUSE, 0, 0];
    assert_eq!(answers(ROOM, calls), expected);
}

/// Who was accepted has the name as well, and may go before the one that listens.
#[test]
fn a_server_is_found_when_it_has_closed_what_it_has_accepted() {
    let calls: &[Ask<'_>] = &[
        NEW,
        BIND_3,
        LISTEN_3,
        NEW,
        CONNECT_4,
        ACCEPT_3,
        (CLOSE, &[5]),
        NEW,
        (CONNECT, &[5, NEWS[0], NEWS[1]]),
    ];
    assert_eq!(answers(ROOM, calls)[5..], [5, 0, 5, 0]);
}

/// A text ends at its first zero, wherever the room for it ends.
#[test]
fn what_comes_after_the_end_of_a_name_is_not_part_of_it() {
    let data = "
        .half 1\n .asciz \"news\"\n .ascii \"left over\"
        .half 1\n .ascii \"\\0a\\0b\"
    ";
    let calls: &[Ask<'_>] = &[
        NEW,
        (BIND, &[3, DATA, 16]),
        NEW,
        (BIND, &[4, DATA, 6]),
        (BIND, &[4, DATA + 16, 6]), // begins with a zero: all of it counts
        NEW,
        (BIND, &[5, DATA + 16, 4]),
    ];
    assert_eq!(answers(data, calls), [3, 0, 4, EADDRINUSE, 0, 5, 0]);
}

#[test]
fn who_is_connected_can_still_take_a_name_if_it_has_none() {
    let calls: &[Ask<'_>] = &[
        NEW,
        BIND_3,
        LISTEN_3,
        NEW,
        CONNECT_4,
        ACCEPT_3,
        (BIND, &[4, MAIL[0], MAIL[1]]),
        (BIND, &[5, MAIL[0], MAIL[1]]), // it has the name of the one that listens
        (LISTEN, &[4, 1]),
    ];
    assert_eq!(answers(ROOM, calls)[6..], [0, EINVAL, EINVAL]);
}

#[test]
fn addresses_have_to_be_there_and_to_be_local() {
    let calls: &[Ask<'_>] = &[
        NEW,
        (BIND, &[3, OTHER[0], OTHER[1]]),
        (BIND, &[3, 16, 6]),
        (BIND, &[3, DATA, 2]), // no name
        (BIND, &[3, DATA, 111]),
        (CONNECT, &[3, OTHER[0], OTHER[1]]),
        (CONNECT, &[3, 16, 6]),
        (CONNECT, &[3, DATA, 1]),
    ];
    let expected = [3, EINVAL, EFAULT, EINVAL, EINVAL, EINVAL, EFAULT, EINVAL];
    assert_eq!(answers(ROOM, calls), expected);
}

#[test]
fn a_socket_can_do_what_it_is_for() {
    let calls: &[Ask<'_>] = &[
        NEW,
        LISTEN_3, // it has no name
        ACCEPT_3, // it does not listen
        (WRITE, &[3, BUFFER, 1]),
        (READ, &[3, BUFFER, 1]), // as on Linux: another number
        BIND_3,
        LISTEN_3,
        LISTEN_3,                          // again is in order
        (CONNECT, &[3, NEWS[0], NEWS[1]]), // it listens
        (WRITE, &[3, BUFFER, 1]),
        (ACCEPT, &[3, BUFFER, BUFFER]), // nobody writes down who has come
        NEW,
        CONNECT_4,
        CONNECT_4,
        (CONNECT, &[4, MAIL[0], MAIL[1]]), // nobody is there, first of all
        (LISTEN, &[4, 1]),
    ];
    let expected = [
        3,
        EINVAL,
        EINVAL,
        ENOTCONN,
        EINVAL,
        0,
        0,
        0,
        EINVAL,
        ENOTCONN,
        EINVAL,
        4,
        0,
        EISCONN,
        ECONNREFUSED,
        EINVAL,
    ];
    assert_eq!(answers(ROOM, calls), expected);
}

#[test]
fn other_files_are_no_sockets() {
    let calls: &[Ask<'_>] = &[
        (PIPE2, &[BUFFER, 0]),
        (BIND, &[3, NEWS[0], NEWS[1]]),
        (LISTEN, &[1, 1]),
        (ACCEPT, &[0]),
        (CONNECT, &[4, NEWS[0], NEWS[1]]),
        (BIND, &[9, NEWS[0], NEWS[1]]),
        (LISTEN, &[9, 1]),
        (ACCEPT, &[9]),
        (CONNECT, &[9, NEWS[0], NEWS[1]]),
    ];
    let no = ENOTSOCK;
    assert_eq!(
        answers(ROOM, calls),
        [0, no, no, no, no, EBADF, EBADF, EBADF, EBADF]
    );
}

#[test]
fn when_one_side_is_closed_the_other_reads_the_rest_and_cannot_write() {
    let calls: &[Ask<'_>] = &[
        NEW,
        BIND_3,
        LISTEN_3,
        NEW,
        CONNECT_4,
        ACCEPT_3,
        (WRITE, &[4, BUFFER, 3]),
        (CLOSE, &[4]),
        (READ, &[5, BUFFER, 64]),
        (READ, &[5, BUFFER, 64]),
        (WRITE, &[5, BUFFER, 1]),
    ];
    assert_eq!(answers(ROOM, calls)[6..], [3, 0, 3, 0, EPIPE]);
}

/// All numbers but the last ones are in use.
fn with_few_numbers(calls: &[Ask<'_>]) -> Vec<i32> {
    let used = MOST_FILES as usize - 5;
    let mut all: Vec<Ask<'_>> = vec![NEW, BIND_3, LISTEN_3, NEW, CONNECT_4];
    all.resize(all.len() + used, (DUP, &[1]));
    let before = all.len();
    all.extend(calls);
    answers(ROOM, &all).split_off(before)
}

#[test]
fn who_has_no_number_left_gets_no_socket_and_no_connection() {
    let calls: &[Ask<'_>] = &[
        NEW,
        ACCEPT_3,
        (CLOSE, &[9]),
        ACCEPT_3, // the connection has waited
        ACCEPT_3, // nobody comes, and it does not wait
    ];
    assert_eq!(with_few_numbers(calls), [EMFILE, EMFILE, 0, 9, EMFILE]);
}

#[test]
fn a_connection_is_two_pipes_of_the_computer_s() {
    let settings = |pipes| Settings {
        limits: Limits {
            pipes,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let calls: &[Ask<'_>] = &[NEW, BIND_3, LISTEN_3, NEW, CONNECT_4, CONNECT_4];
    let refused = answers_in(settings(1), ROOM, calls);
    assert_eq!(refused, [3, 0, 0, 4, ENFILE, ENFILE]);
    let connected = answers_in(settings(2), ROOM, calls);
    assert_eq!(connected, [3, 0, 0, 4, 0, EISCONN]);
}
