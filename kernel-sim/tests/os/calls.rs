//! What each call does, and what it answers to each mistake: Linux's number for
//! the same mistake.

use kernel_sim::machine::isa::Register;
use kernel_sim::os::{Computer, Errno, Limits, Outcome, Settings, Stream};

use crate::support::{answer, answer_on, computer, end_of};

const EBADF: i32 = -9;
const EFAULT: i32 = -14;
const EINVAL: i32 = -22;
const ENOSYS: i32 = -38;

#[test]
fn the_numbers_and_words_of_errors_are_those_of_linux() {
    // Source: include/uapi/asm-generic/errno-base.h and errno.h.
    let errors = [
        ("EPERM", 1),
        ("ENOENT", 2),
        ("ESRCH", 3),
        ("E2BIG", 7),
        ("ENOEXEC", 8),
        ("EBADF", 9),
        ("ECHILD", 10),
        ("EAGAIN", 11),
        ("ENOMEM", 12),
        ("EACCES", 13),
        ("EFAULT", 14),
        ("EEXIST", 17),
        ("EINVAL", 22),
        ("ENFILE", 23),
        ("EMFILE", 24),
        ("ENOSPC", 28),
        ("EPIPE", 32),
        ("ENAMETOOLONG", 36),
        ("ENOSYS", 38),
        ("ENOMSG", 42),
        ("EIDRM", 43),
        ("ENOTSOCK", 88),
        ("EPROTONOSUPPORT", 93),
        ("ESOCKTNOSUPPORT", 94),
        ("EAFNOSUPPORT", 97),
        ("EADDRINUSE", 98),
        ("EISCONN", 106),
        ("ENOTCONN", 107),
        ("ETIMEDOUT", 110),
        ("ECONNREFUSED", 111),
    ];
    let all: Vec<_> = Errno::all()
        .map(|errno| (errno.name(), errno.number()))
        .collect();
    assert_eq!(all, errors);
    for errno in Errno::all() {
        let answer = errno.answer().cast_signed();
        assert_eq!(Errno::of_answer(errno.answer()), Some(errno));
        // Where the host is a Linux, it has the same words for the same number.
        if cfg!(target_os = "linux") {
            let host = std::io::Error::from_raw_os_error(-answer).to_string();
            let words = host.split(" (os").next().unwrap().to_lowercase();
            assert!(errno.to_string().ends_with(&words), "{errno}, but {host}");
        }
    }
}

/// The first call of a program that has `text` and eight bytes of data, `data`.
fn answer_with_data(text: &str) -> i32 {
    answer(&format!("{text}\n .data\ndata: .ascii \"12345678\"\n"))
}

#[test]
fn a_call_that_there_is_not_is_refused_with_enosys() {
    for call in ["0", "62", "95", "172 + 1000", "-1", "0x80000000"] {
        assert_eq!(answer(&format!("li a7, {call}\n ecall")), ENOSYS, "{call}");
    }
}

mod write {
    use super::*;

    #[test]
    fn what_is_written_is_on_the_console_with_who_and_when() {
        let text = "
            li a7, WRITE
            li a0, 2
            la a1, data
            li a2, 5
            ecall
            .data
            data: .ascii \"12345678\"
        ";
        let mut computer = computer(Settings::default(), &[("caller", text)]);
        assert_eq!(answer_on(&mut computer), 5);
        let [write] = computer.console().writes() else {
            panic!("one write");
        };
        assert_eq!((write.pid, write.stream), (1, Stream::Stderr));
        assert_eq!(write.bytes, b"12345");
        assert_eq!(write.tick, computer.now());
    }

    #[test]
    fn only_files_1_and_2_can_be_written_to() {
        for file in ["0", "3", "77", "-1", "0x80000000"] {
            let text = format!("li a7, WRITE\n li a0, {file}\n la a1, data\n li a2, 8\n ecall");
            assert_eq!(answer_with_data(&text), EBADF, "{file}");
        }
    }

