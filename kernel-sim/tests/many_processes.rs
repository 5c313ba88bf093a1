//! Ten thousand processes fit into a gibibyte, and all of them come to their end.
//!
//! A test binary of its own: what is measured is the memory of this whole process.

#![cfg(feature = "machine")]

use std::fs;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Account, Computer, Disk, Limits, Outcome, Program, Settings};

const PROCESSES: usize = 10_000;
const GIB: u64 = 1 << 30;

/// Has variables and a heap, counts with them, and sleeps in between.
const PROGRAM: &str = "
        .globl _start
_start: li      a7, 214         # brk
        li      a0, 0
        ecall
        mv      s0, a0
        li      t0, 4096
        add     a0, a0, t0
        ecall
        li      a7, 101         # nanosleep, until all are there
        la      a0, time
        ecall
        lw      t0, count
        addi    t0, t0, 1
        sw      t0, count, t1
        sw      t0, 4(s0)
        lw      a0, 4(s0)
        li      a7, 93          # exit
        ecall
        .data
time:   .word   30, 0
count:  .word   41
buffer: .zero   4096
";

#[test]
fn ten_thousand_processes_fit_into_a_gibibyte() {
    let mut disk = Disk::default();
    disk.put(Program::assemble("counter", PROGRAM).unwrap());
    let mut computer = Computer::boot(Settings {
        disk,
        limits: Limits {
            ticks: 100_000_000,
            ..Limits::default()
        },
        ..Settings::default()
    });
    for _ in 0..PROCESSES {
        computer.start("counter", Priority::NORMAL).unwrap();
    }
    // All of them have their heaps, and sleep.
    computer.run_until(25_000_000);
    assert_eq!(computer.kernel().ready().len(), 0);
    assert_eq!(computer.kernel().len(), PROCESSES);

    assert_eq!(computer.run(), Outcome::Ended);
    let reports = computer.reports();
    assert_eq!(reports.len(), PROCESSES);
    let ended = |report: &kernel_sim::os::Report| report.death.unwrap().status() == Some(42);
    assert!(reports.iter().all(ended));
    let total: Account = reports.iter().map(|report| report.account).sum();
    assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());

    let Some(peak) = peak_of_resident_memory() else {
        return;
    };
    println!(
        "{} MiB, {} bytes a process",
        peak >> 20,
        peak / PROCESSES as u64
    );
    assert!(peak < GIB, "{} MiB", peak >> 20);
}

/// In bytes, where the system says.
fn peak_of_resident_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}
