//! How many processes there are when a program has made copies of itself.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Program, Settings};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn processes(n: u32) -> usize {
        1 + n as usize // Who executes the second call?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn processes(n: u32) -> usize {
        1 << n
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::processes);
}

pub(super) fn check_solution() {
    check(solution::processes);
}

fn check(answer: fn(u32) -> usize) {
    for n in 0..6 {
        let clone = "li a7, 220\n li a0, 17\n li a1, 0\n ecall\n".repeat(n as usize);
        let text = format!("_start:\n {clone} li a7, 93\n li a0, 0\n ecall\n");
        let program = Program::assemble("copies", &text).expect("it has no mistakes");
        let mut disk = Disk::default();
        disk.put(program);
        let mut computer = Computer::boot(Settings {
            disk,
            ..Settings::default()
        });
        computer
            .start("copies", Priority::NORMAL)
            .expect("there is room");
        computer.run();
        assert_eq!(answer(n), computer.reports().len(), "{n} calls");
    }
}
