//! Who has the CPU, for how long, and in which order.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::state::StateName;
use kernel_sim::os::{Computer, Limits, Outcome, Settings, Step};

use crate::support::{computer, disk, end_of, quantum};

/// Writes its letter, calculates for a while without a call, and so on.
fn busy(letter: char) -> String {
    format!(
        "
        li s0, 4
    again:
        li a7, WRITE
        li a0, 1
        la a1, letter
        li a2, 1
        ecall
        li s1, 100
    1:  addi s1, s1, -1
        bnez s1, 1b
        addi s0, s0, -1
        bnez s0, again
        li a7, EXIT
        li a0, 0
        ecall
        .section .rodata
    letter: .ascii \"{letter}\"
    "
    )
}

fn order(settings: Settings, letters: &[char]) -> String {
    let texts: Vec<(String, String)> = letters
        .iter()
        .map(|&letter| (letter.to_string(), busy(letter)))
        .collect();
    let programs: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let mut computer = computer(settings, &programs);
    assert_eq!(computer.run(), Outcome::Ended);
    computer.console().text()
}

/// None of them gives the CPU away.
#[test]
fn the_timer_has_processes_take_turns() {
    let letters = ['a', 'b', 'c'];
    assert_eq!(order(quantum(200), &letters), "abcabcabcabc");
    // A quantum that is longer than they are: one after the other.
    assert_eq!(order(quantum(10_000), &letters), "aaaabbbbcccc");
}

#[test]
fn a_quantum_is_so_many_instructions_if_there_are_no_calls() {
    let mut computer = computer(quantum(5), &[("a", "j ."), ("b", "j .")]);
    let mut turns = Vec::new();
    for _ in 0..100 {
        match computer.step() {
            Step::Dispatched(pid) => turns.push((pid, 0)),
            Step::Executed(pid) => {
                let (last, count) = turns.last_mut().unwrap();
                assert_eq!(pid, *last);
                *count += 1;
            }
            _ => {}
        }
    }
    turns.pop();
    assert!(turns.len() > 10);
    for (index, &(pid, count)) in turns.iter().enumerate() {
        assert_eq!((pid, count), (1 + index as u64 % 2, 5));
    }
}

/// Else who has the kernel work for it would have more than the others.
#[test]
fn calls_are_on_the_quantum_of_who_calls() {
    let calls = "
    1:  li a7, GETPID
        ecall
        j 1b
    ";
    let mut computer = computer(quantum(500), &[("calls", calls), ("counts", "j .")]);
    computer.run_until(1_000_000);
    let [calls, counts] = [1, 2].map(|pid| computer.report(pid).unwrap().account);
    assert!(calls.kernel > 10 * calls.user());
    let (calls, counts) = (calls.ticks(), counts.ticks());
    assert!(calls.abs_diff(counts) < calls / 10, "{calls}, {counts}");
}

#[test]
fn a_process_that_is_alone_is_interrupted_and_goes_on() {
    let text = "
        li s0, 149
    1:  addi s0, s0, -1
        bnez s0, 1b
        li a7, EXIT
        mv a0, s0
        ecall
    ";
    let mut computer = computer(quantum(50), &[("alone", text)]);
    computer.run();
    let account = computer.report(1).unwrap().account;
    assert_eq!((account.instructions, account.preemptions), (301, 6));
    assert_eq!(account.switches, 1, "nobody else had the CPU");
    assert_eq!(end_of(&computer, 1), "exit 0");
}

#[test]
fn under_priority_the_urgent_one_runs_until_it_waits() {
    let sleepy = "
        li s0, 2
    1:  li a7, WRITE
        li a0, 1
        la a1, letter
        li a2, 1
        ecall
        li a7, NANOSLEEP
        la a0, time
        ecall
        addi s0, s0, -1
        bnez s0, 1b
        li a7, EXIT
        ecall
        .data
    time: .word 0, 300000
    letter: .ascii \"U\"
    ";
    let mut computer = Computer::boot(Settings {
        disk: disk(&[("urgent", sleepy), ("patient", &busy('p'))]),
        policy: "priority".parse().unwrap(),
        ..quantum(100)
    });
    computer.start("patient", Priority::LOWEST).unwrap();
    computer.start("urgent", Priority::HIGHEST).unwrap();
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.console().text(), "UpUppp");
}

/// Sleeps as long as it is told, in milliseconds, and writes its letter.
fn sleeper(letter: char, millis: u32) -> String {
    format!(
        "
        li a7, NANOSLEEP
        la a0, time
        ecall
        li a7, WRITE
        li a0, 1
        la a1, letter
        li a2, 1
        ecall
        li a7, EXIT
        li a0, 0
        ecall
        .data
    time: .word {}, {}
    letter: .ascii \"{letter}\"
    ",
        millis / 1000,
        millis % 1000 * 1_000_000
    )
}

#[test]
fn who_sleeps_shorter_is_first_and_idle_time_passes_at_once() {
    let texts = [
        ("slow", sleeper('3', 9_000)),
        ("quick", sleeper('1', 1)),
        ("middle", sleeper('2', 1_500)),
    ];
    let programs = texts.each_ref().map(|(name, text)| (*name, text.as_str()));
    let mut computer = computer(Settings::default(), &programs);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.console().text(), "123");
    let total = computer.now();
    assert!((9_000_000..9_001_000).contains(&total), "{total}");
    assert!(computer.idle_ticks() > 8_990_000);
    let writes = computer.console().writes();
    assert!((1_500_000..1_501_000).contains(&writes[1].tick));
}

#[test]
fn a_sleeper_is_ready_when_it_is_due_and_runs_when_it_is_its_turn() {
    let text = sleeper('s', 1);
    let programs = [("sleeper", text.as_str()), ("busy", "j .")];
    let mut computer = computer(quantum(300), &programs);
    // It has called at tick 157, and a millisecond is 1,000 ticks.
    let state = |computer: &Computer| computer.report(1).unwrap().state;
    computer.run_until(1_156);
    assert_eq!(state(&computer), StateName::Waiting);
    computer.run_until(1_157);
    assert_eq!(state(&computer), StateName::Ready);
    // The other one's turns began at tick 257, and took 300 and a trap of 20 each.
    computer.run_until(257 + 3 * 320);
    assert_eq!(state(&computer), StateName::Ready);
    computer.run_until(257 + 3 * 320 + 100);
    assert_eq!(state(&computer), StateName::Running);
}

#[test]
fn the_computer_is_switched_off_at_its_last_tick() {
    let limits = Limits {
        ticks: 12_345,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    let mut computer = computer(settings, &[("loop", "j .")]);
    assert_eq!(computer.run(), Outcome::TimeIsUp);
    assert_eq!(computer.now(), 12_345);
    assert_eq!(computer.run(), Outcome::TimeIsUp);
    assert_eq!(computer.step(), Step::Over(Outcome::TimeIsUp));
    assert_eq!(end_of(&computer, 1), "never");
}

#[test]
fn a_computer_without_processes_has_nothing_to_do() {
    let mut computer = computer(Settings::default(), &[]);
    assert_eq!(computer.run(), Outcome::Ended);
    assert_eq!(computer.now(), 0);
}
