//! Work that many share: so many units of it, each computes and then waits.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Account, Computer, Costs, Disk, Program, Settings};

/// Units of work in all.
pub(super) const UNITS: u64 = 480;
/// Instructions of a unit, the wait being one call.
pub(super) const COMPUTES: u64 = 400;
/// Ticks for which each unit waits after that.
pub(super) const WAITS: u64 = 2_800;

/// Who shares the work.
// ANCHOR: kind
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Threads of one process, which have its memory in common.
    Threads,
    /// Processes, each of which gets a copy of it.
    Processes,
}
// ANCHOR_END: kind

impl Kind {
    /// What `clone` is told. Source: `include/uapi/linux/sched.h`.
    // ANCHOR: flags
    fn flags(self) -> u32 {
        const THREAD: u32 = 0x100 | 0x200 | 0x400 | 0x800 | 0x1_0000;
        const SIGCHLD: u32 = 17;
        match self {
            Kind::Threads => THREAD,
            Kind::Processes => SIGCHLD,
        }
    }
    // ANCHOR_END: flags
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// How many ticks it took.
    pub(super) ticks: u64,
    /// Those in which all waited.
    pub(super) idle: u64,
    /// What the others were for.
    pub(super) account: Account,
}

impl Measured {
    /// Units of work in a million ticks.
    pub(super) fn throughput(&self) -> f64 {
        UNITS as f64 * 1e6 / self.ticks as f64
    }

    /// Ticks in which somebody had the CPU.
    pub(super) fn busy(&self) -> u64 {
        self.ticks - self.idle
    }
}

/// Has so many of that kind do it, of whom each does the same. The first one makes the
/// others.
// ANCHOR: measure
pub(super) fn measure(members: u64, kind: Kind, costs: Costs) -> Measured {
    assert!(UNITS.is_multiple_of(members), "each does the same");
    let text = format!(
        "    .equ MEMBERS, {members}
    .equ EACH, {}
    .equ FLAGS, {}
    .equ ROUNDS, {}
    .equ NANOS, {}
{PROGRAM}",
        UNITS / members,
        kind.flags(),
        (COMPUTES - AROUND) / 2,
        WAITS * 1_000,
    );
    let mut disk = Disk::default();
    disk.put(Program::assemble("crowd", &text).expect("what we write ourselves is right"));
    let mut computer = Computer::boot(Settings {
        disk,
        costs,
        ..Settings::default()
    });
    let started = computer.start("crowd", Priority::NORMAL);
    started.expect("there is room for one");
    computer.run();
    let reports = computer.reports();
    Measured {
        ticks: computer.now(),
        idle: computer.idle_ticks(),
        account: reports.iter().map(|report| report.account).sum(),
    }
}
// ANCHOR_END: measure

/// Instructions of a unit that are not of its loop.
const AROUND: u64 = 8;

/// None of them uses its stack, so all have the same one.
// ANCHOR: program
const PROGRAM: &str = "
    .equ NANOSLEEP, 101
    .equ EXIT, 93
    .equ CLONE, 220
    .globl _start
_start:
    li   s0, MEMBERS
    li   s1, EACH
more:
    addi s0, s0, -1
    beqz s0, unit
    li   a7, CLONE
    li   a0, FLAGS
    li   a1, 0
    li   a2, 0
    li   a3, 0
    li   a4, 0
    ecall
    bnez a0, more
unit:
    li   t0, ROUNDS
1:  addi t0, t0, -1
    bnez t0, 1b
    nop
    li   a7, NANOSLEEP
    la   a0, time
    li   a1, 0
    ecall
    addi s1, s1, -1
    bnez s1, unit
    li   a7, EXIT
    li   a0, 0
    ecall

    .section .rodata
    .balign 4
time:
    .word 0, NANOS
";
// ANCHOR_END: program
