//! Many threads: what a switch costs when nothing is in the cache, what a parked thread
//! takes of memory, and what a hundred thousand sleepers take of the CPU.
//!
//! To make a million threads takes seconds, so they are made once, and measured in rounds.
//! Each measurement has a floor from the same run: corosensei's coroutines resumed one
//! after the other on as many stacks, and page faults and guard pages. `cargo bench
//! --bench scale -- sleepers` runs what has "sleepers" in its name.

use std::cell::Cell;
use std::env;
use std::fs;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use runtime::thread::{self, Builder, JoinHandle};

use ratios::median;
use stacks::{STACK, Stacks};

#[expect(dead_code, reason = "only the median is needed here")]
mod ratios;
mod stacks;

/// So many measurements are the median of.
const ROUNDS: usize = 9;

/// The measurements.
const NAMES: [&str; 4] = [
    "yield, 10 000 threads",
    "yield, 1 000 000 threads",
    "a parked thread",
    "100 000 sleepers",
];

/// What this program is called with to do one of them.
const ONE: &str = "--one";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [one, name] = &arguments[..]
        && one == ONE
    {
        return measure(name);
    }
    println!("| | measured | ratio | to | at most |");
    println!("| --- | --- | --- | --- | --- |");
    let wanted: Vec<_> = arguments
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    for name in NAMES {
        if wanted.is_empty() || wanted.iter().any(|part| name.contains(*part)) {
            // In a process of its own: it gets fresh memory, and finds nothing that another
            // measurement has freed.
            let this = env::current_exe().expect("this program has a path");
            let status = Command::new(this).args([ONE, name]).status();
            assert!(status.is_ok_and(|status| status.success()), "{name}");
        }
    }
}

fn measure(name: &str) {
    match name {
        "yield, 10 000 threads" => yields(name, 10_000, 2.0),
        "yield, 1 000 000 threads" => yields(name, 1_000_000, 0.6),
        "a parked thread" => a_parked_thread(1_000_000),
        "100 000 sleepers" => sleepers(100_000),
        _ => panic!("there is no measurement '{name}'"),
    }
}

fn small() -> Builder {
    Builder::new().stack_size(STACK)
}

/// A yield among so many threads, beside a resume + suspend of as many coroutines. Both
/// are measured in turns.
fn yields(name: &str, threads: usize, at_most: f64) {
    let rounds = (1_000_000 / threads).max(1);
    let (stacks, _) = Stacks::new(threads);
    let mut raw = stacks.go_round(rounds, ROUNDS);
    let ours = runtime::run(move || {
        let stop = Rc::new(Cell::new(false));
        let body = || {
            let stop = Rc::clone(&stop);
            move || {
                while !stop.get() {
                    thread::yield_now();
                }
            }
        };
        // With the main thread there are as many as there are coroutines.
        let handles: Vec<_> = (1..threads)
            .map(|_| small().spawn(body()).unwrap())
            .collect();
        thread::yield_now();
        thread::yield_now();
        let times = (0..ROUNDS).map(|_| {
            let started = Instant::now();
            (0..rounds).for_each(|_| thread::yield_now());
            started.elapsed().as_nanos() as f64 / (rounds * threads) as f64
        });
        let times: Vec<_> = times.collect();
        stop.set(true);
        handles
            .into_iter()
            .for_each(|handle| handle.join().unwrap());
        times
    });
    // Before and after: the machine may have become slower or faster meanwhile.
    raw.extend(stacks.go_round(rounds, ROUNDS));
    let (ours, raw) = (median(ours), median(raw));
    println!(
        "| {name} | {ours:.1} ns | {:.2} | raw coroutines, {raw:.1} ns | {at_most} |",
        ours / raw
    );
}

/// The memory that so many parked threads take, with their handles.
fn a_parked_thread(threads: usize) {
    let bytes = runtime::run(move || {
        let before = resident();
        let mut handles: Vec<JoinHandle<()>> = Vec::with_capacity(threads);
        handles.extend((0..threads).map(|_| small().spawn(thread::park).unwrap()));
        thread::yield_now();
        let bytes = (resident() - before) / threads;
        handles.iter().for_each(|handle| handle.thread().unpark());
        handles
            .into_iter()
            .for_each(|handle| handle.join().unwrap());
        bytes
    });
    println!("| a parked thread, one of {threads} | {bytes} bytes | | | 4600 bytes |");
}

/// Bytes of memory that the process has.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages = statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    pages.expect("the second number is that of resident pages") * 4096
}

/// The CPU time that each of so many sleepers takes, of 1 to 1000 ms, and how late the
/// last of them is.
fn sleepers(threads: usize) {
    let floor = || {
        let (stacks, guards) = Stacks::new(threads);
        (guards + stacks.touch()).as_nanos() as f64 / threads as f64
    };
    let measure = || {
        runtime::run(move || {
            let cpu = cpu_time();
            let nap = |number: usize| Duration::from_millis(1 + (number * 7919 % 1000) as u64);
            let sleeper = |number| {
                let body = move || {
                    let due = Instant::now() + nap(number);
                    thread::sleep(nap(number));
                    due
                };
                small().spawn(body).unwrap()
            };
            let handles: Vec<_> = (0..threads).map(sleeper).collect();
            let due = handles.into_iter().map(|handle| handle.join().unwrap());
            let last = due.max().expect("there are some");
            let late = last.elapsed();
            let cpu = (cpu_time() - cpu).as_nanos() as f64 / threads as f64;
            (cpu, late.as_secs_f64() * 1e3)
        })
    };
    let rounds = (0..3).map(|_| (floor(), measure()));
    let (floors, ours): (Vec<f64>, Vec<(f64, f64)>) = rounds.unzip();
    let (cpu, late): (Vec<f64>, Vec<f64>) = ours.into_iter().unzip();
    let (cpu, floor, late) = (median(cpu), median(floors), median(late));
    println!(
        "| {threads} sleepers, CPU time of each | {cpu:.0} ns | {:.2} | page fault and guard, {floor:.0} ns | 1.5 |",
        cpu / floor
    );
    println!("| the last of them is late by | {late:.1} ms | | | 20 ms |");
}

/// The CPU time that the process has used.
fn cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: writes to `time` alone.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
