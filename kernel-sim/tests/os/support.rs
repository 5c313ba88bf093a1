//! Computers with small programs on them.

use std::num::NonZero;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::cpu::Trap;
use kernel_sim::machine::isa::Register;
use kernel_sim::os::{CallLog, Called, Computer, Disk, Program, Settings, Step, syscall};

/// Names for the numbers, and where the program begins.
const HEAD: &str = "
    .equ WRITE, 64
    .equ EXIT, 93
    .equ EXIT_GROUP, 94
    .equ NANOSLEEP, 101
    .equ SCHED_YIELD, 124
    .equ GETPID, 172
    .equ BRK, 214
    .globl _start
_start:
";

/// Assembles a program whose text begins with its first instruction.
pub(crate) fn program(name: &str, text: &str) -> Program {
    let text = format!("{HEAD}{text}\n");
    Program::assemble(name, &text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A disk with these programs.
pub(crate) fn disk(programs: &[(&str, &str)]) -> Disk {
    let mut disk = Disk::default();
    for (name, text) in programs {
        disk.put(program(name, text));
    }
    disk
}

/// A computer on which each of these programs is a process, in this order.
pub(crate) fn computer(settings: Settings, programs: &[(&str, &str)]) -> Computer {
    let disk = disk(programs);
    let mut computer = Computer::boot(Settings { disk, ..settings });
    for (name, _) in programs {
        computer
            .start(name, Priority::NORMAL)
            .expect("there is room");
    }
    computer
}

/// So many ticks in a row.
pub(crate) fn quantum(ticks: u64) -> Settings {
    Settings {
        quantum: NonZero::new(ticks).expect("not zero"),
        ..Settings::default()
    }
}

/// What is in a0 after the first call of a program.
pub(crate) fn answer(text: &str) -> i32 {
    let mut computer = computer(Settings::default(), &[("caller", text)]);
    answer_on(&mut computer)
}

/// What is in a0 of the thread 1 after the next call, when it has been answered.
pub(crate) fn answer_on(computer: &mut Computer) -> i32 {
    loop {
        match computer.step() {
            Step::Trapped(1, Trap::Ecall) => break,
            Step::Trapped(_, Trap::Timer) => {}
            Step::Trapped(..) | Step::Over(_) => panic!("it was to call"),
            _ => {}
        }
    }
    let process = computer.thread(1).expect("it lives");
    process.registers().get(Register::A0).cast_signed()
}

/// How the process with this pid has ended, in a few words.
pub(crate) fn end_of(computer: &Computer, pid: u64) -> String {
    let report = computer.report(pid).expect("there was such a process");
    report.death.map_or("never".into(), |death| death.short())
}

/// Where the data of a program is.
pub(crate) const DATA: u32 = 0x1000_0000;

/// A call: its number, and its arguments.
pub(crate) type Ask<'a> = (u32, &'a [u32]);

/// A program that makes these calls, one after the other, and ends.
pub(crate) fn script(calls: &[Ask<'_>]) -> String {
    let mut text = String::new();
    for (number, arguments) in calls {
        text += &format!("li a7, {number}\n");
        for index in 0..6 {
            let argument = arguments.get(index).copied().unwrap_or(0);
            text += &format!("li a{index}, {argument}\n");
        }
        text += "ecall\n";
    }
    text + END
}

const END: &str = "li a7, EXIT\n li a0, 0\n ecall\n";

/// Runs these programs to the end, and gives what the threads 1 to `N` are answered.
pub(crate) fn answers_to<const N: usize>(
    settings: Settings,
    programs: &[(&str, &str)],
) -> [Vec<i32>; N] {
    let calls = CallLog::Keep;
    let mut computer = computer(Settings { calls, ..settings }, programs);
    computer.run();
    let records = computer.take_calls();
    std::array::from_fn(|index| {
        let own = records
            .iter()
            .filter(|record| record.pid == index as u64 + 1);
        let answers = own.filter_map(|record| match record.called {
            Called::Answered(answer) => Some(answer.cast_signed()),
            _ => None,
        });
        answers.collect()
    })
}

/// What a process is answered that has this data and makes these calls.
pub(crate) fn answers(data: &str, calls: &[Ask<'_>]) -> Vec<i32> {
    answers_in(Settings::default(), data, calls)
}

/// As [`answers`], on such a computer.
pub(crate) fn answers_in(settings: Settings, data: &str, calls: &[Ask<'_>]) -> Vec<i32> {
    let text = format!("{}\n .data\n{data}\n", script(calls));
    let [answers] = answers_to(settings, &[("caller", &text)]);
    answers
}

/// What a parent and its child are answered: the parent makes the first calls, then
/// there is a child, and each goes on with its own. The answer of `clone` is left out.
pub(crate) fn family_answers(
    data: &str,
    first: &[Ask<'_>],
    parent: &[Ask<'_>],
    child: &[Ask<'_>],
) -> [Vec<i32>; 2] {
    let before = first.len();
    let first = script(&[first, &[(syscall::CLONE, &[17])]].concat());
    let first = first.strip_suffix(END).expect("a script has an end");
    let (parent, child) = (script(parent), script(child));
    let text = format!("{first} bnez a0, 1f\n{child}\n1:\n{parent}\n .data\n{data}\n");
    let mut answers: [Vec<i32>; 2] = answers_to(Settings::default(), &[("caller", &text)]);
    assert_eq!(answers[0].remove(before), 2, "clone");
    answers
}