    #[test]
    fn a_file_that_is_not_open_comes_before_a_bad_address() {
        assert_eq!(answer("li a7, WRITE\n li a0, 9\n li a2, 1\n ecall"), EBADF);
    }

    #[test]
    fn nothing_is_written_to_any_address_without_a_mistake() {
        let text = "li a7, WRITE\n li a0, 1\n li a1, 16\n li a2, 0\n ecall";
        assert_eq!(answer(text), 0);
    }

    #[test]
    fn bytes_that_are_not_there_are_a_bad_address() {
        for (address, length) in [
            ("16", "1"),
            ("data", "9"), // one too many
            ("data - 1", "1"),
            ("0x7fffffff", "2"), // beyond the stack
            ("0x80000000", "1"), // the kernel's
            ("-1", "1"),
            ("data", "-1"), // a negative length is a huge one
            ("data", "0x7fffffff"),
            ("-8", "16"), // goes once around
        ] {
            let text =
                format!("li a7, WRITE\n li a0, 1\n la a1, {address}\n li a2, {length}\n ecall");
            let text = match address {
                "data" | "data - 1" => text,
                _ => text.replace("la a1", "li a1"),
            };
            assert_eq!(answer_with_data(&text), EFAULT, "{address}, {length}");
        }
    }

    /// As on Linux, where a terminal takes 2048 bytes at a time.
    #[test]
    fn pieces_before_the_one_that_is_bad_are_written() {
        for (length, written) in [(2048, EFAULT), (4096, 2048), (100_000, 4096)] {
            let size = match written {
                EFAULT => 2047,
                2048 => 4095,
                _ => 4096 + 2047,
            };
            let text = format!(
                "li a7, WRITE\n li a0, 1\n la a1, data\n li a2, {length}\n ecall
                 .data\ndata: .zero {size}"
            );
            assert_eq!(answer(&text), written, "{length} of {size}");
        }
    }

    #[test]
    fn a_length_that_no_process_could_have_is_refused_before_anything_is_written() {
        for length in ["0x70000000", "0x70000001", "-1"] {
            let text = format!(
                "li a7, WRITE\n li a0, 1\n la a1, data\n li a2, {length}\n ecall
                 .data\ndata: .zero 4096"
            );
            // Up to the end of what a process may have, it is the pieces that count.
            let expected = if length == "0x70000000" { 4096 } else { EFAULT };
            assert_eq!(answer(&text), expected, "{length}");
        }
    }

    #[test]
    fn a_text_may_go_over_the_border_of_two_sections() {
        // Data ends where the heap begins, once the heap is there.
        let text = "
            li a7, BRK
            la a0, end + 4096
            ecall
            li a7, WRITE
            li a0, 1
            la a1, end - 1
            li a2, 2
            ecall
            .data
            .zero 4095
            .byte 'x'
            end:
        ";
        let mut computer = computer(Settings::default(), &[("caller", text)]);
        answer_on(&mut computer);
        assert_eq!(answer_on(&mut computer), 2);
        assert_eq!(computer.console().writes()[0].bytes, b"x\0");
    }

    fn small_console(room: usize) -> Computer {
        let text = "
            again: li a7, WRITE
            li a0, 1
            la a1, data
            li a2, 8
            ecall
            j again
            .data
            data: .ascii \"12345678\"
        ";
        let limits = Limits {
            console: room,
            ..Limits::default()
        };
        let settings = Settings {
            limits,
            ..Settings::default()
        };
        computer(settings, &[("caller", text)])
    }

    #[test]
    fn a_process_cannot_tell_whether_anybody_looks_at_what_it_writes() {
        let mut computer = small_console(12);
        for _ in 0..3 {
            assert_eq!(answer_on(&mut computer), 8);
        }
        assert_eq!(computer.console().text(), "123456781234");
        let taken = computer.console_mut().take();
        let lost: Vec<u32> = taken.iter().map(|write| write.lost).collect();
        assert_eq!(lost, [0, 4, 8]);
        assert_eq!(answer_on(&mut computer), 8);
        assert_eq!(computer.console().text(), "12345678");
    }
}

