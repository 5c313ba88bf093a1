//! What it costs the host to run processes: instructions a second through the
//! loop of the operating system, with its traps and switches.
//!
//! `cargo bench -p kernel-sim --bench os` prints criterion's own figures; `Melem/s`
//! are millions of instructions a second. The CPU alone is in `cpu.rs`. Before that
//! it prints how much memory ten thousand processes take.

use std::fs;
use std::num::NonZero;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Account, Computer, Disk, Limits, Program, Settings};

fn main() {
    println!("10000 processes: {}", memory_of(10_000));
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for (name, program, processes, quantum) in [
        ("1 process", "loop", 1, 1_000),
        ("10 processes", "loop", 10, 1_000),
        ("10 processes, quantum 100", "loop", 10, 100),
        ("10 processes that call", "calls", 10, 1_000),
    ] {
        let mut group = criterion.benchmark_group("instructions of processes");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|n| execute(program, processes, quantum, n));
        });
    }
}

/// Runs so many processes, and scales the time to `n` instructions of all of them
/// together.
fn execute(program: &str, processes: usize, quantum: u64, n: u64) -> Duration {
    let mut computer = computer(program, processes, quantum);
    let start = Instant::now();
    computer.run_until(n);
    let time = start.elapsed();
    let total: Account = computer.reports().iter().map(|r| r.account).sum();
    time.mul_f64(n as f64 / total.instructions.max(1) as f64)
}

/// How much more memory this process of the host has when there are so many
/// processes, all of which have had the CPU.
fn memory_of(processes: usize) -> String {
    let before = resident_kib();
    let mut computer = computer("loop", processes, 100);
    computer.run_until(220 * processes as u64);
    match (before, resident_kib()) {
        (Some(before), Some(after)) => format!("{} MiB resident", (after - before) >> 10),
        _ => "unknown".into(),
    }
}

/// Where the system says.
fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn computer(program: &str, processes: usize, quantum: u64) -> Computer {
    let mut disk = Disk::default();
    for (name, text) in [("loop", LOOP), ("calls", CALLS)] {
        disk.put(Program::assemble(name, text).expect("it is right"));
    }
    let mut computer = Computer::boot(Settings {
        disk,
        quantum: NonZero::new(quantum).expect("not zero"),
        limits: Limits {
            ticks: u64::MAX,
            ..Limits::default()
        },
        ..Settings::default()
    });
    for _ in 0..processes {
        computer
            .start(program, Priority::NORMAL)
            .expect("there is room");
    }
    computer
}

const LOOP: &str = "
_start: la      s0, count
again:  lw      t0, 0(s0)
        addi    t0, t0, 1
        sw      t0, 0(s0)
        mul     t1, t0, t0
        add     s1, s1, t1
        j       again
        .data
count:  .word   0
";

const CALLS: &str = "
_start: li      a7, 172
again:  ecall
        addi    t0, t0, 1
        j       again
";
