//! What a write into a pipe does at once, and what it leaves.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{CallLog, Called, Computer, Disk, PIPE_BYTES, Program, Settings, syscall};

/// What the reader begins with.
mod start {
    use super::PIPE_BYTES;

    // ANCHOR: start
    // There are so many bytes in the pipe, and somebody begins to write so many more.
    // How many of them go in at once? A write of no more than PIPE_BYTES is done whole.
    pub(super) fn goes_in(there: usize, length: usize) -> usize {
        length.min(PIPE_BYTES - there)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::PIPE_BYTES;

    // ANCHOR: solution
    pub(super) fn goes_in(there: usize, length: usize) -> usize {
        let room = PIPE_BYTES - there;
        if length <= room || length > PIPE_BYTES {
            length.min(room)
        } else {
            0
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(usize, usize) -> usize;

pub(super) fn check_start() {
    check(start::goes_in);
}

pub(super) fn check_solution() {
    check(solution::goes_in);
}

/// A process fills a pipe up to there, has a child that writes, sleeps until it has
/// tried, and reads whatever is in the pipe.
fn check(goes_in: Answer) {
    for there in [1, 2, 100, 3_000, 4_095, 4_096] {
        for length in [1, 2, 95, 1_096, 4_095, 4_096, 4_097, 6_000] {
            let in_pipe = there + goes_in(there, length);
            assert_eq!(in_pipe, real(there, length), "{length} after {there}");
        }
    }
}

fn real(there: usize, length: usize) -> usize {
    let text = format!(
        "_start:
        li a7, 59\n la a0, ends\n li a1, 0\n ecall
        li a7, 64\n li a0, 4\n la a1, block\n li a2, {there}\n ecall
        li a7, 220\n li a0, 17\n li a1, 0\n ecall
        beqz a0, child
        li a7, 101\n la a0, time\n ecall
        li a7, 63\n li a0, 3\n la a1, block\n li a2, 8000\n ecall
        li a7, 93\n ecall
    child:
        li a7, 64\n li a0, 4\n la a1, block\n li a2, {length}\n ecall
        li a7, 93\n ecall
        .data
        ends: .word 0, 0
        time: .word 0, 50000000
        .bss
        block: .zero 8000"
    );
    let mut disk = Disk::default();
    disk.put(Program::assemble("parent", &text).expect("it is right"));
    let mut computer = Computer::boot(Settings {
        disk,
        calls: CallLog::Keep,
        ..Settings::default()
    });
    let parent = computer.start("parent", Priority::NORMAL);
    let parent = parent.expect("there is room");
    computer.run();
    let calls = computer.take_calls();
    let mut reads = calls
        .iter()
        .filter(|call| call.pid == parent && call.call.number == syscall::READ);
    let Some(Called::Answered(count)) = reads.next().map(|call| &call.called) else {
        panic!("there was something to read");
    };
    *count as usize
}
