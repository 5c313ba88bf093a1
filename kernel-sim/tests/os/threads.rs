//! Threads of a process: what they share, what is theirs, and how they end.

use kernel_sim::os::{Account, Computer, DeathKind, Limits, Outcome, Settings};

use crate::support::{computer, end_of, quantum};

/// A main thread that makes another one and goes on with `main`; the other one does
/// `other`.
fn two(main: &str, other: &str) -> String {
    format!(
        "
        li a7, 220
        li a0, 0x1310f00        # a thread, and its number into the word
        la a1, top
        la a2, number
        li a3, 0
        la a4, word
        ecall
        mv s0, a0
        bnez a0, main
        {other}
        li a7, 93
        ecall
    main:
        {main}
        li a7, 93
        ecall
    join:                       # waits for the end of the other one
        lw a2, word
        beqz a2, 1f
        la a0, word
        li a1, 0
        li a3, 0
        li a7, 98
        ecall
        j join
    1:  ret
        .data
    word: .word 0
    number: .word 0
    shared: .word 0
        .bss
        .zero 256
    top:
        "
    )
}

fn run(main: &str, other: &str) -> Computer {
    run_in(Settings::default(), main, other)
}

fn run_in(settings: Settings, main: &str, other: &str) -> Computer {
    let mut computer = computer(settings, &[("threads", &two(main, other))]);
    assert_eq!(computer.run(), Outcome::Ended);
    computer
}

#[test]
fn what_one_writes_the_other_reads() {
    let computer = run(
        "call join\n lw a0, shared",
        "li t0, 42\n sw t0, shared, t1\n li a0, 7",
    );
    assert_eq!(end_of(&computer, 1), "exit 42");
    assert_eq!(end_of(&computer, 2), "exit 7");
}

#[test]
fn heap_and_files_are_in_common_too() {
    // The other one moves the break and closes file 1.
    let computer = run(
        "call join
         li a7, 214\n li a0, 0\n ecall
         lw t0, -4(a0)\n li t1, 5\n bne t0, t1, 2f
         li a7, 57\n li a0, 1\n ecall
         2: ",
        "li a7, 214\n li a0, 0\n ecall\n addi a0, a0, 64\n ecall
         li t0, 5\n sw t0, -4(a0)
         li a7, 57\n li a0, 1\n ecall",
    );
    assert_eq!(end_of(&computer, 1), "exit 247", "EBADF: it was closed");
}

#[test]
fn registers_and_stacks_are_their_own() {
    let computer = run(
        "li s1, 1\n addi sp, sp, -16\n sw s1, 0(sp)\n call join\n lw t0, 0(sp)\n add a0, s1, t0",
        "li s1, 2\n addi sp, sp, -16\n sw s1, 0(sp)\n la a0, top\n sub a0, a0, sp",
    );
    assert_eq!(end_of(&computer, 1), "exit 2");
    assert_eq!(end_of(&computer, 2), "exit 16");
}

#[test]
fn each_has_a_number_and_all_have_the_process_s() {
    let computer = run(
        "call join\n li a7, 178\n ecall\n mv s1, a0\n li a7, 172\n ecall\n slli a0, a0, 4\n add a0, a0, s1",
        "li a7, 178\n ecall\n mv s1, a0\n li a7, 172\n ecall\n slli a0, a0, 4\n add a0, a0, s1",
    );
    assert_eq!(end_of(&computer, 1), "exit 17");
    assert_eq!(end_of(&computer, 2), "exit 18");
    let report = computer.report(2).unwrap();
    assert_eq!((report.pid, report.process), (2, 1));
}

#[test]
fn the_number_of_a_thread_is_where_both_were_told_and_zero_at_its_end() {
    let computer = run(
        "lw s1, word\n call join\n lw t0, word\n lw t1, number\n slli a0, s1, 4\n add a0, a0, t1\n add a0, a0, t0",
        "",
    );
    assert_eq!(end_of(&computer, 1), "exit 34");
}

#[test]
fn the_process_ends_with_its_main_thread() {
    let computer = run("li a7, 124\n ecall\n li a0, 3", "j .");
    assert_eq!(end_of(&computer, 1), "exit 3");
    let death = computer.report(2).unwrap().death.unwrap();
    assert_eq!(death.kind, DeathKind::WithProcess);
    assert_eq!(computer.kernel().len(), 0);
}

#[test]
fn any_thread_can_end_all() {
    let computer = run("j .", "li a7, 94\n li a0, 9\n ecall");
    assert_eq!(end_of(&computer, 1), "exit 9");
    assert_eq!(end_of(&computer, 2), "exit 9");
}

/// As on Linux: a signal is for the process, whichever thread was named.
#[test]
fn the_number_of_a_thread_stands_for_its_process() {
    let computer = run("li a7, 129\n li a0, 2\n li a1, 9\n ecall", "j .");
    assert_eq!(end_of(&computer, 1), "killed");
}

