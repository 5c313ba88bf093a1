//! The calls as they are written down.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{CallLog, Called, Computer, Disk, Outcome, Settings};

use crate::support::{computer, script};

/// The calls of this program, each with what has come of it.
fn calls_of(text: &str) -> Vec<(String, Called)> {
    let settings = Settings {
        calls: CallLog::Keep,
        ..Settings::default()
    };
    let mut computer = computer(settings, &[("caller", text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    let calls = computer.take_calls().into_iter();
    calls.map(|record| (record.text, record.called)).collect()
}

/// Only their texts, without the exit at the end.
fn texts_of(text: &str) -> Vec<String> {
    let calls = calls_of(text).into_iter().map(|(text, _)| text);
    let mut texts: Vec<String> = calls.collect();
    texts.pop();
    texts
}

/// Makes these calls with this data.
fn texts(data: &str, calls: &[(u32, &[u32])]) -> Vec<String> {
    texts_of(&format!("{}\n.data\n{data}\n", script(calls)))
}

const DATA: u32 = 0x1000_0000;

#[test]
fn a_text_is_shown_and_a_long_one_is_cut() {
    let data = r#".asciz "hello\n"
        .zero 1
        .ascii "abcdefghijklmnopqrstuvwxyz 0123456789"
        .byte 27, 0, 255"#;
    assert_eq!(
        texts(
            data,
            &[
                (64, &[1, DATA, 6]),
                (64, &[1, DATA, 0]),
                (64, &[1, DATA + 8, 32]),
                (64, &[1, DATA + 8, 33]),
                (64, &[1, DATA + 45, 3]),
            ]
        ),
        [
            r#"write(1, "hello\n", 6)"#,
            r#"write(1, "", 0)"#,
            r#"write(1, "abcdefghijklmnopqrstuvwxyz 01234", 32)"#,
            r#"write(1, "abcdefghijklmnopqrstuvwxyz 01234"..., 33)"#,
            r#"write(1, "\x1b\x00\xff", 3)"#,
        ]
    );
}

/// Where nothing can be read, the log has the address, as the process has it.
#[test]
fn a_pointer_to_nowhere_is_shown_as_it_is() {
    let calls: &[(u32, &[u32])] = &[
        (59, &[0xffff_fffc]),
        (63, &[0, 16, u32::MAX]),
        (64, &[1, 16, 5]),
        (64, &[1, u32::MAX, u32::MAX]),
        (98, &[0, 0, 0, 16]),
        (101, &[0x7fff_fffc]),
        (189, &[1, 16, 5, 0]),
        (200, &[3, 16, 5]),
        (200, &[3, DATA, 1]),
        (203, &[3, DATA, 9]),
        (221, &[0, 16]),
        (221, &[DATA, DATA + 2]),
        (260, &[u32::MAX, 16, 0, 0]),
        (5000, &[16]),
    ];
    // Of another domain, and without the zero at its end.
    assert_eq!(
        texts(".byte 2, 0", calls),
        [
            "pipe2(0xfffffffc)",
            "read(0, 0x00000010, 4294967295)",
            "write(1, 0x00000010, 5)",
            "write(1, 0xffffffff, 4294967295)",
            "futex(NULL, FUTEX_WAIT, 0, 0x00000010)",
            "nanosleep(0x7ffffffc)",
            "msgsnd(1, 0x00000010, 5)",
            "bind(3, 0x00000010)",
            "bind(3, 0x10000000)",
            "connect(3, 0x10000000)",
            "execve(NULL, 0x00000010)",
            r#"execve("\x02", 0x10000002)"#,
            "wait4(-1, 0x00000010, 0)",
            "call 5000(...)",
        ]
    );
}

#[test]
fn numbers_have_the_names_of_the_manual() {
    assert_eq!(
        texts(
            "",
            &[
                (186, &[0, 0o3600]),
                (186, &[0x1234, 0]),
                (187, &[1, 0]),
                (187, &[1, 7]),
                (194, &[0, 4096, 0o1644]),
                (196, &[2, 0, 0o10000]),
                (198, &[1, 1, 0]),
                (198, &[2, 2, 0]),
                (129, &[77, 9]),
                (129, &[u32::MAX, 1]),
                (98, &[DATA, 129, 1, 99]),
                (220, &[0xff00_0000]),
                (260, &[0, 0, 1, 8]),
            ]
        ),
        [
            "msgget(IPC_PRIVATE, IPC_CREAT|IPC_EXCL|0600)",
            "msgget(0x1234, 0)",
            "msgctl(1, IPC_RMID)",
            "msgctl(1, 7)",
            "shmget(IPC_PRIVATE, 4096, IPC_CREAT|0644)",
            "shmat(2, NULL, SHM_RDONLY)",
            "socket(AF_UNIX, SOCK_STREAM, 0)",
            "socket(2, 2, 0)",
            "kill(77, SIGKILL)",
            "kill(-1, 1)",
            "futex(0x10000000, FUTEX_WAKE_PRIVATE, 1)",
            "clone(CLONE_CHILD_SETTID|0xfe000000, child_tid=0x00000000)",
            "wait4(0, NULL, WNOHANG, 0x00000008)",
        ]
    );
}

/// What the kernel gives is there when it has answered, and not before.
#[test]
fn what_is_read_is_shown_with_the_answer() {
    let text = "
        la a0, ends
        li a1, 0
        li a7, 59               # a pipe
        ecall
        li a0, 17
        li a1, 0
        li a7, 220              # a child, which reads first
        ecall
        mv s0, a0
        bnez a0, parent
        lw a0, ends
        la a1, room
        li a2, 8
        li a7, 63
        ecall
        li a0, 5
        li a7, 93
        ecall
parent: li a7, 124
        ecall
        lw a0, ends + 4
        la a1, word
        li a2, 3
        li a7, 64
        ecall
        li a0, -1
        la a1, room
        li a2, 0
        li a3, 0
        li a7, 260
        ecall
        li a0, 0
        li a7, 93
        ecall
        .data
        .align 2
ends:   .word 0, 0
room:   .zero 8
word:   .ascii \"abc\"
";
    let texts: Vec<String> = calls_of(text)
        .into_iter()
        .map(|(text, called)| match called {
            Called::Answered(answer) => format!("{text} = {answer}"),
            Called::Waits(why) => format!("{text} {why}"),
            Called::NeverAnswered => text,
        })
        .collect();
    assert_eq!(
        texts,
        [
            "pipe2([3, 4]) = 0",
            "clone(SIGCHLD) = 2",
            "read(3, 0x10000008, 8) waits for bytes in pipe 1 written by caller (1) since \
             dispatch 2 and caller (2) since dispatch 2",
            "sched_yield() = 0",
            "write(4, \"abc\", 3) = 3",
            "wait4(-1, 0x10000008, 0) waits for the end of a child, namely caller (2) since \
             dispatch 2",
            "read(3, \"abc\", 8) = 3",
            "exit(5)",
            "wait4(-1, [exit 5], 0) = 2",
            "exit(0)",
        ]
    );
}

/// While one thread sleeps another one writes over the time for which it was to sleep.
/// The log has the time that it was called with.
#[test]
fn what_a_caller_gives_is_shown_as_it_was_at_the_call() {
    let text = "
        li a0, 0x10f00
        la a1, top
        li a7, 220
        ecall
        beqz a0, other
        la a0, time
        li a1, 0
        li a7, 101
        ecall
        li a0, 0
        li a7, 93
        ecall
other:  la t0, time
        li t1, 77
        sw t1, 0(t0)
        li a0, 0
        li a7, 93
        ecall
        .data
        .align 2
time:   .word 0, 5000000
        .zero 64
top:
";
    let mut sleeps = calls_of(text);
    sleeps.retain(|(text, _)| text.starts_with("nano"));
    let shown = "nanosleep({0 s, 5000000 ns})".to_owned();
    assert_eq!(sleeps.len(), 2);
    assert!(matches!(&sleeps[0], (text, Called::Waits(_)) if *text == shown));
    assert_eq!(sleeps[1], (shown, Called::Answered(0)));
}

/// After `execve` the memory is gone in which its arguments were.
#[test]
fn another_program_is_shown_with_its_arguments() {
    let text = "
        la a0, name
        la a1, argv
        li a2, 0
        li a7, 221
        ecall
        .data
name:   .asciz \"caller\"
        .align 2
argv:   .word name, 16, name, name, name, name, name, name, name, name, 0
";
    let settings = Settings {
        calls: CallLog::Keep,
        ..Settings::default()
    };
    let mut computer = computer(settings, &[("caller", text)]);
    // It cannot take an argument from 16, and then executes the words behind its call.
    computer.run();
    let calls = computer.take_calls();
    let names = r#""caller", "caller", "caller", "caller", "caller", "caller""#;
    assert_eq!(
        calls[0].text,
        format!(r#"execve("caller", ["caller", 0x00000010, {names}, ...])"#)
    );
    assert_eq!(calls[0].called, Called::Answered(-14_i32 as u32));
}

#[test]
fn nobody_notices_that_calls_are_written_down() {
    let run = |calls| {
        let mut computer = Computer::boot(Settings {
            disk: Disk::built_in(),
            calls,
            ..Settings::default()
        });
        for name in [
            "exec",
            "kill",
            "socket",
            "message_queue",
            "mutex",
            "sleeper",
        ] {
            computer.start(name, Priority::NORMAL).unwrap();
        }
        assert_eq!(computer.run(), Outcome::Ended);
        let accounts: Vec<_> = computer.reports().iter().map(|r| r.account).collect();
        (computer.now(), accounts, computer.take_calls().len())
    };
    let (off, keep) = (run(CallLog::Off), run(CallLog::Keep));
    assert_eq!((off.0, &off.1), (keep.0, &keep.1));
    assert_eq!(off.2, 0);
    assert!(keep.2 > 1_000);
}