mod exit {
    use super::*;

    #[test]
    fn only_the_lowest_eight_bits_of_a_status_are_kept() {
        for call in ["EXIT", "EXIT_GROUP"] {
            for (status, kept) in [("0", 0), ("255", 255), ("256", 0), ("-1", 255)] {
                let text = format!("li a7, {call}\n li a0, {status}\n ecall\n j .");
                let mut computer = computer(Settings::default(), &[("ends", &text)]);
                assert_eq!(computer.run(), Outcome::Ended);
                let death = computer.report(1).unwrap().death.unwrap();
                assert_eq!(death.status(), Some(kept), "{call} {status}");
                assert_eq!(death.to_string(), format!("exit {kept}"));
            }
        }
    }
}

mod nanosleep {
    use super::*;

    fn sleep(seconds: &str, nanos: &str) -> String {
        format!(
            "li a7, NANOSLEEP\n la a0, data\n ecall\n li a7, EXIT\n li a0, 0\n ecall
             .data\n data: .word {seconds}, {nanos}\n"
        )
    }

    #[test]
    fn a_sleep_is_at_least_as_long_as_asked_for_and_of_whole_ticks() {
        // From the call to the exit, the process's own ticks left out.
        for (seconds, nanos, ticks) in [
            ("0", "0", 0),
            ("0", "1", 1),
            ("0", "1000", 1),
            ("0", "1001", 2),
            ("2", "999999999", 3_000_000),
        ] {
            let text = sleep(seconds, nanos);
            let mut computer = computer(Settings::default(), &[("sleeper", &text)]);
            assert_eq!(computer.run(), Outcome::Ended);
            assert_eq!(computer.idle_ticks(), ticks, "{seconds} s {nanos} ns");
        }
    }

    #[test]
    fn a_time_that_makes_no_sense_is_invalid() {
        for (seconds, nanos) in [
            ("-1", "0"),
            ("0", "-1"),
            ("0", "1000000000"),
            ("0x80000000", "0"),
            ("0", "0x80000000"),
        ] {
            let text = sleep(seconds, nanos);
            assert_eq!(answer(&text), EINVAL, "{seconds} s {nanos} ns");
        }
    }

    #[test]
    fn the_time_has_to_be_where_the_process_says() {
        for address in ["0", "-1", "-4", "0x80000000", "0x7ffffffc"] {
            let text = format!("li a7, NANOSLEEP\n li a0, {address}\n ecall");
            assert_eq!(answer(&text), EFAULT, "{address}");
        }
    }

    /// The longest there is: 68 years. The computer is switched off before.
    #[test]
    fn who_sleeps_beyond_the_last_tick_does_not_wake() {
        let text = sleep("0x7fffffff", "999999999");
        let mut computer = computer(Settings::default(), &[("sleeper", &text)]);
        assert_eq!(computer.run(), Outcome::TimeIsUp);
        assert_eq!(computer.now(), Limits::default().ticks);
        assert_eq!(end_of(&computer, 1), "never");
    }
}

#[test]
fn yielding_is_answered_with_zero() {
    assert_eq!(answer("li a7, SCHED_YIELD\n li a0, 5\n ecall"), 0);
}

#[test]
fn each_process_is_told_its_own_number() {
    let text = "li a7, GETPID\n ecall\n li a7, EXIT\n ecall";
    let mut computer = computer(Settings::default(), &[("a", text), ("b", text)]);
    computer.run();
    assert_eq!(end_of(&computer, 1), "exit 1");
    assert_eq!(end_of(&computer, 2), "exit 2");
}

