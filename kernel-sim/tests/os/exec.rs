//! Another program in the same process, with its arguments; and each mistake.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::syscall::{EXECVE, GETPID};
use kernel_sim::os::{CallLog, Called, Computer, Limits, Outcome, Program, Settings, USER_END};

use crate::support::{Ask, DATA, answers, computer, disk, end_of, program, script};

const ENOENT: i32 = -2;
const ENOEXEC: i32 = -8;
const ENOMEM: i32 = -12;
const EFAULT: i32 = -14;
const ENAMETOOLONG: i32 = -36;

#[test]
fn a_process_becomes_another_program_and_stays_itself() {
    let other = "li a7, 172\n ecall\n mv s0, a0\n li a7, 93\n add a0, s0, s1\n ecall";
    let text = "li s1, 7\n la a0, name\n li a7, 221\n ecall\n j .\n .data\nname: .asciz \"other\"";
    let disk = disk(&[("other", other), ("first", text)]);
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    computer.start("first", Priority::NORMAL).unwrap();
    assert_eq!(computer.report(1).unwrap().program.name(), "first");
    assert_eq!(computer.run(), Outcome::Ended);
    let report = computer.report(1).unwrap();
    assert_eq!(report.program.name(), "other");
    // Its number is 1, and no register has anything of the first program.
    assert_eq!(end_of(&computer, 1), "exit 1");
}

#[test]
fn execve_refuses_what_it_cannot_execute() {
    let long = format!(".asciz \"{}\"", "x".repeat(300));
    let data = format!("name: .asciz \"nobody\"\n empty: .asciz \"\"\n long: {long}\n");
    let calls: &[Ask<'_>] = &[
        (EXECVE, &[DATA]),
        (EXECVE, &[DATA + 7]),
        (EXECVE, &[DATA + 8]),
        (EXECVE, &[16]),
        (EXECVE, &[0x7fff_fff0 + 16]),
    ];
    let expected = [ENOENT, ENOENT, ENAMETOOLONG, EFAULT, EFAULT];
    assert_eq!(answers(&data, calls), expected);
    // A text without an end.
    assert_eq!(answers(".ascii \"abc\"", &[(EXECVE, &[DATA])]), [EFAULT]);
}

/// What `execve` of this program is answered that cannot be loaded, and `getpid` then.
fn refused(limits: Limits, other: Program) -> Vec<i32> {
    let calls: &[Ask<'_>] = &[(EXECVE, &[DATA]), (GETPID, &[])];
    let caller = format!("{}\n .data\n .asciz \"other\"\n", script(calls));
    let mut disk = disk(&[("caller", &caller)]);
    disk.put(other.renamed("other"));
    let mut computer = Computer::boot(Settings {
        limits,
        disk,
        calls: CallLog::Keep,
        ..Settings::default()
    });
    computer.start("caller", Priority::NORMAL).unwrap();
    assert_eq!(computer.run(), Outcome::Ended);
    let calls = computer.take_calls().into_iter();
    let answers = calls.filter_map(|record| match record.called {
        Called::Answered(answer) => Some(answer.cast_signed()),
        _ => None,
    });
    answers.collect()
}

#[test]
fn a_program_that_cannot_be_loaded_leaves_the_process_as_it_was() {
    let limits = Limits {
        memory: 200_000,
        ..Limits::default()
    };
    let large = program("large", "nop\n .bss\n .zero 200000");
    assert_eq!(refused(limits, large), [ENOMEM, 1]);

    let small = program("small", "nop");
    let mut image = small.image().expect("it was assembled").clone();
    image.text.address = USER_END - 4096;
    let in_the_way = Program::new("stack", "", image).unwrap();
    assert_eq!(refused(Limits::default(), in_the_way), [ENOEXEC, 1]);
}

/// The other program reads the first letter of its second argument, which is its status.
#[test]
fn execve_passes_arguments_on() {
    let before = "
        la a0, name
        la a1, argv
        li a2, 0
        li a7, 221
        ecall
        neg a0, a0
        li a7, 93
        ecall
        .data
        name: .asciz \"other\"
        word: .asciz \"A\"
        long: .asciz \"LONG\"
        .align 2
    "
    .replace("LONG", &"x".repeat(8000));
    let endless = format!("argv: {}", ".word word\n".repeat(2000));
    let after = "lw t0, 8(sp)\n lbu a0, 0(t0)\n li a7, 93\n ecall";
    for (argv, end) in [
        ("argv: .word name, word, 0", "exit 65"),
        ("argv: .word name, 16, 0", "exit 14"),
        ("argv: .word name, long, 0", "exit 7"),
        // It goes on up to the end of the section.
        ("argv: .word name", "exit 14"),
        // An array without an end that has room.
        (&endless, "exit 7"),
    ] {
        let text = format!("{before}\n{argv}");
        let programs = [("before", text.as_str()), ("other", after)];
        let mut computer = computer(Settings::default(), &programs);
        assert_eq!(computer.run(), Outcome::Ended);
        assert_eq!(end_of(&computer, 1), end, "{argv}");
    }
}
