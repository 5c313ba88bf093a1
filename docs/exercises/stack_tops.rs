//! Where the stacks of threads begin that lie in one array.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Outcome, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn top(base: u32, size: u32, n: u32) -> u32 {
        base + n * size // Is that the end of it?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn top(base: u32, size: u32, n: u32) -> u32 {
        base + (n + 1) * size
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::top);
}

pub(super) fn check_solution() {
    check(solution::top);
}

/// Where the data of a program begins, and here the array.
const BASE: u32 = 0x1000_0000;

fn check(answer: fn(u32, u32, u32) -> u32) {
    for (size, count) in [(16, 1), (64, 3), (256, 5)] {
        let tops: Vec<u32> = (0..count).map(|n| answer(BASE, size, n)).collect();
        assert!(tops.iter().all(|top| top % 16 == 0));
        let mut computer = run(size, &tops);
        assert_eq!(computer.run_until(100_000), Outcome::TimeIsUp);
        let thread = computer.thread(1).expect("no thread has made a mistake");
        for (n, top) in (0..).zip(&tops) {
            for address in [top - 4, top - size] {
                let word = thread.memory().load(address).map(u32::from_le_bytes);
                assert_eq!(word, Ok(n + 1), "{address:#x} in stack {n}");
            }
        }
    }
}

/// Each thread writes its number, from 1 on, at both ends of its stack; the main thread
/// goes on for ever.
fn run(size: u32, tops: &[u32]) -> Computer {
    let mut text = String::from("_start:\n");
    for (n, top) in (1..).zip(tops) {
        text += &format!("li s1, {n}\n li a7, 220\n li a0, 0x10f00\n li a1, {top}\n ecall\n");
        text += "beqz a0, thread\n";
    }
    text += &format!("j .\n thread: sw s1, -4(sp)\n sw s1, -{size}(sp)\n");
    text += "li a7, 93\n li a0, 0\n ecall\n";
    text += &format!(".bss\n .zero {}\n", size * tops.len() as u32);
    let mut disk = Disk::default();
    disk.put(Program::assemble("stacks", &text).unwrap_or_else(|errors| panic!("{errors}")));
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    computer
        .start("stacks", Priority::NORMAL)
        .expect("there is room");
    computer
}