#[test]
fn a_call_changes_a0_and_pc_and_no_other_register() {
    let text = "li a7, GETPID\n li a1, 5\n li t0, 6\n ecall\n j .";
    let mut computer = computer(Settings::default(), &[("caller", text)]);
    for _ in 0..4 {
        computer.step();
    }
    let before = computer.thread(1).unwrap().registers().clone();
    assert_eq!(answer_on(&mut computer), 1);
    let mut expected = before;
    expected.skip();
    expected.set(Register::A0, 1);
    assert_eq!(computer.thread(1).unwrap().registers(), &expected);
}

mod brk {
    use super::*;

    /// Sets the break so far from where it begins, and gives how far it then is.
    fn moved(limits: Limits, steps: &[i32]) -> Vec<i32> {
        let mut text = String::from("li a7, BRK\n li a0, 0\n ecall\n mv s0, a0\n");
        for step in steps {
            text += &format!("li a1, {step}\n add a0, s0, a1\n ecall\n");
        }
        let settings = Settings {
            limits,
            ..Settings::default()
        };
        let mut computer = computer(settings, &[("grower", &text)]);
        let base = answer_on(&mut computer);
        let steps = steps.iter();
        steps.map(|_| answer_on(&mut computer) - base).collect()
    }

    #[test]
    fn the_break_goes_where_it_is_told_to_within_the_limit() {
        let limits = Limits {
            heap: 8192,
            ..Limits::default()
        };
        let steps = [1, 8192, 8193, -1, i32::MAX, 4096, 0];
        let breaks = [1, 8192, 8192, 8192, 8192, 4096, 0];
        assert_eq!(moved(limits, &steps), breaks);
    }

    #[test]
    fn the_memory_of_all_processes_together_is_a_limit_too() {
        let limits = Limits {
            memory: (16 << 10) + 100,
            ..Limits::default()
        };
        assert_eq!(moved(limits, &[100, 101, 50, 101]), [100, 100, 50, 50]);
    }

    #[test]
    fn what_a_process_had_is_free_for_others_when_it_has_ended() {
        let grow = "
            li a7, BRK\n li a0, 0\n ecall
            li a1, 65536\n add s0, a0, a1\n mv a0, s0\n ecall
            li a7, EXIT\n sub a0, a0, s0\n ecall
        ";
        let limits = Limits {
            memory: 3 * (16 << 10) + 65536,
            ..Limits::default()
        };
        let settings = Settings {
            limits,
            ..Settings::default()
        };
        let programs = [("a", grow), ("b", grow), ("c", grow)];
        let mut computer = computer(settings, &programs);
        computer.run();
        for pid in 1..=3 {
            assert_eq!(end_of(&computer, pid), "exit 0");
        }
    }

    #[test]
    fn new_memory_is_zero_also_where_there_was_some_before() {
        let text = "
            li a7, BRK\n li a0, 0\n ecall
            mv s0, a0
            addi s1, s0, 64
            mv a0, s1\n ecall
            li t0, -1\n sw t0, 60(s0)
            mv a0, s0\n ecall
            mv a0, s1\n ecall
            lw a0, 60(s0)
            li a7, EXIT\n ecall
        ";
        let mut computer = computer(Settings::default(), &[("grower", text)]);
        computer.run();
        assert_eq!(end_of(&computer, 1), "exit 0");
    }

    #[test]
    fn what_was_given_back_is_no_more_there() {
        let text = "
            li a7, BRK\n li a0, 0\n ecall
            mv s0, a0
            addi a0, s0, 64\n ecall
            sw zero, 60(s0)
            addi a0, s0, 60\n ecall
            sw zero, 60(s0)
        ";
        let mut computer = computer(Settings::default(), &[("grower", text)]);
        computer.run();
        let death = computer.report(1).unwrap().death.unwrap().to_string();
        let words = "fault: cannot write 4 bytes at 0x1000003c: nothing is there; \
                     it is 1 byte beyond the heap (0x10000000..0x1000003c, rw-)";
        assert_eq!(death, words);
    }
}
