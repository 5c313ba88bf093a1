//! Every tick is somebody's, and how many there are follows from the cost model.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Account, Computer, Costs, Disk, Limits, Settings};

use crate::support::{computer, quantum};

const COSTS: Costs = Costs {
    trap: 1_000,
    call: 10_000,
    switch: 100_000,
    word: 1_000_000,
};

fn settings() -> Settings {
    Settings {
        costs: COSTS,
        limits: Limits {
            ticks: 1_000_000_000,
            ..Limits::default()
        },
        // Longer than what any of these does.
        ..quantum(1_000_000_000)
    }
}

/// Seven instructions; two calls, of which one copies two words.
const WRITES: &str = "
    li a7, WRITE
    li a0, 1
    la a1, text
    li a2, 5
    ecall
    li a7, EXIT
    li a0, 0
    ecall
    .section .rodata
text: .ascii \"12345\"
";

#[test]
fn a_program_takes_what_the_table_says() {
    let mut computer = computer(settings(), &[("writes", WRITES)]);
    computer.run();
    let expected = Account {
        instructions: 7,
        kernel: 2 * 1_000 + 2 * 10_000 + 2 * 1_000_000,
        switching: 100_000,
        calls: 2,
        words: 2,
        switches: 1,
        preemptions: 0,
        faults: 0,
    };
    assert_eq!(computer.report(1).unwrap().account, expected);
    assert_eq!(computer.now(), 2_122_007);
    assert_eq!(computer.idle_ticks(), 0);
}

/// 300 instructions each, in quanta of 100.
#[test]
fn an_interrupt_costs_a_trap_and_a_switch_is_on_the_one_who_gets_the_cpu() {
    let text = "
        li s0, 149
    1:  addi s0, s0, -1
        bnez s0, 1b
        li a7, EXIT
        ecall
    ";
    let settings = Settings {
        costs: COSTS,
        ..quantum(100)
    };
    let mut computer = computer(settings, &[("a", text), ("b", text)]);
    computer.run();
    for pid in [1, 2] {
        let expected = Account {
            instructions: 300,
            // Three interrupts, the last one just before the call.
            kernel: 4 * 1_000 + 10_000,
            switching: 4 * 100_000,
            calls: 1,
            words: 0,
            switches: 4,
            preemptions: 3,
            faults: 0,
        };
        assert_eq!(computer.report(pid).unwrap().account, expected);
    }
    assert_eq!(computer.now(), 2 * 414_300);
}

#[test]
fn a_fault_costs_a_trap() {
    let mut computer = computer(settings(), &[("dies", "nop\n lw a0, 0(zero)")]);
    computer.run();
    let account = computer.report(1).unwrap().account;
    assert_eq!((account.instructions, account.kernel), (1, 1_000));
    assert_eq!((account.calls, account.faults), (0, 1));
}

#[test]
fn sleeping_copies_two_words_and_leaves_the_cpu_idle() {
    let text = "
        li a7, NANOSLEEP
        la a0, time
        ecall
        li a7, EXIT
        ecall
        .data
    time: .word 0, 5000
    ";
    let mut computer = computer(settings(), &[("sleeps", text)]);
    computer.run();
    let account = computer.report(1).unwrap().account;
    assert_eq!(account.instructions, 4);
    assert_eq!(account.kernel, 2 * 11_000 + 2 * 1_000_000);
    assert_eq!(account.switches, 1, "its registers were still in the CPU");
    assert_eq!(computer.idle_ticks(), 5);
}

#[test]
fn moving_the_break_costs_all_words_of_the_heap_and_asking_for_it_nothing() {
    let text = "
        li a7, BRK
        li a0, 0
        ecall
        addi a0, a0, 41
        ecall
        addi a0, a0, -1
        ecall
        ecall
        li a7, EXIT
        ecall
    ";
    let mut computer = computer(settings(), &[("grows", text)]);
    computer.run();
    let account = computer.report(1).unwrap().account;
    // Eleven words, the last one a part, then ten, then the same break again.
    assert_eq!(account.kernel, 5 * 11_000 + 21 * 1_000_000);
}

#[test]
fn refused_calls_copy_nothing() {
    for text in [
        "li a7, WRITE\n li a0, 1\n li a2, 9\n ecall\n ebreak",
        "li a7, NANOSLEEP\n ecall\n ebreak",
        "li a7, 4000\n ecall\n ebreak",
        "li a7, BRK\n li a0, -1\n ecall\n ebreak",
    ] {
        let mut computer = computer(settings(), &[("refused", text)]);
        computer.run();
        assert_eq!(computer.report(1).unwrap().account.kernel, 12_000);
    }
}

/// All programs of the disk at once, looked at again and again.
#[test]
fn ticks_of_all_and_idle_ticks_make_up_the_time() {
    let disk = Disk::built_in();
    let mut computer = Computer::boot(Settings {
        disk: disk.clone(),
        ..quantum(37)
    });
    for program in disk.programs() {
        computer.start(program.name(), Priority::NORMAL).unwrap();
    }
    for tick in (0..200_000).step_by(997) {
        computer.run_until(tick);
        let accounts = computer.reports().into_iter().map(|r| r.account);
        let total: Account = accounts.sum();
        assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());
        assert_eq!(total.switching, total.switches * 100);
    }
}