#[test]
fn a_mistake_of_one_thread_is_the_end_of_all() {
    let computer = run("j .", "lw a0, 0(zero)");
    assert_eq!(
        end_of(&computer, 1),
        "with process",
        "it was not the main thread's"
    );
    assert_eq!(end_of(&computer, 2), "fault");
}

/// It waits in the kernel when its process ends.
#[test]
fn a_thread_that_waits_ends_with_its_process() {
    let computer = run(
        "li a7, 124\n ecall\n li a0, 0",
        "la a0, shared\n li a1, 0\n li a2, 0\n li a3, 0\n li a7, 98\n ecall",
    );
    assert_eq!(end_of(&computer, 2), "with process");
}

#[test]
fn only_the_main_thread_can_become_another_program() {
    let computer = run(
        "call join\n li a0, 0",
        "la a0, name\n li a7, 221\n ecall\n neg a0, a0\n .section .rodata\n name: .asciz \"threads\"\n .text",
    );
    assert_eq!(end_of(&computer, 2), "exit 22");
}

#[test]
fn when_the_main_thread_becomes_another_program_the_others_are_gone() {
    // The program is itself again; the second time, it has no more than one stack.
    let text = two(
        "li a7, 124\n ecall\n la a0, name\n li a1, 0\n li a7, 221\n ecall\n .section .rodata\n name: .asciz \"other\"\n .text",
        "j .",
    );
    let programs = [
        ("threads", text.as_str()),
        ("other", "li a7, 93\n li a0, 4\n ecall"),
    ];
    let mut computer = computer(Settings::default(), &programs);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(end_of(&computer, 1), "exit 4");
    assert_eq!(end_of(&computer, 3), "with process");
}

/// Threads pay as processes do, and a switch between them is a switch.
#[test]
fn all_ticks_are_some_thread_s() {
    let computer = run_in(
        quantum(20),
        "call join",
        "li t0, 200\n 1: addi t0, t0, -1\n bnez t0, 1b",
    );
    let reports = computer.reports();
    let total: Account = reports.iter().map(|report| report.account).sum();
    assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());
    assert!(reports[1].account.preemptions > 10);
}

#[test]
fn a_new_thread_takes_no_memory_that_its_process_does_not_have() {
    let computer = run("call join", "");
    // Nothing was copied but the word that is compared and the number.
    assert!(computer.report(1).unwrap().account.words <= 4);
}

/// Sets tp, and thread pointers are registers like others.
#[test]
fn a_thread_may_be_given_a_thread_pointer() {
    let text = "
        li a7, 220\n li a0, 0x90f00\n la a1, top\n li a2, 0\n li a3, 55\n ecall
        bnez a0, 1f
        mv a0, tp\n li a7, 94\n ecall
    1:  j .
        .bss\n .zero 64\n top:
    ";
    let mut computer = computer(Settings::default(), &[("threads", text)]);
    computer.run();
    assert_eq!(end_of(&computer, 1), "exit 55");
}

#[test]
fn there_are_only_so_many_threads() {
    let settings = Settings {
        limits: Limits {
            threads: 1,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let text = "li a7, 220\n li a0, 0x10f00\n ecall\n neg a0, a0\n li a7, 93\n ecall";
    let mut computer = computer(settings, &[("threads", text)]);
    computer.run();
    assert_eq!(end_of(&computer, 1), "exit 11", "EAGAIN");
}

/// One thread waits in the middle of a write, and another one takes the number away from
/// the file: by closing it, or for another pipe. What is left to write goes to the file
/// all the same, and all of it is counted.
#[test]
fn a_call_is_about_the_file_for_which_its_number_stood_when_it_began() {
    let take_away = [
        "li a7, 57\n li a0, 4",
        "li a7, 24\n li a0, 6\n li a1, 4\n li a2, 0",
    ];
    for take_away in take_away {
        let main = format!(
            "
            la a0, ends             # 3 and 4
            li a1, 0
            li a7, 59
            ecall
            la a0, ends             # 5 and 6
            ecall
            li a7, 124
            ecall
            {take_away}
            ecall
            li s2, 8000
        more:
            li a0, 3
            la a1, block
            li a2, 8000
            li a7, 63
            ecall
            blez a0, wrong
            sub s2, s2, a0
            bnez s2, more
            call join
            lw a0, shared
            li t0, 8000
            sub a0, a0, t0
            li a7, 93
            ecall
        wrong:
            li a0, 99
            .bss
        ends: .zero 8
        block: .zero 8000
            .text
            "
        );
        let other = "
            li a0, 4
            la a1, block
            li a2, 8000
            li a7, 64
            ecall
            la t0, shared
            sw a0, 0(t0)
            li a0, 0
        ";
        let computer = run(&main, other);
        assert_eq!(end_of(&computer, 1), "exit 0", "{take_away}");
    }
}
