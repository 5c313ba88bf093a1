//! Along which arrow a thread leaves the CPU at a trap.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::state::{Arrow, StateName};
use kernel_sim::machine::cpu::Trap;
use kernel_sim::machine::isa::Register;
use kernel_sim::os::{Computer, Disk, Settings, Step};

/// What the reader begins with.
mod start {
    use super::{Arrow, Trap};

    // ANCHOR: start
    // The arrow by which a process with one thread leaves the CPU, or nothing if it goes on.
    // If it is a call, its number is in `a7`; there are no others here than write, exit,
    // nanosleep and sched_yield.
    pub(super) fn arrow(trap: Trap, _a7: u32) -> Option<Arrow> {
        match trap {
            Trap::Timer => Some(Arrow::Preempt),
            _ => None, // And the others?
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Arrow, Trap};
    use kernel_sim::os::syscall::{EXIT, NANOSLEEP, SCHED_YIELD};

    // ANCHOR: solution
    pub(super) fn arrow(trap: Trap, a7: u32) -> Option<Arrow> {
        match trap {
            Trap::Timer => Some(Arrow::Preempt),
            Trap::Ecall => match a7 {
                SCHED_YIELD => Some(Arrow::Preempt),
                NANOSLEEP => Some(Arrow::Block),
                EXIT => Some(Arrow::Exit),
                _ => None,
            },
            Trap::Ebreak | Trap::Illegal(_) | Trap::Fault(_) => Some(Arrow::Exit),
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(Trap, u32) -> Option<Arrow>;

pub(super) fn check_start() {
    check(start::arrow);
}

pub(super) fn check_solution() {
    check(solution::arrow);
}

const PROGRAMS: [&str; 7] = [
    "yield_ping",
    "sleeper",
    "long_loop",
    "exit_code",
    "null_pointer",
    "illegal_instruction",
    "breakpoint",
];

/// The real kernel is watched, trap by trap.
fn check(answer: Answer) {
    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        quantum: 70.try_into().expect("it is not zero"),
        ..Settings::default()
    });
    for name in PROGRAMS {
        let started = computer.start(name, Priority::NORMAL);
        started.expect("there is room for it");
    }
    let mut traps = 0;
    for _ in 0..2_000 {
        let a7 = on_cpu(&computer);
        match computer.step() {
            Step::Trapped(pid, trap) => {
                let arrow = match state_of(&computer, pid) {
                    Some(StateName::Running) => None,
                    Some(StateName::Ready) => Some(Arrow::Preempt),
                    Some(StateName::Waiting) => Some(Arrow::Block),
                    _ => Some(Arrow::Exit),
                };
                let a7 = a7.expect("somebody had the CPU");
                assert_eq!(answer(trap, a7), arrow, "{trap}, a7 = {a7}");
                traps += 1;
            }
            Step::Over(_) => break,
            _ => {}
        }
    }
    assert!(traps > 20);
}

fn state_of(computer: &Computer, pid: u64) -> Option<StateName> {
    let mut pcbs = computer.kernel().iter();
    let pcb = pcbs.find(|pcb| pcb.pid().ident() == pid)?;
    Some(pcb.state().name())
}

/// What is in `a7` of whoever has the CPU.
fn on_cpu(computer: &Computer) -> Option<u32> {
    let mut pcbs = computer.kernel().iter();
    let running = pcbs.find(|pcb| pcb.state().name() == StateName::Running)?;
    let thread = computer.thread(running.pid().ident())?;
    Some(thread.registers().get(Register::A7))
}
