//! How many processes of a program a computer has room for.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Limits, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // How many processes of this program can be there at once, in so many bytes of memory.
    pub(super) fn how_many(_program: &str, memory: u64) -> u64 {
        memory / (16 << 10) // Each has a stack. Is that all that it has?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Computer, Disk, Limits, Priority, Settings};

    // ANCHOR: solution
    pub(super) fn how_many(program: &str, memory: u64) -> u64 {
        let mut computer = Computer::boot(Settings {
            disk: Disk::built_in(),
            limits: Limits {
                memory,
                ..Limits::default()
            },
            ..Settings::default()
        });
        let mut started = 0;
        while computer.start(program, Priority::NORMAL).is_ok() {
            started += 1;
        }
        started
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::how_many);
}

pub(super) fn check_solution() {
    check(solution::how_many);
}

/// So many can be started on a computer with so much memory, and no more.
fn check(answer: fn(&str, u64) -> u64) {
    for program in ["hello", "sum_loop", "heap_growth"] {
        let needs = private_bytes(program);
        for memory in [
            0,
            needs - 1,
            needs,
            3 * needs - 1,
            3 * needs,
            10 * needs + 5,
        ] {
            assert_eq!(
                answer(program, memory),
                memory / needs,
                "{program}, {memory}"
            );
        }
    }
}

fn private_bytes(program: &str) -> u64 {
    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        ..Settings::default()
    });
    let pid = computer.start(program, Priority::NORMAL);
    let pid = pid.expect("there is room for one");
    let thread = computer.thread(pid).expect("it has not ended");
    thread.process().private_bytes()
}
