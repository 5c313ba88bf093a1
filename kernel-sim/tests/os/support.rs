//! Computers with small programs on them.

use std::num::NonZero;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::cpu::Trap;
use kernel_sim::machine::isa::Register;
use kernel_sim::os::{Computer, Disk, Program, Settings, Step};

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
