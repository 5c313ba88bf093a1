//! Families: copies, other programs, ends and what is said of them; and each mistake.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::state::StateName;
use kernel_sim::os::syscall::{CLONE, EXIT, EXIT_GROUP, GETPID, GETPPID, KILL, NANOSLEEP, WAIT4};
use kernel_sim::os::{Account, Computer, Limits, Outcome, Settings};

use crate::support::{
    Ask, DATA, answers, answers_in, answers_to, computer, disk, end_of, family_answers, quantum,
    script,
};

const EPERM: i32 = -1;
const ESRCH: i32 = -3;
const ECHILD: i32 = -10;
const EAGAIN: i32 = -11;
const ENOMEM: i32 = -12;
const EFAULT: i32 = -14;
const EINVAL: i32 = -22;

const SIGCHLD: u32 = 17;
const WNOHANG: u32 = 1;
/// Children of every kind.
const ALL: u32 = 0x4000_0000;
const ANY: u32 = u32::MAX;
/// The status, and a millisecond.
const ROOM: &str = ".word 0, 0\n .word 0, 1000000\n";
const TIME: u32 = DATA + 8;

/// The status that a parent finds, of a child that does this.
fn status_of(child: &str) -> u32 {
    let text = format!(
        "
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, child
        li a7, 260\n la a1, status\n li a2, 0\n li a3, 0\n ecall
        lw s0, status
        j .
    child:
        {child}
        li a7, 93\n ecall
        .data
    status: .word -1
        "
    );
    let limits = Limits {
        ticks: 50_000,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    let mut computer = computer(settings, &[("parent", &text)]);
    assert_eq!(computer.run(), Outcome::TimeIsUp);
    let memory = computer.thread(1).unwrap().memory();
    u32::from_le_bytes(memory.load(DATA).unwrap())
}

#[test]
fn the_status_says_by_what_a_child_has_ended_as_on_linux() {
    for (child, status) in [
        ("li a0, 0", 0),
        ("li a0, 3", 0x300),
        ("li a0, 255", 0xff00),
        ("li a0, 256", 0),
        ("ebreak", 5),
        (".word 0", 4),
        ("lw a0, 0(zero)", 11),
        ("la a0, status\n lw a0, 1(a0)", 7),
        ("li a0, 2\n li a1, 9\n li a7, 129\n ecall", 9),
        ("li a0, 2\n li a1, 15\n li a7, 129\n ecall", 15),
    ] {
        assert_eq!(status_of(child), status, "{child}");
    }
}

#[test]
fn a_child_has_a_copy_of_all_memory_and_nothing_in_common() {
    let text = "
        addi sp, sp, -16
        li t0, 1\n sw t0, 0(sp)\n sw t0, shared, t1
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        bnez a0, parent
        lw t0, 0(sp)\n lw t1, shared
        li t2, 2\n sw t2, 0(sp)\n sw t2, shared, t3
        add a0, t0, t1          # 2: what the parent had
        li a7, 93\n ecall
    parent:
        li a7, 260\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
        lw t0, 0(sp)\n lw t1, shared
        add a0, t0, t1
        li a7, 93\n ecall
        .data
    shared: .word 0
    ";
    let mut computer = computer(Settings::default(), &[("parent", text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(
        [1, 2].map(|pid| end_of(&computer, pid)),
        ["exit 2", "exit 2"]
    );
}

#[test]
fn a_child_may_be_given_another_stack() {
    let text = "
        li a7, 220\n li a0, 17\n la a1, top\n ecall
        bnez a0, 1f
        mv a0, sp\n la a1, top\n sub a0, a0, a1
        li a7, 93\n ecall
    1:  li a7, 93\n li a0, 1\n ecall
        .bss\n .zero 64
    top:
    ";
    let mut computer = computer(Settings::default(), &[("parent", text)]);
    computer.run();
    assert_eq!(end_of(&computer, 2), "exit 0");
}

#[test]
fn parent_and_child_know_each_others_numbers() {
    let parent: &[Ask<'_>] = &[(GETPID, &[]), (GETPPID, &[]), (WAIT4, &[2])];
    let child: &[Ask<'_>] = &[(GETPID, &[]), (GETPPID, &[])];
    let [parent, child] = family_answers(ROOM, &[], parent, child);
    assert_eq!(parent, [1, 0, 2]);
    assert_eq!(child, [2, 1]);
}

#[test]
fn who_has_no_such_child_is_told_so() {
    let parent: &[Ask<'_>] = &[
        (WAIT4, &[1]),
        (WAIT4, &[99]),
        (WAIT4, &[-2_i32 as u32]),
        (WAIT4, &[i32::MIN as u32]), // no number is its negation
        (WAIT4, &[2]),
        (WAIT4, &[2]), // only once
        (WAIT4, &[ANY]),
    ];
    let child: &[Ask<'_>] = &[(WAIT4, &[ANY])];
    let [parent, child] = family_answers(ROOM, &[], parent, child);
    assert_eq!(parent, [ECHILD, ECHILD, ECHILD, ESRCH, 2, ECHILD, ECHILD]);
    assert_eq!(child, [ECHILD]);
}

#[test]
fn wait4_refuses_what_it_does_not_know() {
    let parent: &[Ask<'_>] = &[
        (WAIT4, &[ANY, 0, 4]),
        (WAIT4, &[ANY, 0, 0, DATA]),
        (WAIT4, &[ANY, 0, WNOHANG | 2 | 8 | ALL]), // the child has not ended
        (WAIT4, &[ANY, 16, 0]),                    // there is no memory for the status
        (WAIT4, &[ANY, 0, 0]),                     // and yet it was waited for, as on Linux
    ];
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME])];
    let [parent, _] = family_answers(ROOM, &[], parent, child);
    assert_eq!(parent, [EINVAL, EINVAL, 0, EFAULT, ECHILD]);
}

#[test]
fn zero_and_minus_one_are_any_child() {
    for any in [0, ANY] {
        let [parent, _] = family_answers(ROOM, &[], &[(WAIT4, &[any])], &[]);
        assert_eq!(parent, [2]);
    }
}

#[test]
fn who_has_ended_is_a_zombie_until_its_parent_asks() {
    let parent = script(&[(NANOSLEEP, &[TIME]), (WAIT4, &[ANY])]);
    let text = format!(
        "li a7, 220\n li a0, 17\n li a1, 0\n ecall\n bnez a0, 1f
         li a7, 93\n li a0, 5\n ecall\n 1: {parent}\n .data\n {ROOM}"
    );
    let mut computer = computer(Settings::default(), &[("parent", &text)]);
    computer.run_until(9_000);
    let child = computer.report(2).unwrap();
    assert_eq!(
        (child.state, child.is_zombie),
        (StateName::Terminated, true)
    );
    assert_eq!((child.parent, child.family), (1, 1));
    assert_eq!(computer.kernel().len(), 2, "its PCB is there");
    assert!(computer.thread(2).is_none(), "and nothing else");
    computer.run_until(10_500);
    let child = computer.report(2).unwrap();
    assert!(!child.is_zombie);
    assert_eq!(computer.kernel().len(), 0);
    assert_eq!(end_of(&computer, 2), "exit 5");
}

#[test]
fn orphans_are_taken_by_the_kernel_and_never_zombies() {
    let child: &[Ask<'_>] = &[(NANOSLEEP, &[TIME]), (GETPPID, &[])];
    let [parent, child] = family_answers(ROOM, &[], &[], child);
    assert_eq!(parent, [0; 0]);
    assert_eq!(child, [0, 0]);

    // The grandchild is a zombie when its parent ends.
    let text = "
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        bnez a0, 1f
        li a7, 220\n li a0, 17\n ecall
        bnez a0, 2f
        li a7, 93\n ecall
    2:  li a7, 124\n ecall\n ecall
        li a7, 93\n ecall
    1:  li a7, 124\n ecall\n ecall\n ecall\n ecall\n ecall
        j 1b
    ";
    let limits = Limits {
        ticks: 100_000,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    let mut computer = computer(settings, &[("grandparent", text)]);
    assert_eq!(computer.run(), Outcome::TimeIsUp);
    let zombies: Vec<bool> = computer.reports().iter().map(|r| r.is_zombie).collect();
    assert_eq!(zombies, [false, true, false]);
    assert_eq!(computer.kernel().len(), 2);
}

#[test]
fn only_processes_of_the_same_family_can_be_ended() {
    let kills: &[Ask<'_>] = &[
        (KILL, &[2, 9]),
        (KILL, &[2, 0]),
        (KILL, &[99, 9]),
        (KILL, &[99, 65]), // nobody is there who could get it
        (KILL, &[-1_i32 as u32, 9]),
        (KILL, &[0, 9]),
        (KILL, &[1, 0]),
        (KILL, &[1, 1]),
        (KILL, &[1, 65]),
    ];
    let text = script(kills);
    let [answers, _] = answers_to(Settings::default(), &[("a", &text), ("b", "j .")]);
    let expected = [EPERM, EPERM, ESRCH, ESRCH, ESRCH, ESRCH, 0, EINVAL, EINVAL];
    assert_eq!(answers, expected);
}

#[test]
fn a_child_can_end_its_parent_and_a_zombie_does_not_mind() {
    let parent: &[Ask<'_>] = &[(NANOSLEEP, &[TIME]), (EXIT, &[1])];
    let child: &[Ask<'_>] = &[(KILL, &[1, 15]), (KILL, &[1, 15]), (GETPPID, &[])];
    let [parent, child] = family_answers(ROOM, &[], parent, child);
    assert_eq!(parent, [0; 0], "it never woke");
    assert_eq!(child, [0, ESRCH, 0]);

    let parent: &[Ask<'_>] = &[(NANOSLEEP, &[TIME]), (KILL, &[2, 9]), (WAIT4, &[2, DATA])];
    let [parent, _] = family_answers(ROOM, &[], parent, &[]);
    assert_eq!(parent, [0, 0, 2]);
}

#[test]
fn exit_group_is_the_end_as_exit_is() {
    let [parent, _] = family_answers(ROOM, &[], &[(WAIT4, &[2])], &[(EXIT_GROUP, &[3])]);
    assert_eq!(parent, [2]);
}

#[test]
fn there_are_only_so_many_threads_zombies_too() {
    let limits = Limits {
        threads: 2,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..quantum(100_000)
    };
    let text = "
        li s0, 3
    1:  li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, 2f
        li a7, 124\n ecall
        addi s0, s0, -1\n bnez s0, 1b
        li a7, 260\n li a0, -1\n li a1, 0\n li a2, 0\n li a3, 0\n ecall
        li a7, 220\n li a0, 17\n ecall
    2:  li a7, 93\n li a0, 0\n ecall
    ";
    let [answers] = answers_to(settings, &[("parent", text)]);
    assert_eq!(answers, [2, 0, EAGAIN, 0, EAGAIN, 0, 2, 3]);
}

#[test]
fn a_copy_needs_as_much_memory_as_there_was() {
    let settings = Settings {
        limits: Limits {
            memory: (16 << 10) * 2 + 16,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let calls: &[Ask<'_>] = &[(CLONE, &[SIGCHLD])];
    let ok = answers_in(settings, ".zero 8", calls);
    assert_eq!(ok, [2]);
    let settings = Settings {
        limits: Limits {
            memory: (16 << 10) * 2 + 15,
            ..Limits::default()
        },
        ..Settings::default()
    };
    assert_eq!(answers_in(settings, ".zero 8", calls), [ENOMEM]);
}

#[test]
fn a_child_may_be_given_a_thread_pointer() {
    let text = "
        li a7, 220\n li a0, 0x80011\n la a1, top\n li a3, 55\n ecall
        bnez a0, 1f
        mv a0, tp\n li a7, 93\n ecall
    1:  li a7, 260\n la a1, status\n li a2, 0\n li a3, 0\n ecall
        lw a0, status\n srli a0, a0, 8\n li a7, 93\n ecall
        .bss\n status: .zero 64\n top:
    ";
    let mut computer = computer(Settings::default(), &[("proc", text)]);
    computer.run();
    assert_eq!(end_of(&computer, 1), "exit 55");
}

#[test]
fn flags_that_are_half_a_thread_are_refused() {
    for flags in [0x100, 0x10f00 - 0x100, 0x10f00 - 0x400, 0x400, 0x2000_0000] {
        assert_eq!(answers("", &[(CLONE, &[flags])]), [EINVAL], "{flags:#x}");
    }
}

#[test]
fn numbers_are_written_where_the_caller_wants_them() {
    let text = "
        li a7, 220\n li a0, 0x1100000 + 17\n li a1, 0\n la a2, mine\n li a3, 0\n la a4, childs\n ecall
        lw t0, mine
        lw t1, childs
        slli t0, t0, 4
        add a0, t0, t1
        li a7, 93\n ecall
        .data
    mine: .word 0
    childs: .word 0
    ";
    let mut computer = computer(Settings::default(), &[("parent", text)]);
    computer.run();
    assert_eq!(
        end_of(&computer, 1),
        "exit 32",
        "2 in the parent's memory, and no more"
    );
    assert_eq!(end_of(&computer, 2), "exit 2", "the copy was made before");
}

#[test]
fn a_copy_is_charged_for_by_words_and_so_is_another_program() {
    let account = |text: &str| -> Account {
        let mut computer = computer(Settings::default(), &[("a", text)]);
        computer.run();
        computer.report(1).unwrap().account
    };
    let stack = (16 << 10) / 4;
    let fork = account(&script(&[(CLONE, &[SIGCHLD])]));
    assert_eq!(fork.words, stack);
    assert_eq!(
        fork.kernel,
        2 * 50 + 2 * stack + 20,
        "two calls, and the timer"
    );

    let other = "li a7, 93\n ecall";
    let text = "la a0, name\n li a7, 221\n ecall\n .data\nname: .asciz \"other\"";
    let mut computer = Computer::boot(Settings {
        disk: disk(&[("other", other), ("first", text)]),
        ..Settings::default()
    });
    computer.start("first", Priority::NORMAL).unwrap();
    computer.run();
    // Its name, with the zero, and its stack.
    assert_eq!(computer.report(1).unwrap().account.words, 2 + stack);
}
